import type { JobSummary } from '../../contracts/api/jobs.ts';
import { newestTicks, nextTick, type Run, type RunReader, type StoredJob } from '../../core/jobs/index.ts';

type LastRuns = Awaited<ReturnType<RunReader['lastOf']>> extends Map<string, infer Of> ? Of : never;

/** How long a tick may be without its run before that is wrong. */
const MISSING_MS = 60_000;
/** A clock elsewhere may be ahead: what came so long before a tick is meant for it. */
const EARLY_MS = 60_000;

/**
 * What is wrong with a job as it stands now; null: nothing. `overrunning`: it runs past its deadline or its longest time. `late`: it has not begun, or not
 * been heard of, in time. `missing`: a tick that came has no row. `never ran`: none of its runs has begun since its first tick.
 */
export function problemOf(stored: StoredJob, runs: LastRuns, now: number): JobSummary['problem'] {
  const { job, pause, firstSeenAt, versionSince, plannedUntil } = stored;
  const { last } = runs;
  if (last?.status === 'running' && now > latestEnd(last)) return 'overrunning';
  if (last?.status === 'queued' && now > Math.min(last.startBy ?? now, last.finishBy ?? now)) return 'late';
  if (pause && (pause.until === null || pause.until > now)) return null;
  if (job.trigger.kind !== 'cron' && job.trigger.kind !== 'interval') return null;
  if (job.work.kind === 'watched') return isUnheard(stored, job.work.graceMs, runs, now) ? 'late' : null;
  const missing = nextTick(job.trigger, plannedUntil ?? versionSince, { firstSeenAt });
  if (missing !== null && missing <= now - MISSING_MS) return 'missing';
  const first = nextTick(job.trigger, firstSeenAt, { firstSeenAt });
  const hasBegun = runs.success !== null || runs.failure !== null || last?.startedAt != null;
  const isOverdue = first !== null && first <= now - MISSING_MS;
  return isOverdue && !hasBegun && !isWaiting(last, now) ? 'never ran' : null;
}

function latestEnd({ finishBy, startedAt, createdAt, timeoutMs }: Run): number {
  const longest = (startedAt ?? createdAt) + timeoutMs;
  return finishBy === null ? longest : Math.min(finishBy, longest);
}

/** Made a moment ago, or for its condition within the time that it may. */
function isWaiting(last: Run | null, now: number): boolean {
  if (last?.status !== 'queued') return false;
  return last.createdAt > now - MISSING_MS || (last.condition !== null && last.condition.until >= now);
}

function isUnheard(
  { job: { trigger }, firstSeenAt, versionSince }: StoredJob,
  graceMs: number,
  runs: LastRuns,
  now: number,
): boolean {
  const heardAt = lastHeardOf(runs);
  if (trigger.kind === 'interval' && trigger.anchor === null) {
    // Spans count from when it was last heard of.
    const due = heardAt === null ? null : nextTick(trigger, heardAt, { firstSeenAt: heardAt });
    return due !== null && due + graceMs < now;
  }
  const since = Math.max(firstSeenAt, versionSince);
  const [tick] = newestTicks(trigger, since, now - graceMs - 1, { firstSeenAt, limit: 1 }).ticks;
  return tick !== undefined && (heardAt === null || heardAt < tick - EARLY_MS);
}

/** Rows of ticks that nobody told anything of are no word of it. */
function lastHeardOf({ last, success, failure }: LastRuns): number | null {
  const told = [last, success, failure].filter((run) => run !== null && run.reason !== 'missed');
  if (told.length === 0) return null;
  return Math.max(
    ...told.map((run) => Math.max(run!.createdAt, run!.reason === 'timeout' ? 0 : (run!.finishedAt ?? 0))),
  );
}
