import { randomUUID } from 'node:crypto';
import type { Insertable, Transaction } from 'kysely';
import type { Job, JobRegistry } from '../../../../../core/jobs/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { JobTable } from '../../schema/jobs.ts';
import type { Schema } from '../../schema.ts';
import { toJson } from '../issues/issue-row.ts';
import { givenIds } from './held-runs.ts';
import { toDefinitionRow, toStoredJob } from './job-row.ts';
import { lockJobs } from './read-runs.ts';

/** Versions of one job that are kept: a client that declares another schedule with every check-in fills no disk. */
const MOST_VERSIONS = 1_000;

export function createJobRegistry(dialect: StoreDialect): JobRegistry {
  const { kysely } = dialect;
  return {
    async declare(origin, jobs, at) {
      await kysely.transaction().execute(async (trx) => {
        const known = await knownJobs(
          trx,
          dialect,
          jobs.map(({ id }) => id),
        );
        for (const job of jobs) await keepJob(trx, known.get(job.id), { ...job, origin }, at);
        let gone = trx
          .updateTable('job')
          .set({ removed_at: at })
          .where('origin', '=', origin)
          .where('removed_at', 'is', null);
        if (jobs.length > 0) {
          const ids = jobs.map(({ id }) => id);
          gone = gone.where('id', 'not in', givenIds(dialect, ids));
        }
        await gone.execute();
      });
    },

    async put(job, at) {
      return kysely.transaction().execute(async (trx) => {
        const known = (await knownJobs(trx, dialect, [job.id])).get(job.id);
        const isOthers = known && known.origin !== job.origin && known.removed_at === null;
        if (!isOthers) await keepJob(trx, known, job, at);
        const row = await trx.selectFrom('job').selectAll().where('id', '=', job.id).executeTakeFirstOrThrow();
        return toStoredJob(row);
      });
    },

    async list({ withRemoved } = { withRemoved: false }) {
      let jobs = kysely.selectFrom('job').selectAll().orderBy('id');
      if (!withRemoved) jobs = jobs.where('removed_at', 'is', null);
      return (await jobs.execute()).map(toStoredJob);
    },

    async versions(jobId, from) {
      const rows = await kysely
        .selectFrom('job_version')
        .select(['definition', 'version', 'since'])
        .where('job_id', '=', jobId)
        .where((eb) =>
          eb(
            'version',
            '>=',
            eb.fn.coalesce(
              eb
                .selectFrom('job_version as earlier')
                .select(({ fn }) => fn.max('earlier.version').as('version'))
                .where('earlier.job_id', '=', jobId)
                .where('earlier.since', '<=', from),
              eb.val(0),
            ),
          ),
        )
        .orderBy('version')
        .execute();
      return rows.map(({ definition, ...version }) => ({ ...version, job: JSON.parse(definition) as Job }));
    },

    async setPause(jobIds, pause) {
      if (jobIds.length === 0) return [];
      const rows = await kysely
        .updateTable('job')
        .set({ pause: toJson(pause) })
        .where('id', 'in', givenIds(dialect, jobIds))
        .where('pause', 'is distinct from', toJson(pause))
        .returning('id')
        .execute();
      return rows.map(({ id }) => id).sort();
    },
  };
}

async function knownJobs(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  ids: readonly string[],
): Promise<Map<string, JobTable>> {
  return new Map((await lockJobs(trx, dialect, ids)).map((row) => [row.id, row]));
}

async function keepJob(trx: Transaction<Schema>, known: JobTable | undefined, job: Job, at: number): Promise<void> {
  const definition = toDefinitionRow(job);
  const pingKey = known?.ping_key ?? (definition.is_watched ? randomUUID() : null);
  if (!known) {
    const fresh: Insertable<JobTable> = {
      ...definition,
      id: job.id,
      version: 1,
      version_since: at,
      first_seen_at: at,
      planned_until: null,
      pause: null,
      is_failing: 0,
      failures_in_row: 0,
      successes_in_row: 0,
      removed_at: null,
      ping_key: pingKey,
    };
    // Two nodes that start at once declare the same: the second finds it there.
    const made = await trx
      .insertInto('job')
      .values(fresh)
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (made) await addVersion(trx, job.id, { version: 1, since: at, definition: definition.definition });
    return;
  }
  const isBack = known.removed_at !== null;
  if (known.definition === definition.definition && !isBack) return;
  const version = known.version + 1;
  await trx
    .updateTable('job')
    .set({
      ...definition,
      version,
      version_since: at,
      removed_at: null,
      ping_key: pingKey,
      // While it was not declared, nothing was due.
      ...(isBack && known.planned_until !== null && { planned_until: Math.max(known.planned_until, at) }),
    })
    .where('id', '=', job.id)
    .execute();
  await addVersion(trx, job.id, { version, since: at, definition: definition.definition });
}

async function addVersion(
  trx: Transaction<Schema>,
  jobId: string,
  { version, since, definition }: { version: number; since: number; definition: string },
): Promise<void> {
  await trx.insertInto('job_version').values({ job_id: jobId, version, since, definition }).execute();
  if (version <= MOST_VERSIONS) return;
  await trx
    .deleteFrom('job_version')
    .where('job_id', '=', jobId)
    .where('version', '<=', version - MOST_VERSIONS)
    .execute();
}
