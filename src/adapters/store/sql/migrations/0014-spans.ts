import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Spans, and what those of one trace amount to. */
export async function createSpanTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'span', {
    key: ['trace_id', 'id', 'project_id'],
    columns: {
      trace_id: 'text!',
      id: 'text!',
      project_id: 'integer!',
      parent: 'text',
      name: 'text!',
      service: 'text!',
      kind: 'text!',
      start: 'number!',
      duration_ms: 'number!',
      status: 'text!',
      attributes: 'text!',
    },
  });
  await createTable(db, dialect, 'trace', {
    key: ['trace_id', 'project_id'],
    columns: {
      trace_id: 'text!',
      project_id: 'integer!',
      start: 'number!',
      finish: 'number!',
      root: 'text',
      spans: 'integer!',
      errors: 'integer!',
    },
    // The list, newest first; retention.
    indexes: { start: { columns: ['start', 'trace_id'] } },
  });
  await createTable(db, dialect, 'trace_service', {
    key: ['trace_id', 'project_id', 'service'],
    columns: { trace_id: 'text!', project_id: 'integer!', service: 'text!' },
  });
}
