import type { Job, JobHealth, Pause, StoredJob } from './job.ts';
import type { NewRun, OutputChunk, Run, RunEnd, RunStatus } from './run.ts';

/** A row for whoever cares, written in the transaction of the change. `kind`: run-finished, chain-finished, job-late, run-changed. */
export interface JobOutboxEntry {
  kind: string;
  projectId: number | null;
  subjectId: string;
  payload: Record<string, unknown> | null;
}

export interface JobRegistry {
  /** Declares exactly these for the origin: new and changed ones get a new version in force from `at`, missing ones `removedAt`. */
  declare(origin: Job['origin'], jobs: readonly Job[], at: number): Promise<void>;
  /** Adds or changes one of a client; the others stay. */
  put(job: Job, at: number): Promise<StoredJob>;
  list(options?: { withRemoved: boolean }): Promise<StoredJob[]>;
  /** Versions in force at or after `from`, oldest first: ticks of the past are those of the schedule of that time. */
  versions(jobId: string, from: number): Promise<{ job: Job; version: number; since: number }[]>;
  /** Null resumes. Gives those that were changed. */
  setPause(jobIds: readonly string[], pause: Pause | null): Promise<string[]>;
}

/** What is asked for beside the run itself. Decided in one transaction with the rows that are open. */
export interface Admission {
  run: NewRun;
  /** Decides with the open runs of the job, oldest first. Not asked when `run.status` is terminal: that is written as it is. */
  decide(open: readonly Run[]): AdmissionDecision;
}

export type AdmissionDecision =
  | { kind: 'queue'; cancel: readonly string[] }
  | { kind: 'skip'; reason: NonNullable<Run['reason']>; causeRunId: string }
  | { kind: 'refuse'; inWay: string };

/** The ticks of one job up to `until`, each admitted in order. */
export interface PlanRequest {
  jobId: string;
  from: number | null;
  until: number;
  admissions: readonly Admission[];
  at: number;
}

export interface RunPlanner {
  /**
   * Many jobs in one transaction: of each, its ticks as rows and `plannedUntil` moved; nothing of a job whose `plannedUntil` is no longer `from`
   * (another node was first). Ticks that are rows already are left alone. Gives the rows that were made.
   */
  plan(requests: readonly PlanRequest[], follow: Follow): Promise<Run[]>;
  /** One run that was asked for. The refusal names the run in its way. A `clientId` that is known gives its run again. */
  admit(admission: Admission, follow: Follow): Promise<{ kind: 'made'; run: Run } | { kind: 'refused'; inWay: string }>;
}

/**
 * What follows when `changed` has just become terminal. `chain`: all rows of its chain run as they are now, `changed` among them; `health`: of its job.
 * Everything is written in the transaction of the change. The store asks once (and, as `decide`, anew when the transaction is begun anew) for each run that
 * - settling, cancelling or recording ended for good,
 * - an admission's decision skipped (when it is of a chain; a tick that is skipped itself starts none, and is not asked for),
 * - was queued and was ended by an admission's `cancel`;
 * one after the other: within a chain run, what comes to an end after `changed` (the next end of a batch, another admission of the same answer
 * that was skipped) is still open in `chain`, so that exactly one of them sees the chain run come to its end;
 * not for rows that `follow` itself gives as terminal: it has looked beyond them. All admissions of one answer are written before it is asked again;
 * those whose (chain run, job) is a row already are left alone.
 * Two transactions of one chain run wait for each other (on PostgreSQL: the row of its first run FOR UPDATE), else a join sees neither of its upstreams.
 */
export type Follow = (chain: readonly Run[], changed: Run, health: JobHealth) => Following;

export interface Following {
  admissions: readonly Admission[];
  outbox: readonly JobOutboxEntry[];
  /** Of the changed run's job, from now on; null: unchanged. */
  health: JobHealth | null;
}

export interface RunQueue {
  /**
   * Takes due runs for a node by conditional UPDATE, in order, as far as their keys have room: they are `running` from now, their attempt counted.
   * `FOR UPDATE SKIP LOCKED` on PostgreSQL. Runs whose condition does not hold are left; those past it are given back as `expired`, untouched.
   */
  claim(request: { node: string; at: number; limit: number }): Promise<{ runs: Run[]; expired: Run[] }>;
  /** Says that these still run; gives those that somebody asked to cancel, and those that are no longer the node's. */
  renew(node: string, runIds: readonly string[], at: number): Promise<{ cancelled: Run[]; lost: string[] }>;
  /** Ends attempts and runs, frees their keys, and writes what follows of each, in one transaction. Ends that come too late (terminal, another node's, another attempt than `attempt.number`) are left out of the result. */
  settle(ends: readonly RunEnd[], follow: Follow): Promise<Run[]>;
  /** Asks for the end of an open run; a queued one, and one that no node carries out (watched), ends at once. Null: there is no such run, or it has ended. */
  requestCancel(runId: string, request: NonNullable<Run['cancelRequest']>, follow: Follow): Promise<Run | null>;
  /** Running ones of a node (not watched ones) not renewed since `before`; only those of `node` when it is given. Oldest first, 1,000 at most. */
  stale(before: number, node?: string): Promise<Run[]>;
}

