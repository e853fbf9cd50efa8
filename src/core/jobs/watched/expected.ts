import type { StoredJob } from '../job.ts';
import { newestTicks, nextTick } from '../schedule/index.ts';
import { EARLY_MS, hasOwnTicks } from './missed-ticks.ts';

/** How a job that runs elsewhere stands to its schedule. Instants are epoch ms. */
export interface Expected {
  /** The newest tick past its grace; an interval without an anchor has one only while it was not heard of since. */
  due: number | null;
  /** Nobody told anything for it. */
  isUnheard: boolean;
  /** When this is no longer so, if nothing is heard; null: never. */
  changesAt: number | null;
}

/**
 * A tick is overdue once its grace is over, to the millisecond. An interval without an anchor counts from the last time that it was heard of; before
 * the first time nothing is expected. Ticks of a former schedule are not expected any more. `heardAt`: see `lastHeardOf`.
 */
export function expectedOf(stored: StoredJob, heardAt: number | null, now: number): Expected {
  const { job, firstSeenAt, versionSince } = stored;
  const graceMs = job.work.kind === 'watched' ? job.work.graceMs : 0;
  const isOver = now - graceMs - 1;
  if (!hasOwnTicks(job)) {
    const tick = heardAt === null ? null : nextTick(job.trigger, heardAt, { firstSeenAt: heardAt });
    if (tick === null || tick > isOver) return { due: null, isUnheard: false, changesAt: afterGrace(tick, graceMs) };
    return { due: tick, isUnheard: true, changesAt: null };
  }
  const since = Math.max(firstSeenAt, versionSince);
  const due = newestTicks(job.trigger, since, isOver, { firstSeenAt, limit: 1 }).ticks[0] ?? null;
  const isUnheard = due !== null && (heardAt === null || heardAt < due - EARLY_MS);
  return { due, isUnheard, changesAt: afterGrace(nextTick(job.trigger, isOver, { firstSeenAt }), graceMs) };
}

function afterGrace(tick: number | null, graceMs: number): number | null {
  return tick === null ? null : tick + graceMs + 1;
}
