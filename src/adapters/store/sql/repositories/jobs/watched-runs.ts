import type { Transaction } from 'kysely';
import { type Follow, isTerminal, type Run, type WatchedRuns } from '../../../../../core/jobs/ports.ts';
import { GuardianError } from '../../../../../core/shared/index.ts';
import type { Schema } from '../../schema.ts';
import { followSteps } from './follow-runs.ts';
import { changeRuns, type RunChanges } from './run-changes.ts';
import { type RunStoreContext, settleRuns } from './run-queue.ts';
import { toRun } from './run-row.ts';
import { IS_OPEN } from './run-statuses.ts';

type Decided = ReturnType<Parameters<WatchedRuns['record']>[2]>;

export function createWatchedRuns(context: RunStoreContext): WatchedRuns {
  return {
    record: (jobId, clientId, decide, follow) =>
      changeRuns(
        context,
        async () => ({ jobIds: new Set([jobId]) }),
        async (changes, trx) => {
          if (!changes.job(jobId)) throw new GuardianError('not_found', { path: jobId });
          const known = await findRun(trx, jobId, clientId);
          if (known) {
            await changes.require({ runIds: new Set([known.id]), chainIds: new Set([known.chainRunId]) });
          }
          return await write(changes, known, decide(known), follow);
        },
      ),
  };
}

/** Gives the run that was decided on, as it is now. */
async function write(
  changes: RunChanges,
  known: Run | null,
  { make, end, outbox }: Decided,
  follow: Follow,
): Promise<Run | null> {
  changes.tell(outbox);
  const written = make && keep(changes, known, make);
  if (written && isTerminal(written.status)) {
    await followSteps(changes, [{ chainId: written.chainRunId, step: () => changes.run(written.id)! }], follow);
  }
  if (end) await settleRuns(changes, [end], follow);
  const id = end?.runId ?? make?.id ?? known?.id;
  return id === undefined ? null : (changes.run(id) ?? known);
}

/** A new run, or the known one as it is to be. Null: it has ended and stays as it is; none is made twice for one name of a client. */
function keep(changes: RunChanges, known: Run | null, make: Run): Run | null {
  const isOther = known !== null && known.id !== make.id;
  if (!known || (isOther && (make.clientId === null || make.clientId !== known.clientId))) return changes.make(make);
  if (isOther || isTerminal(known.status)) return null;
  return changes.change({ ...make, keys: known.keys });
}

async function findRun(trx: Transaction<Schema>, jobId: string, clientId: string | null): Promise<Run | null> {
  const ofJob = trx.selectFrom('run').selectAll().where('job_id', '=', jobId);
  const asked =
    clientId === null
      ? ofJob.where(IS_OPEN).orderBy('queue_order', 'desc').orderBy('id', 'desc').limit(1)
      : ofJob.where('client_id', '=', clientId);
  const row = await asked.executeTakeFirst();
  return row ? toRun(row) : null;
}
