import type { Span } from './span.ts';

export interface PlacedSpan extends Span {
  /** ms from the start of the trace, its clock corrected. */
  offsetMs: number;
  /** What its service's clock was taken to be ahead of its caller's; 0: nothing had to be corrected. */
  skewMs: number;
  depth: number;
  /** Its parent was never received. */
  isOrphan: boolean;
}

export interface Waterfall {
  /** Epoch ms of the earliest span, its clock corrected. */
  start: number;
  durationMs: number;
  /** Parents before children, children by their start. */
  spans: PlacedSpan[];
  /** ms from the start in which no span ran, longest first. */
  gaps: { fromMs: number; toMs: number }[];
}

export interface WaterfallOptions {
  /** Gaps below this are no news. */
  shortestGapMs?: number;
  listedGaps?: number;
}

/**
 * Puts the spans of one trace into the order of a waterfall. A span of another service that begins before its caller, or ends after it
 * though it would fit, has another clock: it and what hangs below it are moved into the middle of the caller, as if the way there and back
 * took equal time (as Jaeger's clock-skew adjustment does). Spans of one service are never moved against each other. What hangs on itself in a
 * circle is cut where it was met first.
 */
export function waterfallOf(spans: readonly Span[], options: WaterfallOptions = {}): Waterfall {
  const unique = [...new Map(spans.map((span) => [span.id, span])).values()];
  const byId = new Map(unique.map((span) => [span.id, span]));
  const children = Map.groupBy(
    unique.filter(({ id, parent }) => parent !== null && parent !== id && byId.has(parent)),
    ({ parent }) => parent!,
  );
  const placed: PlacedSpan[] = [];
  const seen = new Set<string>();
  const roots = unique.filter(({ id, parent }) => parent === null || parent === id || !byId.has(parent));
  for (const root of [...roots].sort(byStart)) place(root, { children, placed, seen });
  // Only circles are left.
  for (const span of [...unique].sort(byStart)) if (!seen.has(span.id)) place(span, { children, placed, seen });
  const start = placed.reduce((first, span) => Math.min(first, span.start - span.skewMs), Number.POSITIVE_INFINITY);
  for (const span of placed) span.offsetMs = span.start - span.skewMs - start;
  const durationMs = placed.reduce((last, span) => Math.max(last, span.offsetMs + span.durationMs), 0);
  return { start: placed.length === 0 ? 0 : start, durationMs, spans: placed, gaps: gapsIn(placed, options) };
}

interface Placing {
  children: ReadonlyMap<string, Span[]>;
  placed: PlacedSpan[];
  seen: Set<string>;
}

/** Without recursion: a trace may be as deep as its sender likes. */
function place(root: Span, { children, placed, seen }: Placing): void {
  const waiting: { span: Span; depth: number; skewMs: number }[] = [{ span: root, depth: 0, skewMs: 0 }];
  const isOrphan = root.parent !== null;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { span, depth, skewMs } = next;
    if (seen.has(span.id)) continue;
    seen.add(span.id);
    placed.push({ ...span, offsetMs: 0, skewMs, depth, isOrphan: isOrphan && depth === 0 });
    const below = [...(children.get(span.id) ?? [])].sort(byStart).reverse();
    for (const child of below) waiting.push({ span: child, depth: depth + 1, skewMs: skewOf(child, span, skewMs) });
  }
}

/** What the child's clock is ahead of the root's, given what its parent's is. */
function skewOf(child: Span, parent: Span, parentSkewMs: number): number {
  if (child.service === parent.service) return parentSkewMs;
  const parentStart = parent.start - parentSkewMs;
  const parentEnd = parentStart + parent.durationMs;
  const childEnd = child.start + child.durationMs;
  // What outlives its caller was not waited for: then only an impossible beginning tells of another clock.
  if (child.durationMs > parent.durationMs) return child.start < parentStart ? child.start - parentStart : 0;
  if (child.start >= parentStart && childEnd <= parentEnd) return 0;
  const isQueued = child.kind === 'consumer';
  if (isQueued && child.start >= parentStart) return 0;
  return child.start - (parentStart + (parent.durationMs - child.durationMs) / 2);
}

function gapsIn(
  spans: readonly PlacedSpan[],
  { shortestGapMs = 1, listedGaps = 20 }: WaterfallOptions,
): Waterfall['gaps'] {
  const gaps: Waterfall['gaps'] = [];
  let reached = 0;
  // What encloses everything hides every gap: only spans that have no child tell where work was done.
  const parents = new Set(spans.map(({ parent }) => parent));
  const leaves = spans.filter(({ id }) => !parents.has(id)).sort((a, b) => a.offsetMs - b.offsetMs);
  for (const { offsetMs, durationMs } of leaves) {
    if (offsetMs - reached >= shortestGapMs) gaps.push({ fromMs: reached, toMs: offsetMs });
    reached = Math.max(reached, offsetMs + durationMs);
  }
  const end = spans.reduce((last, span) => Math.max(last, span.offsetMs + span.durationMs), 0);
  if (leaves.length > 0 && end - reached >= shortestGapMs) gaps.push({ fromMs: reached, toMs: end });
  return gaps.sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs)).slice(0, listedGaps);
}

function byStart(a: Span, b: Span): number {
  return a.start - b.start || (a.id < b.id ? -1 : 1);
}
