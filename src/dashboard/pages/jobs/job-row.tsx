import { Link } from '@tanstack/react-router';
import type { JobSummary } from '../../../contracts/api/jobs.ts';
import { Badge } from '../../components/badges.tsx';
import { RecentRuns } from '../../components/run/recent-runs.tsx';
import { RunBadge } from '../../components/run/run-badge.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

export function JobRow({ job }: { job: JobSummary }) {
  const { jobs: t } = useMessages();
  return (
    <li
      data-row
      className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-3 py-2.5 last:border-b-0 focus-within:bg-raised hover:bg-raised sm:grid sm:grid-cols-[9rem_minmax(0,1fr)_minmax(0,12rem)_7.5rem]"
    >
      <span className="w-full sm:w-auto">
        {job.last === null ? (
          <span className="text-sm text-muted">{t.neverRan}</span>
        ) : (
          <RunBadge status={job.last.status} />
        )}
      </span>
      <span className="min-w-40 grow basis-48">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link
            data-row-link
            to="/jobs/$id"
            params={{ id: job.id }}
            search={{}}
            className="font-semibold wrap-anywhere hover:underline"
          >
            {oneLine(job.label)}
          </Link>
          {job.problem !== null && <Badge tone="bad">{t.problem[job.problem]}</Badge>}
          {job.pause !== null && <Badge tone="warn">{t.paused}</Badge>}
        </span>
        <span className="block text-xs text-muted wrap-anywhere">
          {oneLine(job.schedule)} · {t.kind[job.kind]}
        </span>
      </span>
      <span className="grow basis-40 text-xs text-muted">
        {job.last !== null && (
          <span className="block">
            {t.last} <Ago at={job.last.startedAt ?? job.last.createdAt} />
          </span>
        )}
        <span className="block">
          {job.nextTick === null ? (
            t.noNext
          ) : (
            <>
              {t.next} <Ago at={job.nextTick} />
            </>
          )}
        </span>
      </span>
      <RecentRuns statuses={job.recent} />
    </li>
  );
}
