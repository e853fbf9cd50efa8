import type { Job, JobHealth } from '../job.ts';
import type { JobOutboxEntry } from '../ports.ts';
import type { NewRun, Run, RunReason, RunStatus } from '../run.ts';

/** Payload of `run-finished`. Instants are epoch ms. */
export interface RunFinished {
  runId: string;
  jobId: string;
  label: string;
  taskType: Job['taskType'];
  status: RunStatus;
  reason: RunReason | null;
  message: string | null;
  /** Verbatim, its first 4,096 characters. */
  error: string | null;
  /** How many attempts it took. */
  attempts: number;
  tick: number | null;
  trigger: Run['trigger'];
  triggeredBy: Run['triggeredBy'];
  environment: string | null;
  startedAt: number | null;
  finishedAt: number | null;
  /** Of the whole run, from its first attempt; ms. */
  durationMs: number | null;
  chainRunId: string;
  /** Failures of the job in a row, this one among them; of a recovery: those before it. */
  failuresInRow: number;
  isFailing: boolean;
  /** With this run the job came to count as failing. */
  isFirstFailure: boolean;
  /** With this run the job counts as well again. */
  isRecovery: boolean;
  /** Runs that cannot take place because of this one. */
  heldBack: { runId: string; jobId: string; label: string; status: RunStatus }[];
}

/** Payload of `chain-finished`. */
export interface ChainFinished {
  chainRunId: string;
  /** The job that the chain run began with. */
  jobId: string;
  label: string;
  tick: number | null;
  startedAt: number | null;
  finishedAt: number;
  /** In the order in which they became rows. */
  outcomes: { runId: string; jobId: string; label: string; status: RunStatus; reason: RunReason | null }[];
}

const MOST_ERROR_LENGTH = 4_096;
const MOST_HELD_BACK = 1_000;

/** Whether a run came so far that its end says something of its job. */
export function didWork(run: Pick<Run, 'status'>): boolean {
  return run.status === 'success' || run.status === 'warning' || run.status === 'error' || run.status === 'timed_out';
}

interface RunFinishedInput {
  run: Run;
  /** Null: no longer declared. */
  job: Job | null;
  health: JobHealth;
  /** Null: unchanged. */
  next: JobHealth | null;
  heldBack: readonly NewRun[];
  labelOf(jobId: string): string;
}

export function runFinished({ run, job, health, next, heldBack, labelOf }: RunFinishedInput): JobOutboxEntry {
  const now = next ?? health;
  const isRecovery = health.isFailing && !now.isFailing;
  const payload: RunFinished = {
    runId: run.id,
    jobId: run.jobId,
    label: labelOf(run.jobId),
    taskType: job?.taskType ?? null,
    status: run.status,
    reason: run.reason,
    message: run.message,
    error: run.error === null ? null : run.error.slice(0, MOST_ERROR_LENGTH),
    attempts: run.attempt,
    tick: run.tick,
    trigger: run.trigger,
    triggeredBy: run.triggeredBy,
    environment: run.environment,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    durationMs: run.startedAt === null || run.finishedAt === null ? null : run.finishedAt - run.startedAt,
    chainRunId: run.chainRunId,
    failuresInRow: now.isFailing || now.failuresInRow > 0 ? now.failuresInRow : health.failuresInRow,
    isFailing: now.isFailing,
    isFirstFailure: !health.isFailing && now.isFailing,
    isRecovery,
    heldBack: heldBack
      .slice(0, MOST_HELD_BACK)
      .map(({ id, jobId, status }) => ({ runId: id, jobId, label: labelOf(jobId), status })),
  };
  return { kind: 'run-finished', projectId: run.projectId, subjectId: run.id, payload: { ...payload } };
}

interface ChainFinishedInput {
  first: Run;
  rows: readonly (Run | NewRun)[];
  at: number;
  labelOf(jobId: string): string;
}

export function chainFinished({ first, rows, at, labelOf }: ChainFinishedInput): JobOutboxEntry {
  const payload: ChainFinished = {
    chainRunId: first.id,
    jobId: first.jobId,
    label: labelOf(first.jobId),
    tick: first.tick,
    startedAt: first.startedAt,
    finishedAt: at,
    outcomes: rows.map(({ id, jobId, status, reason }) => ({
      runId: id,
      jobId,
      label: labelOf(jobId),
      status,
      reason,
    })),
  };
  return { kind: 'chain-finished', projectId: first.projectId, subjectId: first.id, payload: { ...payload } };
}
