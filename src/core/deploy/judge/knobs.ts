/** How sure the judge must be. Measured together by `bench/judge.ts`: change one, run it again. */
export interface JudgeKnobs {
  /** First look, in requests of the new revision; further ones whenever they have doubled, and at the end of each step. */
  firstLook: number;
  /** From so many requests on an error ratio may be suspect; before, only `errorAtOnce` decides. */
  suspectFrom: number;
  /** p below which errors are a failure at once: with 1 % before, 9 of the first 200. */
  errorAtOnce: number;
  /** p below which errors are suspect: 5 of the first 200. */
  errorSuspect: number;
  /** p below which a suspicion is confirmed, once as much again was gathered: 11 of 400. */
  errorConfirmed: number;
  /** Percentage points that the new error ratio must be higher by. */
  errorPoints: number;
  /** Latencies a side. */
  latencyPoints: number;
  /** 1 − confidence 0.98. */
  latencySuspect: number;
  latencyConfirmed: number;
  /** 0.2: 20 % slower. */
  latencyShift: number;
  /**
   * ms: a smaller shift never decides alone, whatever share it is. Nobody notices it, and a process that just began differs from one that has run
   * for days by as much: from 0.6 to 1.1 ms is 80 % slower, and nothing is wrong.
   */
  latencyLeastMs: number;
}

export const DEFAULT_JUDGE_KNOBS: JudgeKnobs = {
  firstLook: 25,
  suspectFrom: 100,
  errorAtOnce: 0.0005,
  errorSuspect: 0.1,
  errorConfirmed: 0.004,
  errorPoints: 1,
  latencyPoints: 50,
  latencySuspect: 0.02,
  latencyConfirmed: 0.001,
  latencyShift: 0.2,
  latencyLeastMs: 5,
};

/** After promotion there is no old revision at the same time, only what it did before: a little more is asked for. */
export const WATCH_JUDGE_KNOBS: JudgeKnobs = { ...DEFAULT_JUDGE_KNOBS, errorAtOnce: 0.0001, errorConfirmed: 0.001 };
