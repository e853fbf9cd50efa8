import type { Transaction } from 'kysely';
import type { ChannelKind, DeliveryPlan, LaneHistory, Occasion } from '../../../../../core/notify/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { Schema } from '../../schema.ts';
import { isTold } from './index-conditions.ts';

export interface HistoryRequest {
  recipientId: string;
  channel: ChannelKind;
  dedupeKeys: readonly string[];
  at: number;
}

/** What a recipient was told over a channel of late: of these keys, and which messages left. Indexes `delivery_cooled` and `delivery_told`. */
export async function readLaneHistory(
  trx: Transaction<Schema>,
  { recipientId, channel, dedupeKeys, at }: HistoryRequest,
  { toldMs, messagesMs, toldKey }: Omit<DeliveryPlan, 'decide'>,
): Promise<LaneHistory> {
  const ofLane = trx.selectFrom('delivery').where('recipient', '=', recipientId).where('channel', '=', channel);
  const told: LaneHistory['told'] = new Map();
  for (const keys of chunksOf(dedupeKeys)) {
    const rows = await ofLane
      .select(({ fn }) => [
        'address',
        'occasion',
        'dedupe_key',
        fn.max('due_at').as('at'),
        fn.max('gravity').as('gravity'),
      ])
      .where('due_at', '>', at - toldMs)
      .where(isTold)
      .where('state', '<>', 'dead')
      .where('dedupe_key', 'in', keys)
      .groupBy(['address', 'occasion', 'dedupe_key'])
      .execute();
    for (const row of rows) {
      const key = toldKey(row.address, { occasion: row.occasion as Occasion, dedupeKey: row.dedupe_key });
      // Several occasions may tell of the same.
      const known = told.get(key);
      if (!known || known.at < row.at) told.set(key, { at: row.at, gravity: row.gravity });
    }
  }
  const messages = await ofLane
    .select(({ fn }) => [
      fn.coalesce('group_id', 'id').as('message'),
      'address',
      fn.min('due_at').as('at'),
      fn.max('gravity').as('gravity'),
      fn.min('dedupe_key').as('dedupe_key'),
      fn.max('group_id').as('group_id'),
    ])
    .where('due_at', '>', at - messagesMs)
    .where('due_at', '<=', at)
    .where(isTold)
    .groupBy((eb) => [eb.fn.coalesce('group_id', 'id'), 'address'])
    .orderBy('at')
    .execute();
  return {
    told,
    messages: messages.map(({ address, at: left, gravity, dedupe_key, group_id }) => ({
      address,
      at: left,
      gravity,
      dedupeKey: group_id === null ? dedupe_key : null,
    })),
  };
}
