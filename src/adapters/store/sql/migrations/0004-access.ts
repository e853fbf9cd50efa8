import { sql } from 'kysely';
import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Projects, keys, who did what, and small things that outlive a restart. */
export async function createAccessTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'project', {
    key: { counter: 'id' },
    columns: { slug: 'text!', name: 'text!', created_at: 'integer!' },
    indexes: { slug: { columns: ['slug'], isUnique: true } },
  });
  await db.schema
    .alterTable('project')
    .addColumn('last_issue_number', dialect.types.integer, (column) => column.notNull().defaultTo(sql`0`))
    .execute();
  await createTable(db, dialect, 'ingest_key', {
    key: 'key',
    columns: {
      key: 'text!',
      project_id: 'integer!',
      label: 'text!',
      rate_per_minute: 'integer',
      created_at: 'integer!',
      revoked_at: 'integer',
    },
  });
  await createTable(db, dialect, 'api_key', {
    key: 'id',
    columns: {
      id: 'text!',
      hash: 'text!',
      label: 'text!',
      scope: 'text!',
      created_by: 'text!',
      created_at: 'integer!',
      last_used_at: 'integer',
      expires_at: 'integer',
      revoked_at: 'integer',
    },
    // Every request with a key.
    indexes: { hash: { columns: ['hash'], isUnique: true } },
  });
  await createTable(db, dialect, 'audit', {
    key: { counter: 'id' },
    columns: {
      at: 'integer!',
      actor: 'text!',
      action: 'text!',
      target: 'text!',
      detail: 'text',
      address: 'text',
    },
  });
  await createTable(db, dialect, 'saved_view', {
    key: 'id',
    columns: {
      id: 'text!',
      user_id: 'text!',
      name: 'text!',
      page: 'text!',
      query: 'text!',
      created_at: 'integer!',
    },
    indexes: { name: { columns: ['user_id', 'page', 'name'], isUnique: true } },
  });
  await createTable(db, dialect, 'setting', { key: 'name', columns: { name: 'text!', value: 'text!' } });
  await createTable(db, dialect, 'lease', {
    key: 'name',
    columns: { name: 'text!', holder: 'text!', expires_at: 'integer!' },
  });
}
