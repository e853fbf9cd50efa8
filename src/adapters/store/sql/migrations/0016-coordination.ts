import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** What was learnt of jobs, what is suggested, and what was changed by it. */
export async function createCoordinationTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'job_learning', {
    key: 'job_id',
    columns: { job_id: 'text!', learnt_at: 'integer!', learning: 'text!' },
  });
  await createTable(db, dialect, 'job_suggestion', {
    key: 'id',
    columns: {
      id: 'text!',
      job_id: 'text!',
      parameter: 'text!',
      state: 'text!',
      created_at: 'integer!',
      suggestion: 'text!',
    },
    indexes: {
      // The page, newest first.
      made: { columns: ['created_at'] },
      // One of a parameter of a job that is shown or applied.
      open: { columns: ['job_id', 'parameter'], isUnique: true, where: `state IN ('shown', 'applied')` },
    },
  });
  await createTable(db, dialect, 'job_override', {
    key: ['job_id', 'parameter'],
    columns: {
      job_id: 'text!',
      parameter: 'text!',
      from_value: 'number!',
      to_value: 'number!',
      suggestion_id: 'text!',
      at: 'integer!',
    },
  });
}
