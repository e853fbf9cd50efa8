import { type ExpressionBuilder, type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type {
  ChannelKind,
  ClaimedMessage,
  DeliveryQueue,
  Notification,
  Settlement,
} from '../../../../../core/notify/index.ts';
import { chunksOf } from '../../chunks.ts';
import { packJson } from '../../packed-json.ts';
import type { DeliveryTable } from '../../schema/telling.ts';
import type { Schema } from '../../schema.ts';
import { readMessage, storable, toDelivery, toNotification } from './delivery-row.ts';

const WAITING = ['pending', 'failed', 'held'];
const UNDER_WAY = ['pending', 'failed', 'sending'];
const ENDS = ['alert_resolved', 'job_recovered'];
/** What is told again, by the key that alerts give it. */
const REPEAT = /:(repeated|lapsed):\d+$/;
/** Attempts that may come before their time. */
const HASTENED = 8;
/** Deliveries of one message: a storm is told in parts. */
const GROUP = 500;

export function createDeliveryQueue(db: Kysely<Schema>): DeliveryQueue {
  return {
    async claim({ at, holdMs, limit, busy }) {
      // Mostly nothing is due, and looking takes nobody's turn to write.
      const ids = await findDue(db, { at, limit, busy });
      if (ids.length === 0) return [];
      return db.transaction().execute(async (trx) => messagesOf(trx, await take(trx, ids, at, at + holdMs)));
    },

    async renew(ids, until) {
      const held = new Set<string>();
      for (const some of chunksOf(ids)) {
        const rows = await db
          .updateTable('delivery')
          .set({ claimed_until: until })
          .where('id', 'in', some)
          .where('state', '=', 'sending')
          .returning('id')
          .execute();
        for (const { id } of rows) held.add(id);
      }
      return ids.filter((id) => !held.has(id));
    },

    async settle(settlements) {
      await db.transaction().execute(async (trx) => {
        const attempts: Attempt[] = [];
        for (const settlement of settlements) attempts.push(...(await settleOne(trx, settlement)));
        for (const some of chunksOf(attempts)) await trx.insertInto('delivery_attempt').values(some).execute();
        for (const settlement of settlements) await noteHealth(trx, settlement);
      });
    },

    async giveBack(ids, back) {
      const to = {
        later: () => ({ state: 'pending', next_attempt_at: back.at }),
        held: () =>
          back.kind === 'held' && {
            state: 'held',
            reason: back.reason,
            release_at: back.releaseAt,
            due_at: back.releaseAt,
            next_attempt_at: back.releaseAt,
            group_id: back.group,
          },
        suppressed: () => back.kind === 'suppressed' && { state: 'suppressed', reason: back.reason },
      }[back.kind]();
      if (!to) return;
      for (const some of chunksOf(ids)) {
        await db
          .updateTable('delivery')
          .set((eb) => ({ ...to, claimed_until: null, attempts: eb('attempts', '-', 1) }))
          .where('id', 'in', some)
          .where('state', '=', 'sending')
          .execute();
      }
    },

    async nextDueAt() {
      const { at } = await db
        .selectFrom('delivery')
        .select(sql<number | null>`min(CASE state WHEN 'sending' THEN claimed_until ELSE next_attempt_at END)`.as('at'))
        .where('state', 'in', [...WAITING, 'sending'])
        .executeTakeFirstOrThrow();
      return at;
    },
  };
}

type DeliveryExpressions = ExpressionBuilder<Schema, 'delivery'>;

/** Waiting for its time, or claimed by one that did not come back. Index `delivery_due`. */
function isDue(at: number) {
  return (eb: DeliveryExpressions) =>
    eb.and([
      eb('next_attempt_at', '<=', at),
      eb.or([eb('state', 'in', WAITING), eb.and([eb('state', '=', 'sending'), eb('claimed_until', '<=', at)])]),
    ]);
}

/** Ids of the deliveries of at most so many messages, oldest first, groups whole. */
async function findDue(
  db: Kysely<Schema>,
  { at, limit, busy }: Pick<Parameters<DeliveryQueue['claim']>[0], 'at' | 'limit' | 'busy'>,
): Promise<string[]> {
  let due = db
    .selectFrom('delivery')
    .select(['id', 'group_id'])
    .where(isDue(at))
    // One of its key to its address that came before goes first. Index `delivery_lane`.
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('delivery as before')
            .select('before.id')
            .whereRef('before.channel', '=', 'delivery.channel')
            .whereRef('before.address', '=', 'delivery.address')
            .whereRef('before.dedupe_key', '=', 'delivery.dedupe_key')
            .whereRef('before.position', '<', 'delivery.position')
            .where('before.state', 'in', UNDER_WAY),
        ),
      ),
    )
    .orderBy('next_attempt_at')
    .orderBy('position')
    .orderBy('id')
    .limit(GROUP);
  for (const { channel, address } of busy)
    due = due.where((eb) => eb.or([eb('channel', '<>', channel), eb('address', '<>', address)]));
  const singles: string[] = [];
  const groups = new Set<string>();
  for (const { id, group_id } of await due.execute()) {
    if (singles.length + groups.size >= limit) break;
    if (group_id === null) singles.push(id);
    else groups.add(group_id);
  }
  if (groups.size === 0) return singles;
  const members = await db
    .selectFrom('delivery')
    .select('id')
    .where('group_id', 'in', [...groups])
    .where(isDue(at))
    .orderBy('position')
    .orderBy('id')
    .limit(GROUP)
    .execute();
  return [...singles, ...members.map(({ id }) => id)];
}

