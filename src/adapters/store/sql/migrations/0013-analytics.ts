import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

const SERIES = ['step', 'at', 'project_id', 'service', 'logger', 'agent', 'category'];
const SERIES_COLUMNS = {
  step: 'text!',
  at: 'integer!',
  project_id: 'integer!',
  service: 'text!',
  logger: 'text!',
  agent: 'text!',
  category: 'text!',
} as const;

/** Roll-ups of events by minute, hour and day. A window is a range of the keys; so is what retention takes. */
export async function createAnalyticsTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'analytics_inbox', { key: { counter: 'seq' }, columns: { counts: 'text!' } });
  await createTable(db, dialect, 'analytics_count', {
    key: SERIES,
    columns: {
      ...SERIES_COLUMNS,
      events: 'integer!',
      errors: 'integer!',
      dropped: 'integer!',
      last_at: 'integer!',
    },
  });
  await createTable(db, dialect, 'analytics_template', {
    key: [...SERIES, 'severity', 'template'],
    columns: { ...SERIES_COLUMNS, severity: 'integer!', template: 'text!', count: 'integer!' },
  });
  await createTable(db, dialect, 'analytics_operation', {
    key: [...SERIES, 'name'],
    columns: { ...SERIES_COLUMNS, name: 'text!', count: 'integer!', failures: 'integer!', histogram: 'text!' },
  });
  await createTable(db, dialect, 'error_instant', {
    key: ['project_id', 'service', 'at'],
    columns: {
      project_id: 'integer!',
      service: 'text!',
      at: 'integer!',
      errors: 'integer!',
      criticals: 'integer!',
      seen_at: 'integer!',
    },
    indexes: {
      // What came since the last looks; what is old enough to go.
      seen: { columns: ['seen_at', 'project_id', 'service', 'at'] },
      // The window that ends now.
      at: { columns: ['at', 'project_id', 'service'] },
    },
  });
}
