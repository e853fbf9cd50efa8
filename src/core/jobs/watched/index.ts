export type { SyncLogEntry } from './decide.ts';
export type { Recorded } from './record.ts';
export { findWatched } from './watched-job.ts';
