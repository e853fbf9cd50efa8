import type { Transaction } from 'kysely';
import type { Admission, Follow, Run, RunPlanner } from '../../../../../core/jobs/ports.ts';
import { GuardianError } from '../../../../../core/shared/index.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { admitRuns } from './follow-runs.ts';
import { changeRuns, type RunChanges } from './run-changes.ts';
import type { RunStoreContext } from './run-queue.ts';
import { toRun } from './run-row.ts';

type Admitted = Awaited<ReturnType<RunPlanner['admit']>>;

interface Asked {
  admission: Admission;
  follow: Follow;
  resolve(admitted: Admitted): void;
  reject(error: unknown): void;
}

/** Admissions of one transaction. */
const MOST_AT_ONCE = 200;

/**
 * Runs that are asked for while others are written wait, and are then written together: each commit waits for the disk once, and none waits
 * for a timer. Whoever asks alone is written alone. One that fails takes no other with it: then each is tried by itself.
 */
export function createAdmit(context: RunStoreContext): RunPlanner['admit'] {
  const waiting: Asked[] = [];
  let isWriting = false;

  async function write(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      await admitBatch(context, waiting.splice(0, MOST_AT_ONCE));
    }
    isWriting = false;
  }

  return (admission, follow) =>
    new Promise((resolve, reject) => {
      waiting.push({ admission, follow, resolve, reject });
      if (!isWriting) void write();
    });
}

async function admitBatch(context: RunStoreContext, batch: readonly Asked[]): Promise<void> {
  try {
    const admitted = await admitTogether(context, batch);
    for (const [index, { resolve }] of batch.entries()) resolve(admitted[index]!);
  } catch (error) {
    if (batch.length === 1) batch[0]!.reject(error);
    else for (const asked of batch) await admitAlone(context, asked);
  }
}

async function admitAlone(context: RunStoreContext, asked: Asked): Promise<void> {
  try {
    const [admitted] = await admitTogether(context, [asked]);
    asked.resolve(admitted!);
  } catch (error) {
    asked.reject(error);
  }
}

function admitTogether(context: RunStoreContext, batch: readonly Asked[]): Promise<Admitted[]> {
  const jobIds = new Set(batch.map(({ admission }) => admission.run.jobId));
  return changeRuns(
    context,
    async () => ({ jobIds }),
    async (changes, trx) => {
      const known = await runsOfClients(trx, context.dialect, batch);
      await changes.loadOpen([...jobIds]);
      const admitted: Admitted[] = [];
      for (const asked of batch) {
        const { jobId, clientId } = asked.admission.run;
        const key = clientId === null ? null : clientKey(jobId, clientId);
        const run = key === null ? undefined : known.get(key);
        const answer: Admitted = run ? { kind: 'made', run } : await admitOne(changes, asked);
        if (key !== null && answer.kind === 'made') known.set(key, answer.run);
        admitted.push(answer);
      }
      // One of them may have taken the place of another.
      return admitted.map((answer) =>
        answer.kind === 'made' ? { kind: 'made', run: changes.run(answer.run.id) ?? answer.run } : answer,
      );
    },
  );
}

async function admitOne(changes: RunChanges, { admission, follow }: Asked): Promise<Admitted> {
  const { jobId, status } = admission.run;
  if (!changes.job(jobId)) throw new GuardianError('not_found', { path: jobId });
  if (status === 'queued') {
    const decision = admission.decide(changes.openRuns(jobId));
    if (decision.kind === 'refuse') return { kind: 'refused', inWay: decision.inWay };
  }
  const [run] = await admitRuns(changes, [admission], follow);
  if (!run) throw new GuardianError('conflict', { reason: `${jobId} has its run in this chain run already` });
  return { kind: 'made', run };
}

async function runsOfClients(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  batch: readonly Asked[],
): Promise<Map<string, Run>> {
  const wanted = batch.flatMap(({ admission: { run } }) =>
    run.clientId === null ? [] : [{ job: run.jobId, client: run.clientId }],
  );
  if (wanted.length === 0) return new Map();
  const rows = await trx
    .selectFrom(dialect.given<{ job: string; client: string }>({ job: 'text', client: 'text' }, wanted).as('given'))
    .innerJoin('run', (join) => join.onRef('run.job_id', '=', 'given.job').onRef('run.client_id', '=', 'given.client'))
    .selectAll('run')
    .execute();
  return new Map(rows.map((row) => [clientKey(row.job_id, row.client_id!), toRun(row)]));
}

function clientKey(jobId: string, clientId: string): string {
  return `${jobId} ${clientId}`;
}
