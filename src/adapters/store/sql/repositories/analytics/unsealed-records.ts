import type { Transaction } from 'kysely';
import type { ErrorReader } from '../../../../../core/alerts/ports.ts';
import type { AnalyticsBatch } from '../../../../../core/events/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

/** A row of `client_record` for each service, reason and minute in which records came without what should have been sealed. */
const KIND = 'seal-failed';
const MINUTE_MS = 60_000;
/** Rows of one look; services are named by clients. */
const MOST_ROWS = 1_000;

interface Unsealed {
  service: string;
  reason: string;
  count: number;
}

/** Adds what batches tell to the rows of this minute. They are locked before they are read: whoever adds at the same time adds to the sum. */
export async function addUnsealed(
  trx: Transaction<Schema>,
  dialect: Pick<StoreDialect, 'lock'>,
  batches: readonly AnalyticsBatch[],
  now: number,
): Promise<void> {
  const time = now - (now % MINUTE_MS);
  const sums = new Map<string, Unsealed & { projectId: number; id: string }>();
  for (const [projectId, service, reason, count] of batches.flatMap(({ unsealed = [] }) => unsealed)) {
    const id = JSON.stringify([service, reason, time]);
    const key = `${projectId} ${id}`;
    sums.set(key, { projectId, id, service, reason, count: count + (sums.get(key)?.count ?? 0) });
  }
  const sorted = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
  for (const rows of chunksOf(sorted)) {
    await trx
      .insertInto('client_record')
      .values(
        rows.map(({ projectId, id, service, reason }) => ({
          ...{ project_id: projectId, kind: KIND, id, time },
          payload: JSON.stringify({ service, reason, count: 0 } satisfies Unsealed),
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  for (const { projectId, id, service, reason, count } of sorted) {
    let kept = trx
      .selectFrom('client_record')
      .select('payload')
      .where((eb) => eb.and({ project_id: projectId, kind: KIND, id }));
    if (dialect.lock.isNeeded) kept = kept.modifyEnd(dialect.lock.wait);
    const { payload } = await kept.executeTakeFirstOrThrow();
    const before = (JSON.parse(payload) as Unsealed).count;
    await trx
      .updateTable('client_record')
      .set({ payload: JSON.stringify({ service, reason, count: before + count } satisfies Unsealed) })
      .where((eb) => eb.and({ project_id: projectId, kind: KIND, id }))
      .execute();
  }
}

export function createUnsealedReader({ kysely }: Pick<StoreDialect, 'kysely'>): Pick<ErrorReader, 'unsealed'> {
  return {
    async unsealed({ from }) {
      const rows = await kysely
        .selectFrom('client_record')
        .select(['project_id', 'time', 'payload'])
        // By the key of the table: other kinds of records of these minutes are many.
        .where('project_id', 'in', (eb) => eb.selectFrom('project').select('project.id'))
        .where('kind', '=', KIND)
        .where('time', '>=', from)
        .orderBy('time', 'desc')
        .limit(MOST_ROWS)
        .execute();
      return rows.map(({ project_id: projectId, time, payload }) => {
        const { service, reason, count } = JSON.parse(payload) as Unsealed;
        return { projectId, service, reason, count, at: time };
      });
    },
  };
}
