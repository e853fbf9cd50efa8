import { useQuery } from '@tanstack/react-query';
import type { RunStatusView } from '../../../contracts/api/jobs.ts';
import { type LogKind, type LogStats, logStatsQuery } from '../../api/queries/logs.ts';
import { Card, Section } from '../../components/card.tsx';
import { Figure, Figures } from '../../components/figures.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { Notifications } from './notifications.tsx';
import { PerJob } from './per-job.tsx';
import { Trend } from './trend.tsx';

export function Statistics({ kind, hours }: { kind: LogKind; hours: number }) {
  const { healthLog: t } = useMessages();
  const stats = useQuery(logStatsQuery(kind, hours));
  return (
    <Section title={t.statistics} id="statistics">
      <Loaded query={stats}>
        {(data) => (
          <div className="flex flex-col gap-3">
            <Card>
              <Numbers stats={data} />
            </Card>
            <Trend trend={data.trend} />
          </div>
        )}
      </Loaded>
    </Section>
  );
}

/** What is looked up rather than watched: below the rows. A failure is told above already. */
export function MoreStatistics({ kind, hours }: { kind: LogKind; hours: number }) {
  const { data } = useQuery(logStatsQuery(kind, hours));
  if (!data) return null;
  return (
    <div className="mt-6 flex flex-col gap-3">
      <PerJob jobs={data.per_job} />
      <Notifications notifications={data.notifications} />
    </div>
  );
}

function Numbers({ stats }: { stats: LogStats }) {
  const { healthLog: t, runs, shared } = useMessages();
  const formats = useFormats();
  const span = (seconds: number | null) => (seconds === null ? shared.unknown : formats.duration(seconds * 1000));
  const counts: [RunStatusView, number][] = [
    ['success', stats.success_count],
    ['warning', stats.warning_count],
    ['error', stats.error_count],
    ['timed_out', stats.timed_out_count],
    ['running', stats.running_count],
    ['skipped', stats.skipped_count],
    ['cancelled', stats.cancelled_count],
    ['upstream_failed', stats.upstream_failed_count],
  ];
  return (
    <Figures>
      <Figure name={t.successRate} hint={t.successRateMeans}>
        {stats.success_rate === null ? t.successRateNone : formats.percent(stats.success_rate)}
      </Figure>
      <Figure name={t.mean}>{span(stats.avg_execution_time)}</Figure>
      <Figure name="p50">{span(stats.p50_execution_time)}</Figure>
      <Figure name="p90">{span(stats.p90_execution_time)}</Figure>
      <Figure name="p99">{span(stats.p99_execution_time)}</Figure>
      {counts.map(([status, count]) => (
        <Figure key={status} name={runs.status[status]}>
          {formats.count(count)}
        </Figure>
      ))}
    </Figures>
  );
}
