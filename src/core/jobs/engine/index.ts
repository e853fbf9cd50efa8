export { createJobEngine, type JobEngine, type RunAsked } from './engine.ts';
export type { EngineKnobs, JobEngineOptions } from './engine-options.ts';
export { type JobProblem, problemOf } from './job-problem.ts';
export { type Loop, type LoopState, startLoop } from './loop.ts';
export type { ResumePreview } from './preview.ts';
export type { Executors } from './runner.ts';
export type { JobStores } from './stores.ts';
export { systemTimer, type Timer } from './timer.ts';
export type { JobLate, JobMissed } from './told.ts';
