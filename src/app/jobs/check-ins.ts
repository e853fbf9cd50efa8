import type { Store } from '../../adapters/store/sql/index.ts';
import type { Intake } from '../../core/ingest/index.ts';
import { findMonitor, type JobEngine, signalOfCheckIn } from '../../core/jobs/index.ts';
import type { OutboxRow } from '../../core/notify/index.ts';
import { type Clock, type GuardianError, toGuardianError } from '../../core/shared/index.ts';

const ROWS = 100;
/** Why nothing came of a check-in that was taken in. */
const DROPPED = {
  unknown: 'unknown-monitor',
  full: 'too-many-monitors',
  refused: 'run-open',
  failed: 'not-recordable',
} as const;

export interface CheckInsOptions {
  store: Pick<Store, 'outbox'>;
  engine: Pick<JobEngine, 'record'>;
  intake: Pick<Intake, 'countDropped'>;
  clock: Clock;
  onFailure(what: string, error: GuardianError): void;
}

/**
 * Check-ins of Sentry clients, which came in with their events, as what they tell of jobs; in the order they came, each once. Those that no job is there
 * for are counted with what was left out; so is one that fails for good, which is told as well, for it would keep back all behind it. Gives how many it was.
 */
export function createCheckIns({ store, engine, intake, clock, onFailure }: CheckInsOptions) {
  return async (): Promise<number> => {
    const rows = await store.outbox.due(['check-in'], ROWS);
    for (const row of rows) {
      const outcome = await take(row).catch((thrown) => {
        const error = toGuardianError(thrown);
        if (error.kind.isRetryable) throw error;
        onFailure(`check-in ${row.subjectId}`, error);
        return 'failed' as const;
      });
      await store.outbox.done([row.id], clock.now());
      const { projectId } = row;
      if (projectId === null || outcome === null || outcome === 'recorded') continue;
      const reason = DROPPED[outcome];
      intake.countDropped({ reason, category: 'monitor', quantity: 1, projectId, source: 'sentry-envelope' });
    }
    return rows.length;
  };

  /** Null: it tells of no job. */
  async function take({ projectId, payload }: OutboxRow) {
    const { time, record } = payload as { time: number; record: Record<string, unknown> };
    const signal = projectId === null ? null : signalOfCheckIn({ projectId, time, payload: record });
    return signal && (await engine.record(signal)).kind;
  }
}

/** Whether a check-in that describes no monitor would be a job's. */
export function createMonitorCheck(store: Pick<Store, 'outbox' | 'jobs'>) {
  return async (projectId: number, name: string): Promise<boolean> => {
    // What reads the format is not loaded before it is asked for.
    const { asMonitorSlug } = await import('../../adapters/sources/sentry/map-records.ts');
    const slug = asMonitorSlug(name);
    // No name at all is not unknown but wrong, which its format says.
    if (slug === null) return true;
    // Before the jobs: what is no longer in the outbox then is a job by now.
    const waiting = await store.outbox.due(['check-in'], ROWS);
    if (waiting.length === ROWS || waiting.some((row) => row.projectId === projectId && describes(row.payload, slug)))
      return true;
    return findMonitor(await store.jobs.list(), { by: 'slug', projectId, slug }) !== null;
  };
}

function describes(payload: Record<string, unknown> | null, slug: string): boolean {
  const { monitor, config } = (payload?.record ?? {}) as Record<string, unknown>;
  return monitor === slug && config !== null && config !== undefined;
}
