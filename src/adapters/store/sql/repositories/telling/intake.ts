import type { Insertable, Kysely, Selectable, Transaction } from 'kysely';
import type {
  ChannelKind,
  DeliveryDecision,
  DeliveryPlan,
  IntakeEntry,
  IntakeStore,
  LaneHistory,
  Notification,
  NotificationDelivery,
  Target,
} from '../../../../../core/notify/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { packJson } from '../../packed-json.ts';
import type { DeliveryTable } from '../../schema/telling.ts';
import type { Schema } from '../../schema.ts';
import { DELIVERY_COLUMNS, newDeliveryRow, toDelivery, toGravity, toNotificationRow } from './delivery-row.ts';
import { forgetTold } from './forget-told.ts';
import { isTold } from './index-conditions.ts';
import { readLaneHistory } from './lane-history.ts';
import { toOutboxRow } from './outbox.ts';

/** Rows of one statement: deliveries have many columns. */
const ROWS = 200;
const UNSENT = ['pending', 'held', 'failed'];

export function createIntakeStore({ kysely: db, queues, lock }: StoreDialect): IntakeStore {
  return {
    async untold(limit) {
      const rows = await queues
        .selectFrom('outbox')
        .selectAll()
        .where('told_at', 'is', null)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toOutboxRow);
    },

    accept: (entries, plan, at) =>
      db.transaction().execute(async (trx) => {
        if (lock.isNeeded) await takeTurn(trx);
        const taken = await takeRows(trx, entries, at);
        const fresh = await addNotifications(trx, taken);
        return planAll(trx, fresh, plan, at);
      }),

    async openEpisodes(episodes) {
      const open = new Set<string>();
      for (const some of chunksOf(episodes)) {
        const rows = await db
          .selectFrom('delivery')
          .select('episode')
          .distinct()
          .where('episode', 'in', some)
          .where('ended_at', 'is', null)
          .execute();
        for (const { episode } of rows) if (episode !== null) open.add(episode);
      }
      return open;
    },

    forget: (request) => forgetTold(db, request),

    async queueComposed({ key, occasion, severity, title, message }, targets, at) {
      const gravity = toGravity(severity);
      const bytes = packJson(message);
      const rows = targets.map((target) =>
        newDeliveryRow(
          { key, target, at },
          { occasion, gravity, title, message: bytes, dedupe_key: message.dedupeKey },
        ),
      );
      return (await insertDeliveries(db, rows)).map(({ id }) => id);
    },
  };
}

/** Two that decide at once would not see each other's decisions: the row of the turn makes one of them wait. */
async function takeTurn(trx: Transaction<Schema>): Promise<void> {
  await trx
    .insertInto('setting')
    .values({ name: 'notify.turn', value: '0' })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: '0' }))
    .execute();
}

/** Entries whose outbox row is ours; those without one are. */
async function takeRows(trx: Transaction<Schema>, entries: readonly IntakeEntry[], at: number): Promise<IntakeEntry[]> {
  const taken = new Set<number>();
  for (const isDone of [true, false]) {
    const ids = entries.filter((entry) => entry.isDone === isDone).flatMap(({ outboxId }) => outboxId ?? []);
    for (const some of chunksOf(ids)) {
      const rows = await trx
        .updateTable('outbox')
        .set(isDone ? { told_at: at, done_at: at } : { told_at: at })
        .where('id', 'in', some)
        .where('told_at', 'is', null)
        .returning('id')
        .execute();
      for (const { id } of rows) taken.add(id);
    }
  }
  return entries.filter(({ outboxId }) => outboxId === null || taken.has(outboxId));
}

type Told = IntakeEntry & { notification: Notification };

/** Those that are new: a key that is known has been told of. */
async function addNotifications(trx: Transaction<Schema>, entries: readonly IntakeEntry[]): Promise<Told[]> {
  const told = entries.filter((entry): entry is Told => entry.notification !== null);
  const added = new Set<string>();
  for (const some of chunksOf(told, ROWS)) {
    const rows = await trx
      .insertInto('notification')
      .values(some.map(({ notification, isUnrouted }) => toNotificationRow(notification, isUnrouted)))
      .onConflict((conflict) => conflict.column('key').doNothing())
      .returning('id')
      .execute();
    for (const { id } of rows) added.add(id);
  }
  return told.filter(({ notification }) => added.delete(notification.id));
}

async function planAll(
  trx: Transaction<Schema>,
  entries: readonly Told[],
  plan: DeliveryPlan,
  at: number,
): Promise<NotificationDelivery[]> {
  const dedupeKeys = [...new Set(entries.map(({ notification }) => notification.dedupeKey))];
  const lanes = new Map<string, LaneHistory>();
  const made: NotificationDelivery[] = [];
  let waiting: Insertable<DeliveryTable>[] = [];
  const flush = async () => {
    for (const some of chunksOf(waiting, ROWS)) made.push(...(await insertDeliveries(trx, some)));
    waiting = [];
  };
  for (const entry of entries) {
    if (entry.isEnd || entry.mirroredBy) await flush();
    for (const target of await targetsOf(trx, entry, at)) {
      const history = await laneOf(target.recipientId, target.channel);
      const known = history.told.get(plan.toldKey(target.address, entry.notification));
      const decision = plan.decide(entry, entry.notification, target, history);
      if (known && known.at > at && decision.state === 'pending') await supersede(target, entry.notification);
      waiting.push(rowOf(entry, target, decision, at));
    }
  }
  await flush();
  return made;

  async function laneOf(recipientId: string, channel: ChannelKind): Promise<LaneHistory> {
    const name = `${channel}\u0000${recipientId}`;
    const known = lanes.get(name);
    if (known) return known;
    const history: LaneHistory = plan.isFree?.(channel)
      ? { told: new Map(), messages: [] }
      : await readLaneHistory(trx, { recipientId, channel, dedupeKeys, at }, plan);
    lanes.set(name, history);
    return history;
  }

  /** A graver one leaves now: what waits of the same would only tell less. */
  async function supersede({ recipientId, channel, address }: Target, { dedupeKey }: Notification): Promise<void> {
    await flush();
    await trx
      .updateTable('delivery')
      .set({ state: 'suppressed', reason: 'superseded' })
      .where('recipient', '=', recipientId)
      .where('channel', '=', channel)
      .where('address', '=', address)
      .where(isTold)
      .where('due_at', '>', at)
      .where('state', '=', 'held')
      .where('dedupe_key', '=', dedupeKey)
      .execute();
  }
}

