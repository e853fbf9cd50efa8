import { type Clock, steadyNow } from '../../shared/index.ts';
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

export interface ReaperKnobs {
  renewEveryMs: number;
  lostAfterMs: number;
}

/** The clock went on by so much more, or less, than time did: it was set, or the machine slept. */
const SET_MS = 2_000;

/**
 * Looks for the runs of nodes that are gone. After a look that failed or waited long for its answer, and after the clock was set, it waits until
 * whoever lives has had the time to renew: while the store was away or stood still nobody could (a renewal that waited too carries the instant at which
 * it was asked for), and a clock that was set makes all of them look old.
 */
export function createReaper(options: ReaperOptions & ReaperKnobs): { turn(): Promise<null> } {
  const { clock, renewEveryMs, lostAfterMs } = options;
  let holdUntil = Number.NEGATIVE_INFINITY;
  let offset = clock.now() - steadyNow(clock);

  return {
    async turn() {
      const steady = steadyNow(clock);
      const now = clock.now();
      if (Math.abs(now - steady - offset) > SET_MS) holdUntil = steady + 2 * renewEveryMs;
      offset = now - steady;
      if (steady < holdUntil) {
        // Asked all the same, so that a store that is still away holds it up longer.
        await holdingOn(() => options.stores.queue.stale(0));
        return null;
      }
      await holdingOn(() => reap(now - lostAfterMs, options));
      return null;
    },
  };

  async function holdingOn(look: () => Promise<unknown>): Promise<void> {
    const startedAt = steadyNow(clock);
    let isAnswered = false;
    try {
      await look();
      // What stands still for less makes nobody look gone.
      isAnswered = steadyNow(clock) - startedAt < lostAfterMs / 2;
    } finally {
      if (!isAnswered) holdUntil = steadyNow(clock) + 2 * renewEveryMs;
    }
  }
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
