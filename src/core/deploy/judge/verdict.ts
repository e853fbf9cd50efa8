/** `suspect` stops growth and gathers as much again; `inconclusive`: too little to say, or could not look. */
export type Verdict = 'pass' | 'suspect' | 'fail' | 'inconclusive';

/** One look of the judge, with the numbers it rests on. Instants are epoch ms. */
export interface StepVerdict {
  at: number;
  /** Index of the traffic step; the watch after promotion is the one after the last. */
  step: number;
  percent: number;
  verdict: Verdict;
  /** What decided: the first that failed or was suspect. */
  because: 'errors' | 'latency' | 'restarts' | 'out_of_memory' | 'new_issue' | 'traffic' | 'unreadable' | null;
  numbers: VerdictNumbers;
}

export interface VerdictNumbers {
  /** Of all steps together, in the watch since the promotion. */
  newRequests: number;
  newErrors: number;
  oldRequests: number;
  oldErrors: number;
  /** Of the new revision in this step. */
  stepRequests: number;
  /** One-sided, of the exact test; null: not asked. */
  errorP: number | null;
  /** New minus old, in percentage points. */
  errorPoints: number | null;
  /** Points a side. */
  newLatencies: number;
  oldLatencies: number;
  /** One-sided, Mann-Whitney. */
  latencyP: number | null;
  /** Hodges-Lehmann shift over the old median: 0.2 is 20 % slower. */
  latencyShift: number | null;
  /** The same in ms; null: the share says nothing. Absent from looks of former versions. */
  latencyShiftMs?: number | null;
  restarts: number;
  outOfMemory: number;
  newIssues: number;
  /** Of the new issues. */
  newIncidents: number;
}
