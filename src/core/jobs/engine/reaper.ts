import type { Clock } from '../../shared/index.ts';
import type { Run } from '../run.ts';
import type { DeclaredJobs } from './declared-jobs.ts';
import { endOfAttempt } from './retry.ts';
import type { JobStores } from './stores.ts';

export interface ReaperOptions {
  stores: Pick<JobStores, 'queue'>;
  jobs: DeclaredJobs;
  clock: Clock;
  random(): number;
  /** The sentence for people. */
  lostText: string;
  /** What this node carries out itself is its own to renew, however late it is with it. */
  isHeldHere(runId: string): boolean;
  onRuns(runs: readonly Run[]): void;
}

/** Closes the runs of nodes that are gone, not renewed since `before`: `error`, reason `lost`, and on to their retries. Gives how many. */
export async function reap(before: number, options: ReaperOptions): Promise<number> {
  const { stores, jobs, clock, random, lostText, isHeldHere, onRuns } = options;
  const at = clock.now();
  const stale = await stores.queue.stale(before);
  const ends = stale
    .filter((run) => run.node !== null && !isHeldHere(run.id))
    .map((run) => {
      const retries = jobs.get(run.jobId)?.job.retries ?? null;
      const end = run.cancelRequest
        ? ({ status: 'cancelled', reason: 'requested', message: run.cancelRequest.reason } as const)
        : ({ status: 'error', reason: 'lost', message: lostText } as const);
      return endOfAttempt({
        run,
        node: null,
        at,
        attemptStartedAt: attemptStart(run),
        end: { ...end, error: null, stats: null, recordErrors: null },
        retries,
        random,
      });
    });
  if (ends.length === 0) return 0;
  const settled = await stores.queue.settle(ends, jobs.follow);
  if (settled.length > 0) onRuns(settled);
  return settled.length;
}

/** When the attempt began is known to the node that is gone; not before this. */
function attemptStart(run: Run): number {
  return run.attempts.length === 0 ? (run.startedAt ?? run.createdAt) : Math.max(run.dueAt, run.startedAt ?? 0);
}
