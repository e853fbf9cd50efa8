import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

const BEFORE = 'fixes.repliesSeen';

/** Mails that answered hand-offs, one row a mark: until now they were one setting, where of two that came at once one was lost. */
export async function rememberFixReplies(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'fix_reply_mark', {
    key: 'mark',
    columns: { mark: 'text!', at: 'integer!' },
    // Retention.
    indexes: { at: { columns: ['at'] } },
  });
  const known = await db.selectFrom('setting').select('value').where('name', '=', BEFORE).executeTakeFirst();
  const marks: unknown = known ? JSON.parse(known.value) : [];
  const rows = [...new Set(Array.isArray(marks) ? marks : [])].map((mark) => ({ mark: String(mark), at: Date.now() }));
  if (rows.length > 0) await db.insertInto('fix_reply_mark').values(rows).execute();
  await db.deleteFrom('setting').where('name', '=', BEFORE).execute();
}
