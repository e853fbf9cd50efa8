import { type Kysely, sql } from 'kysely';
import type { Run, RunFilter, RunReader, RunStatistics, RunStatus, RunStep } from '../../../../../core/jobs/ports.ts';
import type { Schema } from '../../schema.ts';
import { filteredRuns } from './run-filter.ts';
import { toRun } from './run-row.ts';
import { DID_WORK, WENT_WELL } from './run-statuses.ts';

const PERCENTILES = { p50: 50, p90: 90, p99: 99 } as const;

const WORKED = sql<boolean>`${DID_WORK} AND started_at IS NOT NULL AND finished_at IS NOT NULL`;

/** How many did work, and for how long in all. */
const WORK = [
  sql<number>`coalesce(sum(CASE WHEN ${WORKED} THEN 1 ELSE 0 END), 0)`.as('worked'),
  sql<number>`coalesce(sum(CASE WHEN ${WORKED} THEN finished_at - started_at ELSE 0 END), 0)`.as('ms'),
] as const;

const noStatuses = (): Record<RunStatus, number> => ({
  queued: 0,
  running: 0,
  success: 0,
  warning: 0,
  error: 0,
  skipped: 0,
  upstream_failed: 0,
  cancelled: 0,
  timed_out: 0,
});

export async function statisticsOf(db: Kysely<Schema>, filter: RunFilter): Promise<RunStatistics> {
  const [counts, last, lastSuccess] = await Promise.all([
    countRuns(db, filter),
    newest(filteredRuns(db, filter)),
    newest(filteredRuns(db, filter).where(WENT_WELL)),
  ]);
  const byStatus = noStatuses();
  const perJob = new Map<string, { byStatus: Record<RunStatus, number>; worked: number; ms: number }>();
  for (const { job_id, status, runs, worked, ms } of counts) {
    const own = perJob.get(job_id) ?? { byStatus: noStatuses(), worked: 0, ms: 0 };
    perJob.set(job_id, own);
    byStatus[status as RunStatus] += runs;
    own.byStatus[status as RunStatus] += runs;
    own.worked += worked;
    own.ms += ms;
  }
  const jobs = [...perJob];
  const worked = jobs.reduce((sum, [, own]) => sum + own.worked, 0);
  const ms = jobs.reduce((sum, [, own]) => sum + own.ms, 0);
  return {
    byStatus,
    duration: worked === 0 ? null : { mean: ms / worked, ...(await percentiles(db, filter, worked)) },
    last,
    lastSuccess,
    perJob: jobs
      .map(([jobId, own]) => ({
        jobId,
        byStatus: own.byStatus,
        meanMs: own.worked === 0 ? null : own.ms / own.worked,
      }))
      .sort((a, b) => (a.jobId < b.jobId ? -1 : 1)),
  };
}

/** One pass over the window; the index of the filter is that of `statisticsOf`. */
export async function trendOf(
  db: Kysely<Schema>,
  filter: RunFilter,
  { from, to, stepMs }: Parameters<RunReader['trend']>[1],
): Promise<RunStep[]> {
  const rows = await filteredRuns(db, filter)
    .where('created_at', '>=', from)
    .where('created_at', '<', to)
    .select([
      sql<number>`(created_at - ${from}) / ${stepMs}`.as('step'),
      'status',
      ({ fn }) => fn.countAll<number>().as('runs'),
      ...WORK,
    ])
    // By their places: a parameter that is given twice is another one to PostgreSQL.
    .groupBy([sql`1`, sql`2`])
    .orderBy(sql`1`)
    .execute();
  const steps = new Map<number, { byStatus: Record<RunStatus, number>; worked: number; ms: number }>();
  for (const { step, status, runs, worked, ms } of rows) {
    const own = steps.get(step) ?? { byStatus: noStatuses(), worked: 0, ms: 0 };
    steps.set(step, own);
    own.byStatus[status as RunStatus] += runs;
    own.worked += worked;
    own.ms += ms;
  }
  return [...steps].map(([step, { byStatus, worked, ms }]) => ({
    at: from + step * stepMs,
    byStatus,
    meanMs: worked === 0 ? null : ms / worked,
  }));
}

/** Not the column itself: SQLite would walk through all runs in the order of their jobs to spare itself the grouping of a day. */
const job = sql<string>`coalesce(run.job_id, '')`;

function countRuns(db: Kysely<Schema>, filter: RunFilter) {
  return filteredRuns(db, filter)
    .select([job.as('job_id'), 'status'])
    .select(({ fn }) => fn.countAll<number>().as('runs'))
    .select(WORK)
    .groupBy([job, 'status'])
    .execute();
}

/** By nearest rank, exact: equal durations are counted together first, so that few rows are left to be sorted. */
async function percentiles(
  db: Kysely<Schema>,
  filter: RunFilter,
  worked: number,
): Promise<Record<keyof typeof PERCENTILES, number>> {
  const durations = filteredRuns(db, filter)
    .where(WORKED)
    .select([sql<number>`finished_at - started_at`.as('ms'), sql<number>`count(*)`.as('runs')])
    .groupBy(sql`finished_at - started_at`);
  const ranked = db
    .selectFrom(durations.as('durations'))
    .select(['ms', sql<number>`sum(runs) OVER (ORDER BY ms)`.as('upto')]);
  const ranks = Object.entries(PERCENTILES).map(([name, percent]) => ({
    name,
    rank: Math.max(1, Math.ceil((worked * percent) / 100)),
  }));
  const row = await db
    .selectFrom(ranked.as('ranked'))
    .select(ranks.map(({ name, rank }) => sql<number>`min(CASE WHEN upto >= ${rank} THEN ms END)`.as(name)))
    .executeTakeFirstOrThrow();
  return row as Record<keyof typeof PERCENTILES, number>;
}

async function newest(runs: ReturnType<typeof filteredRuns>): Promise<Run | null> {
  const row = await runs
    .selectAll('run')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? toRun(row) : null;
}
