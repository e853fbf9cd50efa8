/** Buckets per power of two: a quantile is at most 1/16 of itself away from the true one. */
const STEPS = 8;
/** 2^-10 ms (1 µs) to 2^24 ms (4.6 h); what is beyond counts in the outermost. */
const LOWEST = -10;
const HIGHEST = 24;
const BUCKETS = (HIGHEST - LOWEST) * STEPS;

/** Durations of one operation: a fixed number of buckets, however many there are. */
export interface Histogram {
  add(durationMs: number, isSlow: boolean, hasFailed: boolean): void;
  summary(): DurationSummary;
}

export interface DurationSummary {
  count: number;
  failed: number;
  slow: number;
  /** ms */
  sum: number;
  max: number;
  p50: number;
  p95: number;
  p99: number;
}

export function createHistogram(): Histogram {
  const buckets = new Uint32Array(BUCKETS);
  const totals = { count: 0, failed: 0, slow: 0, sum: 0, max: 0 };
  return {
    add: (durationMs, isSlow, hasFailed) => {
      const duration = Math.max(0, durationMs);
      buckets[bucketOf(duration)]!++;
      totals.count++;
      totals.sum += duration;
      if (duration > totals.max) totals.max = duration;
      if (isSlow) totals.slow++;
      if (hasFailed) totals.failed++;
    },
    summary: () => ({
      ...totals,
      p50: quantile(buckets, totals, 0.5),
      p95: quantile(buckets, totals, 0.95),
      p99: quantile(buckets, totals, 0.99),
    }),
  };
}

function bucketOf(durationMs: number): number {
  if (durationMs <= 0) return 0;
  const at = Math.floor((Math.log2(durationMs) - LOWEST) * STEPS);
  return Math.min(BUCKETS - 1, Math.max(0, at));
}

/** The geometric middle of the bucket in which the quantile lies, never beyond the longest that was seen. */
function quantile(buckets: Uint32Array, { count, max }: { count: number; max: number }, share: number): number {
  const rank = Math.ceil(count * share);
  let seen = 0;
  for (let at = 0; at < BUCKETS; at++) {
    seen += buckets[at]!;
    if (seen >= rank && rank > 0) return Math.min(max, 2 ** (LOWEST + (at + 0.5) / STEPS));
  }
  return 0;
}
