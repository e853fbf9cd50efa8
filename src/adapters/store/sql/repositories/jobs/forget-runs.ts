import { type Kysely, type SqlBool, sql } from 'kysely';
import type { OutputStore } from '../../../../../core/jobs/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { givenIds } from './held-runs.ts';
import { FAILED, IS_OPEN, WENT_WELL } from './run-statuses.ts';

type Request = Parameters<OutputStore['forget']>[0];

/** One bounded step: rows of output, runs and notices that were deleted. */
export async function forgetRuns(dialect: StoreDialect, request: Request): Promise<number> {
  const output = await forgetOutput(dialect, request);
  if (output >= request.limit) return output;
  const runs = await forgetOldRuns(dialect, request);
  if (runs > 0) return output + runs;
  return output + (await forgetNotices(dialect, request));
}

/** Run by run, oldest first: what was kept of its output counts as lost from then on. */
async function forgetOutput({ kysely }: StoreDialect, { outputBefore, limit }: Request): Promise<number> {
  let deleted = 0;
  while (deleted < limit) {
    const run = await kysely
      .selectFrom('run')
      .select('id')
      .where(sql<boolean>`output_bytes > 0`)
      .where('created_at', '<', outputBefore)
      .where(sql<boolean>`NOT (${IS_OPEN})`)
      .orderBy('created_at')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (!run) return deleted;
    const room = limit - deleted;
    const { numDeletedRows } = await kysely
      .deleteFrom('run_output')
      .where('run_id', '=', run.id)
      .where('seq', 'in', (eb) =>
        eb.selectFrom('run_output').select('seq').where('run_id', '=', run.id).orderBy('seq').limit(room),
      )
      .executeTakeFirst();
    deleted += Number(numDeletedRows);
    if (Number(numDeletedRows) >= room) return deleted;
    await kysely
      .updateTable('run')
      .set((eb) => ({
        lost_output_bytes: eb('lost_output_bytes', '+', eb.ref('output_bytes')),
        output_bytes: 0,
      }))
      .where('id', '=', run.id)
      .execute();
  }
  return deleted;
}

/** The last success of its job, or its last failure. */
const isLast = (condition: typeof WENT_WELL) => sql<SqlBool>`(run.${condition} AND NOT EXISTS (
  SELECT 1 FROM run AS other WHERE other.job_id = run.job_id AND other.${condition}
  AND (other.finished_at, other.id) > (run.finished_at, run.id)))`;

async function forgetOldRuns(dialect: StoreDialect, { runsBefore, limit }: Request): Promise<number> {
  const { kysely } = dialect;
  const rows = await oldRuns(kysely, runsBefore, limit);
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  return kysely.transaction().execute(async (trx) => {
    await trx.deleteFrom('run_output').where('run_id', 'in', givenIds(dialect, ids)).execute();
    const { numDeletedRows } = await trx.deleteFrom('run').where('id', 'in', givenIds(dialect, ids)).executeTakeFirst();
    return Number(numDeletedRows);
  });
}

function oldRuns(db: Kysely<Schema>, before: number, limit: number): Promise<{ id: string }[]> {
  return db
    .selectFrom('run')
    .select('id')
    .where('created_at', '<', before)
    .where(sql<boolean>`NOT (${IS_OPEN})`)
    .where(sql<boolean>`NOT ${isLast(WENT_WELL)} AND NOT ${isLast(FAILED)}`)
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

async function forgetNotices({ kysely }: StoreDialect, { runsBefore, limit }: Request): Promise<number> {
  const { numDeletedRows } = await kysely
    .deleteFrom('job_notice')
    .where('at', 'in', (eb) =>
      eb.selectFrom('job_notice').select('at').where('at', '<', runsBefore).orderBy('at').limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
