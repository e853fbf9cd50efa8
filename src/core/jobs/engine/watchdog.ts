import { type Clock, type GuardianError, steadyNow, toGuardianError } from '../../shared/index.ts';
import type { StoredJob } from '../job.ts';
import { nextTick, ticksOfVersions } from '../schedule/index.ts';
import { hasBegun, isWaiting } from './job-problem.ts';
import type { JobStores } from './stores.ts';
import { isHeld, plannedFrom, versionsSince } from './versions.ts';

export interface WatchdogOptions {
  stores: Pick<JobStores, 'registry' | 'reader'>;
  clock: Clock;
  /** A tick without a row after this is missing. */
  missingAfterMs: number;
  onFailure(part: string, error: GuardianError): void;
}

/** How one job stands to what it should have done. Instants are epoch ms. */
export interface JobWatch {
  jobId: string;
  label: string;
  projectId: number | null;
  /** `between`: nothing is known to be missing, but the planner has not come as far as now. */
  missedTick: {
    condition: 'bad' | 'between' | 'good';
    /** Without a row, oldest first: the first hundred of them, until a later one has its row. */
    ticks: readonly number[];
  };
  /** `between`: a run waits to begin. */
  neverRan: { condition: 'bad' | 'between' | 'good'; firstTick: number | null };
}

export interface Watchdog {
  turn(): Promise<null>;
  /** Of every job that has ticks, as the last turn saw it; null before the first. */
  watch(): readonly JobWatch[] | null;
}

const MOST_TICKS = 1_000;
const MOST_MISSING = 100;
/** The clock went on by so much more than time did: it was set, or the machine slept. */
const SET_MS = 2_000;

const RAN: JobWatch['neverRan'] = { condition: 'good', firstTick: null };
const NONE_MISSED: JobWatch['missedTick'] = { condition: 'good', ticks: [] };

/**
 * Counts what should be there against the rows that are, with nothing of the planner's: it reads the jobs itself and keeps its own place.
 * What it saw of a tick that has no row, and of a job none of whose runs ever began since its first tick, is there for the alerts to look at.
 */
export function createWatchdog({ stores, clock, missingAfterMs, onFailure }: WatchdogOptions): Watchdog {
  /** What came before is caught up with, which is the planner's. */
  const startedAt = clock.now();
  const lookedUntil = new Map<string, number>();
  /** Jobs of which a run is known to have begun. */
  const began = new Set<string>();
  const seen = new Map<string, JobWatch>();
  let hasTurned = false;
  let offset = clock.now() - steadyNow(clock);

  async function missedTicks(stored: StoredJob, until: number): Promise<JobWatch['missedTick']> {
    const { job, firstSeenAt } = stored;
    const from = Math.max(firstSeenAt, lookedUntil.get(job.id) ?? startedAt);
    const former = seen.get(job.id)?.missedTick.ticks ?? [];
    let missing = former;
    if (until > from) {
      const versions = await versionsSince(stored, from, stores.registry);
      const { ticks } = ticksOfVersions({ versions, from, until, firstSeenAt, limit: MOST_TICKS });
      missing = await withoutRow(
        job.id,
        former,
        ticks.map(({ tick }) => tick),
      );
      lookedUntil.set(job.id, until);
    }
    if (missing.length > 0) return { condition: 'bad', ticks: missing.slice(0, MOST_MISSING) };
    const unplanned = nextTick(job.trigger, plannedFrom(stored), { firstSeenAt });
    return unplanned !== null && unplanned <= until ? { condition: 'between', ticks: [] } : NONE_MISSED;
  }

  /** Those that were missing are so until they have a row, or all that came since have theirs. */
  async function withoutRow(jobId: string, former: readonly number[], ticks: readonly number[]): Promise<number[]> {
    const all = [...former, ...ticks];
    if (all.length === 0) return [];
    const rows = await stores.reader.ticks(jobId, all[0]!, all.at(-1)! + 1);
    const known = new Set(rows.map(({ tick }) => tick));
    const isWellSince = ticks.length > 0 && ticks.every((tick) => known.has(tick));
    return isWellSince ? [] : all.filter((tick) => !known.has(tick));
  }

  async function lookAt(stored: StoredJob, now: number): Promise<number | null> {
    const { job, pause, firstSeenAt } = stored;
    const about = { jobId: job.id, label: job.label, projectId: job.projectId };
    if (isHeld(pause, now)) {
      lookedUntil.set(job.id, now);
      seen.set(job.id, { ...about, missedTick: NONE_MISSED, neverRan: RAN });
      return null;
    }
    const missedTick = await missedTicks(stored, now - missingAfterMs);
    seen.set(job.id, { ...about, missedTick, neverRan: RAN });
    const first = began.has(job.id) ? null : nextTick(job.trigger, firstSeenAt, { firstSeenAt });
    return first !== null && first <= now - missingAfterMs ? first : null;
  }

  /** `overdue`: first tick by job. */
  async function lookForRuns(overdue: ReadonlyMap<string, number>, now: number): Promise<void> {
    if (overdue.size === 0) return;
    const last = await stores.reader.lastOf([...overdue.keys()]);
    for (const [jobId, firstTick] of overdue) {
      const runs = last.get(jobId);
      if (runs && hasBegun(runs)) {
        began.add(jobId);
        continue;
      }
      const condition = runs && isWaiting(runs, now, missingAfterMs) ? 'between' : 'bad';
      const watch = seen.get(jobId);
      if (watch) seen.set(jobId, { ...watch, neverRan: { condition, firstTick } });
    }
  }

  return {
    watch: () => (hasTurned ? [...seen.values()] : null),
    async turn() {
      const now = clock.now();
      // Ticks that a clock that was set forward brought all at once are the planner's first: the next turn counts them.
      const isSet = now - steadyNow(clock) - offset > SET_MS;
      offset = now - steadyNow(clock);
      if (isSet) return null;
      const overdue = new Map<string, number>();
      const listed = (await stores.registry.list()).filter(({ job }) => job.work.kind !== 'watched');
      for (const stored of listed) {
        try {
          const first = await lookAt(stored, now);
          if (first !== null) overdue.set(stored.job.id, first);
        } catch (thrown) {
          onFailure(`watchdog:${stored.job.id}`, toGuardianError(thrown));
        }
      }
      await lookForRuns(overdue, now);
      const ids = new Set(listed.map(({ job }) => job.id));
      for (const id of seen.keys()) if (!ids.has(id)) seen.delete(id);
      hasTurned = true;
      return null;
    },
  };
}
