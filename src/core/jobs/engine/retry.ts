import type { RetryPolicy } from '../job.ts';
import type { Run, RunEnd, RunReason, TerminalStatus } from '../run.ts';

/** How an attempt ended, before it is known whether another follows. */
export interface AttemptEnd {
  status: TerminalStatus;
  reason: RunReason | null;
  message: string | null;
  error: string | null;
  stats: Run['stats'];
  recordErrors: Run['recordErrors'];
}

export interface EndOfAttempt {
  run: Run;
  /** Null: nobody's (reaping). */
  node: string | null;
  at: number;
  attemptStartedAt: number;
  end: AttemptEnd;
  /** Null: the job is no longer declared; nothing is tried again. */
  retries: RetryPolicy | null;
  random: () => number;
}

/** First × factor each time, the longest at most, with its jitter to both sides. `attempt`: the one that failed, from 1. */
function retryDelayMs(policy: RetryPolicy, attempt: number, random: () => number): number {
  const plain = Math.min(policy.longestDelayMs, policy.firstDelayMs * policy.factor ** (attempt - 1));
  return Math.max(0, Math.round(plain * (1 + policy.jitter * (2 * random() - 1))));
}

/** What failed, was lost or was stopped by a shutdown is tried again while attempts are left; what somebody cancelled is not. */
export function endOfAttempt({ run, node, at, attemptStartedAt, end, retries, random }: EndOfAttempt): RunEnd {
  const { status, reason, ...told } = end;
  const attempt = {
    number: run.attempt,
    startedAt: attemptStartedAt,
    finishedAt: at,
    status,
    reason,
    error: end.error,
  };
  const mayRetry = status === 'error' || status === 'timed_out' || reason === 'shutdown';
  const isLeft = retries !== null && run.attempt <= retries.count;
  const next: RunEnd['next'] =
    mayRetry && isLeft && !run.cancelRequest
      ? { kind: 'retry', dueAt: at + retryDelayMs(retries, run.attempt, random) }
      : { kind: 'terminal', status };
  return { runId: run.id, node, at, attempt, next, reason, ...told };
}
