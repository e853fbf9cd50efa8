export * from './chain/index.ts';
export * from './engine/index.ts';
export * from './job.ts';
export type * from './ports.ts';
export * from './prediction/index.ts';
export * from './run.ts';
export * from './schedule/index.ts';
export * from './stats/index.ts';
export * from './watched/index.ts';
