import type { Transaction } from 'kysely';
import type { IngestedEvent } from '../../../../../core/ingest/index.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

const CHUNK = 500;

/** Last in its transaction: on PostgreSQL other writers wait from here to its end, see `holdQueue`. */
export async function queueForFolding(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  candidates: readonly { seq: number; ingested: IngestedEvent; service: string }[],
): Promise<void> {
  if (candidates.length === 0) return;
  // Only the thread that takes events in needs it, and has it.
  const { serializeForFold } = await import('../../../../../core/issues/index.ts');
  await dialect.holdQueue(trx);
  for (let start = 0; start < candidates.length; start += CHUNK) {
    const rows = candidates.slice(start, start + CHUNK).map(({ seq, ingested, service }) => ({
      seq,
      project_id: ingested.projectId,
      service,
      event: serializeForFold(ingested.event),
    }));
    await trx.insertInto('fold_queue').values(rows).execute();
  }
}
