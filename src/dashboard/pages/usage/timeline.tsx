import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { UsageTimeline } from '../../../contracts/api/usage.ts';
import { type UsageWindow, usageTimelineQuery } from '../../api/queries/usage.ts';
import { Card } from '../../components/card.tsx';
import { LazyTimeSeries, LazyValueChart } from '../../components/lazy-time-series.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Exact } from '../../components/time.tsx';
import { DURATION_STEPS } from '../../duration.ts';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine, shortRevision } from '../../visible-text.ts';

export function Timeline({ window }: { window: UsageWindow }) {
  const timeline = useQuery(usageTimelineQuery(window));
  return <Loaded query={timeline}>{(data) => <Charts timeline={data} />}</Loaded>;
}

/** Requests with the deploys as marks; then who was there, and how long they waited. */
function Charts({ timeline }: { timeline: UsageTimeline }) {
  const { usage: t } = useMessages();
  const formats = useFormats();
  const { times, series, markers, users, slow } = useCharts(timeline);
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      <Card className="lg:col-span-2">
        <LazyTimeSeries label={t.timeline} times={times} stepMs={timeline.stepMs} series={series} markers={markers} />
        <Deploys revisions={timeline.revisions} />
      </Card>
      <Card>
        <h3 className="mb-1 text-sm font-semibold">{t.usersOverTime}</h3>
        <LazyValueChart label={t.usersOverTime} times={times} lines={users} nameValue={formats.count} />
      </Card>
      <Card>
        <h3 className="mb-1 text-sm font-semibold">{t.slowest}</h3>
        <LazyValueChart
          label={t.slowest}
          times={times}
          lines={slow}
          nameValue={formats.duration}
          steps={DURATION_STEPS}
        />
      </Card>
    </div>
  );
}

/** The marks of the chart, for those who do not see it. */
function Deploys({ revisions }: Pick<UsageTimeline, 'revisions'>) {
  const { usage: t } = useMessages();
  if (revisions.length === 0) return null;
  return (
    <div className="mt-2 text-xs text-muted">
      <h3 className="inline font-semibold">{t.deploys}</h3>{' '}
      <ul className="inline">
        {revisions.map(({ at, service, revision }) => (
          <li key={`${at} ${service} ${revision}`} className="mr-4 inline-block wrap-anywhere">
            <Exact at={at} /> · {oneLine(service)} <span className="font-mono">{shortRevision(revision)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function useCharts({ points, revisions }: UsageTimeline) {
  const { usage: t } = useMessages();
  return useMemo(
    () => ({
      times: points.map(({ at }) => Date.parse(at)),
      series: [
        { label: t.failed, color: 'bad', counts: points.map(({ errors }) => errors) },
        { label: t.well, color: 'info', counts: points.map(({ requests, errors }) => Math.max(0, requests - errors)) },
      ],
      markers: revisions.map(({ at, revision }) => ({ at: Date.parse(at), label: shortRevision(revision) })),
      users: [
        {
          label: t.activeUsers,
          color: 'info',
          shape: 'line' as const,
          values: points.map(({ activeUsers }) => activeUsers),
        },
      ],
      slow: [{ label: 'p95', color: 'warn', shape: 'line' as const, values: points.map(({ p95Ms }) => p95Ms) }],
    }),
    [points, revisions, t],
  );
}
