export * from './as-debate-reply.ts';
export type * from './debate.ts';
export { DebateFault, type DebateFaultKind } from './debate-fault.ts';
export * from './debates.ts';
export type * from './ports.ts';
