import type { Transaction } from 'kysely';
import { chunksOf } from '../../chunks.ts';
import type { GivenColumns, StoreDialect } from '../../dialects/dialect.ts';
import type { JobTable, RunTable } from '../../schema/jobs.ts';
import type { Schema } from '../../schema.ts';
import { CHANGING_COLUMNS, type ChangingRow, RUN_COLUMNS } from './run-row.ts';

interface Target {
  trx: Transaction<Schema>;
  dialect: StoreDialect;
}

const JOB_STATE_COLUMNS = {
  id: 'text',
  planned_until: 'integer',
  is_failing: 'integer',
  failures_in_row: 'integer',
  successes_in_row: 'integer',
} as const satisfies Partial<GivenColumns<JobTable>>;
type JobState = Pick<JobTable, keyof typeof JOB_STATE_COLUMNS>;

export async function insertRuns({ trx, dialect }: Target, rows: readonly RunTable[]): Promise<void> {
  const columns = Object.keys(RUN_COLUMNS) as (keyof typeof RUN_COLUMNS)[];
  for (const chunk of chunksOf(rows)) {
    const given = dialect.given(RUN_COLUMNS, chunk).as('given');
    await trx.insertInto('run').columns(columns).expression(trx.selectFrom(given).select(columns)).execute();
  }
}

export async function updateRuns({ trx, dialect }: Target, rows: readonly ChangingRow[]): Promise<void> {
  const { id: _, ...columns } = CHANGING_COLUMNS;
  const names = Object.keys(columns) as (keyof typeof columns)[];
  for (const chunk of chunksOf(rows)) {
    await trx
      .updateTable('run')
      .from(dialect.given<ChangingRow>(CHANGING_COLUMNS, chunk).as('given'))
      .set((eb) => Object.fromEntries(names.map((name) => [name, eb.ref(`given.${name}`)])))
      .whereRef('run.id', '=', 'given.id')
      .execute();
  }
}

/** What runs change of their jobs; not their definitions. */
export async function updateJobs({ trx, dialect }: Target, rows: readonly JobState[]): Promise<void> {
  for (const chunk of chunksOf(rows)) {
    await trx
      .updateTable('job')
      .from(dialect.given<JobState>(JOB_STATE_COLUMNS, chunk).as('given'))
      .set((eb) => ({
        planned_until: eb.ref('given.planned_until'),
        is_failing: eb.ref('given.is_failing'),
        failures_in_row: eb.ref('given.failures_in_row'),
        successes_in_row: eb.ref('given.successes_in_row'),
      }))
      .whereRef('job.id', '=', 'given.id')
      .execute();
  }
}
