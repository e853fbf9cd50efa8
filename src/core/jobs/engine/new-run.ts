import type { Job, JobCondition, StoredJob } from '../job.ts';
import type { NewRun, Run, RunReason, RunTrigger } from '../run.ts';
import { deadlineInstant, localMidnightBefore } from '../schedule/index.ts';

export interface RunRequest {
  id: string;
  /** Its definition is the one in force now. */
  stored: Pick<StoredJob, 'job' | 'version'>;
  trigger: RunTrigger;
  triggeredBy: Run['triggeredBy'];
  tick: number | null;
  /** What its deadlines and its condition count from: the tick of the chain's first run, else when that was asked for. */
  base: number;
  at: number;
  /** Null: it begins a chain run of its own. */
  chainRunId: string | null;
  causeRunId: string | null;
  clientId?: string | null;
  /** Terminal ones are written as they are. */
  status?: NewRun['status'];
  reason?: RunReason | null;
}

export function newRun(request: RunRequest): NewRun {
  const { job, version } = request.stored;
  return {
    id: request.id,
    jobId: job.id,
    projectId: job.projectId,
    tick: request.tick,
    trigger: request.trigger,
    triggeredBy: request.triggeredBy,
    chainRunId: request.chainRunId ?? request.id,
    causeRunId: request.causeRunId,
    status: request.status ?? 'queued',
    reason: request.reason ?? null,
    message: null,
    keys: keysOf(job),
    order: request.base,
    createdAt: request.at,
    dueAt: request.at,
    condition: job.condition && conditionOf(job.condition, request.base),
    startBy: job.mustStartBy && deadlineInstant(job.mustStartBy, request.base),
    finishBy: job.mustFinishBy && deadlineInstant(job.mustFinishBy, request.base),
    timeoutMs: job.timeoutMs,
    version,
    environment: null,
    clientId: request.clientId ?? null,
  };
}

/** Everything a run holds while it runs. A job's own key makes two of its runs impossible, on whatever node. */
function keysOf(job: Pick<Job, 'id' | 'overlap' | 'concurrency'>): Run['keys'] {
  const own = job.overlap.kind === 'allow' ? [] : [{ key: `job:${job.id}`, limit: 1 }];
  return job.concurrency ? [...own, { key: `key:${job.concurrency.key}`, limit: job.concurrency.limit }] : own;
}

function conditionOf(condition: JobCondition, base: number): Run['condition'] {
  return {
    job: condition.job,
    since: localMidnightBefore(base, condition.timeZone),
    until: deadlineInstant(condition.waitUntil, base) ?? base,
  };
}
