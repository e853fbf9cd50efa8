/** A job as it is declared, with what is kept beside its definition. */
export interface JobTable {
  id: string;
  /** configuration, client, guardian. */
  origin: string;
  project_id: number | null;
  /** The whole Job as JSON. */
  definition: string;
  version: number;
  version_since: number;
  first_seen_at: number;
  planned_until: number | null;
  /** JSON of Pause, or null. */
  pause: string | null;
  is_failing: number;
  failures_in_row: number;
  successes_in_row: number;
  removed_at: number | null;
  ping_key: string | null;
  /** Of the definition: what the logs and their filters ask for. */
  task_type: string | null;
  is_watched: number;
  /** Label and id, folded: see `foldSearch`. */
  search: string;
}

/** Every definition that was in force. */
export interface JobVersionTable {
  job_id: string;
  version: number;
  since: number;
  definition: string;
}

/** One execution, from its tick to its end. */
export interface RunTable {
  id: string;
  job_id: string;
  project_id: number | null;
  status: string;
  reason: string | null;
  tick: number | null;
  trigger_kind: string;
  triggered_by: string;
  triggered_user: string | null;
  chain_run_id: string;
  cause_run_id: string | null;
  /** What it takes room of while it runs, and how much there is. */
  key_1: string | null;
  limit_1: number | null;
  key_2: string | null;
  limit_2: number | null;
  queue_order: number;
  created_at: number;
  due_at: number;
  condition_job: string | null;
  condition_since: number | null;
  condition_until: number | null;
  start_by: number | null;
  finish_by: number | null;
  timeout_ms: number;
  started_at: number | null;
  finished_at: number | null;
  node: string | null;
  heartbeat_at: number | null;
  attempt: number;
  version: number;
  environment: string | null;
  client_id: string | null;
  output_bytes: number;
  lost_output_bytes: number;
  /** The last chunk of what is never dropped; null until something was. */
  output_head_seq: number | null;
  /** Of its job when it was made. */
  task_type: string | null;
  in_scheduler_log: number;
  in_sync_log: number;
  /** Message and error, folded: see `foldSearch`. Null: neither. */
  search: string | null;
  message: string | null;
  error: string | null;
  /** JSON {at, by, reason}, or null. */
  cancel_request: string | null;
  /** JSON lists and objects. */
  attempts: string;
  stats: string | null;
  record_errors: string | null;
}

/** How many runs of a key are `running`: counted in the transactions that begin and end them. */
export interface RunKeyTable {
  key: string;
  running: number;
}

export interface RunOutputTable {
  run_id: string;
  seq: number;
  at: number;
  stream: string;
  text: string;
  /** UTF-8. */
  bytes: number;
}

/** What was said once, and is not to be said again. */
export interface JobNoticeTable {
  kind: string;
  subject: string;
  at: number;
}

/** What was foretold of the run that is due at `for_at`. */
export interface JobPredictionTable {
  job_id: string;
  /** failure, lateness. */
  event: string;
  for_at: number;
  made_at: number;
  is_judged: number;
  /** The whole Prediction as JSON. */
  prediction: string;
}
