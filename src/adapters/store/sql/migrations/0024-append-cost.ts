import { sql } from 'kysely';
import type { StoreDialect } from '../dialects/dialect.ts';
import type { MigrationDatabase } from './tables.ts';

/** What every event paid for at its append. */
export async function cheapenAppends(db: MigrationDatabase, { kind }: StoreDialect): Promise<void> {
  if (kind === 'sqlite') {
    // Step 0017 made them once; who adds events tells of them now, see `tellAdded`.
    await sql`DROP TRIGGER IF EXISTS event_added`.execute(db);
    await sql`DROP TRIGGER IF EXISTS event_added_late`.execute(db);
    return;
  }
  // PostgreSQL tries to pack what does not fit into a page: `detail` is packed already, what waits to be folded is gone within a minute, and words are
  // unpacked again by each search that looks at them. Kept as they are: 620 µs of its processor instead of 730 for an event of 50 kB, and 2 kB more.
  await sql`ALTER TABLE event ALTER COLUMN detail SET STORAGE EXTERNAL, ALTER COLUMN words SET STORAGE EXTERNAL`.execute(
    db,
  );
  await sql`ALTER TABLE fold_queue ALTER COLUMN event SET STORAGE EXTERNAL`.execute(db);
}
