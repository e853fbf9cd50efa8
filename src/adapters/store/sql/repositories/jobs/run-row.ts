import type { NewRun, Run } from '../../../../../core/jobs/ports.ts';
import { GuardianError } from '../../../../../core/shared/index.ts';
import type { GivenColumns } from '../../dialects/dialect.ts';
import type { JobTable, RunTable } from '../../schema/jobs.ts';
import { foldSearch, fromJson, toJson } from '../issues/issue-row.ts';

/** Characters of message and error that a text is looked for in. */
const SEARCH_CHARACTERS = 4_000;

export const RUN_COLUMNS: GivenColumns<RunTable> = {
  id: 'text',
  job_id: 'text',
  project_id: 'integer',
  status: 'text',
  reason: 'text',
  tick: 'integer',
  trigger_kind: 'text',
  triggered_by: 'text',
  triggered_user: 'text',
  chain_run_id: 'text',
  cause_run_id: 'text',
  key_1: 'text',
  limit_1: 'integer',
  key_2: 'text',
  limit_2: 'integer',
  queue_order: 'integer',
  created_at: 'integer',
  due_at: 'integer',
  condition_job: 'text',
  condition_since: 'integer',
  condition_until: 'integer',
  start_by: 'integer',
  finish_by: 'integer',
  timeout_ms: 'integer',
  started_at: 'integer',
  finished_at: 'integer',
  node: 'text',
  heartbeat_at: 'integer',
  attempt: 'integer',
  version: 'integer',
  environment: 'text',
  client_id: 'text',
  output_bytes: 'integer',
  lost_output_bytes: 'integer',
  output_head_seq: 'integer',
  task_type: 'text',
  in_scheduler_log: 'integer',
  in_sync_log: 'integer',
  search: 'text',
  message: 'text',
  error: 'text',
  cancel_request: 'text',
  attempts: 'text',
  stats: 'text',
  record_errors: 'text',
};

/** Those of them that change after the run was made; not output, which is written beside it. */
export const CHANGING_COLUMNS = {
  id: 'text',
  status: 'text',
  reason: 'text',
  cause_run_id: 'text',
  due_at: 'integer',
  start_by: 'integer',
  finish_by: 'integer',
  timeout_ms: 'integer',
  started_at: 'integer',
  finished_at: 'integer',
  node: 'text',
  heartbeat_at: 'integer',
  attempt: 'integer',
  environment: 'text',
  search: 'text',
  message: 'text',
  error: 'text',
  cancel_request: 'text',
  attempts: 'text',
  stats: 'text',
  record_errors: 'text',
} as const satisfies Partial<GivenColumns<RunTable>>;

/** Triggers of runs that somebody else carries out and tells of. */
const TOLD_TRIGGERS: readonly Run['trigger'][] = ['ping', 'check-in', 'posted'];

export function toRun(row: RunTable): Run {
  return {
    id: row.id,
    jobId: row.job_id,
    projectId: row.project_id,
    tick: row.tick,
    trigger: row.trigger_kind as Run['trigger'],
    triggeredBy: { kind: row.triggered_by as Run['triggeredBy']['kind'], user: row.triggered_user },
    chainRunId: row.chain_run_id,
    causeRunId: row.cause_run_id,
    status: row.status as Run['status'],
    reason: row.reason as Run['reason'],
    message: row.message,
    error: row.error,
    attempt: row.attempt,
    attempts: row.attempts === '[]' ? [] : (JSON.parse(row.attempts) as Run['attempts']),
    keys: keysOf(row),
    order: row.queue_order,
    createdAt: row.created_at,
    dueAt: row.due_at,
    condition:
      row.condition_job === null
        ? null
        : { job: row.condition_job, since: row.condition_since!, until: row.condition_until! },
    startBy: row.start_by,
    finishBy: row.finish_by,
    timeoutMs: row.timeout_ms,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    node: row.node,
    heartbeatAt: row.heartbeat_at,
    cancelRequest: fromJson(row.cancel_request),
    stats: fromJson(row.stats),
    recordErrors: fromJson(row.record_errors),
    version: row.version,
    environment: row.environment,
    clientId: row.client_id,
    outputBytes: row.output_bytes,
    lostOutputBytes: row.lost_output_bytes,
  };
}

