import type { TimeRange } from '../../api/queries/events.ts';

const MINUTE_MS = 60_000;

/** Ranges that move with the clock. */
export const RANGES = {
  '15m': 15 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
  '6h': 360 * MINUTE_MS,
  '24h': 1_440 * MINUTE_MS,
  '7d': 10_080 * MINUTE_MS,
  '30d': 43_200 * MINUTE_MS,
} as const;
export type RangeName = keyof typeof RANGES;

const DEFAULT: RangeName = '24h';

export interface RangeSearch {
  range?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export function rangeName({ range }: RangeSearch): RangeName {
  return range !== undefined && Object.hasOwn(RANGES, range) ? (range as RangeName) : DEFAULT;
}

export function isMoving({ from, to }: RangeSearch): boolean {
  return from === undefined && to === undefined;
}

export function toTimeRange(search: RangeSearch): TimeRange {
  return isMoving(search) ? { lastMs: RANGES[rangeName(search)] } : { from: search.from, to: search.to };
}

/** The shown span and as much again on each side, not into the future. */
export function zoomedOut(from: number, to: number, now: number): { from: string; to: string } {
  const span = to - from;
  return { from: new Date(from - span).toISOString(), to: new Date(Math.min(to + span, now)).toISOString() };
}
