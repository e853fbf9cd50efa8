import type { Transaction } from 'kysely';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

/** Takes events out with all that points at them; counts of them stay. At most some hundreds at once. */
export async function deleteEvents(
  trx: Transaction<Schema>,
  { text }: StoreDialect,
  seqs: readonly number[],
): Promise<void> {
  if (seqs.length === 0) return;
  await text.remove(trx, seqs);
  await trx.deleteFrom('incident_event').where('event_seq', 'in', seqs).execute();
  await trx.deleteFrom('event').where('seq', 'in', seqs).execute();
}