export function keysOf(row: Pick<RunTable, 'key_1' | 'limit_1' | 'key_2' | 'limit_2'>): Run['keys'] {
  const keys: Run['keys'] = [];
  if (row.key_1 !== null) keys.push({ key: row.key_1, limit: row.limit_1! });
  if (row.key_2 !== null) keys.push({ key: row.key_2, limit: row.limit_2! });
  return keys;
}

export function toRunRow(run: Run, job: Pick<JobTable, 'task_type' | 'is_watched'>): RunTable {
  if (run.keys.length > 2) throw new GuardianError('internal', { reason: `run ${run.id} has more than two keys` });
  const [first, second] = run.keys;
  const isTold = job.is_watched === 1 || TOLD_TRIGGERS.includes(run.trigger);
  return {
    ...toChangingRow(run),
    job_id: run.jobId,
    project_id: run.projectId,
    tick: run.tick,
    trigger_kind: run.trigger,
    triggered_by: run.triggeredBy.kind,
    triggered_user: run.triggeredBy.user,
    chain_run_id: run.chainRunId,
    key_1: first?.key ?? null,
    limit_1: first?.limit ?? null,
    key_2: second?.key ?? null,
    limit_2: second?.limit ?? null,
    queue_order: Math.floor(run.order),
    created_at: Math.floor(run.createdAt),
    condition_job: run.condition?.job ?? null,
    condition_since: whole(run.condition?.since ?? null),
    condition_until: whole(run.condition?.until ?? null),
    version: run.version,
    client_id: run.clientId,
    output_bytes: run.outputBytes,
    lost_output_bytes: run.lostOutputBytes,
    output_head_seq: null,
    task_type: job.task_type,
    in_scheduler_log: isTold ? 0 : 1,
    in_sync_log: isTold || job.task_type !== null ? 1 : 0,
  };
}

export type ChangingRow = Pick<RunTable, keyof typeof CHANGING_COLUMNS>;

export function toChangingRow(run: Run): ChangingRow {
  return {
    id: run.id,
    status: run.status,
    reason: run.reason,
    cause_run_id: run.causeRunId,
    due_at: Math.floor(run.dueAt),
    start_by: whole(run.startBy),
    finish_by: whole(run.finishBy),
    timeout_ms: Math.floor(run.timeoutMs),
    started_at: whole(run.startedAt),
    finished_at: whole(run.finishedAt),
    node: run.node,
    heartbeat_at: whole(run.heartbeatAt),
    attempt: run.attempt,
    environment: run.environment,
    search: searchText(run.message, run.error),
    message: run.message,
    error: run.error,
    cancel_request: toJson(run.cancelRequest),
    attempts: JSON.stringify(run.attempts),
    stats: toJson(run.stats),
    record_errors: toJson(run.recordErrors),
  };
}

function whole(instant: number | null): number | null {
  return instant === null ? null : Math.floor(instant);
}

function searchText(message: string | null, error: string | null): string | null {
  if (message === null && error === null) return null;
  const half = SEARCH_CHARACTERS / 2;
  return foldSearch([message?.slice(0, half), error?.slice(0, half)].filter((part) => part).join('\n'));
}

/** A run as it is before anything happened to it. */
export function freshRun(run: NewRun): Run {
  return {
    ...run,
    error: null,
    attempt: 0,
    attempts: [],
    startedAt: null,
    finishedAt: null,
    node: null,
    heartbeatAt: null,
    cancelRequest: null,
    stats: null,
    recordErrors: null,
    outputBytes: 0,
    lostOutputBytes: 0,
  };
}
