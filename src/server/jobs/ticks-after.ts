import { nextTicks, type StoredJob } from '../../core/jobs/index.ts';

/** The ticks to come; none of a job that is paused for good, or has no schedule. */
export function ticksAfter(stored: StoredJob, now: number, count: number): number[] {
  const { job, pause, firstSeenAt } = stored;
  if (job.trigger.kind !== 'cron' && job.trigger.kind !== 'interval') return [];
  if (pause && pause.until === null) return [];
  return nextTicks(job.trigger, Math.max(now, pause?.until ?? now), count, { firstSeenAt });
}
