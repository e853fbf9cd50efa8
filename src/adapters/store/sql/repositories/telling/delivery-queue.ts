import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { Claim, DeliveryQueue } from '../../../../../core/notify/index.ts';
import { chunksOf, inRounds } from '../../chunks.ts';
import type { StoreDialect, Write } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { findDue, messagesOf, take } from './claim-deliveries.ts';
import { isOpen } from './index-conditions.ts';
import { type Attempt, isPlain, settleOne, settlePlain, writesOfHealth } from './settle-deliveries.ts';

export function createDeliveryQueue(dialect: StoreDialect): DeliveryQueue {
  const db = dialect.kysely;
  return {
    async claim({ at, holdMs, limit, busy }) {
      // Mostly nothing is due, and looking takes nobody's turn to write.
      const due = await findDue(dialect.queues, { at, limit, busy });
      if (due.length === 0) return [];
      return db.transaction().execute(async (trx) => messagesOf(trx, await take(trx, due, at, at + holdMs)));
    },

    async reclaim(at) {
      await db
        .updateTable('delivery')
        .set({ claimed_until: at })
        .where(isOpen)
        .where('state', '=', 'sending')
        .where('claimed_until', '>', at)
        .execute();
    },

    async renew(claims, until) {
      const held = new Set<string>();
      for (const isOwn of claimedAs(claims)) {
        const update = db.updateTable('delivery').set({ claimed_until: until });
        for (const { id } of await update.where(isOwn).returning('id').execute()) held.add(id);
      }
      return claims.flatMap(({ id }) => (held.has(id) ? [] : id));
    },

    async settle(settlements) {
      const [first] = settlements;
      if (dialect.kind === 'postgres' && settlements.length === 1 && isPlain(first!)) return settlePlain(db, first!);
      await db.transaction().execute(async (trx) => {
        const attempts: Attempt[] = [];
        for (const settlement of settlements) attempts.push(...(await settleOne(trx, settlement)));
        const writes = chunksOf(attempts).map(
          (some): Write =>
            (to) =>
              to.insertInto('delivery_attempt').values(some),
        );
        for (const some of inRounds([writes, writesOfHealth(settlements)])) await dialect.writeTogether(trx, some);
      });
    },

    async giveBack(claims, back) {
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
      for (const isOwn of claimedAs(claims)) {
        await db
          .updateTable('delivery')
          .set((eb) => ({ ...to, claimed_until: null, attempts: eb('attempts', '-', 1) }))
          .where(isOwn)
          .execute();
      }
    },

    async nextDueAt() {
      const { at } = await db
        .selectFrom('delivery')
        .select(sql<number | null>`min(CASE state WHEN 'sending' THEN claimed_until ELSE next_attempt_at END)`.as('at'))
        .where(isOpen)
        .executeTakeFirstOrThrow();
      return at;
    },
  };
}

/** Of some of them at a time: those that are still as they were claimed. */
function* claimedAs(
  claims: readonly Claim[],
): Generator<(eb: ExpressionBuilder<Schema, 'delivery'>) => Expression<SqlBool>> {
  for (const [attempt, some] of Map.groupBy(claims, (claim) => claim.attempt))
    for (const chunk of chunksOf(some.map(({ id }) => id)))
      yield (eb) => eb.and([eb('id', 'in', chunk), eb('state', '=', 'sending'), eb('attempts', '=', attempt)]);
}
