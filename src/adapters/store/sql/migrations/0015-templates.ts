import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Every version of every template, and what each was used. */
export async function createTemplateTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'template_version', {
    key: ['namespace', 'name', 'version'],
    columns: {
      namespace: 'text!',
      name: 'text!',
      version: 'text!',
      kind: 'text!',
      hash: 'text!',
      extends: 'text',
      origin: 'text!',
      file: 'text',
      content: 'text!',
      created_at: 'integer!',
    },
  });
  await createTable(db, dialect, 'template_use', {
    key: ['namespace', 'name', 'version'],
    columns: {
      namespace: 'text!',
      name: 'text!',
      version: 'text!',
      renders: 'integer!',
      failures: 'integer!',
      durations: 'text!',
      last_used_at: 'integer!',
    },
  });
}
