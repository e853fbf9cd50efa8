import type { CatchUp, Trigger } from '../job.ts';
import { newestTicks, type TickOptions } from './ticks.ts';

/** A trigger and since when it is in force; what `JobRegistry.versions` gives fits. */
export interface ScheduleVersion {
  job: { trigger: Trigger };
  version: number;
  since: number;
}

/** A tick of the version of the definition that was in force then. */
export interface VersionedTick {
  tick: number;
  version: number;
}

export interface MissedTicksRequest extends TickOptions {
  /** Oldest first; the first also stands for what was before it. */
  versions: readonly ScheduleVersion[];
  /** Ticks in (from, until]. */
  from: number;
  until: number;
}

/**
 * The newest ticks in (from, until] that the versions in force at the time give, ascending, at most `limit` (1,000), and whether there were
 * earlier ones: those are not counted, only said. A version ends where the next one begins; that instant is the next one's.
 */
export function ticksOfVersions(request: MissedTicksRequest): { ticks: VersionedTick[]; hasEarlier: boolean } {
  const { versions, from, until, limit = 1_000 } = request;
  let ticks: VersionedTick[] = [];
  let end = until;
  for (let index = versions.length - 1; index >= 0 && end > from; index--) {
    const { job, version, since } = versions[index]!;
    const begin = index === 0 ? from : Math.max(from, since - 1);
    if (begin >= end) continue;
    const found = newestTicks(job.trigger, begin, end, { ...request, limit: limit - ticks.length });
    ticks = [...found.ticks.map((tick) => ({ tick, version })), ...ticks];
    if (found.hasEarlier) return { ticks, hasEarlier: true };
    end = begin;
  }
  return { ticks, hasEarlier: false };
}

export interface CatchUpRequest {
  /** Ticks that were missed, ascending. */
  missed: readonly VersionedTick[];
  policy: CatchUp;
  now: number;
}

/** More runs than these are never caught up at once, whatever a definition says. */
const MOST_CAUGHT_UP = 1_000;

/** Which of the missed ticks run after all (the newest within the look-back), and which become rows `skipped`, reason `missed`. Both ascending. */
export function catchUp({ missed, policy, now }: CatchUpRequest): { run: VersionedTick[]; missed: VersionedTick[] } {
  const allowed = policy.kind === 'all' ? Math.min(policy.limit, MOST_CAUGHT_UP) : policy.kind === 'last' ? 1 : 0;
  const since = now - policy.lookBackMs;
  const firstWithin = missed.findIndex(({ tick }) => tick >= since);
  const within = firstWithin < 0 ? 0 : missed.length - firstWithin;
  const split = missed.length - Math.min(allowed, within);
  return { run: missed.slice(split), missed: missed.slice(0, split) };
}
