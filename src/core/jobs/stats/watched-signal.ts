import type { CronTrigger, Job, Trigger } from '../job.ts';
import type { OutputChunk, Run } from '../run.ts';
import type { RunFacts } from './run-facts.ts';

/** What a client tells of a run of its own, whatever protocol it spoke. Bounded already; not redacted. Instants are epoch ms, spans ms. */
export interface WatchedSignal {
  /**
   * `start` opens a run; `success`, `fail` and `timeout` end one (or make an ended one); `log` only leaves output and changes no state.
   * A `success` is still judged by its facts and the job's `failWhen`/`warnWhen`: `judgeSuccess`.
   */
  kind: 'start' | 'success' | 'fail' | 'timeout' | 'log';
  /** Becomes the run's trigger: a ping, a check-in, or `posted` by `guardian exec` and the like. */
  protocol: Extract<Run['trigger'], 'ping' | 'check-in' | 'posted'>;
  job: WatchedJobName;
  at: number;
  /** `rid`, `check_in_id`, the id of an exec: pairs start with end. Null: the job's newest open run. */
  clientId: string | null;
  /** A `start` that asks: where the job's overlap is `skip` and a run is open, it is refused with the id in its way. Else a start always opens. */
  mayBeRefused: boolean;
  /** As the client told it; null: it did not. */
  exitStatus: number | null;
  /** How long it says it took; null: from start to end. */
  durationMs: number | null;
  environment: string | null;
  /** The underlying error, verbatim, where it told one. */
  error: string | null;
  /** What it wrote, in order. */
  output: readonly Omit<OutputChunk, 'seq'>[];
  facts: RunFacts;
  /** Creates or updates the job (`monitor_config`), or creates it when it is missing (`?create=1`, the first exec). Null: the job must be known. */
  definition: WatchedDefinition | null;
}

export type WatchedJobName =
  /** `/ping/<id>`: the job's own key. */
  | { by: 'key'; key: string }
  /** `/ping/<key>/<slug>`, check-ins and exec: within a project, whose key was checked already. */
  | { by: 'slug'; projectId: number; slug: string };

/** What a client says of its job. A null field was not told: an existing job keeps its own, a new one gets the default. */
export interface WatchedDefinition {
  /** `false`: only for a job that does not exist yet. */
  isUpdate: boolean;
  /** A cron trigger has its time zone in it; null for a new job: `none`. */
  trigger: CronTrigger | Extract<Trigger, { kind: 'interval' }> | null;
  graceMs: number | null;
  /** Of a new job; left out: `allow`, what a client runs it runs. */
  overlap?: Job['overlap'];
  /** Becomes the job's `timeoutMs`. */
  maxRunMs: number | null;
  failureThreshold: Job['failureThreshold'] | null;
  recoveryThreshold: Job['recoveryThreshold'] | null;
}
