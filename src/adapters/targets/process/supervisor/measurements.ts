/** Latencies of one second are kept up to so many: an even choice of all of them. */
const SAMPLES_A_SECOND = 20;
/** Counts are kept for longer than the longest watch, a day. */
const COUNTS_KEPT_S = 25 * 60 * 60;
/** Single latencies for the longest step. */
const SAMPLES_KEPT_S = 60 * 60;

export interface Measured {
  requests: number;
  errors: number;
  latenciesMs: number[];
}

export interface Measurements {
  /** Epoch ms of its end. */
  count(revision: string, request: { at: number; ms: number; isError: boolean }): void;
  /** Of the whole seconds from `from` up to and without `to`; null: it began later, so it cannot say. */
  read(window: { revision: string; from: number; to: number; samples: number }): Measured | null;
  forget(revision: string): void;
}

interface Second {
  requests: number;
  errors: number;
  latenciesMs: number[];
}

/** What came of requests, by revision and second, in memory: who starts anew says that it cannot look back. */
export function createMeasurements(startedAt: number, random: () => number = Math.random): Measurements {
  const revisions = new Map<string, Map<number, Second>>();
  let prunedAt = 0;

  return {
    count(revision, { at, ms, isError }) {
      const second = Math.floor(at / 1_000);
      const kept = secondOf(revision, second);
      kept.requests++;
      if (isError) kept.errors++;
      // Reservoir sampling (Vitter, algorithm R): each of the second has the same chance to be kept.
      if (kept.latenciesMs.length < SAMPLES_A_SECOND) kept.latenciesMs.push(ms);
      else {
        const place = Math.floor(random() * kept.requests);
        if (place < SAMPLES_A_SECOND) kept.latenciesMs[place] = ms;
      }
      if (second - prunedAt > 60) prune(second);
    },
    read({ revision, from, to, samples }) {
      if (from < startedAt) return null;
      const [first, end] = [Math.floor(from / 1_000), Math.floor(to / 1_000)];
      const measured: Measured = { requests: 0, errors: 0, latenciesMs: [] };
      for (const [second, kept] of revisions.get(revision) ?? []) {
        if (second < first || second >= end) continue;
        measured.requests += kept.requests;
        measured.errors += kept.errors;
        measured.latenciesMs.push(...kept.latenciesMs);
      }
      return { ...measured, latenciesMs: evenly(measured.latenciesMs, samples) };
    },
    forget: (revision) => void revisions.delete(revision),
  };

  function secondOf(revision: string, second: number): Second {
    const seconds = revisions.get(revision) ?? new Map<number, Second>();
    revisions.set(revision, seconds);
    const kept = seconds.get(second) ?? { requests: 0, errors: 0, latenciesMs: [] };
    seconds.set(second, kept);
    return kept;
  }

  function prune(now: number): void {
    prunedAt = now;
    for (const seconds of revisions.values())
      for (const [second, kept] of seconds) {
        if (now - second > COUNTS_KEPT_S) seconds.delete(second);
        else if (now - second > SAMPLES_KEPT_S && kept.latenciesMs.length > 0) kept.latenciesMs = [];
      }
  }
}

function evenly(values: number[], count: number): number[] {
  if (values.length <= count) return values;
  return Array.from({ length: count }, (_, index) => values[Math.floor((index * values.length) / count)]!);
}
