export type { Advance, AdvanceContext, FixStep, StepRefusal } from './advance.ts';
export * from './fix.ts';
export * from './fixes.ts';
export { branchOf } from './hand-off/document.ts';
export type { GateKnobs, GateRefusal } from './hand-off/gates.ts';
export type * from './ports.ts';
export { createFixWatch, type WatchCounts, type WatchOptions } from './watch.ts';
export { type AttemptsOptions, createAttemptWorker } from './work-attempts.ts';
