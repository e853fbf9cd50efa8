import type { Transaction } from 'kysely';
import type { Admission, PlanRequest, RunPlanner } from '../../../../../core/jobs/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { createAdmit } from './admit-runs.ts';
import { admitRuns } from './follow-runs.ts';
import { changeRuns } from './run-changes.ts';
import type { RunStoreContext } from './run-queue.ts';

export function createRunPlanner(context: RunStoreContext): RunPlanner {
  const { dialect } = context;
  return {
    async plan(requests, follow) {
      if (requests.length === 0) return [];
      return changeRuns(
        context,
        async () => ({ jobIds: new Set(requests.map(({ jobId }) => jobId)) }),
        async (changes, trx) => {
          const known = await knownTicks(trx, dialect, requests);
          const admissions: Admission[] = [];
          for (const request of requests) {
            const job = changes.job(request.jobId);
            if (job?.planned_until !== request.from) continue;
            admissions.push(...newTicks(request, known));
            changes.changeJob(job.id, { planned_until: request.until });
          }
          const made = await admitRuns(changes, admissions, follow);
          return made.filter((run) => run !== undefined);
        },
      );
    },

    admit: createAdmit(context),
  };
}

/** Those that no row has; from then on they are known. */
function newTicks({ jobId, admissions }: PlanRequest, known: Set<string>): Admission[] {
  return admissions.filter(({ run }) => {
    const key = tickKey(jobId, run.tick ?? run.id);
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

/** Ticks of these requests that are rows already. */
async function knownTicks(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  requests: readonly PlanRequest[],
): Promise<Set<string>> {
  const wanted = requests.flatMap(({ jobId, admissions }) =>
    admissions.flatMap(({ run }) => (run.tick === null ? [] : [{ job: jobId, at: run.tick }])),
  );
  if (wanted.length === 0) return new Set();
  const rows = await trx
    .selectFrom(dialect.given<{ job: string; at: number }>({ job: 'text', at: 'integer' }, wanted).as('given'))
    .innerJoin('run', (join) => join.onRef('run.job_id', '=', 'given.job').onRef('run.tick', '=', 'given.at'))
    .select(['run.job_id', 'run.tick'])
    .execute();
  return new Set(rows.map(({ job_id, tick }) => tickKey(job_id, tick!)));
}

/** A run without a tick has its own id in its place. */
function tickKey(jobId: string, tick: number | string): string {
  return `${tick} ${jobId}`;
}
