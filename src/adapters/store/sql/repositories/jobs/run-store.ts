import type { RunPlanner, RunQueue, RunReader, WatchedRuns } from '../../../../../core/jobs/ports.ts';
import { createRunPlanner } from './run-planner.ts';
import { createRunQueue, type RunStoreContext } from './run-queue.ts';
import { createRunReader } from './run-reader.ts';
import { createWatchedRuns } from './watched-runs.ts';

/** Everything about runs, over one database. */
export function createRunStore(context: RunStoreContext): RunPlanner & RunQueue & RunReader & WatchedRuns {
  return {
    ...createRunPlanner(context),
    ...createRunQueue(context),
    ...createRunReader(context.dialect),
    ...createWatchedRuns(context),
  };
}
