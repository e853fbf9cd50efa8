import type { ExecReply, ExecRequest } from '../../../contracts/api/exec.ts';
import { GuardianError } from '../../../core/shared/index.ts';
import type { Services } from '../../app-env.ts';
import { signalOfExec } from './exec-signal.ts';

export interface ExecRecording {
  jobs: Pick<Services['jobs'], 'record'>;
  store: { runs: Pick<Services['store']['runs'], 'get'>; jobs: Pick<Services['store']['jobs'], 'list'> };
}

/** What `guardian exec` told, as it happened or from the spool it waited in. Throws `conflict` when no more jobs are made for clients. */
export async function recordExec(
  { jobs, store }: ExecRecording,
  request: ExecRequest,
  projectId: number,
): Promise<ExecReply> {
  const recorded = await jobs.record(signalOfExec(request, projectId));
  if (recorded.kind === 'unknown') throw new GuardianError('not_found', { path: request.job });
  if (recorded.kind === 'full') throw new GuardianError('conflict', { reason: (m) => m.jobs.clientJobsFull });
  if (recorded.kind === 'refused') {
    const open = await store.runs.get(recorded.inWay);
    const since = open?.startedAt ?? null;
    const inWaySince = since === null ? null : new Date(since).toISOString();
    return { decision: 'refused', inWay: recorded.inWay, inWaySince };
  }
  const { run } = recorded;
  if (request.phase !== 'start' || !run) return { decision: 'recorded', runId: run?.id ?? request.clientId };
  return { decision: 'run', runId: run.id, timeoutMs: request.timeoutMs ?? (await configuredLimit(store, run)) };
}

/** Of a job that only clients have told of, the limit is Guardian's own guess, and nothing to end a command for. */
async function configuredLimit(
  store: ExecRecording['store'],
  { jobId, timeoutMs }: { jobId: string; timeoutMs: number },
): Promise<number | null> {
  const jobs = await store.jobs.list();
  return jobs.find(({ job }) => job.id === jobId)?.job.origin === 'configuration' ? timeoutMs : null;
}
