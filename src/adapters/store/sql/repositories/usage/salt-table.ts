import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { SALT_BYTES, type SaltVault } from '../../../../../core/usage/index.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';

/**
 * For PostgreSQL, where several nodes must agree: a table, to be left out of dumps (`pg_dump --exclude-table-data=usage_salt`). A salt that is
 * over is overwritten, deleted, and its page cleaned; what the write-ahead log and its archive hold of it is out of reach.
 */
export function createSaltTable({ kysely }: StoreDialect): SaltVault {
  return {
    async renew({ period, before }) {
      await kysely
        .insertInto('usage_salt')
        .values({ period, salt: randomBytes(SALT_BYTES).toString('base64') })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const kept = [period, before];
      const { numUpdatedRows } = await kysely
        .updateTable('usage_salt')
        .set({ salt: randomBytes(SALT_BYTES).toString('base64') })
        .where('period', 'not in', kept)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows > 0n) {
        await kysely.deleteFrom('usage_salt').where('period', 'not in', kept).execute();
        await sql`VACUUM usage_salt`.execute(kysely);
      }
      const rows = await kysely.selectFrom('usage_salt').selectAll().where('period', 'in', kept).execute();
      const saltOf = (name: string) => {
        const row = rows.find((one) => one.period === name);
        return row ? Buffer.from(row.salt, 'base64') : null;
      };
      return { current: saltOf(period)!, before: saltOf(before) };
    },
  };
}
