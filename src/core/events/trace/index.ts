export type { Span, SpanKind } from './span.ts';
export { spanOfTimer } from './timer-of.ts';
export { type PlacedSpan, type Waterfall, waterfallOf } from './waterfall.ts';
