import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Fixes, their history, and what is tried for them. */
export async function createFixTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'fix', {
    key: 'id',
    columns: {
      id: 'text!',
      issue_id: 'text!',
      project_id: 'integer!',
      service: 'text!',
      state: 'text!',
      state_since: 'integer!',
      handed_off_at: 'integer!',
      is_automatic: 'integer!',
      pull_request: 'text',
      version: 'integer!',
      content: 'text!',
      hand_off: 'bytes',
    },
    indexes: {
      // One run an issue, while it is open.
      open: {
        columns: ['issue_id'],
        isUnique: true,
        where: `state IN ('handed off', 'proposed', 'merged', 'deployed')`,
      },
      // The list, newest first; how many were made by themselves lately.
      made: { columns: ['handed_off_at', 'id'] },
      // Those of a state (watch, retention).
      state: { columns: ['state', 'state_since'] },
      // The newest of an issue.
      issue: { columns: ['issue_id', 'handed_off_at'] },
      // What the forge says of a pull request.
      pull_request: { columns: ['pull_request'], where: 'pull_request IS NOT NULL' },
    },
  });
  await createTable(db, dialect, 'fix_change', {
    key: { counter: 'id' },
    columns: { fix_id: 'text!', at: 'integer!', actor: 'text!', action: 'text!', detail: 'text' },
    // The history of a fix, in order.
    indexes: { fix: { columns: ['fix_id', 'id'] } },
  });
  await createTable(db, dialect, 'fix_attempt', {
    key: 'id',
    columns: {
      id: 'text!',
      fix_id: 'text!',
      kind: 'text!',
      work: 'text!',
      state: 'text!',
      tries: 'integer!',
      next_at: 'integer!',
      node: 'text',
      claimed_until: 'integer',
      created_at: 'integer!',
      started_at: 'integer',
      finished_at: 'integer',
      last_error: 'text',
      run: 'bytes',
    },
    indexes: {
      // What is due, and claims that ran out.
      due: { columns: ['next_at'], where: `state IN ('pending', 'running')` },
      // Those of a fix, newest first.
      fix: { columns: ['fix_id', 'created_at'] },
    },
  });
}
