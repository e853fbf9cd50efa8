/** A task with a trigger, as it is configured. Instants are epoch ms, spans ms. */
export interface Job {
  /** Lower-case letters, digits, `-` and `_`; unique in the installation. */
  id: string;
  /** What people read. */
  label: string;
  /** Who declares it: the configuration, a client (`monitor_config`, the first ping to a slug), or Guardian for its own work. */
  origin: 'configuration' | 'client' | 'guardian';
  /** Whose it is; null: the installation's. */
  projectId: number | null;
  /** Of a client's monitor in another environment than `production`: each is a job of its own. Left out: every other job. */
  monitor?: { slug: string; environment: string };
  work: JobWork;
  trigger: Trigger;
  /** Besides the trigger: "only if X succeeded since local midnight". */
  condition: JobCondition | null;
  /** Runs of a job with a task type stand in the synchronisation log as well. */
  taskType: 'sync' | 'report' | 'chain' | 'backup' | null;
  overlap: Overlap;
  /** Shared by several jobs: no more than `limit` of their runs at once, served in the order of their ticks. */
  concurrency: { key: string; limit: number } | null;
  retries: RetryPolicy;
  /** A run that takes longer is ended and `timed_out`. */
  timeoutMs: number;
  catchUp: CatchUp;
  mustStartBy: Deadline | null;
  mustFinishBy: Deadline | null;
  /** Over the run's stats; the first that holds makes the run `error`. */
  failWhen: StatsCondition[];
  /** Likewise `warning`. */
  warnWhen: StatsCondition[];
  /** Runs in a row that fail before the job counts as failing, and that succeed before it counts as well again. */
  failureThreshold: number;
  recoveryThreshold: number;
}

export type JobWork =
  /** A function of a module, in a pooled worker thread. */
  | { kind: 'function'; module: string; export: string; input: Record<string, unknown> | null; heapMib: number }
  /** In a process group of its own. */
  | {
      kind: 'shell';
      command: string | readonly string[];
      folder: string | null;
      environment: Readonly<Record<string, string>>;
    }
  | {
      kind: 'http';
      method: string;
      url: string;
      headers: Readonly<Record<string, string>>;
      body: string | null;
      expectedStatus: readonly number[];
      /** Must be in the body. */
      expectedText: string | null;
      /** Slower answers make the run `warning`. */
      slowAfterMs: number | null;
    }
  /** Runs elsewhere, and tells of it. Late `graceMs` after its tick; `timed_out` after the job's `timeoutMs`. */
  | { kind: 'watched'; graceMs: number }
  /** Guardian's own work, by the name it is composed under. */
  | { kind: 'internal'; name: string };

export type Trigger =
  | CronTrigger
  /** Whole spans since a stored anchor; null: since the job was first seen (for watched jobs: since its last run). */
  | { kind: 'interval'; everyMs: number; anchor: number | null }
  | { kind: 'after'; rule: AfterRule; edges: AfterEdge[] }
  /** By hand or by API only. */
  | { kind: 'none' };

export interface CronTrigger {
  kind: 'cron';
  /** 5 or 6 fields. */
  pattern: string;
  /** IANA name; never the host's. */
  timeZone: string;
  /** Fixed-time patterns in the hour that a clock change leaves out: the first valid instant after it, or not at all. */
  gap: 'run-after' | 'skip';
  /** Fixed-time patterns in the hour that comes twice: its first occurrence, or both. */
  overlap: 'once' | 'both';
}

/**
 * failed = error, timed_out, cancelled, upstream_failed. `all_success`: every edge success (or warning, unless strict); `all_done`: all terminal;
 * `one_failed`: at once with the first that failed; `none_failed`: all terminal and none failed, skipped allowed.
 */
export type AfterRule = 'all_success' | 'all_done' | 'one_failed' | 'none_failed';

export interface AfterEdge {
  job: string;
  /** `warning` does not count as success. */
  isStrict: boolean;
}

/** The run waits until `job` has succeeded since the last local midnight (of `timeZone`) before the tick; after `waitUntil` it is skipped, `condition_not_met`. */
export interface JobCondition {
  job: string;
  timeZone: string;
  waitUntil: Deadline;
}

/** So long after the tick, or the next such local time at or after the tick. */
export type Deadline = { kind: 'after'; ms: number } | { kind: 'local'; time: string; timeZone: string };

export type Overlap =
  | { kind: 'skip' }
  /** At most `bound` wait. */
  | { kind: 'queue'; bound: number }
  | { kind: 'cancel-other' }
  | { kind: 'allow' };

export interface RetryPolicy {
  /** Attempts after the first. */
  count: number;
  firstDelayMs: number;
  factor: number;
  longestDelayMs: number;
  /** Part of the delay, to both sides. */
  jitter: number;
}

/** What becomes of ticks that were missed while Guardian was down or the job paused. The others are rows too: skipped, `missed`. */
export type CatchUp =
  | { kind: 'none' | 'last'; lookBackMs: number }
  | { kind: 'all'; limit: number; lookBackMs: number };

/** `field` is a dotted path into the stats; with `of` it is the ratio of both. A field that is missing compares as unknown: `missing` alone sees it. */
export interface StatsCondition {
  field: string;
  of: string | null;
  is: 'below' | 'above' | 'equal' | 'missing';
  value: number;
}

/** A job as it is kept. */
export interface StoredJob {
  job: Job;
  /** Counts up with every change of the definition. */
  version: number;
  /** When this version came into force. */
  versionSince: number;
  firstSeenAt: number;
  /** Ticks up to here are rows. Null: none yet. */
  plannedUntil: number | null;
  pause: Pause | null;
  health: JobHealth;
  /** No longer declared; kept for its runs. */
  removedAt: number | null;
  /** What its ping address carries instead of its name. */
  pingKey: string | null;
}

/** Counted over runs that did work: success and warning are well, error and timed_out are not, others change nothing. */
export interface JobHealth {
  /** Since its failures in a row reached the job's `failureThreshold`, until its successes reach `recoveryThreshold`. */
  isFailing: boolean;
  /** While it is failing: all since it was last well. */
  failuresInRow: number;
  /** Since the last failure, as long as the job is failing. */
  successesInRow: number;
}

export const FRESH_HEALTH: JobHealth = { isFailing: false, failuresInRow: 0, successesInRow: 0 };

export interface Pause {
  at: number;
  /** Null: until somebody resumes it. */
  until: number | null;
  reason: string | null;
  by: string;
}
