import { type Clock, type GuardianError, toGuardianError } from '../../shared/index.ts';
import type { StoredJob } from '../job.ts';
import type { PlanRequest } from '../ports.ts';
import type { NewRun, Run } from '../run.ts';
import { nextTick } from '../schedule/index.ts';
import { missedWatchedTicks, nextWatchedPlan } from '../watched/missed-ticks.ts';
import type { DeclaredJobs } from './declared-jobs.ts';
import { newRun } from './new-run.ts';
import { decideOverlap } from './overlap.ts';
import { type PlannedTick, planTicks } from './plan-ticks.ts';
import type { JobStores } from './stores.ts';
import { isHeld, plannedFrom, versionsSince } from './versions.ts';

export interface PlannerOptions {
  stores: Pick<JobStores, 'planner' | 'registry' | 'reader'>;
  jobs: DeclaredJobs;
  clock: Clock;
  newId(): string;
  /** Jobs are read again after this: what other nodes changed. */
  refreshMs: number;
  onPlanned(runs: readonly Run[]): void;
  onFailure(part: string, error: GuardianError): void;
}

export interface Planner {
  /** Turns every tick that has come into a row; gives the instant of the next one. */
  turn(): Promise<number | null>;
  /** The next turn reads the jobs first. */
  changed(): void;
}

/** What is known of a job beside its row: when it has to be looked at next, and what that was computed from. */
interface Outlook {
  of: StoredJob;
  /** Null: never. */
  next: number | null;
  heldUntil: number | null;
}

/** Admissions of one transaction. */
const MOST_AT_ONCE = 1_000;

/**
 * Ticks become rows here, and nowhere else. A job costs nothing until its next tick has come; those that are due together are written in one
 * transaction. Of several nodes each does the same: whose `from` is no longer right writes nothing.
 */
export function createPlanner(options: PlannerOptions): Planner {
  const { stores, jobs, clock, refreshMs, onPlanned, onFailure } = options;
  const outlooks = new Map<string, Outlook>();
  let refreshedAt = Number.NEGATIVE_INFINITY;
  /** Planning waits for the next reading of the jobs. */
  let isChanged = true;

  async function refresh(now: number): Promise<void> {
    // What changes while they are read is read again.
    isChanged = false;
    try {
      await jobs.refresh();
      await endPauses(now);
    } catch (thrown) {
      isChanged = true;
      throw thrown;
    }
    refreshedAt = now;
    const known = new Set<string>();
    for (const stored of jobs.all()) {
      known.add(stored.job.id);
      observe(stored, now);
    }
    for (const id of outlooks.keys()) if (!known.has(id)) outlooks.delete(id);
  }

  /** A pause whose time is over is taken back by whoever sees it first. */
  async function endPauses(now: number): Promise<void> {
    const over = [...jobs.all()].filter(({ pause }) => pause !== null && !isHeld(pause, now)).map(({ job }) => job.id);
    if (over.length === 0) return;
    await stores.registry.setPause(over, null);
    await jobs.refresh();
  }

  function observe(stored: StoredJob, now: number): void {
    const known = outlooks.get(stored.job.id);
    if (known && isSame(known.of, stored)) return;
    const before = known?.of.pause ?? null;
    const heldUntil = before && !stored.pause ? Math.min(before.until ?? now, now) : (known?.heldUntil ?? null);
    outlooks.set(stored.job.id, { of: stored, next: nextLookSafely(stored), heldUntil });
  }

  /** One that cannot be computed waits for another definition, and holds up no other. */
  function nextLookSafely(stored: StoredJob): number | null {
    try {
      return nextLook(stored);
    } catch (thrown) {
      onFailure(`planner:${stored.job.id}`, toGuardianError(thrown));
      return null;
    }
  }

  async function turn(): Promise<number | null> {
    if (isChanged) await refresh(clock.now());
    await planDue(clock.now());
    // After the ticks, which are not to wait for it.
    const now = clock.now();
    if (now - refreshedAt >= refreshMs || now < refreshedAt) await refresh(now);
    return earliest(outlooks, refreshedAt + refreshMs);
  }

  async function planDue(now: number): Promise<void> {
    let requests: PlanRequest[] = [];
    let admissions = 0;
    for (const outlook of outlooks.values()) {
      if (outlook.next === null || outlook.next > now) continue;
      const request = await requestFor(outlook, now);
      if (!request) continue;
      requests.push(request);
      admissions += request.admissions.length;
      if (admissions < MOST_AT_ONCE) continue;
      await write(requests, now);
      requests = [];
      admissions = 0;
    }
    if (requests.length > 0) await write(requests, now);
  }

  /** Likewise; the watchdog sees that its tick is missing. */
  async function requestFor(outlook: Outlook, now: number): Promise<PlanRequest | null> {
    try {
      return await planJob(outlook, now, options);
    } catch (thrown) {
      outlook.next = now + refreshMs;
      onFailure(`planner:${outlook.of.job.id}`, toGuardianError(thrown));
      return null;
    }
  }

  async function write(requests: readonly PlanRequest[], now: number): Promise<void> {
    const made = await stores.planner.plan(requests, jobs.follow);
    for (const { jobId, until } of requests) {
      jobs.planned(jobId, until);
      const stored = jobs.get(jobId);
      if (stored) outlooks.set(jobId, { of: stored, next: nextLookSafely(stored), heldUntil: null });
    }
    if (made.length > 0) onPlanned(made);
    // Who was first on another node may have come less far: the next refresh says how far.
    const wanted = requests.reduce((sum, { admissions }) => sum + admissions.length, 0);
    if (made.length < wanted) refreshedAt = Math.min(refreshedAt, now - refreshMs + 1_000);
  }

  return {
    turn,
    changed() {
      isChanged = true;
    },
  };
}

