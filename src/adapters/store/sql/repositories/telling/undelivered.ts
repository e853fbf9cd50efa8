import type { Insertable, Kysely, Selectable } from 'kysely';
import type { NotificationDelivery, StandIn, Target, UndeliveredStore } from '../../../../../core/notify/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { DeliveryTable } from '../../schema/telling.ts';
import type { Schema } from '../../schema.ts';
import { DELIVERY_COLUMNS, deliveryIdOf, toDelivery } from './delivery-row.ts';
import { isUndelivered } from './index-conditions.ts';
import { insertDeliveries } from './intake.ts';
import { addOutboxRows } from './outbox.ts';

export function createUndeliveredStore(db: Kysely<Schema>): UndeliveredStore {
  return {
    /** Index `delivery_undelivered`. */
    async undelivered(before, limit) {
      const rows = await db
        .selectFrom('delivery')
        .select(DELIVERY_COLUMNS)
        .where(isUndelivered)
        .where((eb) => eb.or([eb('state', '=', 'dead'), eb('due_at', '<=', before)]))
        .orderBy('due_at')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toDelivery);
    },

    standIn: (entries, at) =>
      db.transaction().execute(async (trx) => {
        const made: NotificationDelivery[] = [];
        const degraded = new Map<string, NonNullable<StandIn['degraded']>>();
        for (const some of chunksOf(entries)) {
          const asked = new Map(some.map((entry) => [entry.delivery.id, entry]));
          const rows = await trx
            .updateTable('delivery')
            .set({ stood_in_at: at })
            .where('id', 'in', [...asked.keys()])
            .where('stood_in_at', 'is', null)
            .returningAll()
            .execute();
          const copies = rows.flatMap((row) => asked.get(row.id)!.targets.map((target) => standInFor(row, target, at)));
          made.push(...(await insertDeliveries(trx, copies)));
          for (const { id } of rows) {
            const told = asked.get(id)!.degraded;
            if (told) degraded.set(told.subjectId, told);
          }
        }
        await addOutboxRows(trx, [...degraded.values()], at);
        return made;
      }),

    async resend(id, at) {
      const row = await db
        .updateTable('delivery')
        .set((eb) => ({
          state: 'pending',
          reason: null,
          release_at: null,
          group_id: null,
          due_at: at,
          next_attempt_at: at,
          stood_in_at: null,
          attempts_before: eb.ref('attempts'),
        }))
        .where('id', '=', id)
        .where('state', 'in', ['dead', 'suppressed'])
        .returning(DELIVERY_COLUMNS)
        .executeTakeFirst();
      return row ? toDelivery(row) : null;
    },
  };
}

/** The same message, over another channel, as if it were new. */
function standInFor(row: Selectable<DeliveryTable>, target: Target, at: number): Insertable<DeliveryTable> {
  return {
    ...row,
    id: deliveryIdOf(row.key, target),
    recipient: target.recipientId,
    channel: target.channel,
    address: target.address,
    fallback_of: row.id,
    created_at: at,
    due_at: at,
    next_attempt_at: at,
    state: 'pending',
    reason: null,
    release_at: null,
    group_id: null,
    stood_in_at: null,
    attempts: 0,
    attempts_before: 0,
    claimed_until: null,
    first_attempt_at: null,
    last_attempt_at: null,
    sent_at: null,
    last_error: null,
    receipt: null,
    provider_id: null,
  };
}
