import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RunSummary } from '../../../contracts/api/jobs.ts';
import { useSeconds } from '../../clock.ts';
import { useFormats, useMessages } from '../../language.tsx';
import { usePerson } from '../../person.ts';
import { oneLine } from '../../visible-text.ts';
import { Ago } from '../time.tsx';
import { RunBadge, useReason } from './run-badge.tsx';

/** How long it took, or has taken so far. */
export function RunDuration(run: Pick<RunSummary, 'status' | 'startedAt' | 'durationMs'>) {
  const { runs } = useMessages();
  const formats = useFormats();
  if (run.durationMs !== null) return <span>{runs.took(formats.duration(run.durationMs))}</span>;
  return run.status === 'running' && run.startedAt !== null ? <Elapsed since={Date.parse(run.startedAt)} /> : null;
}

function Elapsed({ since }: { since: number }) {
  const { runs } = useMessages();
  const formats = useFormats();
  const now = useSeconds();
  return <span className="text-info">{runs.elapsed(formats.duration(Math.max(0, now - since)))}</span>;
}

/** `by schedule`, `by hand, by Ada`. */
export function useStarted(run: Pick<RunSummary, 'trigger' | 'triggeredByUser'>): string {
  const { runs } = useMessages();
  const person = usePerson();
  const how = runs.trigger[run.trigger] ?? oneLine(run.trigger);
  return run.triggeredByUser === null ? how : `${how}, ${runs.by(person(run.triggeredByUser))}`;
}

interface RunRowProps {
  run: RunSummary;
  /** In a list of one job its name would say nothing; the time does. */
  isNamed?: boolean;
  aside?: ReactNode;
}

export function RunRow({ run, isNamed = false, aside }: RunRowProps) {
  const { runs } = useMessages();
  const formats = useFormats();
  const reason = useReason(run.reason);
  const started = useStarted(run);
  const at = run.tick ?? run.startedAt ?? run.createdAt;
  return (
    <li
      data-row
      className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-3 py-2 last:border-b-0 focus-within:bg-raised hover:bg-raised sm:grid sm:grid-cols-[8.5rem_minmax(0,1fr)_minmax(0,11rem)_auto]"
    >
      <span className="w-full sm:w-auto">
        <RunBadge status={run.status} />
      </span>
      <span className="min-w-40 grow basis-60">
        <Link
          data-row-link
          to="/jobs/$id/runs/$run"
          params={{ id: run.job, run: run.id }}
          search={{}}
          className="font-semibold wrap-anywhere hover:underline"
        >
          {isNamed ? oneLine(run.label) : formats.exact(Date.parse(at))}
        </Link>
        {(run.message !== null || reason !== null) && (
          <span className="line-clamp-2 text-sm text-muted wrap-anywhere">
            {[reason, run.message === null ? null : oneLine(run.message)].filter(Boolean).join(' · ')}
          </span>
        )}
      </span>
      <span className="text-xs text-muted">
        <RunDuration {...run} />
        {run.attempt > 1 && ` · ${runs.attemptOf(formats.count(run.attempt))}`}
        <span className="block">
          <Ago at={run.startedAt ?? run.createdAt} /> · {started}
        </span>
      </span>
      {aside}
    </li>
  );
}
