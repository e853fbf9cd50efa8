/** One execution, a row. Instants are epoch ms. */
export interface Run {
  id: string;
  jobId: string;
  projectId: number | null;
  /** The due instant it was made for; null: asked for. (job, tick) is unique. */
  tick: number | null;
  trigger: RunTrigger;
  triggeredBy: { kind: 'scheduler' | 'manual' | 'api'; user: string | null };
  /** Id of the run that the chain began with; its own id for that one. (chain run, job) is unique. */
  chainRunId: string;
  /** What it was made, skipped or cancelled for. */
  causeRunId: string | null;
  status: RunStatus;
  reason: RunReason | null;
  /** For people. */
  message: string | null;
  /** The underlying error, verbatim. */
  error: string | null;
  /** From 1; 0 before the first. */
  attempt: number;
  attempts: Attempt[];
  /** What may run beside it: the job's own key unless its overlap is `allow`, and the shared one. */
  keys: { key: string; limit: number }[];
  /** Runs of one key are served by it: the tick, else the moment of asking. */
  order: number;
  createdAt: number;
  /** Not to be claimed before: the delay of a retry. */
  dueAt: number;
  /** A run with a condition that does not hold yet; past `until` it is skipped. Null: it waits for nothing. */
  condition: { job: string; since: number; until: number } | null;
  /** Instants of its deadlines. */
  startBy: number | null;
  finishBy: number | null;
  timeoutMs: number;
  /** Of the first attempt. */
  startedAt: number | null;
  finishedAt: number | null;
  /** Who carries it out. */
  node: string | null;
  heartbeatAt: number | null;
  /** `by` is `guardian` and `reason` `superseded` when another run took its place. */
  cancelRequest: { at: number; by: string; reason: string | null } | null;
  /** One JSON object, 64 KiB at most. */
  stats: Record<string, unknown> | null;
  /** Records that failed: the true total, and the first hundred. */
  recordErrors: { total: number; kept: { subject: string; reason: string }[] } | null;
  /** Version of the definition that was in force. */
  version: number;
  environment: string | null;
  /** The client's own name for the run: `rid`, `check_in_id`, an idempotency key. Unique within the job. */
  clientId: string | null;
  outputBytes: number;
  lostOutputBytes: number;
}

/** Terminal statuses are never left. */
export type RunStatus = 'queued' | 'running' | TerminalStatus;
export type TerminalStatus =
  | 'success'
  | 'warning'
  | 'error'
  | 'skipped'
  | 'upstream_failed'
  | 'cancelled'
  | 'timed_out';

export const FAILED_STATUSES: readonly RunStatus[] = ['error', 'timed_out', 'cancelled', 'upstream_failed'];

export function isTerminal(status: RunStatus): status is TerminalStatus {
  return status !== 'queued' && status !== 'running';
}

export type RunTrigger = 'schedule' | 'catch-up' | 'after' | 'manual' | 'api' | 'ping' | 'check-in' | 'posted';

export type RunReason =
  /** skipped */
  | 'missed'
  | 'paused'
  | 'overlap'
  | 'queue_full'
  | 'condition_not_met'
  | 'upstream_skipped'
  /** Its `after` rule can no longer hold, though nothing failed or was skipped: a warning over a strict edge, nothing failed for `one_failed`. */
  | 'rule_not_met'
  /** upstream_failed */
  | 'upstream_failed'
  /** error */
  | 'exit'
  | 'exception'
  | 'unexpected_answer'
  | 'fail_when'
  | 'sub_step'
  | 'lost'
  | 'reported'
  /** timed_out */
  | 'timeout'
  /** cancelled */
  | 'requested'
  | 'superseded'
  | 'shutdown'
  /** warning */
  | 'warn_when'
  | 'slow'
  | 'warned';

export interface Attempt {
  number: number;
  startedAt: number;
  finishedAt: number;
  status: TerminalStatus;
  reason: RunReason | null;
  error: string | null;
}

/** A run that is to be. What is missing is filled by the store: attempts 0, no stats, … */
export type NewRun = Pick<
  Run,
  | 'id'
  | 'jobId'
  | 'projectId'
  | 'tick'
  | 'trigger'
  | 'triggeredBy'
  | 'chainRunId'
  | 'causeRunId'
  | 'status'
  | 'reason'
  | 'message'
  | 'keys'
  | 'order'
  | 'createdAt'
  | 'dueAt'
  | 'condition'
  | 'startBy'
  | 'finishBy'
  | 'timeoutMs'
  | 'version'
  | 'environment'
  | 'clientId'
>;

/** How an attempt ended, or the run. */
export interface RunEnd {
  runId: string;
  /** Only the one that holds it may end it; null: whoever asks (reaping, a client's own word). */
  node: string | null;
  at: number;
  attempt: Attempt | null;
  /** Terminal, or queued again for another attempt. */
  next: { kind: 'terminal'; status: TerminalStatus } | { kind: 'retry'; dueAt: number };
  reason: RunReason | null;
  message: string | null;
  error: string | null;
  stats: Run['stats'];
  recordErrors: Run['recordErrors'];
}

/** Lines of what a run writes; `seq` counts up within the run, with gaps, up to 2^53. */
export interface OutputChunk {
  seq: number;
  at: number;
  stream: 'stdout' | 'stderr' | 'log';
  text: string;
}
