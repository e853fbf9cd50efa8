import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Events, how many there were, what waits to be folded, and what was never stored. */
export async function createEventTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'event', {
    key: 'seq',
    columns: {
      seq: 'integer!',
      dedupe: 'bytes!',
      project_id: 'integer!',
      id: 'text!',
      observed_at: 'integer!',
      severity: 'integer!',
      service: 'text!',
      environment: 'text',
      revision: 'text',
      instance: 'text',
      trace_id: 'text',
      body: 'text!',
      detail: 'bytes!',
      issue_id: 'text',
    },
    indexes: {
      dedupe: { columns: ['dedupe'], isUnique: true },
      // Events of an issue, newest first; what retention may forget of it.
      issue: { columns: ['issue_id', 'seq'], where: 'issue_id IS NOT NULL' },
    },
  });
  await dialect.text.create(db);
  // Histograms and activity read a range of time over all services: time comes first.
  await createTable(db, dialect, 'event_count', {
    key: ['width', 'start', 'project_id', 'service', 'severity'],
    columns: {
      width: 'integer!',
      start: 'integer!',
      project_id: 'integer!',
      service: 'text!',
      severity: 'integer!',
      events: 'integer!',
      last_at: 'integer!',
    },
  });
  await createTable(db, dialect, 'source_hour', {
    key: ['hour', 'project_id', 'kind'],
    columns: { project_id: 'integer!', kind: 'text!', hour: 'integer!', events: 'integer!', last_at: 'integer!' },
  });
  await createTable(db, dialect, 'client_record', {
    key: ['project_id', 'kind', 'id'],
    columns: { project_id: 'integer!', kind: 'text!', id: 'text!', time: 'integer!', payload: 'text!' },
    // Retention by age.
    indexes: { time: { columns: ['time'] } },
  });
  await createTable(db, dialect, 'drop_count', {
    key: ['hour', 'project_id', 'source', 'reason', 'category'],
    columns: {
      project_id: 'integer!',
      hour: 'integer!',
      source: 'text!',
      reason: 'text!',
      category: 'text!',
      quantity: 'integer!',
    },
  });
  await createTable(db, dialect, 'fold_queue', {
    key: { counter: 'arrival' },
    columns: { seq: 'integer!', project_id: 'integer!', service: 'text!', event: 'text!' },
    // What is settled is taken out by seq.
    indexes: { seq: { columns: ['seq'], isUnique: true } },
  });
  await createTable(db, dialect, 'source_position', {
    key: 'source',
    columns: { source: 'text!', position: 'text!', updated_at: 'integer!' },
  });
}
