import { sql } from 'kysely';
import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Which event a client's record is about, how releases fare, and how many events an issue held when one came to it. */
export async function keepWhatClientsTell(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await sql`ALTER TABLE event ADD COLUMN stored_in_issue ${sql.raw(dialect.types.integer)}`.execute(db);
  await sql`ALTER TABLE client_record ADD COLUMN about text`.execute(db);
  // PostgreSQL refuses to look into JSON that holds an escaped NUL.
  const eventId =
    dialect.kind === 'sqlite'
      ? sql`payload ->> '$.eventId'`
      : sql`substring(payload FROM '"eventId":"([0-9a-f]{32})"')`;
  await sql`UPDATE client_record SET about = ${eventId} WHERE kind IN ('feedback', 'attachment')`.execute(db);
  // What users said of the events of an issue.
  await sql`CREATE INDEX client_record_about ON client_record (project_id, about) WHERE about IS NOT NULL`.execute(db);
  await createTable(db, dialect, 'release_health', {
    key: ['project_id', 'release', 'environment'],
    columns: {
      project_id: 'integer!',
      release: 'text!',
      environment: 'text!',
      sessions: 'integer!',
      crashed: 'integer!',
      abnormal: 'integer!',
      first_at: 'integer!',
      last_at: 'integer!',
    },
    // Retention by age.
    indexes: { last: { columns: ['last_at'] } },
  });
}
