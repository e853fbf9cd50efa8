import type { Attempt, Run, RunStatus } from '../run.ts';

/** What is learnt from: a run that was carried out and has ended. Instants are epoch ms, spans ms. */
export interface EndedRun {
  id: string;
  jobId: string;
  chainRunId: string;
  causeRunId: string | null;
  status: RunStatus;
  trigger: Run['trigger'];
  /** Since when it could have begun. */
  readyAt: number;
  startedAt: number;
  finishedAt: number;
  attempts: readonly Pick<Attempt, 'startedAt' | 'finishedAt' | 'status'>[];
  timeoutMs: number;
  /** Which step failed, where the run's stats or error name one. */
  failedStep: string | null;
}

/** All that worked or tried to: successes, failures, cancelled ones, those that took too long. What was skipped never ran. */
const CARRIED_OUT: readonly RunStatus[] = ['success', 'warning', 'error', 'timed_out', 'cancelled'];

/** Null: it did not run, or has not ended. */
export function endedRun(run: Run): EndedRun | null {
  const { startedAt, finishedAt, attempts } = run;
  if (startedAt === null || finishedAt === null || !CARRIED_OUT.includes(run.status)) return null;
  const first = attempts[0]?.startedAt ?? startedAt;
  return {
    id: run.id,
    jobId: run.jobId,
    chainRunId: run.chainRunId,
    causeRunId: run.causeRunId,
    status: run.status,
    trigger: run.trigger,
    readyAt: Math.min(first, Math.max(run.createdAt, run.tick ?? run.createdAt)),
    startedAt: first,
    finishedAt,
    attempts,
    timeoutMs: run.timeoutMs,
    failedStep: failedStepOf(run),
  };
}

export function isGood({ status }: Pick<EndedRun, 'status'>): boolean {
  return status === 'success' || status === 'warning';
}

/** By convention `stats.failed_step`, else the reason of the end. */
function failedStepOf({ status, stats, reason }: Run): string | null {
  if (status === 'success' || status === 'warning') return null;
  const step = stats?.failed_step;
  return typeof step === 'string' && step !== '' ? step.slice(0, 100) : reason;
}
