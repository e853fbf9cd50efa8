import { sql } from 'kysely';
import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** How far the sources that Guardian goes to were read, and until when events came whose standing nobody judged: what a report may not have seen. */
export async function noteWhatIsSeen(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'source_state', {
    key: 'source',
    columns: { source: 'text!', seen_until: 'integer', problem: 'text', failing_since: 'integer' },
  });
  await sql`INSERT INTO setting (name, value)
    SELECT 'events.unjudgedUntil', CAST(max(seq) / 4096 AS text) FROM event HAVING max(seq) IS NOT NULL`.execute(db);
}
