import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

const OPEN = "status IN ('queued', 'running')";
const WELL = "status IN ('success', 'warning')";
const FAILED = "status IN ('error', 'timed_out')";
const UNUSUAL = "status IN ('warning', 'error', 'skipped', 'upstream_failed', 'cancelled', 'timed_out')";
const ASKED = "triggered_by <> 'scheduler' OR triggered_user IS NOT NULL";

/** Jobs with their versions, runs with their output, and the room of their keys. */
export async function createJobTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'job', {
    key: 'id',
    columns: {
      id: 'text!',
      origin: 'text!',
      project_id: 'integer',
      definition: 'text!',
      version: 'integer!',
      version_since: 'integer!',
      first_seen_at: 'integer!',
      planned_until: 'integer',
      pause: 'text',
      is_failing: 'integer!',
      failures_in_row: 'integer!',
      successes_in_row: 'integer!',
      removed_at: 'integer',
      ping_key: 'text',
      task_type: 'text',
      is_watched: 'integer!',
      search: 'text!',
    },
    indexes: { ping: { columns: ['ping_key'], isUnique: true, where: 'ping_key IS NOT NULL' } },
  });
  await createTable(db, dialect, 'job_version', {
    key: ['job_id', 'version'],
    columns: { job_id: 'text!', version: 'integer!', since: 'integer!', definition: 'text!' },
  });
  await createRunTable(db, dialect);
  await createTable(db, dialect, 'run_key', {
    key: 'key',
    columns: { key: 'text!', running: 'integer!' },
  });
  await createTable(db, dialect, 'run_output', {
    key: ['run_id', 'seq'],
    columns: { run_id: 'text!', seq: 'integer!', at: 'integer!', stream: 'text!', text: 'text!', bytes: 'integer!' },
  });
  await createTable(db, dialect, 'job_notice', {
    key: ['kind', 'subject'],
    columns: { kind: 'text!', subject: 'text!', at: 'integer!' },
    // What is old enough to be forgotten.
    indexes: { old: { columns: ['at'] } },
  });
}

async function createRunTable(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'run', {
    key: 'id',
    columns: {
      id: 'text!',
      job_id: 'text!',
      project_id: 'integer',
      status: 'text!',
      reason: 'text',
      tick: 'integer',
      trigger_kind: 'text!',
      triggered_by: 'text!',
      triggered_user: 'text',
      chain_run_id: 'text!',
      cause_run_id: 'text',
      key_1: 'text',
      limit_1: 'integer',
      key_2: 'text',
      limit_2: 'integer',
      queue_order: 'integer!',
      created_at: 'integer!',
      due_at: 'integer!',
      condition_job: 'text',
      condition_since: 'integer',
      condition_until: 'integer',
      start_by: 'integer',
      finish_by: 'integer',
      timeout_ms: 'integer!',
      started_at: 'integer',
      finished_at: 'integer',
      node: 'text',
      heartbeat_at: 'integer',
      attempt: 'integer!',
      version: 'integer!',
      environment: 'text',
      client_id: 'text',
      output_bytes: 'integer!',
      lost_output_bytes: 'integer!',
      output_head_seq: 'integer',
      task_type: 'text',
      in_scheduler_log: 'integer!',
      in_sync_log: 'integer!',
      search: 'text',
      message: 'text',
      error: 'text',
      cancel_request: 'text',
      attempts: 'text!',
      stats: 'text',
      record_errors: 'text',
    },
    indexes: {
      tick: { columns: ['job_id', 'tick'], isUnique: true, where: 'tick IS NOT NULL' },
      chain: { columns: ['chain_run_id', 'job_id'], isUnique: true },
      client: { columns: ['job_id', 'client_id'], isUnique: true, where: 'client_id IS NOT NULL' },
      // What a node claims next.
      queued: { columns: ['queue_order', 'id'], where: "status = 'queued'" },
      // Those whose condition has waited too long.
      waiting: { columns: ['condition_until'], where: "status = 'queued' AND condition_job IS NOT NULL" },
      // What is in the way of another run of the job; by the status first, or SQLite takes the index of all of its runs.
      open: { columns: ['status', 'job_id'], where: OPEN },
      // Those whose node has not been heard of.
      stale: { columns: ['heartbeat_at', 'id'], where: "status = 'running' AND node IS NOT NULL" },
      // The list, newest first; statistics of a time; retention.
      list: { columns: ['created_at', 'id'] },
      list_sync: { columns: ['created_at', 'id'], where: 'in_sync_log = 1' },
      // Runs that are rare, and that lists ask for: without them a filter walks through a year of others.
      list_open: { columns: ['created_at', 'id'], where: OPEN },
      list_failed: { columns: ['created_at', 'id'], where: FAILED },
      list_unusual: { columns: ['created_at', 'id'], where: UNUSUAL },
      list_asked: { columns: ['created_at', 'id'], where: ASKED },
      // The list and the newest run of a job.
      job: { columns: ['job_id', 'created_at', 'id'] },
      // Its last success (conditions ask for it as well), and its last failure.
      success: { columns: ['job_id', 'finished_at', 'id'], where: WELL },
      failure: { columns: ['job_id', 'finished_at', 'id'], where: FAILED },
      // Output whose time is over.
      with_output: { columns: ['created_at', 'id'], where: 'output_bytes > 0' },
    },
  });
}
