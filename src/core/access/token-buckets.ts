import type { Clock } from '../shared/index.ts';

export interface BucketSize {
  perSecond: number;
  /** What it holds when it is full. */
  burst: number;
}

export interface TokenBuckets {
  /** Takes that much if there is any left, be it to below zero: 0; else takes nothing, and says in how many ms there is some. */
  take(key: string, cost?: number): number;
  /** ms until there is some left; 0: there is. */
  waitMs(key: string): number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** A token bucket for each key. Those that were not used longest are forgotten first; full ones say nothing that a new one does not. */
export function createTokenBuckets(
  { perSecond, burst }: BucketSize,
  { clock, keys = 10_000 }: { clock: Clock; keys?: number },
): TokenBuckets {
  const buckets = new Map<string, Bucket>();
  return { take, waitMs };

  function take(key: string, cost = 1): number {
    const bucket = bucketOf(key);
    const wait = waitOf(bucket);
    if (wait === 0) bucket.tokens -= cost;
    return wait;
  }

  function waitMs(key: string): number {
    return waitOf(bucketOf(key));
  }

  function waitOf({ tokens }: Bucket): number {
    return tokens > 0 ? 0 : Math.max(1, Math.ceil(((1 - tokens) * 1_000) / perSecond));
  }

  function bucketOf(key: string): Bucket {
    const now = clock.now();
    let bucket = buckets.get(key);
    if (bucket === undefined) {
      bucket = { tokens: burst, at: now };
      if (buckets.size >= keys) buckets.delete(buckets.keys().next().value!);
    } else {
      // A clock that was set back gives nothing, and takes nothing.
      bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * perSecond) / 1_000);
      bucket.at = now;
      buckets.delete(key);
    }
    buckets.set(key, bucket);
    return bucket;
  }
}
