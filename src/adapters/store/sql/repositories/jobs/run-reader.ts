import { sql } from 'kysely';
import type { Run, RunReader, RunStatus } from '../../../../../core/jobs/ports.ts';
import { parseCursor, toPage } from '../../cursor.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { givenIds } from './held-runs.ts';
import { filteredRuns } from './run-filter.ts';
import { toRun } from './run-row.ts';
import { statisticsOf, trendOf } from './run-statistics.ts';
import { FAILED, WENT_WELL } from './run-statuses.ts';

export function createRunReader(dialect: StoreDialect): RunReader {
  const { kysely } = dialect;
  return {
    async get(runId) {
      const row = await kysely.selectFrom('run').selectAll().where('id', '=', runId).executeTakeFirst();
      return row ? toRun(row) : null;
    },

    async list(filter, { cursor, limit }) {
      let runs = filteredRuns(kysely, filter)
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (cursor !== null) {
        const { value, id } = parseCursor(cursor);
        runs = runs.where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(value, id)));
      }
      const page = toPage(await runs.execute(), limit, (row) => ({ value: row.created_at, id: row.id }));
      return { items: page.rows.map(toRun), nextCursor: page.next };
    },

    statistics: (filter) => statisticsOf(kysely, filter),

    lastOf: (jobIds) => lastRuns(dialect, jobIds),

    /** Index `job`: of each job only its newest rows are looked at. */
    async recentOf(jobIds, limit) {
      if (jobIds.length === 0) return new Map();
      const wanted = dialect.given<{ id: string }>(
        { id: 'text' },
        jobIds.map((id) => ({ id })),
      );
      const rows = await kysely
        .selectFrom(wanted.as('given'))
        .select('given.id as job')
        .select((eb) =>
          eb
            .selectFrom((newest) =>
              newest
                .selectFrom('run')
                .select(['run.status', 'run.created_at', 'run.id'])
                .whereRef('run.job_id', '=', 'given.id')
                .orderBy('run.created_at', 'desc')
                .orderBy('run.id', 'desc')
                .limit(limit)
                .as('newest'),
            )
            .select(sql<string | null>`string_agg(status, ',' ORDER BY created_at DESC, id DESC)`.as('statuses'))
            .as('statuses'),
        )
        .execute();
      return new Map(
        rows.flatMap(({ job, statuses }) =>
          statuses === null ? [] : [[job, statuses.split(',') as RunStatus[]] as const],
        ),
      );
    },

    trend: (filter, steps) => trendOf(kysely, filter, steps),

    async ticks(jobId, from, to) {
      const rows = await kysely
        .selectFrom('run')
        .select(['tick', 'id', 'status', 'started_at', 'finished_at'])
        .where('job_id', '=', jobId)
        .where('tick', 'is not', null)
        .where('tick', '>=', from)
        .where('tick', '<', to)
        .orderBy('tick')
        .$narrowType<{ tick: number }>()
        .execute();
      return rows.map((row) => ({
        tick: row.tick,
        runId: row.id,
        status: row.status as RunStatus,
        startedAt: row.started_at,
        finishedAt: row.finished_at,
      }));
    },
  };
}

/** Three looks into indexes for each job, in one statement; then the rows. */
async function lastRuns(dialect: StoreDialect, jobIds: readonly string[]): ReturnType<RunReader['lastOf']> {
  const { kysely } = dialect;
  const found = new Map(
    jobIds.map((id) => [id, { last: null as Run | null, success: null as Run | null, failure: null as Run | null }]),
  );
  if (jobIds.length === 0) return found;
  const wanted = dialect.given<{ id: string }>(
    { id: 'text' },
    jobIds.map((id) => ({ id })),
  );
  const ids = await kysely
    .selectFrom(wanted.as('given'))
    .select('given.id as job')
    .select((eb) => [
      eb
        .selectFrom('run')
        .select('run.id')
        .whereRef('run.job_id', '=', 'given.id')
        .orderBy('run.created_at', 'desc')
        .orderBy('run.id', 'desc')
        .limit(1)
        .as('last'),
      eb
        .selectFrom('run')
        .select('run.id')
        .whereRef('run.job_id', '=', 'given.id')
        .where(WENT_WELL)
        .orderBy('run.finished_at', 'desc')
        .orderBy('run.id', 'desc')
        .limit(1)
        .as('success'),
      eb
        .selectFrom('run')
        .select('run.id')
        .whereRef('run.job_id', '=', 'given.id')
        .where(FAILED)
        .orderBy('run.finished_at', 'desc')
        .orderBy('run.id', 'desc')
        .limit(1)
        .as('failure'),
    ])
    .execute();
  const named = ids.flatMap(({ last, success, failure }) => [last, success, failure].filter((id) => id !== null));
  const rows = await kysely
    .selectFrom('run')
    .selectAll()
    .where('id', 'in', givenIds(dialect, [...new Set(named)]))
    .execute();
  const runs = new Map(rows.map((row) => [row.id, toRun(row)]));
  const runOf = (id: string | null) => (id === null ? null : (runs.get(id) ?? null));
  for (const { job, last, success, failure } of ids) {
    found.set(job, { last: runOf(last), success: runOf(success), failure: runOf(failure) });
  }
  return found;
}
