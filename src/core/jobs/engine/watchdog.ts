import { type Clock, type GuardianError, steadyNow, toGuardianError } from '../../shared/index.ts';
import type { StoredJob } from '../job.ts';
import { nextTick, ticksOfVersions } from '../schedule/index.ts';
import { hasBegun, isWaiting } from './job-problem.ts';
import type { JobStores } from './stores.ts';
import { jobMissed } from './told.ts';
import { isHeld, versionsSince } from './versions.ts';

export interface WatchdogOptions {
  stores: Pick<JobStores, 'registry' | 'reader' | 'notices'>;
  clock: Clock;
  /** A tick without a row after this is missing. */
  missingAfterMs: number;
  onFailure(part: string, error: GuardianError): void;
}

const MOST_TICKS = 1_000;
/** The clock went on by so much more than time did: it was set, or the machine slept. */
const SET_MS = 2_000;

/**
 * Counts what should be there against the rows that are, with nothing of the planner's: it reads the jobs itself and keeps its own place.
 * A tick that has no row, and a job none of whose runs ever began since its first tick, are told once.
 */
export function createWatchdog({ stores, clock, missingAfterMs, onFailure }: WatchdogOptions): {
  turn(): Promise<null>;
} {
  /** What came before is caught up with, which is the planner's. */
  const startedAt = clock.now();
  const lookedUntil = new Map<string, number>();
  /** Jobs of which a run is known to have begun. */
  const began = new Set<string>();
  let offset = clock.now() - steadyNow(clock);

  async function missingTicks(stored: StoredJob, until: number): Promise<void> {
    const { job, firstSeenAt } = stored;
    const from = Math.max(firstSeenAt, lookedUntil.get(job.id) ?? startedAt);
    if (until <= from) return;
    const versions = await versionsSince(stored, from, stores.registry);
    const { ticks } = ticksOfVersions({ versions, from, until, firstSeenAt, limit: MOST_TICKS });
    if (ticks.length > 0) {
      const rows = await stores.reader.ticks(job.id, ticks[0]!.tick, ticks.at(-1)!.tick + 1);
      const known = new Set(rows.map(({ tick }) => tick));
      for (const { tick } of ticks) {
        if (known.has(tick)) continue;
        const entry = jobMissed(job, { what: 'missed_tick', tick });
        await stores.notices.say('job-missed', `${job.id}@${tick}`, clock.now(), entry);
      }
    }
    lookedUntil.set(job.id, until);
  }

  async function neverRan(overdue: readonly { stored: StoredJob; first: number }[]): Promise<void> {
    if (overdue.length === 0) return;
    const last = await stores.reader.lastOf(overdue.map(({ stored }) => stored.job.id));
    for (const { stored, first } of overdue) {
      const { job } = stored;
      const runs = last.get(job.id);
      if (runs && hasBegun(runs)) began.add(job.id);
      else if (!runs || !isWaiting(runs, clock.now(), missingAfterMs)) {
        const entry = jobMissed(job, { what: 'never_ran', tick: first });
        await stores.notices.say('job-never-ran', job.id, clock.now(), entry);
      }
    }
  }

  return {
    async turn() {
      const now = clock.now();
      // Ticks that a clock that was set forward brought all at once are the planner's first: the next turn counts them.
      const isSet = now - steadyNow(clock) - offset > SET_MS;
      offset = now - steadyNow(clock);
      if (isSet) return null;
      const overdue: { stored: StoredJob; first: number }[] = [];
      for (const stored of await stores.registry.list()) {
        const { job, pause, firstSeenAt } = stored;
        if (job.work.kind === 'watched') continue;
        if (isHeld(pause, now)) {
          lookedUntil.set(job.id, now);
          continue;
        }
        try {
          await missingTicks(stored, now - missingAfterMs);
          const first = began.has(job.id) ? null : nextTick(job.trigger, firstSeenAt, { firstSeenAt });
          if (first !== null && first <= now - missingAfterMs) overdue.push({ stored, first });
        } catch (thrown) {
          onFailure(`watchdog:${job.id}`, toGuardianError(thrown));
        }
      }
      await neverRan(overdue);
      return null;
    },
  };
}
