import { type Insertable, type Kysely, type QueryCreator, type Selectable, sql, type Transaction } from 'kysely';
import type { Settlement } from '../../../../../core/notify/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { Write } from '../../dialects/dialect.ts';
import { packJson } from '../../packed-json.ts';
import type { DeliveryTable } from '../../schema/telling.ts';
import type { Schema } from '../../schema.ts';
import { storable } from './delivery-row.ts';
import { isUnderWay } from './index-conditions.ts';

const UNDELIVERED: readonly Settlement['state'][] = ['failed', 'dead'];
const ENDS = ['alert_resolved', 'job_recovered'];
/** Attempts that may come before their time. */
const HASTENED = 8;

export type Attempt = Selectable<Schema['delivery_attempt']>;

/** One delivery that arrived, and nothing waits for its lane: what most settlements are, and needs no second look at what was written. */
export function isPlain({ deliveries, state, isLaneOpened }: Settlement): boolean {
  return deliveries.length === 1 && state === 'sent' && !isLaneOpened;
}

/** A plain one in one statement, for PostgreSQL, where each is a way to the server and back: SQLite writes nothing within `WITH`. */
export async function settlePlain(db: Kysely<Schema>, settlement: Settlement): Promise<void> {
  const { deliveries, state, startedAt, at, message } = settlement;
  const [{ id, attempt }] = deliveries as [Settlement['deliveries'][number]];
  await db
    .with('ended', (within) =>
      writeOfEnds(within, settlement, { ids: [id], number: attempt, message: packJson(message) }),
    )
    .with('noted', (within) => writeOfHealth(within, [settlement]))
    .insertInto('delivery_attempt')
    .columns(['delivery_id', 'number', 'at', 'outcome', 'error', 'ms'])
    .expression((eb) =>
      eb
        .selectFrom('ended')
        .select([
          'ended.id',
          sql<number>`${attempt}::bigint`.as('number'),
          sql<number>`${startedAt}::bigint`.as('at'),
          sql<string>`${state}`.as('outcome'),
          sql<null>`NULL`.as('error'),
          sql<number>`${at - startedAt}::bigint`.as('ms'),
        ]),
    )
    .execute();
}

/** Gives the attempts that count: of deliveries that are still this claim's. */
export async function settleOne(trx: Transaction<Schema>, settlement: Settlement): Promise<Attempt[]> {
  const { deliveries, state, startedAt, at } = settlement;
  const error = storable(settlement.error);
  const attempts: Attempt[] = [];
  const packed = packJson(settlement.message);
  const isSingle = deliveries.length === 1;
  const message = isSingle ? packed : null;
  const isUndelivered = UNDELIVERED.includes(state);
  for (const [number, some] of Map.groupBy(deliveries, ({ attempt }) => attempt)) {
    for (const chunk of chunksOf(some)) {
      const ids = chunk.map(({ id }) => id);
      const rows = await writeOfEnds(trx, settlement, { ids, number, message }).execute();
      for (const row of rows) {
        attempts.push({ delivery_id: row.id, number, at: startedAt, outcome: state, error, ms: at - startedAt });
        if (isUndelivered && row.ended_at !== null) await withdraw(trx, row);
      }
    }
  }
  const [leader] = attempts;
  if (!leader) return attempts;
  if (settlement.isLaneOpened) await hasten(trx, settlement);
  // One row of a group keeps the message for all.
  if (!isSingle) {
    await trx.updateTable('delivery').set({ message: packed }).where('id', '=', leader.delivery_id).execute();
  }
  return attempts;
}

interface Ends {
  ids: readonly string[];
  /** Of the attempt: a delivery that was claimed anew has a later one. */
  number: number;
  /** Packed; null: another row keeps it. */
  message: Uint8Array | null;
}

/** Gives the rows that were still this claim's. */
function writeOfEnds(
  db: QueryCreator<Schema>,
  { state, at, nextAttemptAt, error, receipt, providerId }: Settlement,
  { ids, number, message }: Ends,
) {
  return db
    .updateTable('delivery')
    .set({
      state,
      claimed_until: null,
      next_attempt_at: nextAttemptAt,
      sent_at: state === 'sent' ? at : null,
      last_error: storable(error),
      receipt: storable(receipt),
      provider_id: storable(providerId),
      ...(message === null ? {} : { message }),
    })
    .where('id', 'in', ids)
    .where('state', '=', 'sending')
    .where('attempts', '=', number)
    .returning(['id', 'ended_at', 'recipient', 'channel', 'address', 'dedupe_key', 'position']);
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
    .where(isUnderWay)
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

/** None where nothing was asked of the other side. */
export function writesOfHealth(settlements: readonly Settlement[]): Write[] {
  const asked = settlements.filter(({ state }) => state !== 'simulated' && state !== 'stored');
  return asked.length === 0 ? [] : [(db) => writeOfHealth(db, asked)];
}

/** One statement for all; of a lane that comes twice the last word counts. */
function writeOfHealth(db: QueryCreator<Schema>, settlements: readonly Settlement[]) {
  const lanes = new Map<string, Insertable<Schema['channel_health']>>();
  for (const { channel, address, state, at, error } of settlements) {
    const isSent = state === 'sent';
    lanes.set(`${channel}\u0000${address}`, {
      channel,
      address,
      failures_in_row: isSent ? 0 : 1,
      last_sent_at: isSent ? at : null,
      last_failed_at: isSent ? null : at,
      last_error: storable(error),
    });
  }
  return db
    .insertInto('channel_health')
    .values([...lanes.values()])
    .onConflict((conflict) =>
      conflict.columns(['channel', 'address']).doUpdateSet((eb) => ({
        failures_in_row: sql<number>`CASE WHEN excluded.failures_in_row = 0 THEN 0 ELSE channel_health.failures_in_row + 1 END`,
        last_sent_at: eb.fn.coalesce('excluded.last_sent_at', 'channel_health.last_sent_at'),
        last_failed_at: eb.fn.coalesce('excluded.last_failed_at', 'channel_health.last_failed_at'),
        last_error: eb.fn.coalesce('excluded.last_error', 'channel_health.last_error'),
      })),
    );
}
