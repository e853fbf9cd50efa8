import { newRun } from '../engine/new-run.ts';
import type { Job, StoredJob } from '../job.ts';
import type { ExecutionOutcome } from '../ports.ts';
import { isTerminal, type Run, type RunEnd, type RunStatus, type TerminalStatus } from '../run.ts';
import { judgeAbort, judgeFailure, judgeSuccess, NO_FACTS, type RunTexts, type WatchedSignal } from '../stats/index.ts';

/** A run that was posted whole, or opened as `running` and closed by a later post with the same `clientId`. Instants are epoch ms. */
export interface SyncLogEntry {
  projectId: number;
  /** `script_name`. */
  name: string;
  taskType: NonNullable<Job['taskType']>;
  clientId: string | null;
  status: 'running' | Exclude<RunStatus, 'queued' | 'running' | 'upstream_failed'>;
  message: string | null;
  error: string | null;
  stats: Run['stats'];
  recordErrors: Run['recordErrors'];
  /** Who posted it, by their key; never a name in the body. */
  triggeredBy: Run['triggeredBy'];
  startedAt: number | null;
  finishedAt: number | null;
}

/** What a decision goes by, besides what was told and what is known. */
export interface Deciding {
  stored: StoredJob;
  texts: RunTexts;
  newId(): string;
}

export interface Decided {
  make: Run | null;
  end: RunEnd | null;
  inWay?: string;
  /** It was told before: nothing of it is kept. */
  isRepeated?: boolean;
}

const UNCHANGED: Decided = { make: null, end: null };
const REPEATED: Decided = { ...UNCHANGED, isRepeated: true };
/** How a run ends that nobody waits for any more: the client's own word is then the first. */
const ENDED_BY_OTHERS: readonly RunStatus[] = ['timed_out', 'cancelled'];

/** What a signal changes. Pairs go by the client's id; without one by what is open. */
export function decideSignal(signal: WatchedSignal, known: Run | null, deciding: Deciding): Decided {
  // A run whose start nobody heard of goes on all the same.
  if (signal.kind === 'log')
    return known || signal.clientId === null ? UNCHANGED : { make: openedRun(signal, deciding), end: null };
  const open = known && !isTerminal(known.status) ? known : null;
  if (signal.kind === 'start') return decideStart(signal, open, known, deciding);
  // The same id again after its end: a repeated request.
  if (known && !open) return ENDED_BY_OTHERS.includes(known.status) ? UNCHANGED : REPEATED;
  const { at, durationMs } = signal;
  const outcome = outcomeOf(signal, deciding);
  if (!open) return { make: endedRun(openedRun(signal, deciding), at, durationMs, outcome), end: null };
  const make = durationMs === null ? null : { ...open, startedAt: at - durationMs };
  return { make, end: endOf(make ?? open, at, outcome) };
}

function decideStart(signal: WatchedSignal, open: Run | null, known: Run | null, deciding: Deciding): Decided {
  const { clientId, at } = signal;
  const isSame = clientId !== null && known?.clientId === clientId;
  if (isSame) return REPEATED;
  const make = openedRun(signal, deciding);
  if (!open) return { make, end: null };
  if (signal.mayBeRefused) {
    return deciding.stored.job.overlap.kind === 'skip' ? { ...UNCHANGED, inWay: open.id } : { make, end: null };
  }
  // It began again without ever ending: what was open before will not be heard of any more.
  return { make, end: endOf(open, at, superseded(open, deciding.texts)) };
}

export function decidePosted(posted: SyncLogEntry, known: Run | null, deciding: Deciding & { at: number }): Decided {
  const { stored, at } = deciding;
  if (known && isTerminal(known.status)) return { make: null, end: null };
  const opened: Run = known ?? {
    ...emptyRun(stored, deciding.newId(), at),
    trigger: 'posted',
    triggeredBy: posted.triggeredBy,
    startedAt: posted.startedAt ?? at,
    clientId: posted.clientId,
  };
  const { message, error, stats, recordErrors } = posted;
  const told = { message: message ?? opened.message, error, stats: stats ?? opened.stats, recordErrors };
  if (posted.status === 'running') return { make: { ...opened, ...told }, end: null };
  const outcome = outcomeOfPosted({ ...told, status: posted.status }, message, deciding);
  // A client's clock that is behind ends nothing before it began.
  const startedAt = posted.startedAt ?? known?.startedAt ?? 0;
  const finishedAt = Math.max(posted.finishedAt ?? at, startedAt);
  if (known) {
    const make = posted.startedAt === null ? null : { ...known, startedAt };
    return { make, end: endOf(make ?? known, finishedAt, outcome) };
  }
  const durationMs = posted.startedAt === null ? null : finishedAt - posted.startedAt;
  return { make: endedRun(opened, finishedAt, durationMs, outcome), end: null };
}

