import { type ExecReply, type ExecRequest, execReply, execRequest } from '../../../contracts/api/exec.ts';
import { GuardianError } from '../../../core/shared/index.ts';
import type { Services } from '../../app-env.ts';
import { describeRoute, jsonBody } from '../../describe-route.ts';
import { createRouter } from '../../routes/router.ts';
import { signalOfExec } from './exec-signal.ts';

const exec = describeRoute({
  method: 'post',
  path: '/api/runs/exec',
  tag: 'Jobs',
  summary: 'What `guardian exec` tells of the command it wraps: its start, its output, its end',
  needs: 'send',
  request: { body: jsonBody(execRequest) },
  reply: execReply,
});

export const execRoutes = createRouter().openapi(exec, async (context) => {
  const { services, sender } = context.var;
  return context.json(await recordExec(services, context.req.valid('json'), sender.project.id), 200);
});

export interface ExecRecording {
  jobs: Pick<Services['jobs'], 'record'>;
  store: { runs: Pick<Services['store']['runs'], 'get'>; jobs: Pick<Services['store']['jobs'], 'list'> };
}

/** The same for a record that waited in the spool. Throws `conflict` when no more jobs are made for clients. */
export async function recordExec(
  { jobs, store }: ExecRecording,
  request: ExecRequest,
  projectId: number,
): Promise<ExecReply> {
  const recorded = await jobs.record(signalOfExec(request, projectId));
  if (recorded.kind === 'unknown') throw new GuardianError('not_found', { path: request.job });
  if (recorded.kind === 'full') throw new GuardianError('conflict', { reason: 'no more jobs are made for clients' });
  if (recorded.kind === 'refused') {
    const open = await store.runs.get(recorded.inWay);
    const since = open?.startedAt ?? null;
    const inWaySince = since === null ? null : new Date(since).toISOString();
    return { decision: 'refused', inWay: recorded.inWay, inWaySince };
  }
  const { run } = recorded;
  // Output that came before anybody heard of its run: the end will tell of it.
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
