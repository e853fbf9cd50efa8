/** What is foretold of a job's next run: that it fails (`error`, `timed_out`), or that it misses a deadline. */
export type PredictedEvent = 'failure' | 'lateness';

/** What a probability is made of; those that speak for the event stand with the prediction. */
export const PREDICTION_SIGNALS = [
  'lastRun',
  'streak',
  'recentShare',
  'usualShare',
  'retries',
  'durationNearLimit',
  'durationDrift',
  'statsNearLimit',
  'statsDrift',
  'upstream',
  'hour',
  'weekday',
] as const;

export type PredictionSignal = (typeof PREDICTION_SIGNALS)[number];

/** A row: made before the run, judged by it. Instants are epoch ms. */
export interface Prediction {
  jobId: string;
  event: PredictedEvent;
  /** Counts up with every change of the model: rows of different ones are not measured together. */
  modelVersion: number;
  madeAt: number;
  /** The tick of the run it is about, or when that is expected; (job, event, forAt) is unique. */
  forAt: number;
  /** 0 to 1. */
  probability: number;
  /** `probability` is at or above the threshold. */
  isWarning: boolean;
  /** A warning that may become an alert: the job's history is long enough, and bears the model out. */
  mayAlert: boolean;
  /** What speaks for the event, the strongest first, at most three; `weight` in log-odds above what is usual for the job. */
  because: { signal: PredictionSignal; weight: number }[];
  /** How the model did on the runs before this one, each foretold from what was known before it. */
  measured: PredictionMeasure;
  /** The same of foretelling "as last time". */
  asLastTime: PredictionMeasure;
  /** Null until it is judged. */
  judged: { at: number; runId: string; came: boolean } | null;
}

/** `precision`: of the warnings, the share that came true; `recall`: of what came, the share that was warned of. Null over nothing. */
export interface PredictionMeasure {
  /** Predictions that were judged. */
  count: number;
  /** Of them, those where the event came. */
  came: number;
  warnings: number;
  /** Warnings that came true. */
  hits: number;
  precision: number | null;
  recall: number | null;
}
