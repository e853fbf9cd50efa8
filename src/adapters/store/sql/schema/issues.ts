import type { Generated } from 'kysely';

export interface IncidentTable {
  id: string;
  issue_id: string;
  /** The issue it was counted for first; another one than `issue_id` while that issue is merged away. */
  home_issue_id: string;
  project_id: number;
  service: string;
  kind: string;
  /** The representative's event. */
  event_seq: number;
  from_time: number;
  to_time: number;
  entries: number;
  /** Its members when it was told; they stay counted when some are forgotten. */
  events: number;
  severity: number;
  revision: string | null;
  environment: string | null;
  trace_id: string | null;
  endpoint: string | null;
  /** OOM, UNHEALTHY, CRASH or null. */
  signal: string | null;
  /** Hash of the user touched, or null. */
  user_hash: string | null;
}

export interface IncidentEventTable {
  incident_id: string;
  event_seq: number;
  folded_by: string;
}

export interface IssueTable {
  /** `issue-` and 12 characters. */
  id: string;
  /** Counts up within the project: SHOP-12. */
  number: number;
  project_id: number;
  service: string;
  fingerprint: string;
  title: string;
  error_type: string | null;
  /** JSON {file, line, function} of the failing frame, or null. */
  location: string | null;
  endpoint: string | null;
  /** open, handed off, resolved, regressed, ignored. */
  state: string;
  /** JSON: what `resolved` or `ignored` mean here (see core/issues/lifecycle). */
  state_detail: string | null;
  state_since: number;
  /** Highest severity of its incidents; 21 and above, or a signal, is critical. */
  severity: number;
  signal: string | null;
  first_seen: number;
  last_seen: number;
  first_revision: string | null;
  last_revision: string | null;
  incidents: number;
  events: number;
  users: number;
  /** JSON of FingerprintExplanation: why its incidents met. */
  why: string;
  /** The newest representative event, and the first one. */
  last_event_seq: number;
  first_event_seq: number;
  assignee: string | null;
  /** Set when a person merged it into another; it then shows in no list. */
  merged_into: string | null;
  /** Words that search finds: title, type, file, function, endpoint, service. Lower case. */
  search: string;
}

export interface IssueHashTable {
  project_id: number;
  service: string;
  hash: string;
  issue_id: string;
  home_issue_id: string;
  first_seen: number;
  /** An event that brought it: kept, whatever else is forgotten. Null: none is known. */
  event_seq: number | null;
  /** For `msg` hashes: the template with its wildcards, so that the tree of templates is rebuilt after a restart. */
  template: string | null;
}

export interface IssueHourTable {
  issue_id: string;
  /** Epoch ms of the full hour. */
  hour: number;
  incidents: number;
  events: number;
}

export interface IssueRevisionTable {
  issue_id: string;
  revision: string;
  first_seen: number;
  last_seen: number;
  incidents: number;
}

export interface IssueUserTable {
  issue_id: string;
  user_hash: string;
  /** Of this user; the row goes with the last. */
  incidents: number;
}

/** Every change of an issue: who, when, what. Notes are changes too. */
export interface IssueChangeTable {
  id: Generated<number>;
  issue_id: string;
  at: number;
  /** `guardian`, `user:<id>`, `key:<id>`, `agent:<label>`. */
  actor: string;
  /** opened, resolved, reopened, regressed, ignored, escalated, handed off, assigned, note, merged, unmerged, … */
  action: string;
  /** JSON. */
  detail: string | null;
}

export interface IssueSuggestionTable {
  issue_id: string;
  other_id: string;
  /** 0-1. */
  score: number;
  reason: string;
  at: number;
  dismissed_at: number | null;
}

/** Revisions of a service in the order they were first deployed, else first seen. */
export interface RevisionTable {
  project_id: number;
  service: string;
  name: string;
  first_seen: number;
  last_seen: number;
  deployed_at: number | null;
  commit_sha: string | null;
}
