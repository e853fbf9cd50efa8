import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { LogRow as Row } from '../../api/queries/logs.ts';
import { Button } from '../../components/button.tsx';
import { Pre } from '../../components/code.tsx';
import { RunBadge } from '../../components/run/run-badge.tsx';
import { RunDuration } from '../../components/run/run-row.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { usePerson } from '../../person.ts';
import { oneLine, visibleText } from '../../visible-text.ts';

/** Status, name, type, date, duration, trigger and user, message; the numbers and the error behind a button. */
export function LogRow({ row }: { row: Row }) {
  const { healthLog: t, jobs, runs } = useMessages();
  const formats = useFormats();
  const person = usePerson();
  const [isOpen, setOpen] = useState(false);
  const details = `details-${row.id}`;
  const who = row.user === null ? '' : `, ${person(row.user)}`;
  return (
    <li data-row className="border-b border-line px-3 py-2 last:border-b-0 focus-within:bg-raised hover:bg-raised">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-1">
        <span className="w-full shrink-0 pt-0.5 sm:w-34">
          <RunBadge status={row.status} />
        </span>
        <span className="min-w-40 grow basis-64">
          <Link
            data-row-link
            to="/jobs/$id/runs/$run"
            params={{ id: row.job, run: row.id }}
            search={{}}
            className="font-semibold wrap-anywhere hover:underline"
          >
            {oneLine(row.label)}
          </Link>
          {row.type !== null && <span className="text-sm text-muted"> · {jobs.taskType[row.type] ?? row.type}</span>}
          {row.message !== null && (
            <span className="line-clamp-2 text-sm text-muted wrap-anywhere">{oneLine(row.message)}</span>
          )}
        </span>
        <span className="text-xs text-muted sm:w-64">
          <span className="block text-ink">{formats.exact(Date.parse(row.startedAt ?? row.createdAt))}</span>
          <RunDuration {...row} />
          {row.durationMs !== null || row.status === 'running' ? ' · ' : ''}
          {runs.triggeredBy[row.triggeredBy]}
          {who}
          {row.attempt > 1 && ` · ${t.attempt(row.attempt)}`}
        </span>
        <Button look="bare" aria-expanded={isOpen} aria-controls={details} onClick={() => setOpen(!isOpen)}>
          {t.details} <span aria-hidden="true">{isOpen ? '▴' : '▾'}</span>
        </Button>
      </div>
      <div id={details} hidden={!isOpen} className="mt-2">
        {isOpen && <Details row={row} />}
      </div>
    </li>
  );
}

function Details({ row }: { row: Row }) {
  const { healthLog: t, runs } = useMessages();
  return (
    <>
      <p className="text-sm text-muted">
        {t.trigger} {runs.trigger[row.trigger] ?? oneLine(row.trigger)}
      </p>
      {row.message !== null && <p className="text-sm whitespace-pre-wrap wrap-anywhere">{visibleText(row.message)}</p>}
      {row.error !== null && <Pre text={row.error} label={t.error} />}
      {row.stats === null ? (
        <p className="text-sm text-muted">{t.noStats}</p>
      ) : (
        <Pre text={JSON.stringify(row.stats, null, 2)} label={t.stats} />
      )}
    </>
  );
}
