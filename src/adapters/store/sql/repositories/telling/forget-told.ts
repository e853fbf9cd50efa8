import type { Kysely } from 'kysely';
import { chunksOf } from '../../chunks.ts';
import type { Schema } from '../../schema.ts';

/** Deliveries with their attempts, then notifications that no delivery tells any more; gives how many rows of both went. Index `delivery_created`. */
export async function forgetTold(
  db: Kysely<Schema>,
  { before, limit }: { before: number; limit: number },
): Promise<number> {
  const old = await db
    .selectFrom('delivery')
    .select('id')
    .where('created_at', '<', before)
    .where('state', 'not in', ['pending', 'held', 'failed', 'sending'])
    .orderBy('created_at')
    .limit(limit)
    .execute();
  for (const some of chunksOf(old.map(({ id }) => id))) {
    await db.transaction().execute(async (trx) => {
      await trx.deleteFrom('delivery_attempt').where('delivery_id', 'in', some).execute();
      await trx.deleteFrom('delivery').where('id', 'in', some).execute();
    });
  }
  const untold = await db
    .selectFrom('notification')
    .select('id')
    .where('at', '<', before)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('delivery').select('delivery.id').whereRef('notification_id', '=', 'notification.id'))),
    )
    .orderBy('at')
    .limit(limit)
    .execute();
  for (const some of chunksOf(untold.map(({ id }) => id)))
    await db.deleteFrom('notification').where('id', 'in', some).execute();
  return old.length + untold.length;
}
