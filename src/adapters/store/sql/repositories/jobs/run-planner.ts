import type { Transaction } from 'kysely';
import type { Admission, PlanRequest, Run, RunPlanner } from '../../../../../core/jobs/ports.ts';
import { GuardianError } from '../../../../../core/shared/index.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { changeRuns } from './run-changes.ts';
import type { RunStoreContext } from './run-queue.ts';
import { toRun } from './run-row.ts';

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
            if (!job || job.planned_until !== request.from) continue;
            for (const admission of request.admissions) {
              const key = tickKey(request.jobId, admission.run.tick ?? admission.run.id);
              if (known.has(key)) continue;
              known.add(key);
              admissions.push(admission);
            }
            changes.changeJob(job.id, { planned_until: request.until });
          }
          const made = await changes.admit(admissions, follow);
          return made.filter((run) => run !== undefined);
        },
      );
    },

    async admit(admission, follow) {
      const { jobId, clientId } = admission.run;
      return changeRuns(
        context,
        async () => ({ jobIds: new Set([jobId]) }),
        async (changes, trx) => {
          if (!changes.job(jobId)) throw new GuardianError('not_found', { path: jobId });
          const known = clientId === null ? null : await runOfClient(trx, jobId, clientId);
          if (known) return { kind: 'made', run: known };
          const decision = admission.decide(await changes.openRuns(jobId));
          if (decision.kind === 'refuse') return { kind: 'refused', inWay: decision.inWay };
          const [run] = await changes.admit([admission], follow);
          if (!run) throw new GuardianError('conflict', { reason: `${jobId} has its run in this chain run already` });
          return { kind: 'made', run };
        },
      );
    },
  };
}

export async function runOfClient(trx: Transaction<Schema>, jobId: string, clientId: string): Promise<Run | null> {
  const row = await trx
    .selectFrom('run')
    .selectAll()
    .where('job_id', '=', jobId)
    .where('client_id', '=', clientId)
    .executeTakeFirst();
  return row ? toRun(row) : null;
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
