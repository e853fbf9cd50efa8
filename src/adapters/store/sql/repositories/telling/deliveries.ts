import type { ExpressionBuilder, Kysely, Selectable } from 'kysely';
import type { Delivery, DeliveryStore, MailMessage } from '../../../../../core/notify/index.ts';
import { parseCursor, toPage } from '../../cursor.ts';
import { packJson, unpackJson } from '../../packed-json.ts';
import type { Schema } from '../../schema.ts';

export function createDeliveryStore(db: Kysely<Schema>): DeliveryStore {
  return {
    async queue({ id, occasion, channel, recipient, message, about, createdAt }) {
      const queued = await db
        .insertInto('delivery')
        .values({
          id,
          occasion,
          channel,
          recipient,
          service: about.service,
          message: packJson(message),
          state: 'pending',
          attempts: 0,
          created_at: createdAt,
          next_attempt_at: createdAt,
          claimed_until: null,
          sent_at: null,
          last_error: null,
          receipt: null,
          about: JSON.stringify(about),
        })
        .onConflict((conflict) => conflict.columns(['occasion', 'recipient', 'channel']).doNothing())
        .returning('id')
        .executeTakeFirst();
      return queued !== undefined;
    },

    /** The condition stands in the UPDATE itself: of two that ask at once, one finds the row as it was. */
    async claim(now, limit, holdMs) {
      const rows = await db
        .updateTable('delivery')
        .set((eb) => ({ state: 'sending', claimed_until: now + holdMs, attempts: eb('attempts', '+', 1) }))
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('delivery')
            .select('id')
            .where(isDue(now))
            .orderBy('next_attempt_at')
            .orderBy('id')
            .limit(limit),
        )
        .where(isDue(now))
        .returningAll()
        .execute();
      return rows.map(toDelivery).sort((a, b) => a.nextAttemptAt - b.nextAttemptAt || (a.id < b.id ? -1 : 1));
    },

    async settle(id, { state, nextAttemptAt, sentAt, lastError, receipt }) {
      await db
        .updateTable('delivery')
        .set({
          state,
          next_attempt_at: nextAttemptAt,
          sent_at: sentAt,
          last_error: lastError,
          receipt,
          claimed_until: null,
        })
        .where('id', '=', id)
        .execute();
    },

    async get(id) {
      const row = await db.selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? toDelivery(row) : null;
    },

    async list({ cursor, limit }) {
      let deliveries = db
        .selectFrom('delivery')
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (cursor !== null) {
        const { value, id } = parseCursor(cursor);
        deliveries = deliveries.where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(value, id)));
      }
      const page = toPage(await deliveries.execute(), limit, (row) => ({ value: row.created_at, id: row.id }));
      return { items: page.rows.map(toDelivery), nextCursor: page.next };
    },

    async last(service, recipient) {
      const row = await db
        .selectFrom('delivery')
        .selectAll()
        .where('recipient', '=', recipient)
        .where('service', '=', service)
        .where('state', '<>', 'failed')
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ? toDelivery(row) : null;
    },
  };
}

/** Waiting for its time, or claimed by one that did not come back. */
function isDue(now: number) {
  return (eb: DeliveryExpressions) =>
    eb.or([
      eb.and([eb('state', '=', 'pending'), eb('next_attempt_at', '<=', now)]),
      eb.and([eb('state', '=', 'sending'), eb('claimed_until', '<=', now)]),
    ]);
}

type DeliveryExpressions = ExpressionBuilder<Schema, 'delivery'>;

function toDelivery(row: Selectable<Schema['delivery']>): Delivery {
  return {
    id: row.id,
    occasion: row.occasion,
    channel: row.channel as Delivery['channel'],
    recipient: row.recipient,
    message: unpackJson(row.message) as MailMessage,
    about: JSON.parse(row.about) as Delivery['about'],
    state: row.state as Delivery['state'],
    attempts: row.attempts,
    createdAt: row.created_at,
    nextAttemptAt: row.next_attempt_at,
    sentAt: row.sent_at,
    lastError: row.last_error,
    receipt: row.receipt,
  };
}
