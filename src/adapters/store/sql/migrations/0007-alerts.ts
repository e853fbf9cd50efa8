import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Alerts with their history, how rules stand between looks, and what was posted for them to look at. */
export async function createAlertTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createAlertTable(db, dialect);
  await createTable(db, dialect, 'alert_change', {
    key: { counter: 'id' },
    columns: {
      alert_id: 'text!',
      firing: 'integer!',
      at: 'integer!',
      by: 'text!',
      action: 'text!',
      from_state: 'text',
      to_state: 'text!',
      notes: 'text',
      detail: 'text',
    },
    indexes: { alert: { columns: ['alert_id', 'id'] } },
  });
  await createTable(db, dialect, 'alert_look', {
    key: 'dedupe_key',
    columns: {
      dedupe_key: 'text!',
      bad_since: 'integer',
      bad_count: 'integer!',
      good_count: 'integer!',
      unknown_count: 'integer!',
      last_look_at: 'integer',
    },
  });
  const series = { name: 'text!', project_id: 'integer!', subject_kind: 'text!', subject_id: 'text!' } as const;
  await createTable(db, dialect, 'measurement', {
    key: ['name', 'project_id', 'subject_id', 'at', 'subject_kind'],
    columns: { ...series, at: 'integer!', value: 'number', unit: 'text' },
  });
  await createTable(db, dialect, 'measurement_series', {
    key: ['name', 'project_id', 'subject_id', 'subject_kind'],
    columns: {
      ...series,
      subject_name: 'text!',
      subject_labels: 'text!',
      at: 'integer!',
      value: 'number',
      unit: 'text',
    },
  });
  await createTable(db, dialect, 'posted_text', {
    key: ['project_id', 'id'],
    columns: {
      project_id: 'integer!',
      id: 'text!',
      at: 'integer!',
      content: 'text!',
      subject: 'text!',
      types: 'text!',
    },
    // What is old enough to be forgotten.
    indexes: { old: { columns: ['at'] } },
  });
}

async function createAlertTable(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'alert', {
    key: { counter: 'number' },
    columns: {
      id: 'text!',
      project_id: 'integer',
      rule: 'text!',
      dedupe_key: 'text!',
      type: 'text!',
      severity: 'text!',
      state: 'text!',
      is_archived: 'integer!',
      list_order: 'integer!',
      subject_kind: 'text!',
      subject_id: 'text!',
      first_seen: 'integer!',
      last_seen: 'integer!',
      count: 'integer!',
      firing: 'integer!',
      firing_since: 'integer!',
      next_send_at: 'integer',
      next_send: 'text',
      step: 'integer!',
      is_flapping: 'integer!',
      resolved_at: 'integer',
      value: 'number',
      unit: 'text',
      threshold: 'text',
      subject_name: 'text!',
      subject_labels: 'text!',
      acknowledged: 'text',
      resolved: 'text',
      search: 'text!',
      description: 'text!',
      advice: 'text',
      evidence: 'text',
    },
    indexes: {
      id: { columns: ['id'], isUnique: true },
      key: { columns: ['dedupe_key'], isUnique: true },
      // The list in its order, with what its filters look at; the counts of all that match.
      list: {
        columns: [
          'list_order',
          'id',
          'state',
          'severity',
          'type',
          'rule',
          'project_id',
          'is_archived',
          'last_seen',
          'subject_id',
        ],
      },
      // What is to be sent again.
      due: { columns: ['next_send_at', 'number'], where: 'next_send_at IS NOT NULL' },
      // Resolved ones whose time is over.
      old: { columns: ['resolved_at'], where: "state = 'resolved'" },
    },
  });
}
