import { type Clock, steadyNow } from '../../shared/index.ts';

export interface RecentCacheLimits {
  entries: number;
  /** ms that an entry is good; less where its own end comes first. */
  ttlMs: number;
}

export const RECENT_CACHE_LIMITS: RecentCacheLimits = { entries: 100, ttlMs: 3_600_000 };

/** Values of the last hour in memory. When it is full, the one that was least recently used leaves: used, not made. */
export interface RecentCache<Value> {
  get(key: string): Value | undefined;
  /** `ttlMs`: for a value that is good for a shorter time than the others. */
  set(key: string, value: Value, ttlMs?: number): void;
  /** Entries that are still good. */
  size(): number;
  readonly limit: number;
}

export function createRecentCache<Value>(clock: Clock, limits = RECENT_CACHE_LIMITS): RecentCache<Value> {
  /** Least recently used first: a Map keeps the order in which keys were put. */
  const entries = new Map<string, { value: Value; until: number }>();
  const isGood = ({ until }: { until: number }) => steadyNow(clock) < until;
  return {
    limit: limits.entries,
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      if (!isGood(entry)) return undefined;
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, ttlMs = limits.ttlMs) {
      entries.delete(key);
      entries.set(key, { value, until: steadyNow(clock) + Math.min(ttlMs, limits.ttlMs) });
      if (entries.size > limits.entries) entries.delete(entries.keys().next().value!);
    },
    size() {
      for (const [key, entry] of entries) if (!isGood(entry)) entries.delete(key);
      return entries.size;
    },
  };
}