type PostedEnd = Omit<ExecutionOutcome, 'status' | 'reason'> & { status: Exclude<SyncLogEntry['status'], 'running'> };

function outcomeOfPosted(told: PostedEnd, message: string | null, { stored, texts }: Deciding): Outcome {
  if (told.status !== 'success') return { ...told, reason: REASONS[told.status] ?? null };
  const { status: _, ...facts } = told;
  return withMessage(judgeSuccess({ facts: { ...NO_FACTS, ...facts }, job: stored.job, texts }), message);
}

const REASONS: Partial<Record<SyncLogEntry['status'], Run['reason']>> = {
  error: 'reported',
  timed_out: 'timeout',
  cancelled: 'requested',
  warning: 'warned',
};

type Outcome = Omit<ExecutionOutcome, 'status'> & { status: TerminalStatus };

function outcomeOf(signal: WatchedSignal, { stored, texts }: Deciding): Outcome {
  const { facts, error, exitStatus } = signal;
  if (signal.kind === 'success') return judgeSuccess({ facts, job: stored.job, texts });
  if (signal.kind === 'timeout') return judgeAbort('timeout', { timeoutMs: stored.job.timeoutMs, texts, facts });
  return exitStatus === null
    ? judgeFailure({ reason: 'reported', message: texts.reportedFailure, error, facts })
    : judgeFailure({ reason: 'exit', message: texts.exit(exitStatus), error, facts });
}

function withMessage(outcome: ExecutionOutcome, message: string | null): Outcome {
  return { ...outcome, message: outcome.message ?? message };
}

function superseded(open: Run, texts: RunTexts): Outcome {
  const { stats, recordErrors } = open;
  return { status: 'cancelled', reason: 'superseded', message: texts.superseded, error: null, stats, recordErrors };
}

function openedRun(signal: WatchedSignal, { stored, newId }: Deciding): Run {
  return {
    ...emptyRun(stored, newId(), signal.at),
    trigger: signal.protocol,
    startedAt: signal.at,
    environment: signal.environment,
    clientId: signal.clientId,
    stats: signal.facts.stats,
    recordErrors: signal.facts.recordErrors,
  };
}

function emptyRun(stored: StoredJob, id: string, at: number): Run {
  const planned = newRun({
    id,
    stored,
    trigger: 'posted',
    triggeredBy: { kind: 'scheduler', user: null },
    tick: null,
    base: at,
    at,
    chainRunId: null,
    causeRunId: null,
  });
  return {
    ...planned,
    // Nothing of it waits here for room.
    keys: [],
    condition: null,
    status: 'running',
    attempt: 1,
    attempts: [],
    error: null,
    startedAt: at,
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

function endedRun(run: Run, at: number, durationMs: number | null, outcome: Outcome): Run {
  // Nobody said how long it took: it has no duration, rather than one of 0.
  const startedAt = durationMs === null ? null : at - durationMs;
  const { status, reason, error } = outcome;
  const attempt = { number: 1, startedAt: startedAt ?? at, finishedAt: at, status, reason, error };
  return { ...run, ...outcome, startedAt, finishedAt: at, attempts: [attempt] };
}

function endOf(run: Run, at: number, outcome: Outcome): RunEnd {
  const { status, reason, message, error, stats, recordErrors } = outcome;
  const startedAt = run.startedAt ?? run.createdAt;
  return {
    runId: run.id,
    node: null,
    at,
    attempt: { number: run.attempt, startedAt, finishedAt: at, status, reason, error },
    next: { kind: 'terminal', status },
    reason,
    message,
    error,
    stats: stats ?? run.stats,
    recordErrors: recordErrors ?? run.recordErrors,
  };
}
