export type { SyncLogEntry } from './decide.ts';
export type { Recorded } from './record.ts';
export { findMonitor } from './watched-job.ts';
