import type { Transaction } from 'kysely';
import type { Run } from '../../../../../core/jobs/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { JobTable } from '../../schema/jobs.ts';
import type { Schema } from '../../schema.ts';
import { givenIds } from './held-runs.ts';
import { toRun } from './run-row.ts';
import { IS_OPEN } from './run-statuses.ts';

/** Held until the end of the transaction, where rows have locks; in the order of their ids. */
export async function lockJobs(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  ids: readonly string[],
): Promise<JobTable[]> {
  if (ids.length === 0) return [];
  return trx
    .selectFrom('job')
    .selectAll()
    .where('id', 'in', givenIds(dialect, ids))
    .orderBy('id')
    .modifyEnd(dialect.lock.wait)
    .execute();
}

/** Oldest first. */
export async function runsOfChains(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  chainIds: readonly string[],
): Promise<Run[]> {
  if (chainIds.length === 0) return [];
  const rows = await trx
    .selectFrom('run')
    .selectAll()
    .where('chain_run_id', 'in', givenIds(dialect, chainIds))
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(toRun);
}

export async function runsById(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  ids: readonly string[],
): Promise<Run[]> {
  if (ids.length === 0) return [];
  const rows = await trx.selectFrom('run').selectAll().where('id', 'in', givenIds(dialect, ids)).execute();
  return rows.map(toRun);
}

/** In the order in which they are served. */
export async function openRunsOf(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  jobIds: readonly string[],
): Promise<Run[]> {
  const rows = await trx
    .selectFrom('run')
    .selectAll()
    .where('job_id', 'in', givenIds(dialect, jobIds))
    .where(IS_OPEN)
    .orderBy('queue_order')
    .orderBy('id')
    .execute();
  return rows.map(toRun);
}
