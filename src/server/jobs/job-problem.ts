import type { JobSummary } from '../../contracts/api/jobs.ts';
import { isTerminal, newestTicks, nextTicks, type Run, type StoredJob } from '../../core/jobs/index.ts';

/** The ticks to come; none of a job that is paused for good, or has no schedule. */
export function ticksAfter(stored: StoredJob, now: number, count: number): number[] {
  const { job, pause, firstSeenAt } = stored;
  if (job.trigger.kind !== 'cron' && job.trigger.kind !== 'interval') return [];
  if (pause && pause.until === null) return [];
  return nextTicks(job.trigger, Math.max(now, pause?.until ?? now), count, { firstSeenAt });
}

/** How long a tick may be without its run before that is wrong. */
const MISSING_MS = 60_000;

/** What is wrong with a job's newest tick or run as it stands now; null: nothing. */
export function problemOf(stored: StoredJob, { last, now }: { last: Run | null; now: number }): JobSummary['problem'] {
  const { job, pause, firstSeenAt } = stored;
  if (pause) return null;
  if (last && !isTerminal(last.status)) {
    if (last.finishBy !== null && last.finishBy < now) return 'overrunning';
    if (last.startBy !== null && last.startedAt === null && last.startBy < now) return 'late';
    return null;
  }
  if (job.trigger.kind !== 'cron' && job.trigger.kind !== 'interval') return null;
  const grace = job.work.kind === 'watched' ? job.work.graceMs : MISSING_MS;
  const [newest] = newestTicks(job.trigger, firstSeenAt, now - grace, { limit: 1, firstSeenAt }).ticks.slice(-1);
  if (newest === undefined) return null;
  if (last === null) return 'never ran';
  return last.createdAt < newest && (last.tick ?? 0) < newest ? 'missing' : null;
}
