import type { Insertable, Selectable } from 'kysely';
import type { StoredIncident, StoredIssue } from '../../../../../core/issues/index.ts';
import type { Schema } from '../../schema.ts';

/** Characters of an issue's searchable words. */
const SEARCH_CHARACTERS = 2_000;

export function toStoredIssue(row: Selectable<Schema['issue']>): StoredIssue {
  return {
    id: row.id,
    number: row.number,
    projectId: row.project_id,
    service: row.service,
    fingerprint: row.fingerprint,
    title: row.title,
    errorType: row.error_type,
    location: fromJson(row.location),
    endpoint: row.endpoint,
    state: row.state as StoredIssue['state'],
    stateDetail: fromJson(row.state_detail),
    stateSince: row.state_since,
    severity: row.severity,
    signal: row.signal as StoredIssue['signal'],
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    firstRevision: row.first_revision,
    lastRevision: row.last_revision,
    incidents: row.incidents,
    events: row.events,
    users: row.users,
    why: JSON.parse(row.why) as StoredIssue['why'],
    firstEventSeq: row.first_event_seq,
    lastEventSeq: row.last_event_seq,
    assignee: row.assignee,
    mergedInto: row.merged_into,
  };
}

type NewIssue = Omit<StoredIssue, 'number' | 'incidents' | 'events' | 'users'>;

/** A new issue's row: counts follow from its incidents. */
export function toIssueRow(issue: NewIssue, number: number): Insertable<Schema['issue']> {
  return {
    id: issue.id,
    number,
    project_id: issue.projectId,
    service: issue.service,
    fingerprint: issue.fingerprint,
    title: issue.title,
    error_type: issue.errorType,
    location: toJson(issue.location),
    endpoint: issue.endpoint,
    state: issue.state,
    state_detail: toJson(issue.stateDetail),
    state_since: Math.floor(issue.stateSince),
    severity: issue.severity,
    signal: issue.signal,
    first_seen: Math.floor(issue.firstSeen),
    last_seen: Math.floor(issue.lastSeen),
    first_revision: issue.firstRevision,
    last_revision: issue.lastRevision,
    incidents: 0,
    events: 0,
    users: 0,
    why: JSON.stringify(issue.why),
    first_event_seq: issue.firstEventSeq,
    last_event_seq: issue.lastEventSeq,
    assignee: issue.assignee,
    merged_into: issue.mergedInto,
    search: searchText(issue),
  };
}

/** What the words of a list's search are looked for in. */
export function searchText({
  title,
  errorType,
  location,
  endpoint,
  service,
}: Pick<StoredIssue, 'title' | 'errorType' | 'location' | 'endpoint' | 'service'>): string {
  const parts = [title, errorType, location?.file, location?.function, endpoint, service];
  return foldSearch(parts.filter((part) => part).join('\n')).slice(0, SEARCH_CHARACTERS);
}

/** Upper and lower case, and accents, make no difference. */
export function foldSearch(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

type IncidentRow = Selectable<Schema['incident']>;

export function toStoredIncident(row: IncidentRow, members: StoredIncident['members']): StoredIncident {
  return {
    id: row.id,
    issueId: row.issue_id,
    projectId: row.project_id,
    service: row.service,
    kind: row.kind as StoredIncident['kind'],
    eventSeq: row.event_seq,
    from: row.from_time,
    to: row.to_time,
    entries: row.entries,
    severity: row.severity,
    revision: row.revision,
    environment: row.environment,
    traceId: row.trace_id,
    endpoint: row.endpoint,
    signal: row.signal as StoredIncident['signal'],
    userHash: row.user_hash,
    members,
  };
}

export function toIncidentRow(incident: StoredIncident, homeIssueId: string): IncidentRow {
  return {
    id: incident.id,
    issue_id: incident.issueId,
    home_issue_id: homeIssueId,
    project_id: incident.projectId,
    service: incident.service,
    kind: incident.kind,
    event_seq: incident.eventSeq,
    from_time: Math.floor(incident.from),
    to_time: Math.floor(incident.to),
    entries: incident.entries,
    events: incident.members.length,
    severity: incident.severity,
    revision: incident.revision,
    environment: incident.environment,
    trace_id: incident.traceId,
    endpoint: incident.endpoint,
    signal: incident.signal,
    user_hash: incident.userHash,
  };
}

export function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

export function fromJson<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T);
}
