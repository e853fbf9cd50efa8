import type { StoreDialect } from '../dialects/dialect.ts';
import { createTable, type MigrationDatabase } from './tables.ts';

/** Issues with their incidents, hashes, counts and history, and the revisions of services. */
export async function createIssueTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createIssueTable(db, dialect);
  await createIncidentTables(db, dialect);
  await createTable(db, dialect, 'issue_hash', {
    key: ['project_id', 'service', 'hash'],
    columns: {
      project_id: 'integer!',
      service: 'text!',
      hash: 'text!',
      issue_id: 'text!',
      home_issue_id: 'text!',
      first_seen: 'integer!',
      event_seq: 'integer',
      template: 'text',
    },
    indexes: { issue: { columns: ['issue_id'] } },
  });
  await createTable(db, dialect, 'issue_hour', {
    key: ['issue_id', 'hour'],
    columns: { issue_id: 'text!', hour: 'integer!', incidents: 'integer!', events: 'integer!' },
    // Incidents by hour of every service (activity).
    indexes: { hour: { columns: ['hour'] } },
  });
  await createTable(db, dialect, 'issue_revision', {
    key: ['issue_id', 'revision'],
    columns: {
      issue_id: 'text!',
      revision: 'text!',
      first_seen: 'integer!',
      last_seen: 'integer!',
      incidents: 'integer!',
    },
    // Issues seen in a revision (list).
    indexes: { revision: { columns: ['revision', 'issue_id'] } },
  });
  await createTable(db, dialect, 'issue_user', {
    key: ['issue_id', 'user_hash'],
    columns: { issue_id: 'text!', user_hash: 'text!', incidents: 'integer!' },
  });
  await createTable(db, dialect, 'issue_change', {
    key: { counter: 'id' },
    columns: { issue_id: 'text!', at: 'integer!', actor: 'text!', action: 'text!', detail: 'text' },
    indexes: { issue: { columns: ['issue_id', 'id'] } },
  });
  await createTable(db, dialect, 'issue_suggestion', {
    key: ['issue_id', 'other_id'],
    columns: {
      issue_id: 'text!',
      other_id: 'text!',
      score: 'number!',
      reason: 'text!',
      at: 'integer!',
      dismissed_at: 'integer',
    },
    indexes: { other: { columns: ['other_id'] } },
  });
  await createTable(db, dialect, 'revision', {
    key: ['project_id', 'service', 'name'],
    columns: {
      project_id: 'integer!',
      service: 'text!',
      name: 'text!',
      first_seen: 'integer!',
      last_seen: 'integer!',
      deployed_at: 'integer',
      commit_sha: 'text',
    },
  });
}

async function createIssueTable(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'issue', {
    key: 'id',
    columns: {
      id: 'text!',
      number: 'integer!',
      project_id: 'integer!',
      service: 'text!',
      fingerprint: 'text!',
      title: 'text!',
      error_type: 'text',
      location: 'text',
      endpoint: 'text',
      state: 'text!',
      state_detail: 'text',
      state_since: 'integer!',
      severity: 'integer!',
      signal: 'text',
      first_seen: 'integer!',
      last_seen: 'integer!',
      first_revision: 'text',
      last_revision: 'text',
      incidents: 'integer!',
      events: 'integer!',
      users: 'integer!',
      why: 'text!',
      last_event_seq: 'integer!',
      first_event_seq: 'integer!',
      assignee: 'text',
      merged_into: 'text',
      search: 'text!',
    },
    indexes: {
      number: { columns: ['project_id', 'number'], isUnique: true },
      // The list in each of its orders.
      last_seen: { columns: ['last_seen DESC', 'id'], where: 'merged_into IS NULL' },
      first_seen: { columns: ['first_seen DESC', 'id'], where: 'merged_into IS NULL' },
      incidents: { columns: ['incidents DESC', 'id'], where: 'merged_into IS NULL' },
      users: { columns: ['users DESC', 'id'], where: 'merged_into IS NULL' },
      // Issues of a service: open ones (activity), events to forget (retention).
      service: { columns: ['project_id', 'service', 'state'] },
      merged: { columns: ['merged_into'], where: 'merged_into IS NOT NULL' },
    },
  });
}

async function createIncidentTables(db: MigrationDatabase, dialect: StoreDialect): Promise<void> {
  await createTable(db, dialect, 'incident', {
    key: 'id',
    columns: {
      id: 'text!',
      issue_id: 'text!',
      home_issue_id: 'text!',
      project_id: 'integer!',
      service: 'text!',
      kind: 'text!',
      event_seq: 'integer!',
      from_time: 'integer!',
      to_time: 'integer!',
      entries: 'integer!',
      events: 'integer!',
      severity: 'integer!',
      revision: 'text',
      environment: 'text',
      trace_id: 'text',
      endpoint: 'text',
      signal: 'text',
      user_hash: 'text',
    },
    indexes: {
      // Incidents of an issue, newest first.
      issue: { columns: ['issue_id', 'from_time', 'id'] },
      // When an issue was seen last.
      ended: { columns: ['issue_id', 'to_time', 'id'] },
      // Incidents of the last hour (activity).
      recent: { columns: ['to_time'] },
      // What goes back when a merge is undone.
      home: { columns: ['home_issue_id'] },
    },
  });
  await createTable(db, dialect, 'incident_event', {
    key: ['incident_id', 'event_seq'],
    columns: { incident_id: 'text!', event_seq: 'integer!', folded_by: 'text!' },
    // The incident of an event; retention.
    indexes: { event: { columns: ['event_seq'] } },
  });
}