/** Runs that Guardian does not carry out itself: pings, check-ins, posted logs. */
export interface WatchedRuns {
  /**
   * Opens, changes or ends the run of (job, clientId), or with no client id the job's newest open one, in one transaction. A run of that client id that
   * has ended is given as well: it is not made again. `make` with the id of `known` changes that row, as long as it is open.
   */
  record(
    jobId: string,
    clientId: string | null,
    decide: (known: Run | null) => { make: Run | null; end: RunEnd | null; outbox: readonly JobOutboxEntry[] },
    follow: Follow,
  ): Promise<Run | null>;
}

export interface RunFilter {
  jobIds?: readonly string[];
  statuses?: readonly RunStatus[];
  triggeredBy?: readonly Run['triggeredBy']['kind'][];
  user?: string;
  taskTypes?: readonly string[];
  /** `scheduler`: runs that Guardian starts; `sync`: watched and posted runs, and those of jobs with a task type. */
  log?: 'scheduler' | 'sync';
  chainRunId?: string;
  /** By `createdAt`, half-open. */
  from?: number;
  to?: number;
  /** In message, error or the job's name, without regard to case. */
  text?: string;
}

export interface RunReader {
  get(runId: string): Promise<Run | null>;
  /** Newest first. */
  list(
    filter: RunFilter,
    page: { cursor: string | null; limit: number },
  ): Promise<{ items: Run[]; nextCursor: string | null }>;
  statistics(filter: RunFilter): Promise<RunStatistics>;
  /** The newest of each job, the newest success, and the newest failure. */
  lastOf(
    jobIds: readonly string[],
  ): Promise<Map<string, { last: Run | null; success: Run | null; failure: Run | null }>>;
  /** How the newest runs of each job stand, newest first, `limit` at most; a job without any is left out. */
  recentOf(jobIds: readonly string[], limit: number): Promise<Map<string, RunStatus[]>>;
  /** Of all that match and were made within [from, to), by equal steps from `from`; steps without any are left out. */
  trend(filter: RunFilter, steps: { from: number; to: number; stepMs: number }): Promise<RunStep[]>;
  /** Rows of ticks in the window, for those that count what should be there. */
  ticks(
    jobId: string,
    from: number,
    to: number,
  ): Promise<{ tick: number; runId: string; status: RunStatus; startedAt: number | null; finishedAt: number | null }[]>;
}

export interface RunStatistics {
  byStatus: Record<RunStatus, number>;
  /** Of runs that did work: success, warning, error, timed_out. ms; null over none. */
  duration: { mean: number; p50: number; p90: number; p99: number } | null;
  last: Run | null;
  lastSuccess: Run | null;
  perJob: { jobId: string; byStatus: Record<RunStatus, number>; meanMs: number | null }[];
}

/** `at` is where the step begins. `meanMs`: of runs that did work; null over none. */
export interface RunStep {
  at: number;
  byStatus: Record<RunStatus, number>;
  meanMs: number | null;
}

export interface OutputStore {
  /** In order; beyond the bound the middle is dropped and counted. `lostBytes`: dropped before they came here. */
  append(runId: string, chunks: readonly OutputChunk[], lostBytes?: number): Promise<void>;
  read(runId: string, page: { after: number; limit: number }): Promise<OutputChunk[]>;
  /** Output and rows whose time is over; the last success and failure of each job stay. Bounded: call again until 0. */
  forget(request: { outputBefore: number; runsBefore: number; limit: number }): Promise<number>;
}

/** Small facts the engine keeps between passes: which lateness was told. */
export interface NoticeStore {
  /** True for the first that says it: (kind, subject) is unique. `outbox` is written with it. */
  say(kind: string, subject: string, at: number, outbox: JobOutboxEntry): Promise<boolean>;
  forget(kind: string, subject: string): Promise<boolean>;
}

/** Carries out one attempt. Resolves with its outcome whatever happened; rejects never. */
export interface Executor {
  execute(run: Run, job: Job, context: ExecutionContext): Promise<ExecutionOutcome>;
}

export interface ExecutionContext {
  /** Aborted with the reason `timeout`, `requested`, `superseded`, `shutdown` or `lost` (another took it for dead). */
  signal: AbortSignal;
  /** What it writes, redacted by the receiver. */
  output(stream: OutputChunk['stream'], text: string): void;
}

export interface ExecutionOutcome {
  status: 'success' | 'warning' | 'error' | 'cancelled' | 'timed_out';
  reason: Run['reason'];
  message: string | null;
  error: string | null;
  stats: Run['stats'];
  recordErrors: Run['recordErrors'];
}

export type { JobWatch } from './engine/watchdog.ts';
export * from './job.ts';
export * from './run.ts';
