import type { AttemptQueue } from '../../../../../core/fixes/index.ts';
import { contendedTransaction } from '../../contended-transaction.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { packRun, toAttempt, toFix } from './fix-row.ts';
import { moveFix } from './write-fix.ts';

/** What is tried for fixes. A claim is one conditional UPDATE: of two nodes that ask at once, one finds the row as it was. */
export function createAttemptQueue(dialect: StoreDialect): AttemptQueue {
  const { kysely } = dialect;
  return {
    claim: ({ node, at, holdMs, kinds }) =>
      contendedTransaction(dialect, async (trx) => {
        if (kinds.length === 0) return null;
        let due = trx
          .selectFrom('fix_attempt')
          .select('id')
          .where('state', '=', 'pending')
          .where('kind', 'in', [...kinds])
          .where('next_at', '<=', at)
          .orderBy('next_at')
          .orderBy('id')
          .limit(1);
        if (dialect.lock.isNeeded) due = due.modifyEnd(dialect.lock.skip('fix_attempt'));
        const found = await due.executeTakeFirst();
        if (!found) return null;
        const row = await trx
          .updateTable('fix_attempt')
          .set((eb) => ({
            state: 'running',
            node,
            claimed_until: Math.floor(at + holdMs),
            tries: eb('tries', '+', 1),
            started_at: Math.floor(at),
          }))
          .where('id', '=', found.id)
          .where('state', '=', 'pending')
          .returningAll()
          .executeTakeFirst();
        return row ? toAttempt(row) : null;
      }),

    async renew(id, node, until) {
      const { numUpdatedRows } = await kysely
        .updateTable('fix_attempt')
        .set({ claimed_until: Math.floor(until) })
        .where('id', '=', id)
        .where('node', '=', node)
        .where('state', '=', 'running')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    settle: ({ id, node, tries }, { state, at, nextAt, lastError, run }, moveOf) =>
      contendedTransaction(dialect, async (trx) => {
        const taken = await trx
          .updateTable('fix_attempt')
          .set({
            state,
            next_at: Math.floor(nextAt),
            finished_at: state === 'pending' ? null : Math.floor(at),
            last_error: lastError,
            run: packRun(run),
            claimed_until: null,
          })
          .where('id', '=', id)
          .where('node', '=', node)
          .where('tries', '=', tries)
          .where('state', '=', 'running')
          .returning('fix_id')
          .executeTakeFirst();
        if (!taken) return false;
        let read = trx.selectFrom('fix').select(['content', 'version']).where('id', '=', taken.fix_id);
        if (dialect.lock.isNeeded) read = read.modifyEnd(dialect.lock.wait);
        const row = await read.executeTakeFirst();
        const move = row ? moveOf(toFix(row)) : null;
        if (move) await moveFix(trx, move, at);
        return true;
      }),

    async lost(at, limit) {
      const rows = await kysely
        .selectFrom('fix_attempt')
        .selectAll()
        .where('state', '=', 'running')
        .where('claimed_until', '<=', at)
        .orderBy('claimed_until')
        .limit(limit)
        .execute();
      return rows.map(toAttempt);
    },
  };
}
