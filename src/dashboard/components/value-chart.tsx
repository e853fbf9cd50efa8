import { useEffect, useId, useRef } from 'react';
import type uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useFormats, useMessages } from '../language.tsx';
import { useIsDark } from '../theme.ts';
import { MarkerList } from './markers/marker-list.tsx';
import { useMarkers } from './markers/use-markers.ts';
import { ScrollBox } from './scroll-box.tsx';
import { createValuePlot } from './value-plot.ts';

export interface ValueLine {
  label: string;
  /** A colour of the palette: `bad`, `warn`, … */
  color: string;
  shape: 'line' | 'bars';
  /** One for each instant; null: unknown, a gap. */
  values: readonly (number | null)[];
}

export interface ValueChartProps {
  /** What the chart shows, for those who do not see it. */
  label: string;
  /** Epoch ms, ascending. */
  times: readonly number[];
  lines: readonly ValueLine[];
  nameValue: (value: number) => string;
  isOrdinal?: boolean;
  most?: number | null;
  /** What the steps of the scale may be; left out: round decimal numbers. */
  steps?: readonly number[];
  /** The chart is about this service: only what became of it is marked. */
  service?: string | undefined;
}

/** Values over time as lines or bars, with the same figures as a table for whoever cannot see or point. */
export function ValueChart(props: ValueChartProps) {
  const { label, times, lines, nameValue, isOrdinal = false, most = null, steps, service } = props;
  const formats = useFormats();
  const { shared } = useMessages();
  const isDark = useIsDark();
  const box = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLParagraphElement>(null);
  const listId = useId();
  const { markers, isFailed } = useMarkers({ from: times[0] ?? 0, to: times.at(-1) ?? 0, service });
  const plot = useRef<uPlot | null>(null);
  const shown = useRef(markers);
  shown.current = markers;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours on the canvas are those of the theme
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const describe = (index: number) => {
      const known = lines.flatMap(({ label: name, values }) => {
        const value = values[index] ?? null;
        return value === null ? [] : [`${name} ${nameValue(value)}`];
      });
      return `${formats.exact(times[index] ?? 0)}${shared.colon} ${known.join(', ') || shared.unknown}`;
    };
    const chart = createValuePlot(element, {
      times,
      lines,
      isOrdinal,
      most,
      markers: () => shown.current,
      nameValue,
      steps,
      nameTime: formats.axis,
      onHover: (index) => {
        if (readout.current) readout.current.textContent = index === null ? ' ' : describe(index);
      },
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
  }, [times, lines, isOrdinal, most, nameValue, steps, formats, shared, isDark]);
  // They come after the figures: the chart stays, whoever drags across it meanwhile.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn is read from the reference
  useEffect(() => plot.current?.redraw(false, true), [markers]);
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
      <MarkerList id={listId} open={2} markers={markers} isFailed={isFailed} />
      <ValueTable label={label} times={times} lines={lines} nameValue={nameValue} />
    </figure>
  );
}

function ValueTable({ label, times, lines, nameValue }: ValueChartProps) {
  const { shared } = useMessages();
  const formats = useFormats();
  return (
    <details className="text-xs text-muted">
      <summary className="cursor-pointer">{shared.chartTable}</summary>
      <ScrollBox label={label} className="max-h-60">
        <table className="mt-1 text-left">
          <caption className="sr-only">{label}</caption>
          <thead>
            <tr>
              <td className="pr-4"> </td>
              {lines.map((line) => (
                <th key={line.label} scope="col" className="pr-4">
                  {line.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times.map((at, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two values may be of one instant
              <tr key={index}>
                <th scope="row" className="pr-4 font-normal">
                  {formats.exact(at)}
                </th>
                {lines.map((line) => {
                  const value = line.values[index] ?? null;
                  return (
                    <td key={line.label} className="pr-4">
                      {value === null ? '–' : nameValue(value)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </details>
  );
}
