import type { StoredReport } from './ports.ts';

/** The next one takes a moment to be made: a tenth of its interval, five minutes at most. */
const LONGEST_MAKING_MS = 5 * 60_000;

export interface StaleRule {
  /** Epoch ms. */
  now: number;
  /** When the schedule makes the next report after an instant; null: there is none. */
  dueAfter(at: number): number | null;
}

/**
 * Whether a report is older than its schedule allows, with no newer one: it then says nothing of how things are. One that no schedule made is valid for its
 * window, or until the schedule's next one, whichever is later.
 */
export function isStaleReport(
  { madeAt, intervalMs, from, to }: Pick<StoredReport, 'madeAt' | 'intervalMs' | 'from' | 'to'>,
  { now, dueAfter }: StaleRule,
): boolean {
  const until = intervalMs === null ? validUntil({ madeAt, from, to }, dueAfter(madeAt)) : madeAt + intervalMs;
  if (until === null) return false;
  return now > until + Math.min(LONGEST_MAKING_MS, (until - madeAt) / 10);
}

function validUntil(
  { madeAt, from, to }: Pick<StoredReport, 'madeAt' | 'from' | 'to'>,
  due: number | null,
): number | null {
  const window = from === null || to === null ? null : madeAt + Math.max(0, to - from);
  return window === null || due === null ? (due ?? window) : Math.max(window, due);
}
