import type { Clock } from '../../shared/index.ts';
import type { DeclaredJobs } from '../engine/declared-jobs.ts';
import { newRun } from '../engine/new-run.ts';
import type { JobStores } from '../engine/stores.ts';
import type { Job, StoredJob } from '../job.ts';
import type { ExecutionOutcome } from '../ports.ts';
import { isTerminal, type OutputChunk, type Run, type RunEnd, type RunStatus, type TerminalStatus } from '../run.ts';
import { judgeAbort, judgeFailure, judgeSuccess, NO_FACTS, type RunTexts, type WatchedSignal } from '../stats/index.ts';
import { defineWatched, findWatched } from './watched-job.ts';

export interface RecordOptions {
  stores: Pick<JobStores, 'registry' | 'watched' | 'reader' | 'outputs'>;
  jobs: DeclaredJobs;
  clock: Clock;
  texts: RunTexts;
  newId(): string;
  redact(text: string): string;
  /** Jobs that clients may make; one more is refused. */
  mostClientJobs: number;
  onRuns(runs: readonly Run[]): void;
  onOutput(runId: string, chunks: readonly OutputChunk[]): void;
  /** A job was made or changed. */
  onJobs(): void;
}

/** `run`: null where a log came before any run. */
export type Recorded =
  | { kind: 'recorded'; run: Run | null; isNew: boolean }
  /** A start that asks, where a run is open. */
  | { kind: 'refused'; inWay: string }
  /** There is no such job: 404. */
  | { kind: 'unknown' }
  /** No more jobs are made for clients. */
  | { kind: 'full' };

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

export interface WatchedRecorder {
  signal(signal: WatchedSignal): Promise<Recorded>;
  post(posted: SyncLogEntry): Promise<Recorded>;
}

const NOTHING = { trigger: null, graceMs: null, maxRunMs: null, failureThreshold: null, recoveryThreshold: null };

/** Writes down what clients tell of their runs. The same word twice changes nothing the second time. */
export function createWatchedRecorder(options: RecordOptions): WatchedRecorder {
  const { stores, jobs, clock, texts, newId, redact, mostClientJobs, onRuns, onOutput, onJobs } = options;
  let seq = 0;

  async function jobFor(
    name: WatchedSignal['job'],
    definition: WatchedSignal['definition'],
    taskType: Job['taskType'] = null,
  ): Promise<StoredJob | 'unknown' | 'full'> {
    let existing = findWatched(jobs.all(), name);
    if (!existing) {
      await jobs.refresh();
      existing = findWatched(jobs.all(), name);
    }
    if (!definition || name.by === 'key') return existing ?? 'unknown';
    const all = [...jobs.all()].map(({ job }) => job);
    const { slug, projectId } = name;
    const isNameTaken = (id: string) => all.some((job) => job.id === id);
    const job = defineWatched({ slug, projectId, existing: existing?.job ?? null, definition, taskType, isNameTaken });
    if (!job) return existing ?? 'unknown';
    if (!existing && all.filter(({ origin }) => origin === 'client').length >= mostClientJobs) return 'full';
    const stored = await stores.registry.put(job, clock.now());
    await jobs.refresh();
    onJobs();
    return stored;
  }

  async function keepOutput(jobId: string, run: Run | null, { output }: WatchedSignal): Promise<void> {
    if (output.length === 0) return;
    const runId = run?.id ?? (await stores.reader.lastOf([jobId])).get(jobId)?.last?.id;
    if (runId === undefined) return;
    const chunks = output.map(({ at, stream, text }) => {
      // Behind what an earlier signal left, whichever node took that.
      seq = Math.max(seq + 1, at * 1_000);
      return { seq, at, stream, text: redact(text).replaceAll('\0', '\uFFFD') };
    });
    await stores.outputs.append(runId, chunks);
    onOutput(runId, chunks);
  }

  return {
    async signal(signal) {
      const stored = await jobFor(signal.job, signal.definition);
      if (typeof stored === 'string') return { kind: stored };
      const { job } = stored;
      let isNew = false;
      let inWay: string | null = null;
      const run = await stores.watched.record(
        job.id,
        // Who asks wants to know of what is open, whatever its id.
        signal.mayBeRefused ? null : signal.clientId,
        (known) => {
          const decided = decideSignal(signal, known, { stored, texts, newId });
          isNew = decided.make !== null && decided.make.id !== known?.id;
          inWay = decided.inWay ?? null;
          return { make: decided.make, end: decided.end, outbox: [] };
        },
        jobs.follow,
      );
      if (inWay !== null) return { kind: 'refused', inWay };
      if (run && signal.kind !== 'log') onRuns([run]);
      await keepOutput(job.id, run, signal);
      return { kind: 'recorded', run, isNew };
    },
    async post(posted) {
      const { name, projectId, taskType } = posted;
      const definition = { isUpdate: false, ...NOTHING };
      const stored = await jobFor({ by: 'slug', projectId, slug: name }, definition, taskType);
      if (typeof stored === 'string') return { kind: stored };
      let isNew = false;
      const clientId = posted.clientId ?? newId();
      const run = await stores.watched.record(
        stored.job.id,
        clientId,
        (known) => {
          const decided = decidePosted({ ...posted, clientId }, known, { stored, texts, newId, at: clock.now() });
          isNew = decided.make !== null && known === null;
          return { ...decided, outbox: [] };
        },
        jobs.follow,
      );
      if (run) onRuns([run]);
      return { kind: 'recorded', run, isNew };
    },
  };
}

