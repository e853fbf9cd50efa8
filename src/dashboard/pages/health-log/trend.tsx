import { useMemo } from 'react';
import type { LogStats } from '../../api/queries/logs.ts';
import { Card } from '../../components/card.tsx';
import { LazyTimeSeries, LazyValueChart } from '../../components/lazy-time-series.tsx';
import { DURATION_STEPS } from '../../duration.ts';
import { useFormats, useMessages } from '../../language.tsx';

const HOUR_MS = 3_600_000;

/** How runs ended, which part of them well, and how long they took, in each step of the period. */
export function Trend({ trend }: Pick<LogStats, 'trend'>) {
  const { healthLog: t } = useMessages();
  const formats = useFormats();
  const { times, stepMs, outcomes, rate, duration } = useTrend(trend);
  if (!trend.some(({ success, warning, error }) => success + warning + error > 0))
    return <p className="text-sm text-muted">{t.noTrend}</p>;
  return (
    <div className="grid gap-3 lg:grid-cols-3">
      <Card>
        <h3 className="mb-1 text-sm font-semibold">{t.outcomes}</h3>
        <LazyTimeSeries label={t.outcomes} times={times} stepMs={stepMs} series={outcomes} />
      </Card>
      <Card>
        <h3 className="mb-1 text-sm font-semibold">{t.rate}</h3>
        <LazyValueChart label={t.rate} times={times} lines={rate} nameValue={formats.percent} most={1} />
      </Card>
      <Card>
        <h3 className="mb-1 text-sm font-semibold">{t.duration}</h3>
        <LazyValueChart
          label={t.duration}
          times={times}
          lines={duration}
          nameValue={formats.duration}
          steps={DURATION_STEPS}
        />
      </Card>
    </div>
  );
}

function useTrend(trend: LogStats['trend']) {
  const { healthLog: t, runs } = useMessages();
  return useMemo(() => {
    const times = trend.map(({ at }) => Date.parse(at));
    const [first = 0, second = first + HOUR_MS] = times;
    const rateOf = ({ success, warning, error }: LogStats['trend'][number]) => {
      const all = success + warning + error;
      return all === 0 ? null : (success + warning) / all;
    };
    const seconds = trend.map((one) => one.avg_execution_time);
    return {
      times,
      stepMs: second - first,
      outcomes: [
        { label: runs.status.success, color: 'ok', counts: trend.map(({ success }) => success) },
        { label: runs.status.warning, color: 'warn', counts: trend.map(({ warning }) => warning) },
        { label: runs.status.error, color: 'alarm', counts: trend.map(({ error }) => error) },
      ],
      rate: [{ label: t.successRate, color: 'ok', shape: 'line' as const, values: trend.map(rateOf) }],
      duration: [
        {
          label: t.mean,
          color: 'info',
          shape: 'line' as const,
          values: seconds.map((one) => (one === null ? null : one * 1000)),
        },
      ],
    };
  }, [trend, t, runs]);
}
