import type { StoredJob } from '../job.ts';
import type { Run } from '../run.ts';
import { nextTick } from '../schedule/index.ts';
import { expectedOf } from '../watched/expected.ts';
import { lastHeardOf } from '../watched/heard.ts';
import { isHeld, plannedFrom } from './versions.ts';

/**
 * `overrunning`: it runs past its deadline or its longest time. `late`: it has not begun, or not been heard of, in time. `missing`: a tick that
 * came has no row. `never ran`: none of its runs has begun since its first tick.
 */
export type JobProblem = 'late' | 'missing' | 'never ran' | 'overrunning';

/** As `RunReader.lastOf` gives them. */
export interface LastRuns {
  last: Run | null;
  success: Run | null;
  failure: Run | null;
}

const MISSING_AFTER_MS = 60_000;

export function problemOf(stored: StoredJob, runs: LastRuns, now: number): JobProblem | null {
  const { job, pause, firstSeenAt } = stored;
  if (stored.removedAt !== null) return null;
  const problem = runs.last && problemOfRun(runs.last, now);
  if (problem !== null) return problem;
  if (isHeld(pause, now)) return null;
  if (job.work.kind === 'watched') return expectedOf(stored, lastHeardOf(runs), now).isUnheard ? 'late' : null;
  const missing = nextTick(job.trigger, plannedFrom(stored), { firstSeenAt });
  if (missing !== null && missing <= now - MISSING_AFTER_MS) return 'missing';
  const first = nextTick(job.trigger, firstSeenAt, { firstSeenAt });
  const isOverdue = first !== null && first <= now - MISSING_AFTER_MS;
  return isOverdue && !hasBegun(runs) && !isWaiting(runs, now, MISSING_AFTER_MS) ? 'never ran' : null;
}

function problemOfRun(run: Run, now: number): JobProblem | null {
  const { status, startBy, finishBy } = run;
  if (status === 'running') {
    return now > Math.min(finishBy ?? now, (run.startedAt ?? now) + run.timeoutMs) ? 'overrunning' : null;
  }
  return status === 'queued' && now > Math.min(startBy ?? now, finishBy ?? now) ? 'late' : null;
}

/** Whether any of its runs ever began. */
export function hasBegun({ last, success, failure }: LastRuns): boolean {
  return success !== null || failure !== null || last?.startedAt != null;
}

/** Made a moment ago, or for its condition within the time that it may. */
export function isWaiting({ last }: LastRuns, now: number, graceMs: number): boolean {
  if (last?.status !== 'queued') return false;
  return last.createdAt > now - graceMs || (last.condition !== null && last.condition.until >= now);
}
