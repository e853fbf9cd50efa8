import type uPlot from 'uplot';
import { colorOf } from '../chart-colors.ts';
import { type ChartMarker, MARKER_COLORS, MARKER_SIGNS } from './chart-marker.ts';
import { placeLabels } from './place-labels.ts';

interface MarkerLinesOptions {
  /** Those to be drawn now: they may come after the chart. */
  markers: () => readonly ChartMarker[];
  /** Where an instant (epoch ms) stands on the chart's own x scale. */
  toX: (at: number) => number;
  /** Both ends of that scale. */
  range: readonly [number, number];
  /** Pixels between the edges of the chart and of what it draws in. */
  sides: { left: number; right: number };
}

interface MarkerLines {
  plugin: uPlot.Plugin;
  /** Room above what the chart draws, for the labels: over the figures themselves they would hide some. */
  top: (chart: uPlot) => number;
}

interface Shown {
  marker: ChartMarker;
  value: number;
  text: string;
}

const ROWS = 3;
const ROW_PIXELS = 14;
const TEXT_PIXELS = 11;
/** What the topmost name of the other axis sticks out. */
const LEAST_TOP = 12;
/** Longer ones stand whole in the list below the chart. */
const LABEL_CHARACTERS = 24;

function textOf({ kind, label }: ChartMarker): string {
  const short = label.length > LABEL_CHARACTERS ? `${label.slice(0, LABEL_CHARACTERS - 1)}…` : label;
  return `${MARKER_SIGNS[kind]} ${short}`;
}

function fontAt(scale: number): string {
  return `${TEXT_PIXELS * scale}px sans-serif`;
}

/** Draws each marker as a dashed line with its label above the chart. */
export function markerLines({ markers, toX, range, sides }: MarkerLinesOptions): MarkerLines {
  const [from, to] = range;
  let known: { of: readonly ChartMarker[]; shown: Shown[]; widths: number[] } | null = null;
  const look = () => {
    const of = markers();
    if (known?.of === of) return known;
    const shown = of
      .map((marker) => ({ marker, value: toX(marker.at), text: textOf(marker) }))
      .filter(({ value }) => value >= from && value <= to);
    known = { of, shown, widths: measure(shown.map(({ text }) => text)) };
    return known;
  };

  const rowsOf = (width: number): number => {
    const { shown, widths } = look();
    const right = width - sides.right;
    const labels = shown.map(({ value }, index) => ({
      x: sides.left + ((value - from) / (to - from || 1)) * (right - sides.left),
      width: widths[index] ?? 0,
    }));
    const places = placeLabels(labels, { left: sides.left, right: width, rows: ROWS });
    return Math.max(0, ...places.map((place) => (place === null ? ROWS : place.row + 1)));
  };

  const draw = (chart: uPlot): void => {
    const { shown, widths } = look();
    if (shown.length === 0) return;
    const { ctx, bbox, root } = chart;
    const scale = devicePixelRatio;
    const labels = shown.map(({ value }, index) => ({
      x: chart.valToPos(value, 'x', true),
      width: widths.at(index)! * scale,
    }));
    const places = placeLabels(labels, { left: bbox.left, right: chart.width * scale, rows: rowsOf(chart.width) });
    const card = colorOf(root, 'card');
    const topOf = (place: { row: number } | null) =>
      place === null ? bbox.top : bbox.top - (place.row + 1) * ROW_PIXELS * scale;
    const drawn = shown.map(({ marker, text }, index) => {
      const place = places.at(index) ?? null;
      const color = colorOf(root, MARKER_COLORS[marker.kind]);
      return { ...labels.at(index)!, text, place, color, top: topOf(place) };
    });
    ctx.save();
    ctx.font = fontAt(scale);
    // The axes were drawn before, and left their own.
    ctx.textAlign = 'left';
    ctx.textBaseline = 'alphabetic';
    for (const { x, top, color } of drawn) {
      const line = { x, from: top, to: bbox.top + bbox.height };
      // Bars may be of the line's own colour.
      strokeLine(ctx, line, { color: card, width: 3 * scale, dash: [] });
      strokeLine(ctx, line, { color, width: 1.5 * scale, dash: [4 * scale, 3 * scale] });
    }
    for (const { place, top, width, text, color } of drawn) {
      if (place === null) continue;
      // Lines of higher labels pass here.
      ctx.fillStyle = card;
      ctx.fillRect(place.x - scale, top, width + 2 * scale, ROW_PIXELS * scale);
      ctx.fillStyle = color;
      ctx.fillText(text, place.x, top + TEXT_PIXELS * scale);
    }
    ctx.restore();
  };

  return {
    plugin: { hooks: { draw } },
    top: (chart) => Math.max(LEAST_TOP, rowsOf(chart.width) * ROW_PIXELS + 4),
  };
}

interface Line {
  x: number;
  from: number;
  to: number;
}

interface Look {
  color: string;
  width: number;
  dash: number[];
}

function strokeLine(ctx: CanvasRenderingContext2D, { x, from, to }: Line, { color, width, dash }: Look): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(x, from);
  ctx.lineTo(x, to);
  ctx.stroke();
}

/** CSS pixels of each text. */
function measure(texts: readonly string[]): number[] {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return texts.map(() => 0);
  context.font = fontAt(1);
  return texts.map((text) => context.measureText(text).width);
}
