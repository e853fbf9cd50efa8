import type { Clock } from '../shared/index.ts';

export interface RateLimit {
  /**
   * Whether the key may go on now, and else in how many whole seconds. What it costs is taken afterwards by `take`, when it is known: a
   * bucket may go below zero, and its key then waits until that is made up for.
   */
  check(key: string, perMinute: number): { isAllowed: boolean; retryAfterSeconds: number };
  take(key: string, perMinute: number, cost: number): void;
}

interface Bucket {
  /** Tokens at `at`; at most what a minute brings. */
  tokens: number;
  at: number;
}

/** A token bucket for each key, filled by `perMinute` and holding as many. Keys that were not seen longest are forgotten first. */
export function createRateLimit({ clock, keys = 10_000 }: { clock: Clock; keys?: number }): RateLimit {
  const buckets = new Map<string, Bucket>();

  function bucketOf(key: string, perMinute: number): Bucket {
    const now = clock.now();
    const known = buckets.get(key);
    const bucket = known ?? { tokens: perMinute, at: now };
    if (known) {
      const gained = (Math.max(0, now - known.at) * perMinute) / 60_000;
      bucket.tokens = Math.min(perMinute, known.tokens + gained);
      bucket.at = now;
      buckets.delete(key);
    }
    buckets.set(key, bucket);
    if (buckets.size > keys) buckets.delete(buckets.keys().next().value!);
    return bucket;
  }

  return {
    check(key, perMinute) {
      const { tokens } = bucketOf(key, perMinute);
      if (tokens >= 1) return { isAllowed: true, retryAfterSeconds: 0 };
      return { isAllowed: false, retryAfterSeconds: Math.max(1, Math.ceil(((1 - tokens) * 60) / perMinute)) };
    },
    take(key, perMinute, cost) {
      bucketOf(key, perMinute).tokens -= cost;
    },
  };
}
