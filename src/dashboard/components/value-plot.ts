import '../valid-language.ts';
// After what makes the language valid.
import uPlot from 'uplot';
import { colorOf } from './chart-colors.ts';
import type { ChartMarker } from './markers/chart-marker.ts';
import { markerLines } from './markers/marker-lines.ts';
import type { ValueLine } from './value-chart.tsx';

interface ValuePlotOptions {
  times: readonly number[];
  lines: readonly ValueLine[];
  /** Steps stand beside each other whatever lies between them. */
  isOrdinal: boolean;
  /** Upper end of the scale; null: the greatest value. */
  most: number | null;
  markers: () => readonly ChartMarker[];
  onHover: (index: number | null) => void;
  nameTime: (at: number, isDay: boolean) => string;
  nameValue: (value: number) => string;
  /** What the steps of the scale may be; left out: round decimal numbers. */
  steps?: readonly number[] | undefined;
}

const DAY_S = 86_400;
const HALF_HOUR_S = 1_800;
/** Pixels beside what is drawn: the axis, and half a name of the other one. */
const LEFT = 80;
const RIGHT = 24;

/** The scale from 0, or from below it where a value is negative. */
function rangeOf(least: number, top: number, most: number | null): [number, number] {
  const high = most ?? (top > 0 ? top * 1.08 : 1);
  return [Math.min(0, least * 1.08), high];
}

export function createValuePlot(element: HTMLElement, options: ValuePlotOptions): uPlot {
  const { times, lines, isOrdinal, most, markers, onHover, nameTime, nameValue, steps } = options;
  const color = (name: string) => colorOf(element, name);
  const grid = { stroke: color('line'), width: 1 };
  const axis = { stroke: color('muted'), grid, ticks: grid };
  const bars = uPlot.paths.bars!({ size: [0.7, 40] });
  const isOverDays = (times.at(-1) ?? 0) - (times[0] ?? 0) > 2 * DAY_S * 1000;
  const xs = times.map((at, index) => (isOrdinal ? index : at / 1000));
  const range: [number, number] = isOrdinal ? [-0.6, Math.max(0.6, times.length - 0.4)] : spanOf(times);
  const marked = markerLines({
    markers,
    toX: (at) => (isOrdinal ? stepBefore(times, at) : at / 1000),
    range,
    sides: { left: LEFT, right: RIGHT },
  });
  return new uPlot(
    {
      width: element.clientWidth,
      height: element.clientHeight,
      legend: { show: false },
      padding: [marked.top, RIGHT, 0, 0],
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: !isOrdinal, range: () => range },
        y: { range: (_, least, top) => rangeOf(least ?? 0, top ?? 0, most) },
      },
      axes: [
        {
          ...axis,
          space: 80,
          size: 32,
          ...(isOrdinal ? { incrs: [1, 2, 5, 10, 20, 50, 100] } : {}),
          values: (_, splits, __, ___, increment) =>
            splits.map((at) => {
              if (!isOrdinal) return nameTime(at * 1000, increment >= DAY_S);
              const time = times[at];
              return time === undefined ? '' : nameTime(time, isOverDays);
            }),
        },
        { ...axis, size: LEFT, ...(steps ? { incrs: [...steps] } : {}), values: (_, splits) => splits.map(nameValue) },
      ],
      series: [
        {},
        ...lines.map((line) =>
          line.shape === 'bars'
            ? { label: line.label, fill: color(line.color), width: 0, paths: bars, points: { show: false } }
            : {
                label: line.label,
                stroke: color(line.color),
                width: 2,
                spanGaps: false,
                points: { show: true, size: 5, fill: color(line.color) },
              },
        ),
      ],
      plugins: [marked.plugin],
      hooks: { setCursor: [(chart) => onHover(chart.cursor.idx ?? null)] },
    },
    [xs, ...lines.map(({ values }) => [...values])],
    element,
  );
}

/** Seconds, as the chart counts time. Of one value an hour around it: the chart itself would show years. */
function spanOf(times: readonly number[]): [number, number] {
  const from = (times[0] ?? 0) / 1000;
  const to = (times.at(-1) ?? 0) / 1000;
  return from === to ? [from - HALF_HOUR_S, to + HALF_HOUR_S] : [from, to];
}

/** Where steps stand side by side an instant is between two of them: before the first that is not older. */
function stepBefore(times: readonly number[], at: number): number {
  const next = times.findIndex((time) => time >= at);
  return (next === -1 ? times.length : next) - 0.5;
}
