import type { Kysely } from 'kysely';
import type { UsageReportStore } from '../../../../../core/usage/ports.ts';
import type { Schema } from '../../schema.ts';
import { addOutboxRows } from '../telling/outbox.ts';

export function createUsageReportStore(kysely: Kysely<Schema>): UsageReportStore {
  return {
    async save({ from, to, at, json }, told) {
      return kysely.transaction().execute(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('usage_report')
          .set({ json, made_at: at })
          .where('to_at', '=', to)
          .where('from_at', '=', from)
          .executeTakeFirst();
        if (Number(numUpdatedRows) > 0) return false;
        await trx.insertInto('usage_report').values({ from_at: from, to_at: to, made_at: at, json }).execute();
        if (told)
          await addOutboxRows(
            trx,
            [{ kind: 'usage-reported', projectId: null, subjectId: `${from}-${to}`, payload: told }],
            at,
          );
        return true;
      });
    },

    async newest() {
      const row = await kysely
        .selectFrom('usage_report')
        .selectAll()
        .orderBy('to_at', 'desc')
        .orderBy('from_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ? { from: Number(row.from_at), to: Number(row.to_at), at: Number(row.made_at), json: row.json } : null;
    },

    async forget(before) {
      const { numDeletedRows } = await kysely.deleteFrom('usage_report').where('to_at', '<', before).executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
