import type { Store } from '../../adapters/store/sql/index.ts';
import { type JobEngine, signalOfCheckIn } from '../../core/jobs/index.ts';
import type { Clock } from '../../core/shared/index.ts';

const ROWS = 100;

/** Check-ins of Sentry clients, which came in with their events, as what they tell of jobs; in the order they came, each once. Gives how many it was. */
export function createCheckIns({
  store,
  engine,
  clock,
}: {
  store: Pick<Store, 'outbox'>;
  engine: Pick<JobEngine, 'record'>;
  clock: Clock;
}) {
  return async (): Promise<number> => {
    const rows = await store.outbox.due(['check-in'], ROWS);
    for (const { id, projectId, payload } of rows) {
      const { time, record } = payload as { time: number; record: Record<string, unknown> };
      const signal = projectId === null ? null : signalOfCheckIn({ projectId, time, payload: record });
      if (signal) await engine.record(signal);
      await store.outbox.done([id], clock.now());
    }
    return rows.length;
  };
}
