import type { JobRegistry, NoticeStore, OutputStore, RunPlanner, RunQueue, RunReader, WatchedRuns } from '../ports.ts';

/** Everything the engine keeps rows in. */
export interface JobStores {
  registry: JobRegistry;
  planner: RunPlanner;
  queue: RunQueue;
  watched: WatchedRuns;
  reader: RunReader;
  outputs: OutputStore;
  notices: NoticeStore;
}
