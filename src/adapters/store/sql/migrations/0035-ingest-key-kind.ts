import type { MigrationDatabase } from './tables.ts';

/** Keys that were made before are for services, as all were. */
export async function tellIngestKeysApart(db: MigrationDatabase): Promise<void> {
  await db.schema
    .alterTable('ingest_key')
    .addColumn('kind', 'text', (column) => column.notNull().defaultTo('service'))
    .execute();
}
