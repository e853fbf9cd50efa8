import type { Run } from '../run.ts';

/** What a run told of itself, besides how it ended. */
export interface RunFacts {
  /** One JSON object, 64 KiB at most, record errors and warnings taken out; `steps` stay in it. */
  stats: Run['stats'];
  recordErrors: Run['recordErrors'];
  /** Sentences; any makes a success a `warning`. */
  warnings: readonly string[];
  /** Stats came that could not be taken: the run is not silently without them. */
  problem: StatsProblem | null;
}

/** `too_large`: over 64 KiB (`bytes` is what came, where it is known). `unreadable`: no JSON, or no object. */
export type StatsProblem = { kind: 'too_large'; bytes: number | null } | { kind: 'unreadable'; reason: string };

export const NO_FACTS: RunFacts = { stats: null, recordErrors: null, warnings: [], problem: null };
