import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Wrapped keys of sealed records. */
export async function createSealingKeyTable(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'sealing_key', {
    key: ['id', 'project_id'],
    columns: {
      id: 'text!',
      project_id: 'integer!',
      wrapped_by: 'text!',
      wrapped: 'text!',
      created_at: 'integer!',
      received_at: 'integer!',
    },
    // Retention.
    indexes: { created: { columns: ['created_at'] } },
  });
}
