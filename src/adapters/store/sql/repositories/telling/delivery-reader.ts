import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import type {
  ChannelKind,
  DeliveryAttempt,
  DeliveryFilter,
  DeliveryReader,
  DeliveryState,
} from '../../../../../core/notify/index.ts';
import { parseCursor, toPage } from '../../cursor.ts';
import type { Schema } from '../../schema.ts';
import { DELIVERY_COLUMNS, readMessage, toDelivery, toNotification } from './delivery-row.ts';

const NONE: Record<DeliveryState, number> = {
  pending: 0,
  held: 0,
  suppressed: 0,
  sending: 0,
  sent: 0,
  failed: 0,
  dead: 0,
  stored: 0,
  simulated: 0,
};

export function createDeliveryReader(db: Kysely<Schema>): DeliveryReader {
  return {
    async get(id) {
      const row = await db.selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) return null;
      const told = row.notification_id;
      const notification =
        told === null
          ? undefined
          : await db.selectFrom('notification').selectAll().where('id', '=', told).executeTakeFirst();
      const attempts = await db
        .selectFrom('delivery_attempt')
        .selectAll()
        .where('delivery_id', '=', id)
        .orderBy('number')
        .execute();
      return {
        delivery: toDelivery(row),
        notification: notification ? toNotification(notification) : null,
        message: readMessage(row.message) ?? (await messageOfGroup(db, row.group_id)),
        attempts: attempts.map(
          ({ delivery_id, number, at, outcome, error, ms }): DeliveryAttempt => ({
            deliveryId: delivery_id,
            number,
            at,
            outcome: outcome as DeliveryAttempt['outcome'],
            error,
            ms,
          }),
        ),
      };
    },

    /** Index `delivery_created`; of an alert `delivery_alert`. */
    async list(filter, { cursor, limit }) {
      let deliveries = db
        .selectFrom('delivery')
        .select(DELIVERY_COLUMNS)
        .where((eb) => matches(eb, filter))
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

    async counts(filter) {
      const rows = await db
        .selectFrom('delivery')
        .select(['state', ({ fn }) => fn.countAll<number>().as('count')])
        .where((eb) => matches(eb, filter))
        .groupBy('state')
        .execute();
      return { ...NONE, ...Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)])) };
    },

    /** Index `delivery_created`. */
    async totals(from) {
      const rows = await db
        .selectFrom('delivery')
        .select(['occasion', 'channel', 'state', ({ fn }) => fn.countAll<number>().as('count')])
        .where('created_at', '>=', from)
        .groupBy(['occasion', 'channel', 'state'])
        .orderBy('occasion')
        .orderBy('channel')
        .orderBy('state')
        .execute();
      return rows.map(({ occasion, channel, state, count }) => ({
        occasion,
        channel: channel as ChannelKind,
        state: state as DeliveryState,
        count: Number(count),
      }));
    },

    async health() {
      const rows = await db.selectFrom('channel_health').selectAll().orderBy('channel').orderBy('address').execute();
      return rows.map((row) => ({
        channel: row.channel as ChannelKind,
        address: row.address,
        failuresInRow: row.failures_in_row,
        lastSentAt: row.last_sent_at,
        lastFailedAt: row.last_failed_at,
        lastError: row.last_error,
      }));
    },
  };
}

/** One delivery of a group keeps the message for all. */
async function messageOfGroup(db: Kysely<Schema>, group: string | null) {
  if (group === null) return null;
  const row = await db
    .selectFrom('delivery')
    .select('message')
    .where('group_id', '=', group)
    .where('attempts', '>', 0)
    .orderBy('position')
    .orderBy('id')
    .executeTakeFirst();
  return row ? readMessage(row.message) : null;
}

function likePart(text: string): string {
  return `%${text.replace(/[!%_]/g, '!$&')}%`;
}

/** An empty list matches nothing. */
function matches(eb: ExpressionBuilder<Schema, 'delivery'>, filter: DeliveryFilter) {
  const { states, channels, recipientId, occasions, alertId, aboutId, route, isUnrouted, from, to } = filter;
  const conditions = [];
  if (states) conditions.push(eb('state', 'in', orNone(states)));
  if (channels) conditions.push(eb('channel', 'in', orNone(channels)));
  if (occasions) conditions.push(eb('occasion', 'in', orNone(occasions)));
  if (recipientId !== undefined) conditions.push(eb('recipient', '=', recipientId));
  if (alertId !== undefined) conditions.push(eb('alert_id', '=', alertId));
  if (isUnrouted !== undefined) conditions.push(eb('is_unrouted', '=', isUnrouted ? 1 : 0));
  if (from !== undefined) conditions.push(eb('created_at', '>=', from));
  if (to !== undefined) conditions.push(eb('created_at', '<', to));
  // Names of routes are JSON strings in an array: this one, whole.
  if (route !== undefined) conditions.push(sql<SqlBool>`routes LIKE ${likePart(JSON.stringify(route))} ESCAPE '!'`);
  if (aboutId !== undefined) conditions.push(eb('notification_id', 'in', notificationsAbout(eb, aboutId)));
  return eb.and(conditions);
}

function notificationsAbout(eb: ExpressionBuilder<Schema, 'delivery'>, aboutId: string) {
  return eb.selectFrom('notification').select('notification.id').where('notification.about_id', '=', aboutId);
}

function orNone(values: readonly string[]): readonly string[] {
  return values.length > 0 ? values : [''];
}
