import type { Level } from '../record.ts';

/** Folds equal records. Off unless chosen. */
export interface SuppressionOptions {
  /** How long equal records fold at first, ms. Default 1,000. */
  minTtlMs?: number;
  /** How long at most, ms. Default 300,000. */
  maxTtlMs?: number;
  /** Different records that are told apart; the one not seen for longest goes first. Default 1,000. */
  keys?: number;
  /** Levels of which equal records fold. Default all but fatal, which never does. */
  levels?: readonly FoldableLevel[];
}

export type FoldableLevel = Exclude<Level, 'fatal'>;

export const FOLDABLE_LEVELS: readonly FoldableLevel[] = ['trace', 'debug', 'info', 'warn', 'error'];

export const DEFAULT_SUPPRESSION: Required<SuppressionOptions> = {
  minTtlMs: 1_000,
  maxTtlMs: 300_000,
  keys: 1_000,
  levels: FOLDABLE_LEVELS,
};

/** What stands for the folded ones of a window. */
export interface FoldedRecord<Passed> {
  passed: Passed;
  count: number;
  /** Epoch ms. */
  first: number;
  last: number;
}

export interface Suppression<Passed> {
  /**
   * True: it folds, nothing is to be written. False: it passes; `passed` is then given to `remember`. Never true for fatal, and for levels that are not to fold.
   */
  folds(logger: string, level: Level, template: string): boolean;
  /** The record that just passed; the one that ends its window is made after it. */
  remember(passed: Passed): void;
  /** Tells of everything that is folded and not told yet; for shutdown and exit. */
  tellAll(): void;
  stop(): void;
}

export interface SuppressionPorts<Passed> {
  options: Required<SuppressionOptions>;
  /** Monotonic ms. */
  now(): number;
  /** Epoch ms. */
  wall(): number;
  /** Unreferenced; gives the way to cancel. */
  after(ms: number, work: () => void): () => void;
  tell(folded: FoldedRecord<Passed>, level: Level): void;
}

/**
 * A key is idle or has an open window. The first record of an idle key passes and opens a window; within it equal ones fold. At its end,
 * with repeats: one record tells of them, and the next window, twice as long, begins at once (nothing passes while it repeats). Without:
 * the key is idle, its window half as long for each window's length of quiet, and forgotten below the shortest.
 * Guarantee: every folded record is in the count of exactly one record that is told, at the end of its window, at eviction, or by `tellAll`.
 */
interface Key<Passed> {
  level: Level;
  ttlMs: number;
  /** Monotonic ms; when idle: since when. */
  endsAt: number;
  isOpen: boolean;
  passed: Passed | null;
  count: number;
  first: number;
  last: number;
}

export function createSuppression<Passed>(ports: SuppressionPorts<Passed>): Suppression<Passed> {
  const { options, now, wall, after, tell } = ports;
  /** In the order in which they were last seen. */
  const keys = new Map<string, Key<Passed>>();
  let passing: Key<Passed> | null = null;
  let cancel: (() => void) | null = null;
  let wakesAt = Number.POSITIVE_INFINITY;

  const tellOf = (key: Key<Passed>): void => {
    const { passed, count, first, last, level } = key;
    key.count = 0;
    if (count > 0 && passed !== null) tell({ passed, count, first, last }, level);
  };
  const endWindow = (key: Key<Passed>, at: number): void => {
    if (key.count > 0) {
      tellOf(key);
      key.ttlMs = Math.min(key.ttlMs * 2, options.maxTtlMs);
      key.endsAt = at + key.ttlMs;
    } else {
      key.isOpen = false;
      key.ttlMs /= 2;
    }
  };
  const wake = (): void => {
    cancel = null;
    wakesAt = Number.POSITIVE_INFINITY;
    const at = now();
    for (const key of [...keys.values()]) if (key.isOpen && key.endsAt <= at) endWindow(key, at);
    schedule();
  };
  const scheduleAt = (at: number): void => {
    if (at >= wakesAt) return;
    cancel?.();
    wakesAt = at;
    cancel = after(Math.max(0, at - now()), wake);
  };
  const schedule = (): void => {
    let next = Number.POSITIVE_INFINITY;
    for (const key of keys.values()) if (key.isOpen && key.endsAt < next) next = key.endsAt;
    if (next !== Number.POSITIVE_INFINITY) scheduleAt(next);
  };
  const opened = (name: string, key: Key<Passed> | null, level: Level): Key<Passed> => {
    const ttlMs = key === null ? options.minTtlMs : ttlAfterQuiet(key, now(), options.minTtlMs);
    const fresh: Key<Passed> = {
      level,
      ttlMs,
      endsAt: now() + ttlMs,
      isOpen: true,
      passed: null,
      count: 0,
      first: 0,
      last: 0,
    };
    keys.delete(name);
    keys.set(name, fresh);
    evict();
    scheduleAt(fresh.endsAt);
    return fresh;
  };
  const evict = (): void => {
    while (keys.size > options.keys) {
      const [name, oldest] = keys.entries().next().value!;
      keys.delete(name);
      tellOf(oldest);
    }
  };
  const fold = (name: string, key: Key<Passed>): void => {
    keys.delete(name);
    keys.set(name, key);
    const at = wall();
    if (key.count === 0) key.first = at;
    key.last = at;
    key.count++;
  };

  return {
    folds: (logger, level, template) => {
      passing = null;
      if (level === 'fatal' || !options.levels.includes(level)) return false;
      const name = `${level}\n${logger}\n${template}`;
      const key = keys.get(name) ?? null;
      if (key?.isOpen && key.endsAt <= now()) endWindow(key, now());
      if (key?.isOpen) {
        // Without the record that passed, nothing could stand for those that fold.
        if (key.passed === null) passing = key;
        else fold(name, key);
        return key.passed !== null;
      }
      passing = opened(name, key, level);
      return false;
    },
    remember: (passed) => {
      if (passing !== null) passing.passed = passed;
      passing = null;
    },
    tellAll: () => {
      for (const key of keys.values()) tellOf(key);
    },
    stop: () => {
      cancel?.();
      cancel = null;
      wakesAt = Number.POSITIVE_INFINITY;
      keys.clear();
    },
  };
}

function ttlAfterQuiet(key: { ttlMs: number; endsAt: number }, now: number, minTtlMs: number): number {
  let { ttlMs, endsAt } = key;
  while (ttlMs > minTtlMs && now - endsAt >= ttlMs) {
    endsAt += ttlMs;
    ttlMs /= 2;
  }
  return Math.max(minTtlMs, ttlMs);
}
