export type { SyncLogEntry } from './decide.ts';
export type { Recorded } from './record.ts';
