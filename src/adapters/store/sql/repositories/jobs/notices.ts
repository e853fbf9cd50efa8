import type { NoticeStore } from '../../../../../core/jobs/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { addOutboxRows } from '../telling/outbox.ts';

export function createNoticeStore({ kysely }: StoreDialect): NoticeStore {
  return {
    say: (kind, subject, at, outbox) =>
      kysely.transaction().execute(async (trx) => {
        const said = await trx
          .insertInto('job_notice')
          .values({ kind, subject, at })
          .onConflict((conflict) => conflict.doNothing())
          .returning('kind')
          .executeTakeFirst();
        if (!said) return false;
        await addOutboxRows(trx, [outbox], at);
        return true;
      }),

    async forget(kind, subject) {
      const { numDeletedRows } = await kysely
        .deleteFrom('job_notice')
        .where('kind', '=', kind)
        .where('subject', '=', subject)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}
