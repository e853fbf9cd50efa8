export type { Stratum } from './exact-test.ts';
export { inconclusive, isLookDue, type JudgeInput, judge, type LookInput } from './judge.ts';
export { DEFAULT_JUDGE_KNOBS, type JudgeKnobs, WATCH_JUDGE_KNOBS } from './knobs.ts';
export type * from './verdict.ts';
