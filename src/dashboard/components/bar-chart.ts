import '../valid-language.ts';
// After what makes the language valid.
import uPlot from 'uplot';
import { colorOf } from './chart-colors.ts';
import type { ChartMarker } from './markers/chart-marker.ts';
import { markerLines } from './markers/marker-lines.ts';
import type { Series } from './time-series.tsx';

interface BarChartOptions {
  times: readonly number[];
  stepMs: number;
  series: readonly Series[];
  markers: () => readonly ChartMarker[];
  /** Index of the step under the pointer. */
  onHover: (index: number | null) => void;
  onZoom: (from: number, to: number) => void;
  /** Names an instant on the axis; `isDay`: the steps between the names are days. */
  nameTime: (at: number, isDay: boolean) => string;
}

/** For each series the sum of itself and those below it: painted from the top down they look stacked. */
function stack(series: readonly Series[], length: number): number[][] {
  const sums: number[][] = [];
  for (const { counts } of series) {
    const below = sums.at(-1);
    sums.push(Array.from({ length }, (_, index) => (below?.[index] ?? 0) + (counts[index] ?? 0)));
  }
  return sums;
}

const DAY_S = 86_400;

/** Pixels beside what is drawn: the axis, and half a name of the other one. */
const LEFT = 44;
const RIGHT = 24;

/** Narrower drags are clicks. */
const DRAG_PIXELS = 5;

export function createBarChart(element: HTMLElement, options: BarChartOptions): uPlot {
  const { times, stepMs, series, markers, onHover, onZoom, nameTime } = options;
  const color = (name: string) => colorOf(element, name);
  const muted = color('muted');
  const line = color('line');
  const bars = uPlot.paths.bars!({ size: [0.92, 60], align: 1 });
  const sums = stack(series, times.length);
  const axis = { stroke: muted, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const from = (times[0] ?? 0) / 1000;
  const to = ((times.at(-1) ?? 0) + stepMs) / 1000;
  const lines = markerLines({
    markers,
    toX: (at) => at / 1000,
    range: [from, to],
    sides: { left: LEFT, right: RIGHT },
  });
  return new uPlot(
    {
      width: element.clientWidth,
      height: element.clientHeight,
      legend: { show: false },
      // At the right half of a name on the axis fits beside the chart.
      padding: [lines.top, RIGHT, 0, 0],
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
      scales: {
        x: { time: true, range: () => [from, to] },
        y: { range: (_, __, most) => [0, Math.max(1, Math.ceil(most * 1.05))] },
      },
      axes: [
        {
          ...axis,
          space: 64,
          size: 32,
          values: (_, splits, __, ___, increment) => splits.map((at) => nameTime(at * 1000, increment >= DAY_S)),
        },
        {
          ...axis,
          size: LEFT,
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7],
        },
      ],
      series: [
        {},
        ...series
          .map((one) => ({ label: one.label, fill: color(one.color), width: 0, paths: bars, points: { show: false } }))
          .reverse(),
      ],
      plugins: [lines.plugin],
      hooks: {
        setCursor: [(chart) => onHover(chart.cursor.idx ?? null)],
        setSelect: [
          (chart) => {
            const { left, width } = chart.select;
            if (width < DRAG_PIXELS) return;
            onZoom(chart.posToVal(left, 'x') * 1000, chart.posToVal(left + width, 'x') * 1000);
            chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
      },
    },
    [times.map((at) => at / 1000), ...sums.reverse()],
    element,
  );
}
