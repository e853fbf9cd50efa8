import { useEffect, useId, useRef } from 'react';
import type uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useFormats, useMessages } from '../language.tsx';
import { useIsDark } from '../theme.ts';
import { createBarChart } from './bar-chart.ts';
import type { SeenRevision } from './markers/chart-marker.ts';
import { MarkerList } from './markers/marker-list.tsx';
import { useMarkers } from './markers/use-markers.ts';
import { ScrollBox } from './scroll-box.tsx';

export interface Series {
  label: string;
  /** A colour of the palette: `bad`, `warn`, … */
  color: string;
  counts: readonly number[];
}

export interface TimeSeriesProps {
  /** What the chart shows, for those who do not see it. */
  label: string;
  /** Start of each step, epoch ms. */
  times: readonly number[];
  stepMs: number;
  /** Stacked, the first at the bottom. */
  series: readonly Series[];
  /** Revisions that the figures themselves know of. Deployments and fixes are marked on every chart. */
  seen?: readonly SeenRevision[];
  /** The chart is about this service: only what became of it is marked. */
  service?: string | undefined;
  /** Epoch ms; called when somebody drags across the chart. */
  onZoom?: (from: number, to: number) => void;
}

/** Bars over time, with the same figures as a table for whoever cannot see or point. */
export function TimeSeries({ label, times, stepMs, series, seen, service, onZoom }: TimeSeriesProps) {
  const { shared } = useMessages();
  const formats = useFormats();
  const isDark = useIsDark();
  const box = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLParagraphElement>(null);
  const listId = useId();
  const from = times[0] ?? 0;
  const to = times.length === 0 ? 0 : (times.at(-1) ?? 0) + stepMs;
  const { markers, isFailed } = useMarkers({ from, to, service, seen });
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  const plot = useRef<uPlot | null>(null);
  const shown = useRef(markers);
  shown.current = markers;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours on the canvas are those of the theme
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const show = (index: number | null) => {
      if (!readout.current) return;
      readout.current.textContent = index === null ? ' ' : describe(index);
    };
    const describe = (index: number) => {
      const parts = series
        .filter(({ counts }) => (counts[index] ?? 0) > 0)
        .map((one) => `${one.label} ${formats.count(one.counts[index] ?? 0)}`);
      return `${formats.exact(times[index] ?? 0)}${shared.colon} ${parts.join(', ') || '0'}`;
    };
    const chart = createBarChart(element, {
      times,
      stepMs,
      series,
      markers: () => shown.current,
      onHover: show,
      nameTime: formats.axis,
      onZoom: (from, to) => zoom.current?.(from, to),
    });
    const observer = new ResizeObserver(() =>
      chart.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    plot.current = chart;
    return () => {
      plot.current = null;
      observer.disconnect();
      chart.destroy();
    };
  }, [times, stepMs, series, formats, shared, isDark]);
  // They come after the figures: the chart stays, whoever drags across it meanwhile.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn is read from the reference
  useEffect(() => plot.current?.redraw(false, true), [markers]);
  const rows = times
    .map((at, index) => ({ at, counts: series.map(({ counts }) => counts[index] ?? 0) }))
    .filter(({ counts }) => counts.some((count) => count > 0));
  return (
    <figure aria-label={label}>
      <div
        ref={box}
        role="img"
        aria-label={label}
        aria-describedby={listId}
        className={`${markers.length > 0 ? 'h-48' : 'h-40'} w-full overflow-hidden`}
      />
      <p ref={readout} aria-hidden="true" className="min-h-5 text-xs text-muted">
        {' '}
      </p>
      <MarkerList id={listId} open={6} markers={markers} isFailed={isFailed} />
      <details className="text-xs text-muted">
        <summary className="cursor-pointer">{shared.chartTable}</summary>
        <ScrollBox label={label} className="max-h-60">
          <table className="mt-1 text-left">
            <caption className="sr-only">{label}</caption>
            <thead>
              <tr>
                <th className="pr-4"> </th>
                {series.map((one) => (
                  <th key={one.label} scope="col" className="pr-4">
                    {one.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ at, counts }) => (
                <tr key={at}>
                  <th scope="row" className="pr-4 font-normal">
                    {formats.exact(at)}
                  </th>
                  {counts.map((count, index) => (
                    <td key={series[index]?.label} className="pr-4">
                      {formats.count(count)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      </details>
    </figure>
  );
}
