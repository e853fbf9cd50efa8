/** Every number of a deployment, with its default, unit and reason; the configuration may change each. */
export interface DeployKnobs {
  /** Percent of the new revision's traffic, growing; 100 is added when it is missing. */
  steps: readonly number[];
  /** A step lasts so long at least: slower failures need time, whatever the traffic. */
  stepMs: number;
  /** Requests a side that a step needs at least. */
  stepRequests: number;
  /** A step without enough traffic, or a source that cannot look, is inconclusive after so long, then held. */
  inconclusiveMs: number;
  /** A suspicion may gather for so long, on little traffic; then it is held. */
  suspectMs: number;
  /** Goes on instead of holding when a step is inconclusive. */
  promotesInconclusive: boolean;
  /** The new revision must answer within. */
  startMs: number;
  /** Healthy answers in a row, and how far apart: a flapper cannot pass. */
  healthyAnswers: number;
  healthyEveryMs: number;
  /** Of the memory limit, 0-1. */
  memoryShare: number;
  /** Of the test command, 0-1: fewer passes end the deployment at once. */
  testsShare: number;
  /** The second analysis must come from the cache within. */
  cachedAnalysisMs: number;
  /** After promotion, between 5 min and a day. */
  watchMs: number;
  /** After an automatic rollback there is none for so long. */
  cooldownMs: number;
  /** Anonymous access is looked at so often while a revision is watched. */
  accessEveryMs: number;
  /** Requests under way at a revision that is taken off may last so long. */
  drainMs: number;
  /** How often the judge looks. */
  lookEveryMs: number;
  /** A latency that grew by less, in ms, never decides alone, whatever share of the former it is. */
  latencyLeastMs: number;
  /** Latencies of the first step's first moments are set aside: a process that just began compiles and fills its caches. At most a fifth of the step. */
  warmUpMs: number;
}

export const DEFAULT_DEPLOY_KNOBS: DeployKnobs = {
  steps: [5, 20, 50, 100],
  stepMs: 5 * 60_000,
  stepRequests: 100,
  inconclusiveMs: 30 * 60_000,
  suspectMs: 2 * 60 * 60_000,
  promotesInconclusive: false,
  startMs: 60_000,
  healthyAnswers: 5,
  healthyEveryMs: 1_000,
  memoryShare: 0.9,
  testsShare: 0.9,
  cachedAnalysisMs: 100,
  watchMs: 30 * 60_000,
  cooldownMs: 30 * 60_000,
  accessEveryMs: 5 * 60_000,
  drainMs: 30_000,
  lookEveryMs: 10_000,
  latencyLeastMs: 5,
  warmUpMs: 30_000,
};
