import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** What was foretold of runs, and what came. */
export async function createPredictionTable(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'job_prediction', {
    key: ['job_id', 'event', 'for_at'],
    columns: {
      job_id: 'text!',
      event: 'text!',
      for_at: 'integer!',
      made_at: 'integer!',
      is_judged: 'integer!',
      prediction: 'text!',
    },
    indexes: {
      // Those to be judged.
      open: { columns: ['job_id'], where: 'is_judged = 0' },
      // The page of a job.
      made: { columns: ['job_id', 'made_at'] },
    },
  });
}