/** Ticks before a pause began are planned as ever; those within it wait for its end. */
function nextLook(stored: StoredJob): number | null {
  const { job, firstSeenAt, pause } = stored;
  const from = plannedFrom(stored);
  const next =
    job.work.kind === 'watched'
      ? nextWatchedPlan(stored, from)
      : // Under a former version ticks may have come earlier than the present one's: then it is looked at once.
        stored.versionSince > from
        ? Math.min(stored.versionSince, nextTick(job.trigger, from, { firstSeenAt }) ?? stored.versionSince)
        : nextTick(job.trigger, from, { firstSeenAt });
  return next !== null && pause !== null && next > pause.at ? null : next;
}

async function planJob(outlook: Outlook, now: number, options: PlannerOptions): Promise<PlanRequest | null> {
  const { of: stored, heldUntil } = outlook;
  const { reader, registry } = options.stores;
  const from = plannedFrom(stored);
  const until = stored.pause ? Math.min(now, stored.pause.at) : now;
  if (until <= from) return null;
  const planned =
    stored.job.work.kind === 'watched'
      ? await missedWatchedTicks({ stored, from, until, reader })
      : {
          ...planTicks({ stored, versions: await versionsSince(stored, from, registry), from, until, heldUntil, now }),
          reached: until,
        };
  const caughtUp = new Set<string>();
  const admissions = planned.ticks.map((tick) => {
    const run = runOfTick(stored, tick, now, options.newId);
    if (tick.kind === 'caught-up') caughtUp.add(run.id);
    return { run, decide: decideOverlap(stored.job.overlap, false, caughtUp) };
  });
  return { jobId: stored.job.id, from: stored.plannedUntil, until: planned.reached, admissions, at: now };
}

function runOfTick(stored: StoredJob, { tick, kind }: PlannedTick, at: number, newId: () => string): NewRun {
  return newRun({
    id: newId(),
    stored,
    trigger: kind === 'due' ? 'schedule' : 'catch-up',
    triggeredBy: { kind: 'scheduler', user: null },
    tick,
    base: tick,
    at,
    chainRunId: null,
    causeRunId: null,
    ...(kind === 'missed' ? { status: 'skipped', reason: 'missed' } : {}),
  });
}

function isSame(before: StoredJob, now: StoredJob): boolean {
  return (
    before.version === now.version &&
    before.plannedUntil === now.plannedUntil &&
    before.firstSeenAt === now.firstSeenAt &&
    JSON.stringify(before.pause) === JSON.stringify(now.pause)
  );
}

function earliest(outlooks: ReadonlyMap<string, Outlook>, otherwise: number): number {
  let found = otherwise;
  for (const { next } of outlooks.values()) if (next !== null && next < found) found = next;
  return found;
}