async function targetsOf(trx: Transaction<Schema>, entry: Told, at: number): Promise<readonly Target[]> {
  const { episode, isEnd, mirroredBy } = entry;
  if (isEnd && !mirroredBy) return endEpisode(trx, entry, at);
  if (!mirroredBy) return entry.targets;
  const told = await mirrorsOf(trx, episode, mirroredBy);
  if (isEnd) {
    const ended = trx.updateTable('delivery').set({ ended_at: at });
    await ended.where('episode', '=', episode).where('ended_at', 'is', null).execute();
  }
  const key = ({ recipientId, channel, address }: Target) => JSON.stringify([recipientId, channel, address]);
  const known = new Set(told.map(key));
  return [...told, ...entry.targets.filter((target) => !known.has(key(target)))];
}

/** Who was told over these channels within the episode, or is about to be: what is of one key leaves in its order. */
async function mirrorsOf(
  trx: Transaction<Schema>,
  episode: string | null,
  channels: readonly ChannelKind[],
): Promise<Target[]> {
  const rows = await trx
    .selectFrom('delivery')
    .select(['recipient', 'channel', 'address', 'routes', 'state'])
    .where('episode', '=', episode)
    .where('ended_at', 'is', null)
    .where('channel', 'in', channels)
    .execute();
  return toldTargets(rows, [...TOLD, 'pending', 'failed']);
}

/**
 * Ends the episode: what was not sent is not sent any more, and those who were told, or may be told at this moment, are the ones who hear of the end.
 */
async function endEpisode(trx: Transaction<Schema>, { episode }: IntakeEntry, at: number): Promise<Target[]> {
  if (episode === null) return [];
  await trx
    .updateTable('delivery')
    .set({ state: 'suppressed', reason: 'ended', ended_at: at })
    .where('episode', '=', episode)
    .where('ended_at', 'is', null)
    .where('state', 'in', UNSENT)
    .execute();
  const rows = await trx
    .updateTable('delivery')
    .set({ ended_at: at })
    .where('episode', '=', episode)
    .where('ended_at', 'is', null)
    .returning(['recipient', 'channel', 'address', 'routes', 'state'])
    .execute();
  return toldTargets(rows);
}

type ToldRow = Pick<Selectable<DeliveryTable>, 'recipient' | 'channel' | 'address' | 'routes' | 'state'>;

/** What was only stored, or simulated, goes on as it would have. */
const TOLD: readonly string[] = ['sent', 'stored', 'simulated', 'sending'];

/** Those who were told, or may be told at this moment; each once. */
function toldTargets(rows: readonly ToldRow[], states = TOLD): Target[] {
  const told = rows.filter(({ state }) => states.includes(state));
  const targets = new Map<string, Target>();
  for (const { recipient, channel, address, routes } of told) {
    targets.set([recipient, channel, address].join('\u0000'), {
      recipientId: recipient,
      channel: channel as ChannelKind,
      address,
      routes: JSON.parse(routes) as string[],
    });
  }
  return [...targets.values()];
}

function rowOf(
  { notification, outboxId, episode, isEnd, mirroredBy, isUnrouted }: Told,
  target: Target,
  decision: DeliveryDecision,
  at: number,
): Insertable<DeliveryTable> {
  const isHeld = decision.state === 'held';
  const dueAt = isHeld ? decision.releaseAt : at;
  return newDeliveryRow(
    { key: notification.key, target, at },
    {
      notification_id: notification.id,
      occasion: notification.occasion,
      gravity: toGravity(notification.severity),
      dedupe_key: notification.dedupeKey,
      title: notification.facts.title,
      is_unrouted: isUnrouted ? 1 : 0,
      alert_id: notification.about.kind === 'alert' ? notification.about.id : null,
      firing: notification.about.firing,
      episode: isEnd || mirroredBy ? null : episode,
      state: decision.state,
      reason: decision.state === 'pending' ? null : decision.reason,
      release_at: isHeld ? decision.releaseAt : null,
      group_id: isHeld ? decision.group : null,
      next_attempt_at: dueAt,
      due_at: dueAt,
      position: outboxId ?? 0,
    },
  );
}

/** Gives those that are new. */
export async function insertDeliveries(
  db: Kysely<Schema>,
  rows: readonly Insertable<DeliveryTable>[],
): Promise<NotificationDelivery[]> {
  if (rows.length === 0) return [];
  const made = await db
    .insertInto('delivery')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['key', 'recipient', 'channel', 'address']).doNothing())
    .returning(DELIVERY_COLUMNS)
    .execute();
  return made.map(toDelivery);
}
