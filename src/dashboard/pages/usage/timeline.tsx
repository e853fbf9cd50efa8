import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { UsageTimeline } from '../../../contracts/api/usage.ts';
import { type UsageWindow, usageTimelineQuery } from '../../api/queries/usage.ts';
import { Card } from '../../components/card.tsx';
import { LazyTimeSeries, LazyValueChart } from '../../components/lazy-time-series.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { DURATION_STEPS } from '../../duration.ts';
import { useFormats, useMessages } from '../../language.tsx';
import { shortRevision } from '../../visible-text.ts';

export function Timeline({ window }: { window: UsageWindow }) {
  const timeline = useQuery(usageTimelineQuery(window));
  return <Loaded query={timeline}>{(data) => <Charts timeline={data} service={window.service} />}</Loaded>;
}

/** Requests with the deploys as marks; then who was there, and how long they waited. */
function Charts({ timeline, service }: { timeline: UsageTimeline; service: string | undefined }) {
  const { usage: t } = useMessages();
  const formats = useFormats();
  const { times, series, seen, users, slow } = useCharts(timeline);
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      <Card className="lg:col-span-2">
        <LazyTimeSeries
          label={t.timeline}
          times={times}
          stepMs={timeline.stepMs}
          series={series}
          seen={seen}
          service={service}
        />
      </Card>
      <Card>
        <h3 className="mb-1 text-sm font-semibold">{t.usersOverTime}</h3>
        <LazyValueChart
          label={t.usersOverTime}
          times={times}
          lines={users}
          nameValue={formats.count}
          service={service}
        />
      </Card>
      <Card>
        <h3 className="mb-1 text-sm font-semibold">{t.slowest}</h3>
        <LazyValueChart
          label={t.slowest}
          times={times}
          lines={slow}
          nameValue={formats.duration}
          steps={DURATION_STEPS}
          service={service}
        />
      </Card>
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
      seen: revisions.map(({ at, revision }) => ({ at: Date.parse(at), label: shortRevision(revision) })),
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
