import { sql } from 'kysely';
import type { StoreDialect } from '../dialects/dialect.ts';
import { postgresEventWatch } from '../dialects/postgres/event-watch.ts';
import { sqliteEventWatch } from '../dialects/sqlite/event-watch.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** What a search cluster has still to be told, and what makes remembered answers untrue; both written by the database, whoever changes an event. */
export async function createSearchTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'search_target', {
    key: 'name',
    columns: {
      name: 'text!',
      identity: 'text!',
      filling_before: 'integer',
      refused: 'integer!',
      refused_reason: 'text',
      refused_at: 'integer',
    },
  });
  await createTable(db, dialect, 'search_queue', {
    key: { counter: 'arrival' },
    columns: { seq: 'integer!', at: 'integer!' },
  });
  await createTable(db, dialect, 'search_change', {
    key: { counter: 'change' },
    columns: { hour: 'integer!', at: 'integer!' },
    indexes: {
      // The state of a span of hours, asked before every remembered answer.
      hour: { columns: ['hour', 'change'] },
      // What is older than any answer is forgotten.
      at: { columns: ['at'] },
    },
  });
  for (const statement of dialect.kind === 'postgres' ? postgresEventWatch : sqliteEventWatch) {
    await sql.raw(statement).execute(db);
  }
}
