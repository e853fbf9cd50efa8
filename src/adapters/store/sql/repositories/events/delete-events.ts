import type { Transaction } from 'kysely';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

/** Events of one transaction: another writer waits some milliseconds for it at most. */
const STEP = 250;

/** Takes events out, a few at a time; gives how many. */
export async function deleteInSteps(dialect: StoreDialect, seqs: readonly number[]): Promise<number> {
  for (const step of chunksOf(seqs, STEP)) {
    await dialect.kysely.transaction().execute((trx) => deleteEvents(trx, dialect, step));
  }
  return seqs.length;
}

/** Events with their text and their place in incidents; an incident that has none left goes too. What they counted for stays. */
async function deleteEvents(trx: Transaction<Schema>, { text }: StoreDialect, seqs: readonly number[]): Promise<void> {
  await text.remove(trx, seqs);
  await trx.deleteFrom('event').where('seq', 'in', seqs).execute();
  const left = await trx.deleteFrom('incident_event').where('event_seq', 'in', seqs).returning('incident_id').execute();
  const incidents = [...new Set(left.map(({ incident_id }) => incident_id))];
  if (incidents.length === 0) return;
  await trx
    .deleteFrom('incident')
    .where('id', 'in', incidents)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('incident_event').select('event_seq').whereRef('incident_event.incident_id', '=', 'incident.id'),
        ),
      ),
    )
    .execute();
}
