export type { CountIncrement, LatencyIncrement, UsageIncrements, UsageStep, UserIncrement } from './counts.ts';
export { countFacts, noGroups, startOf, USAGE_STEPS } from './counts.ts';
export { exportUser } from './export-user.ts';
export { type Gap, gapsAfter, type HeardNumbers } from './gaps.ts';
export { createUsageNames, type UsageNames } from './names.ts';
export { DETAIL_ROWS, timelineWindow } from './pages.ts';
export type * from './ports.ts';
export { SALT_BYTES, type SaltSpan, saltOf } from './pseudonym.ts';
export { closeIfOver, extendSessions, formSessions, unionMs } from './sessions.ts';
export { createSketch } from './sketch.ts';
export { DEFAULT_SUMMARY, type KeptUsage, keptWindow, type SummarisedUsage, summariseUsage } from './summary.ts';
export {
  ANONYMOUS_ERRORS_PER_MINUTE,
  CLIENT_CLOSED_REQUEST,
  isUserError,
  type RequestFact,
  type UsageFact,
  type Who,
} from './usage-fact.ts';
