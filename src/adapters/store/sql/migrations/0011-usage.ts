import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Who used what: what came, sessions, uses and errors, and the counts that summaries are made of. */
export async function createUsageTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createRowTables(db, dialect);
  await createCountTables(db, dialect);
  await createNameTables(db, dialect);
  await createTable(db, dialect, 'usage_sender', {
    key: ['project_id', 'sender'],
    columns: {
      project_id: 'integer!',
      sender: 'text!',
      service: 'text!',
      first_at: 'integer!',
      last_at: 'integer!',
      highest: 'integer!',
      received: 'integer!',
      given_up: 'integer!',
      state: 'text',
      counters: 'text!',
    },
    // What a window misses; retention.
    indexes: { last: { columns: ['last_at'] } },
  });
}

async function createRowTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'usage_inbox', {
    key: { counter: 'seq' },
    columns: { id: 'text!', project_id: 'integer!', fact: 'text!' },
    indexes: { id: { columns: ['id'], isUnique: true } },
  });
  await createTable(db, dialect, 'user_sessions', {
    key: 'id',
    columns: {
      id: 'text!',
      project_id: 'integer!',
      user_email: 'text!',
      client: 'text!',
      session_start: 'integer!',
      session_end: 'integer',
      duration_seconds: 'integer',
      ip_address: 'text',
      user_agent: 'text',
      service: 'text!',
      last_activity: 'integer!',
      end_reason: 'text',
    },
    indexes: {
      // Sessions that a new fact may touch; a user's page.
      user: { columns: ['user_email', 'last_activity'] },
      // Session time within a window, without the rows themselves; retention.
      time: { columns: ['last_activity', 'session_start', 'session_end', 'user_email', 'service'] },
      // Of a window that ended long ago: those that went on for more than a day after it.
      long: { columns: ['session_start'], where: 'last_activity - session_start > 86400000' },
      // Those that may be over.
      open: { columns: ['last_activity'], where: 'session_end IS NULL' },
    },
  });
  await createTable(db, dialect, 'feature_usage', {
    key: 'id',
    columns: {
      id: 'text!',
      project_id: 'integer!',
      user_email: 'text',
      client: 'text',
      feature_name: 'text!',
      feature_group: 'text!',
      endpoint: 'text!',
      timestamp: 'integer!',
      success: 'integer!',
      is_error: 'integer!',
      error_message: 'text',
      duration_ms: 'integer',
      service: 'text!',
      method: 'text!',
      status_code: 'integer!',
      revision: 'text',
      request_id: 'text',
      is_sampled: 'integer!',
    },
    indexes: {
      // The edges of a window, without the rows themselves; retention.
      time: {
        columns: [
          'timestamp',
          'service',
          'user_email',
          'feature_name',
          'feature_group',
          'status_code',
          'is_error',
          'is_sampled',
        ],
      },
      // Sessions that are formed anew; a user's page, export and erasure.
      user: { columns: ['user_email', 'timestamp'], where: 'user_email IS NOT NULL' },
    },
  });
  await createTable(db, dialect, 'user_errors', {
    key: 'id',
    columns: {
      id: 'text!',
      project_id: 'integer!',
      user_email: 'text',
      endpoint: 'text!',
      method: 'text!',
      error_type: 'text!',
      error_code: 'integer!',
      error_message: 'text!',
      stack_trace: 'text',
      timestamp: 'integer!',
      service: 'text!',
      revision: 'text',
      request_id: 'text',
      issue_id: 'text',
      is_request: 'integer!',
    },
    indexes: {
      // Retention; alerts over a window.
      time: { columns: ['timestamp'] },
      // The newest of a user, without the rows themselves.
      user: {
        columns: ['user_email', 'timestamp', 'endpoint', 'error_message', 'service'],
        where: 'user_email IS NOT NULL',
      },
      // The edges of a window: requests have theirs in feature_usage.
      outside: { columns: ['timestamp'], where: 'is_request = 0' },
    },
  });
  await createTable(db, dialect, 'usage_mark', {
    key: 'id',
    columns: {
      id: 'text!',
      project_id: 'integer!',
      service: 'text!',
      user_email: 'text!',
      client: 'text!',
      at: 'integer!',
      until: 'integer!',
      kind: 'text!',
    },
    indexes: {
      // Of the sessions that are formed anew.
      user: { columns: ['user_email', 'at'] },
      at: { columns: ['at'] },
    },
  });
}

async function createCountTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'usage_count', {
    key: ['step', 'at', 'project_id', 'service', 'feature', 'status', 'is_anonymous'],
    columns: {
      step: 'text!',
      at: 'integer!',
      project_id: 'integer!',
      service: 'text!',
      feature: 'text!',
      status: 'integer!',
      is_anonymous: 'integer!',
      requests: 'integer!',
      errors: 'integer!',
      sampled: 'integer!',
    },
  });
  await createTable(db, dialect, 'usage_latency', {
    key: ['step', 'at', 'project_id', 'service'],
    columns: { step: 'text!', at: 'integer!', project_id: 'integer!', service: 'text!', histogram: 'text!' },
  });
  await createTable(db, dialect, 'usage_user', {
    key: ['step', 'service', 'at', 'user_email', 'project_id'],
    columns: {
      step: 'text!',
      at: 'integer!',
      user_email: 'text!',
      project_id: 'integer!',
      service: 'text!',
      requests: 'integer!',
      errors: 'integer!',
      active_ms: 'integer!',
      groups: 'text!',
    },
    // A user's page, export and erasure.
    indexes: { user: { columns: ['user_email', 'at'] } },
  });
  await createTable(db, dialect, 'usage_revision', {
    key: ['project_id', 'service', 'revision'],
    columns: { project_id: 'integer!', service: 'text!', revision: 'text!', first_at: 'integer!' },
  });
  // What of the counts by user was touched: what a reader remembers of a step stays true as long as its version does.
  await createTable(db, dialect, 'usage_version', {
    key: ['step', 'service', 'at'],
    columns: { step: 'text!', service: 'text!', at: 'integer!', version: 'integer!' },
  });
  await createTable(db, dialect, 'usage_sketch', {
    key: ['service', 'at', 'salt'],
    columns: { service: 'text!', at: 'integer!', salt: 'text!', registers: 'text!' },
  });
}

/** Of pseudonyms and of erased users. */
async function createNameTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'usage_alias', {
    key: ['name', 'project_id', 'service', 'client'],
    columns: { name: 'text!', project_id: 'integer!', service: 'text!', client: 'text!', kept_as: 'text!' },
    // Those of sessions that are over; erasure.
    indexes: { kept: { columns: ['kept_as'] } },
  });
  await createTable(db, dialect, 'usage_erased', {
    key: 'hash',
    columns: { hash: 'text!', at: 'integer!' },
  });
  await createTable(db, dialect, 'usage_salt', {
    key: 'period',
    columns: { period: 'text!', salt: 'text!' },
  });
}
