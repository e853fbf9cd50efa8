import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Reports, what happened, and messages on their way. */
export async function createTellingTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'report', {
    key: 'id',
    columns: {
      id: 'text!',
      project_id: 'integer',
      service: 'text',
      status: 'text!',
      occasion: 'text!',
      from_time: 'integer',
      to_time: 'integer',
      made_at: 'integer!',
      interval_ms: 'integer',
      errors: 'integer!',
      warnings: 'integer!',
      json: 'bytes',
      problem: 'text',
    },
    indexes: {
      // The list, newest first; the newest of each service.
      made: { columns: ['made_at', 'id'] },
      service: { columns: ['project_id', 'service', 'made_at', 'id'] },
    },
  });
  await createTable(db, dialect, 'outbox', {
    key: { counter: 'id' },
    columns: {
      at: 'integer!',
      kind: 'text!',
      project_id: 'integer',
      subject_id: 'text!',
      payload: 'text',
      done_at: 'integer',
    },
    indexes: {
      // What nobody has taken up.
      due: { columns: ['kind', 'id'], where: 'done_at IS NULL' },
      // Retention of what was.
      done: { columns: ['done_at'], where: 'done_at IS NOT NULL' },
    },
  });
  await createTable(db, dialect, 'delivery', {
    key: 'id',
    columns: {
      id: 'text!',
      occasion: 'text!',
      channel: 'text!',
      recipient: 'text!',
      service: 'text!',
      message: 'bytes!',
      state: 'text!',
      attempts: 'integer!',
      created_at: 'integer!',
      next_attempt_at: 'integer!',
      claimed_until: 'integer',
      sent_at: 'integer',
      last_error: 'text',
      receipt: 'text',
      about: 'text!',
    },
    indexes: {
      occasion: { columns: ['occasion', 'recipient', 'channel'], isUnique: true },
      // What is due.
      due: { columns: ['next_attempt_at'], where: "state IN ('pending', 'sending')" },
      // The list, newest first; the last one a recipient got about a service.
      created: { columns: ['created_at', 'id'] },
      last: { columns: ['recipient', 'service', 'created_at'] },
    },
  });
}
