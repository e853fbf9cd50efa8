import type { Job } from '../job.ts';
import type { EndedRun } from './history.ts';

/** What a rule looks at: the job as it is, its runs, and those of all jobs that share its key, oldest first. */
export interface JobHistory {
  job: Pick<Job, 'id' | 'retries' | 'timeoutMs' | 'concurrency'>;
  runs: readonly EndedRun[];
  sharing: readonly EndedRun[];
  now: number;
}

export interface Interval {
  low: number;
  high: number;
}

export interface Proposal {
  parameter: Parameter;
  from: number;
  to: number;
  /** What is expected to change: the success rate in points of 0 to 1, duration and waiting as a share of what they are. */
  measure: 'success rate' | 'duration' | 'waiting';
  effect: Interval;
  /** Shares and counts for the sentence that explains it. */
  because: Readonly<Record<string, number>>;
  runs: number;
}

export type Parameter = 'retries.count' | 'timeoutMs' | 'concurrency.limit';

/**
 * A parameter, and how its change can be foretold from runs. `judge` asks the same question of runs that were held back, about a change
 * whose outcome they show: it gives what was foretold from `known` and what `held` says; null: they show none.
 */
export interface Rule {
  parameter: Parameter;
  propose(history: JobHistory): Proposal | null;
  judge(known: JobHistory, held: JobHistory): { foretold: Interval; observed: number } | null;
}
