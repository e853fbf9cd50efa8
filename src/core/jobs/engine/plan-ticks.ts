import type { CatchUp, StoredJob } from '../job.ts';
import { catchUp, type ScheduleVersion, ticksOfVersions, type VersionedTick } from '../schedule/index.ts';

/** What becomes of one tick. `due` and `caught-up` are admitted, `missed` is a row that ran never. */
export interface PlannedTick extends VersionedTick {
  kind: 'due' | 'caught-up' | 'missed';
}

export interface PlanTicksRequest {
  stored: Pick<StoredJob, 'job' | 'firstSeenAt'>;
  versions: readonly ScheduleVersion[];
  /** Ticks in (from, until]. */
  from: number;
  until: number;
  /** A pause lasted until here: ticks up to it are missed, however late it is. Null: none. */
  heldUntil: number | null;
  now: number;
}

/** The loop itself is late by so much without any tick counting as missed. */
const LATE_LOOP_MS = 5_000;
/** The newest tick still runs under its own date when Guardian was away no longer than this. */
const STILL_DUE_MS = 60_000;
/** Rows of one look; of a rhythm of seconds that stood still for days, the newest. */
const MOST_TICK_ROWS = 1_000;

/** Ascending. `hasEarlier`: there were more than rows are made for. */
export function planTicks(request: PlanTicksRequest): { ticks: PlannedTick[]; hasEarlier: boolean } {
  const { stored, versions, from, until, heldUntil, now } = request;
  const { ticks, hasEarlier } = ticksOfVersions({
    versions,
    from,
    until,
    limit: MOST_TICK_ROWS,
    firstSeenAt: stored.firstSeenAt,
  });
  const newest = ticks.at(-1)?.tick;
  const isDue = ({ tick }: VersionedTick) =>
    tick > (heldUntil ?? Number.NEGATIVE_INFINITY) && now - tick <= (tick === newest ? STILL_DUE_MS : LATE_LOOP_MS);
  const firstDue = ticks.findIndex(isDue);
  const late = firstDue < 0 ? ticks : ticks.slice(0, firstDue);
  const due = firstDue < 0 ? [] : ticks.slice(firstDue);
  const { run, missed } = catchUp({ missed: late, policy: policyBeside(stored.job.catchUp, due.length), now });
  return {
    ticks: [
      ...missed.map((tick) => ({ ...tick, kind: 'missed' as const })),
      ...run.map((tick) => ({ ...tick, kind: 'caught-up' as const })),
      ...due.map((tick) => ({ ...tick, kind: 'due' as const })),
    ],
    hasEarlier,
  };
}

/** `last` is the last tick of all: where one is due now, it is that one. */
function policyBeside(policy: CatchUp, due: number): CatchUp {
  return policy.kind === 'last' && due > 0 ? { kind: 'none', lookBackMs: policy.lookBackMs } : policy;
}
