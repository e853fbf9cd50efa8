import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { EventHistogram } from '../../../contracts/api/events.ts';
import { histogramQuery } from '../../api/queries/events.ts';
import type { Severity } from '../../components/badges.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { LazyTimeSeries } from '../../components/lazy-time-series.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { toTimeRange, zoomedOut } from './time-range.ts';

const route = getRouteApi('/events');

/** From the bottom of the stack up: what matters most stands on the ground line. */
const ORDER: readonly Severity[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'unset'];
const COLORS: Record<Severity, string> = {
  fatal: 'alarm',
  error: 'bad',
  warn: 'warn',
  info: 'info',
  debug: 'edge',
  trace: 'edge',
  unset: 'edge',
};

export function Histogram() {
  const search = route.useSearch();
  const histogram = useQuery(histogramQuery({ query: search.query, project: search.project }, toTimeRange(search)));
  return (
    <Card className="mb-3">
      <Loaded query={histogram}>{(data) => <Chart histogram={data} />}</Loaded>
    </Card>
  );
}

function Chart({ histogram }: { histogram: EventHistogram }) {
  const { events: t, shared } = useMessages();
  const formats = useFormats();
  const navigate = route.useNavigate();
  const { times, series, total } = useMemo(() => toSeries(histogram, shared.severity), [histogram, shared]);
  const zoom = (from: number, to: number) =>
    void navigate({
      search: (former) => ({ ...former, from: new Date(from).toISOString(), to: new Date(to).toISOString() }),
    });
  const widen = () => {
    const { from, to } = zoomedOut(Date.parse(histogram.from), Date.parse(histogram.to), Date.now());
    void navigate({ search: (former) => ({ ...former, from, to }) });
  };
  return (
    <>
      <div className="mb-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <span className="font-semibold">{t.total(formats.count(total))}</span>
        {series.map(({ label, color, counts }) => (
          <span key={label} className="flex items-center gap-1.5 text-xs text-muted">
            <span aria-hidden="true" className={`inline-block size-2.5 rounded-sm ${SWATCHES[color] ?? ''}`} />
            {label} {formats.count(counts.reduce((sum, count) => sum + count, 0))}
          </span>
        ))}
        <span className="grow" />
        <Button onClick={widen}>{t.zoomOut}</Button>
      </div>
      {!histogram.isExact && <p className="text-xs text-warn">{t.atLeast}</p>}
      <LazyTimeSeries label={t.histogram} times={times} stepMs={histogram.stepMs} series={series} onZoom={zoom} />
      <p className="text-xs text-muted">{t.histogramHint}</p>
    </>
  );
}

/** Whole class names, for the style sheet is made of the names that stand in the source. */
const SWATCHES: Record<string, string> = {
  alarm: 'bg-alarm',
  bad: 'bg-bad',
  warn: 'bg-warn',
  info: 'bg-info',
  edge: 'bg-edge',
};

function toSeries(histogram: EventHistogram, names: Record<Severity, string>) {
  const from = Date.parse(histogram.from);
  const steps = Math.max(0, ...histogram.series.map(({ counts }) => counts.length));
  const series = ORDER.flatMap((severity) => {
    const found = histogram.series.find((one) => one.severity === severity);
    if (!found?.counts.some((count) => count > 0)) return [];
    return [{ label: names[severity], color: COLORS[severity], counts: found.counts }];
  });
  return {
    times: Array.from({ length: steps }, (_, step) => from + step * histogram.stepMs),
    series,
    total: series.reduce((sum, { counts }) => sum + counts.reduce((inner, count) => inner + count, 0), 0),
  };
}
