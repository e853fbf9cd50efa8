import type { AppendBatch } from '../../../../../core/ingest/index.ts';
import type { Write } from '../../dialects/dialect.ts';
import { earlier, later } from '../../expressions.ts';
import type { ReleaseHealthTable } from '../../schema/events.ts';

type Counted = Pick<ReleaseHealthTable, 'sessions' | 'crashed' | 'abnormal'>;

/**
 * What new session records add to the health of their releases, in the order of its key; records that name no release add nothing. A session counts with its
 * first update, a crash with the update that tells of it, as Sentry counts them.
 */
export function writesOfSessions(records: AppendBatch['records']): Write[] {
  const rows = new Map<string, ReleaseHealthTable>();
  for (const { projectId, time, payload } of records) {
    const counted = countsOf(payload);
    if (typeof payload.release !== 'string' || (counted.sessions | counted.crashed | counted.abnormal) === 0) continue;
    const environment = typeof payload.environment === 'string' ? payload.environment : '';
    const key = JSON.stringify([projectId, payload.release, environment]);
    const at = Math.floor(time);
    const known = rows.get(key);
    rows.set(key, {
      project_id: projectId,
      release: payload.release,
      environment,
      sessions: (known?.sessions ?? 0) + counted.sessions,
      crashed: (known?.crashed ?? 0) + counted.crashed,
      abnormal: (known?.abnormal ?? 0) + counted.abnormal,
      first_at: Math.min(known?.first_at ?? at, at),
      last_at: Math.max(known?.last_at ?? at, at),
    });
  }
  // One order for all: no two batches wait for each other's rows.
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return sorted.length === 0 ? [] : [(db) => addTo(db, sorted)];
}

function addTo(db: Parameters<Write>[0], rows: readonly ReleaseHealthTable[]): ReturnType<Write> {
  return db
    .insertInto('release_health')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'release', 'environment']).doUpdateSet((eb) => ({
        sessions: eb('release_health.sessions', '+', eb.ref('excluded.sessions')),
        crashed: eb('release_health.crashed', '+', eb.ref('excluded.crashed')),
        abnormal: eb('release_health.abnormal', '+', eb.ref('excluded.abnormal')),
        first_at: earlier(eb.ref('release_health.first_at'), eb.ref('excluded.first_at')),
        last_at: later(eb.ref('release_health.last_at'), eb.ref('excluded.last_at')),
      })),
    );
}

/** An update of one session, or a bucket of many; both bounded by whoever read them. */
function countsOf(payload: Record<string, unknown>): Counted {
  const of = (name: string) => (Number.isSafeInteger(payload[name]) ? (payload[name] as number) : 0);
  if (payload.aggregate !== true)
    return {
      sessions: Number(payload.init === true),
      crashed: Number(payload.status === 'crashed'),
      abnormal: Number(payload.status === 'abnormal'),
    };
  const crashed = of('crashed');
  const abnormal = of('abnormal');
  return { sessions: of('exited') + of('errored') + of('unhandled') + crashed + abnormal, crashed, abnormal };
}
