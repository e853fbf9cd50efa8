import type { PlannedTick } from '../engine/plan-ticks.ts';
import type { StoredJob } from '../job.ts';
import type { RunReader } from '../ports.ts';
import type { Run } from '../run.ts';
import { newestTicks, nextTick } from '../schedule/index.ts';

/** A client's clock may be ahead: what comes so much before a tick is for that tick. */
export const EARLY_MS = 60_000;

const MOST_ROWS = 1_000;
const PAGE = 500;

export interface WatchedTicksRequest {
  stored: StoredJob;
  /** Ticks in (from, until]. */
  from: number;
  until: number;
  reader: Pick<RunReader, 'list'>;
}

/**
 * A tick of a watched job is over when the next one comes: what is told later is for that one. So its row, if nobody told anything, is made
 * then. Intervals that count from the last run have one tick at a time, and no such rows. Null: never.
 */
export function nextWatchedPlan({ job, firstSeenAt }: StoredJob, from: number): number | null {
  if (!hasOwnTicks(job)) return null;
  const tick = nextTick(job.trigger, from, { firstSeenAt });
  return tick === null ? null : nextTick(job.trigger, tick, { firstSeenAt });
}

/** The ticks that are over and that no run was told for; `reached` is the last that is over. */
export async function missedWatchedTicks({
  stored,
  from,
  until,
  reader,
}: WatchedTicksRequest): Promise<{ ticks: PlannedTick[]; reached: number }> {
  const { job, firstSeenAt, version } = stored;
  const { ticks } = newestTicks(job.trigger, from, until, { firstSeenAt, limit: MOST_ROWS + 1 });
  const last = ticks.at(-1);
  const first = ticks[0];
  if (first === undefined || last === undefined || first === last) return { ticks: [], reached: from };
  const told = await instantsOfRuns(job.id, first - EARLY_MS, last, reader);
  const missed = ticks.slice(0, -1).filter((tick, index) => {
    const end = ticks[index + 1]! - EARLY_MS;
    return !told.some((at) => at >= tick - EARLY_MS && at < Math.max(end, tick + 1));
  });
  return { ticks: missed.map((tick) => ({ tick, version, kind: 'missed' })), reached: ticks.at(-2)! };
}

export function hasOwnTicks(job: StoredJob['job']): boolean {
  return job.trigger.kind === 'cron' || (job.trigger.kind === 'interval' && job.trigger.anchor !== null);
}

/** When its runs began, oldest last; enough for as many ticks as rows are made for. */
async function instantsOfRuns(
  jobId: string,
  from: number,
  to: number,
  reader: Pick<RunReader, 'list'>,
): Promise<number[]> {
  const found: Run[] = [];
  let cursor: string | null = null;
  do {
    const page = await reader.list({ jobIds: [jobId], from, to }, { cursor, limit: PAGE });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && found.length < 20 * PAGE);
  return found.filter((run) => run.reason !== 'missed').map((run) => run.startedAt ?? run.createdAt);
}