/** The condition stands in the UPDATE itself: of two that ask at once, one finds the row as it was. */
async function take(
  trx: Transaction<Schema>,
  ids: readonly string[],
  at: number,
  until: number,
): Promise<Selectable<DeliveryTable>[]> {
  const taken: Selectable<DeliveryTable>[] = [];
  for (const some of chunksOf(ids)) {
    // Whose process ended within an attempt: what came of it is not known.
    const lost = await trx
      .selectFrom('delivery')
      .select(['id', 'attempts', 'last_attempt_at'])
      .where('id', 'in', some)
      .where('state', '=', 'sending')
      .where('claimed_until', '<=', at)
      .execute();
    const rows = await trx
      .updateTable('delivery')
      .set((eb) => ({
        state: 'sending',
        claimed_until: until,
        attempts: eb('attempts', '+', 1),
        first_attempt_at: eb.fn.coalesce('first_attempt_at', eb.val(at)),
        last_attempt_at: at,
      }))
      .where('id', 'in', some)
      .where(isDue(at))
      .returningAll()
      .execute();
    taken.push(...rows);
    const retaken = lost.filter(({ id }) => rows.some((row) => row.id === id));
    if (retaken.length === 0) continue;
    await trx
      .insertInto('delivery_attempt')
      .values(
        retaken.map(({ id, attempts, last_attempt_at }) => ({
          delivery_id: id,
          number: attempts,
          at: last_attempt_at ?? at,
          outcome: 'lost',
          error: null,
          ms: at - (last_attempt_at ?? at),
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return taken.sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
}

async function messagesOf(
  trx: Transaction<Schema>,
  rows: readonly Selectable<DeliveryTable>[],
): Promise<ClaimedMessage[]> {
  const messages = Map.groupBy(rows, (row) => row.group_id ?? row.id);
  const notifications = await readNotifications(trx, rows);
  const ended = await countEnded(trx, [...messages.keys()]);
  const toldBefore = await countToldBefore(trx, rows);
  return [...messages].map(([id, members]): ClaimedMessage => {
    const [first] = members;
    const told = members.flatMap(({ notification_id }) => notifications.get(notification_id ?? '') ?? []);
    const message = members.map((row) => readMessage(row.message)).find((read) => read !== null) ?? null;
    // What was composed for more than is left of it is composed anew.
    const isCurrent = message !== null && message.notifications.length === told.length;
    return {
      id,
      recipientId: first!.recipient,
      channel: first!.channel as ChannelKind,
      address: first!.address,
      deliveries: members.map(toDelivery),
      notifications: told,
      message: isCurrent ? message : null,
      ended: ended.get(id) ?? 0,
      toldBefore: members.length === 1 ? (toldBefore.get(first!.id) ?? 0) : 0,
    };
  });
}

async function readNotifications(
  trx: Transaction<Schema>,
  rows: readonly Selectable<DeliveryTable>[],
): Promise<Map<string, Notification>> {
  const found = new Map<string, Notification>();
  const ids = [...new Set(rows.flatMap(({ notification_id }) => notification_id ?? []))];
  for (const some of chunksOf(ids)) {
    const read = await trx.selectFrom('notification').selectAll().where('id', 'in', some).execute();
    for (const row of read) found.set(row.id, toNotification(row));
  }
  return found;
}

async function countEnded(trx: Transaction<Schema>, ids: readonly string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const some of chunksOf(ids)) {
    const rows = await trx
      .selectFrom('delivery')
      .select(['group_id', ({ fn }) => fn.countAll<number>().as('count')])
      .where('group_id', 'in', some)
      .where('state', '=', 'suppressed')
      .where('reason', '=', 'ended')
      .groupBy('group_id')
      .execute();
    for (const { group_id, count } of rows) counts.set(group_id!, Number(count));
  }
  return counts;
}

/** Of those that are told again: how often this address was sent something of their episode. */
async function countToldBefore(
  trx: Transaction<Schema>,
  rows: readonly Selectable<DeliveryTable>[],
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { id, key, episode, recipient, channel, address } of rows) {
    if (episode === null || !REPEAT.test(key)) continue;
    const { count } = await trx
      .selectFrom('delivery')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('episode', '=', episode)
      .where('ended_at', 'is', null)
      .where('recipient', '=', recipient)
      .where('channel', '=', channel)
      .where('address', '=', address)
      .where('sent_at', 'is not', null)
      .where('id', '<>', id)
      .executeTakeFirstOrThrow();
    counts.set(id, Number(count));
  }
  return counts;
}

type Attempt = Selectable<Schema['delivery_attempt']>;

/** Gives the attempts that count: of deliveries that are still this claim's. */
async function settleOne(trx: Transaction<Schema>, settlement: Settlement): Promise<Attempt[]> {
  const { deliveries, state, startedAt, at, nextAttemptAt, receipt, providerId, message } = settlement;
  const error = storable(settlement.error);
  const attempts: Attempt[] = [];
  for (const [number, some] of Map.groupBy(deliveries, ({ attempt }) => attempt)) {
    for (const chunk of chunksOf(some)) {
      const rows = await trx
        .updateTable('delivery')
        .set({
          state,
          claimed_until: null,
          next_attempt_at: nextAttemptAt,
          sent_at: state === 'sent' ? at : null,
          last_error: error,
          receipt: storable(receipt),
          provider_id: storable(providerId),
        })
        .where(
          'id',
          'in',
          chunk.map(({ id }) => id),
        )
        .where('state', '=', 'sending')
        .where('attempts', '=', number)
        .returning(['id', 'ended_at', 'recipient', 'channel', 'address', 'dedupe_key', 'position'])
        .execute();
      for (const row of rows) {
        attempts.push({ delivery_id: row.id, number, at: startedAt, outcome: state, error, ms: at - startedAt });
        if (row.ended_at !== null && (state === 'failed' || state === 'dead')) await withdraw(trx, row);
      }
    }
  }
  if (state === 'sent' && attempts.length > 0) await hasten(trx, settlement);
  const leader = attempts[0]?.delivery_id;
  // One row of a group keeps the message for all.
  if (leader)
    await trx
      .updateTable('delivery')
      .set({ message: packJson(message) })
      .where('id', '=', leader)
      .execute();
  return attempts;
}

/**
 * The other side takes messages again: what waits for it hours later need not. The last attempts keep their time, so that one that is refused each time
 * does not use them all up at once.
 */
async function hasten(trx: Transaction<Schema>, { channel, address, at }: Settlement): Promise<void> {
  await trx
    .updateTable('delivery')
    .set({ next_attempt_at: at })
    .where('channel', '=', channel)
    .where('address', '=', address)
    .where('state', '=', 'failed')
    .where('next_attempt_at', '>', at)
    .where((eb) => eb(eb('attempts', '-', eb.ref('attempts_before')), '<', HASTENED))
    .execute();
}

type EndedRow = Pick<
  Selectable<DeliveryTable>,
  'id' | 'ended_at' | 'recipient' | 'channel' | 'address' | 'dedupe_key' | 'position'
>;

/** Its end came while it was on its way, and it did not arrive: it is over, and there is no end to tell of. */
async function withdraw(trx: Transaction<Schema>, row: EndedRow): Promise<void> {
  await trx.updateTable('delivery').set({ state: 'suppressed', reason: 'ended' }).where('id', '=', row.id).execute();
  const toSame = (state: string) =>
    trx
      .selectFrom('delivery')
      .select('id')
      .where('recipient', '=', row.recipient)
      .where('channel', '=', row.channel)
      .where('address', '=', row.address)
      .where('dedupe_key', '=', row.dedupe_key)
      .where('state', '=', state);
  const wasTold = await toSame('sent').where('ended_at', '=', row.ended_at).executeTakeFirst();
  if (wasTold) return;
  for (const state of ['pending', 'held']) {
    await trx
      .updateTable('delivery')
      .set({ state: 'suppressed', reason: 'not_told' })
      .where('id', 'in', toSame(state).where('occasion', 'in', ENDS).where('position', '>', row.position))
      .execute();
  }
}

async function noteHealth(trx: Transaction<Schema>, { channel, address, state, at, error }: Settlement): Promise<void> {
  if (state === 'simulated') return;
  const isSent = state === 'sent';
  await trx
    .insertInto('channel_health')
    .values({
      channel,
      address,
      failures_in_row: isSent ? 0 : 1,
      last_sent_at: isSent ? at : null,
      last_failed_at: isSent ? null : at,
      last_error: storable(error),
    })
    .onConflict((conflict) =>
      conflict.columns(['channel', 'address']).doUpdateSet((eb) =>
        isSent
          ? { failures_in_row: 0, last_sent_at: at }
          : {
              failures_in_row: eb('channel_health.failures_in_row', '+', 1),
              last_failed_at: at,
              last_error: storable(error),
            },
      ),
    )
    .execute();
}
