export { type Coordination, type CoordinationOptions, createCoordination, type MayApply } from './coordinate.ts';
export { type MeasuredEffect, measureEffect } from './effect.ts';
export type { EndedRun } from './history.ts';
export { type Bottleneck, criticalPath, ENOUGH_RUNS, type Learning, learnJob } from './learn.ts';
export { type Override, staleOverrides, withOverrides } from './overrides.ts';
export { type Share, weightOf, wilson } from './rates.ts';
export type * from './rows.ts';
export type { Interval, JobHistory, Parameter, Proposal } from './rule.ts';
export { type Suggested, suggest } from './suggest.ts';
