import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Summaries of usage as they were reported. */
export async function createUsageReportTable(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'usage_report', {
    key: ['to_at', 'from_at'],
    columns: { to_at: 'integer!', from_at: 'integer!', made_at: 'integer!', json: 'text!' },
  });
}
