import { sql } from 'kysely';
import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/**
 * Which numbers of a sender are missing, and since when, in place of how many over its whole life: of which time those were nobody knows. And
 * how many anonymous errors of a minute have rows.
 */
export async function placeUsageLosses(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'usage_gap', {
    key: ['project_id', 'sender', 'first_number'],
    columns: {
      project_id: 'integer!',
      sender: 'text!',
      service: 'text!',
      first_number: 'integer!',
      last_number: 'integer!',
      at: 'integer!',
    },
    // What a window misses; retention.
    indexes: { time: { columns: ['at'] } },
  });
  for (const column of ['first_at', 'received', 'given_up'])
    await sql`ALTER TABLE usage_sender DROP COLUMN ${sql.ref(column)}`.execute(db);
  // Whether one more of this minute gets a row.
  await sql`CREATE INDEX user_errors_anonymous ON user_errors (project_id, service, endpoint, timestamp)
    WHERE user_email IS NULL AND is_request = 1`.execute(db);
}
