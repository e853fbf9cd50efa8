import type { ExpressionBuilder, Kysely, Selectable, Transaction } from 'kysely';
import type { ChannelKind, ClaimedMessage, DeliveryQueue, Notification } from '../../../../../core/notify/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { DeliveryTable } from '../../schema/telling.ts';
import type { Schema } from '../../schema.ts';
import { readMessage, toDelivery, toNotification } from './delivery-row.ts';
import { isOpen, isUnderWayBefore } from './index-conditions.ts';

const WAITING = ['pending', 'failed', 'held'];
/** What is told again, by the key that alerts give it. */
const REPEAT = /:(repeated|lapsed):\d+$/;
/** Due deliveries that are looked at for one claim. */
const LOOKED_AT = 500;
/** Deliveries of the groups of one claim: a storm of more is told in parts. */
const GROUPED = 10_000;

type DeliveryExpressions = ExpressionBuilder<Schema, 'delivery'>;

/** Waiting for its time, or claimed by one that did not come back. Index `delivery_due`. */
function isDue(at: number) {
  return (eb: DeliveryExpressions) =>
    eb.and([
      isOpen,
      eb('next_attempt_at', '<=', at),
      eb.or([eb('state', 'in', WAITING), eb.and([eb('state', '=', 'sending'), eb('claimed_until', '<=', at)])]),
    ]);
}

interface Due {
  id: string;
  /** Claimed by one that did not come back. */
  isLost: boolean;
}

/** The deliveries of at most so many messages, oldest first, groups whole. */
export async function findDue(
  db: Kysely<Schema>,
  { at, limit, busy }: Pick<Parameters<DeliveryQueue['claim']>[0], 'at' | 'limit' | 'busy'>,
): Promise<Due[]> {
  let due = db
    .selectFrom('delivery')
    .select(['id', 'group_id', 'state'])
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
            .where(isUnderWayBefore),
        ),
      ),
    )
    .orderBy('next_attempt_at')
    .orderBy('position')
    .orderBy('id')
    .limit(LOOKED_AT);
  for (const { channel, address } of busy)
    due = due.where((eb) => eb.or([eb('channel', '<>', channel), eb('address', '<>', address)]));
  const singles: Due[] = [];
  const groups = new Set<string>();
  for (const row of await due.execute()) {
    if (singles.length + groups.size >= limit) break;
    if (row.group_id === null) singles.push(toDue(row));
    else groups.add(row.group_id);
  }
  if (groups.size === 0) return singles;
  const members = await db
    .selectFrom('delivery')
    .select(['id', 'state'])
    .where('group_id', 'in', [...groups])
    .where(isDue(at))
    .orderBy('position')
    .orderBy('id')
    .limit(GROUPED)
    .execute();
  return [...singles, ...members.map(toDue)];
}

function toDue({ id, state }: { id: string; state: string }): Due {
  return { id, isLost: state === 'sending' };
}

/** The condition stands in the UPDATE itself: of two that ask at once, one finds the row as it was. */
export async function take(
  trx: Transaction<Schema>,
  due: readonly Due[],
  at: number,
  until: number,
): Promise<Selectable<DeliveryTable>[]> {
  const taken: Selectable<DeliveryTable>[] = [];
  for (const some of chunksOf(due)) {
    const lost = await readLost(trx, some, at);
    const rows = await trx
      .updateTable('delivery')
      .set((eb) => ({
        state: 'sending',
        claimed_until: until,
        attempts: eb('attempts', '+', 1),
        first_attempt_at: eb.fn.coalesce('first_attempt_at', eb.val(at)),
        last_attempt_at: at,
      }))
      .where('id', 'in', idsOf(some))
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

/** Whose process ended within an attempt: what came of it is not known. */
async function readLost(trx: Transaction<Schema>, due: readonly Due[], at: number) {
  const ids = idsOf(due.filter(({ isLost }) => isLost));
  if (ids.length === 0) return [];
  return trx
    .selectFrom('delivery')
    .select(['id', 'attempts', 'last_attempt_at'])
    .where('id', 'in', ids)
    .where('state', '=', 'sending')
    .where('claimed_until', '<=', at)
    .execute();
}

function idsOf(due: readonly Due[]): string[] {
  return due.map(({ id }) => id);
}

export async function messagesOf(
  trx: Transaction<Schema>,
  rows: readonly Selectable<DeliveryTable>[],
): Promise<ClaimedMessage[]> {
  const messages = Map.groupBy(rows, (row) => row.group_id ?? row.id);
  const notifications = await readNotifications(trx, rows);
  const groups = rows.flatMap(({ group_id }) => group_id ?? []);
  const ended = await countEnded(trx, [...new Set(groups)]);
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
