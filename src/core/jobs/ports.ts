import type { Job, Pause, StoredJob } from './job.ts';
import type { NewRun, OutputChunk, Run, RunEnd, RunStatus } from './run.ts';

/** A row for whoever cares, written in the transaction of the change. `kind`: run-finished, chain-finished, job-late, job-missed, run-changed. */
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
  /** Decides with the open runs of the job, oldest first. */
  decide(open: readonly Run[]): AdmissionDecision;
}

export type AdmissionDecision =
  | { kind: 'queue'; cancel: readonly string[] }
  | { kind: 'skip'; reason: NonNullable<Run['reason']>; causeRunId: string }
  | { kind: 'refuse'; inWay: string };

export interface RunPlanner {
  /**
   * The ticks of one job up to `until`, each admitted in order, and `plannedUntil` moved, in one transaction; nothing when `plannedUntil` is no longer
   * `from`: another node was first. Ticks that are rows already are left alone.
   */
  plan(request: {
    jobId: string;
    from: number | null;
    until: number;
    admissions: readonly Admission[];
    at: number;
  }): Promise<Run[]>;
  /** One run that was asked for. The refusal names the run in its way. A `clientId` that is known gives its run again. */
  admit(admission: Admission): Promise<{ kind: 'made'; run: Run } | { kind: 'refused'; inWay: string }>;
}

/** The runs of one chain run, when one of them changed; the decision's rows are written in the same transaction. */
export type Follow = (chain: readonly Run[], changed: Run) => { admissions: readonly Admission[]; outbox: readonly JobOutboxEntry[] };

export interface RunQueue {
  /**
   * Takes due runs for a node by conditional UPDATE, in order, as far as their keys have room: they are `running` from now, their attempt counted.
   * `FOR UPDATE SKIP LOCKED` on PostgreSQL. Runs whose condition does not hold are left; those past it are given back as `expired`, untouched.
   */
  claim(request: { node: string; at: number; limit: number }): Promise<{ runs: Run[]; expired: Run[] }>;
  /** Says that these still run; gives those that somebody asked to cancel, and those that are no longer the node's. */
  renew(node: string, runIds: readonly string[], at: number): Promise<{ cancelled: Run[]; lost: string[] }>;
  /** Ends attempts and runs, frees their keys, and writes what follows of each, in one transaction. Ends that come too late (not running, another's) are left out of the result. */
  settle(ends: readonly RunEnd[], follow: Follow): Promise<Run[]>;
  /** Asks for the end of an open run; a queued one ends at once. Null: there is no such run, or it has ended. */
  requestCancel(runId: string, request: NonNullable<Run['cancelRequest']>, follow: Follow): Promise<Run | null>;
  /** Running ones not renewed since `before` (all of `node` when it is given). */
  stale(before: number, node?: string): Promise<Run[]>;
}

/** Runs that Guardian does not carry out itself: pings, check-ins, posted logs. */
export interface WatchedRuns {
  /** Opens, changes or ends the run of (job, clientId), or the job's newest open one, in one transaction. */
  record(
    jobId: string,
    clientId: string | null,
    decide: (open: Run | null) => { make: Run | null; end: RunEnd | null; outbox: readonly JobOutboxEntry[] },
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
  list(filter: RunFilter, page: { cursor: string | null; limit: number }): Promise<{ items: Run[]; nextCursor: string | null }>;
  statistics(filter: RunFilter): Promise<RunStatistics>;
  /** The newest of each job, the newest success, and the newest failure. */
  lastOf(jobIds: readonly string[]): Promise<Map<string, { last: Run | null; success: Run | null; failure: Run | null }>>;
  /** Rows of ticks in the window, for those that count what should be there. */
  ticks(jobId: string, from: number, to: number): Promise<{ tick: number; runId: string; status: RunStatus; startedAt: number | null; finishedAt: number | null }[]>;
}

export interface RunStatistics {
  byStatus: Record<RunStatus, number>;
  /** Of runs that did work: success, warning, error, timed_out. ms; null over none. */
  duration: { mean: number; p50: number; p90: number; p99: number } | null;
  last: Run | null;
  lastSuccess: Run | null;
  perJob: { jobId: string; byStatus: Record<RunStatus, number>; meanMs: number | null }[];
}

export interface OutputStore {
  /** In order; beyond the bound the middle is dropped and counted. */
  append(runId: string, chunks: readonly OutputChunk[]): Promise<void>;
  read(runId: string, page: { after: number; limit: number }): Promise<OutputChunk[]>;
  /** Output and rows whose time is over; the last success and failure of each job stay. Bounded: call again until 0. */
  forget(request: { outputBefore: number; runsBefore: number; limit: number }): Promise<number>;
}

/** Small facts the engine keeps between passes: which lateness was told, which job was said to have never run. */
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
  /** Aborted with the reason `timeout`, `requested`, `superseded` or `shutdown`. */
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

export type { Pause };