interface Deciding {
  stored: StoredJob;
  texts: RunTexts;
  newId(): string;
}

interface Decided {
  make: Run | null;
  end: RunEnd | null;
  inWay?: string;
}

const UNCHANGED: Decided = { make: null, end: null };

/** What a signal changes. Pairs go by the client's id; without one by what is open. */
function decideSignal(signal: WatchedSignal, known: Run | null, deciding: Deciding): Decided {
  if (signal.kind === 'log') return UNCHANGED;
  const open = known && !isTerminal(known.status) ? known : null;
  if (signal.kind === 'start') return decideStart(signal, open, known, deciding);
  // The same id again after its end: a repeated request.
  if (known && !open) return UNCHANGED;
  const { at, durationMs } = signal;
  const outcome = outcomeOf(signal, deciding);
  if (!open) return { make: endedRun(openedRun(signal, deciding), at, durationMs, outcome), end: null };
  const make = durationMs === null ? null : { ...open, startedAt: at - durationMs };
  return { make, end: endOf(make ?? open, at, outcome) };
}

function decideStart(signal: WatchedSignal, open: Run | null, known: Run | null, deciding: Deciding): Decided {
  const { clientId, at } = signal;
  const isSame = clientId !== null && known?.clientId === clientId;
  if (isSame) return UNCHANGED;
  const make = openedRun(signal, deciding);
  if (!open) return { make, end: null };
  if (signal.mayBeRefused) {
    return deciding.stored.job.overlap.kind === 'skip' ? { ...UNCHANGED, inWay: open.id } : { make, end: null };
  }
  // It began again without ever ending: what was open before will not be heard of any more.
  return { make, end: endOf(open, at, superseded(open, deciding.texts)) };
}

function decidePosted(posted: SyncLogEntry, known: Run | null, deciding: Deciding & { at: number }): Decided {
  const { stored, texts, at } = deciding;
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
  const outcome: Outcome =
    posted.status === 'success'
      ? withMessage(judgeSuccess({ facts: { ...NO_FACTS, ...told }, job: stored.job, texts }), message)
      : { ...told, status: posted.status, reason: REASONS[posted.status] ?? null };
  const finishedAt = posted.finishedAt ?? at;
  if (known) return { make: null, end: endOf(known, finishedAt, outcome) };
  const durationMs = posted.startedAt === null ? null : finishedAt - posted.startedAt;
  return { make: endedRun(opened, finishedAt, durationMs, outcome), end: null };
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
