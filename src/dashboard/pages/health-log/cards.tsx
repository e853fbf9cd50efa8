import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type LogKind, type LogStats, logQueryOf, logStatsQuery } from '../../api/queries/logs.ts';
import { Card } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { RunBadge } from '../../components/run/run-badge.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** How many of each ran and failed, counted over all rows, and the last of each. */
export function Cards({ hours }: { hours: number }) {
  return (
    <div className="grid grid-cols-2 gap-3 xl:grid-cols-4">
      <Total kind="tasks" hours={hours} />
      <Total kind="syncs" hours={hours} />
      <Last kind="tasks" />
      <Last kind="syncs" />
    </div>
  );
}

function Named({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card>
      <h2 className="text-sm text-muted">{title}</h2>
      {children}
    </Card>
  );
}

function periodOf(hours: number, periods: Record<string, string>): string {
  return periods[String(hours)] ?? String(hours);
}

function failuresOf({ error_count, timed_out_count, upstream_failed_count }: LogStats): number {
  return error_count + timed_out_count + upstream_failed_count;
}

function Total({ kind, hours }: { kind: LogKind; hours: number }) {
  const { healthLog: t } = useMessages();
  const formats = useFormats();
  const stats = useQuery(logStatsQuery(kind, hours));
  return (
    <Named title={t.card[kind]}>
      <Loaded query={stats}>
        {(data) => {
          const failed = failuresOf(data);
          return (
            <>
              <p className="text-2xl font-semibold">{formats.count(data.total)}</p>
              <p className="text-sm text-muted">
                {t.inHours(periodOf(hours, t.periods))} ·{' '}
                <span className={failed > 0 ? 'text-bad' : ''}>{t.failed(failed)}</span>
              </p>
            </>
          );
        }}
      </Loaded>
    </Named>
  );
}

function Last({ kind }: { kind: LogKind }) {
  const { healthLog: t } = useMessages();
  const log = useInfiniteQuery(logQueryOf(kind, {}, 1));
  return (
    <Named title={kind === 'tasks' ? t.card.lastTask : t.card.lastSync}>
      <Loaded query={log}>
        {({ pages }) => {
          const row = pages[0]?.items[0];
          if (!row) return <p className="text-muted">{t.none}</p>;
          return (
            <>
              <p className="mt-0.5 flex flex-wrap items-center gap-2">
                <RunBadge status={row.status} />
                <Link
                  to="/jobs/$id/runs/$run"
                  params={{ id: row.job, run: row.id }}
                  search={{}}
                  className="font-semibold wrap-anywhere hover:underline"
                >
                  {oneLine(row.label)}
                </Link>
              </p>
              <p className="text-sm text-muted">
                <Ago at={row.startedAt ?? row.createdAt} />
              </p>
            </>
          );
        }}
      </Loaded>
    </Named>
  );
}
