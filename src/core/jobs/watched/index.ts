export {
  createWatchedRecorder,
  type Recorded,
  type RecordOptions,
  type SyncLogEntry,
  type WatchedRecorder,
} from './record.ts';
export { defineWatched, findWatched } from './watched-job.ts';
