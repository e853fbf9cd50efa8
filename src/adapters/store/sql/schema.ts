import type { Generated } from 'kysely';

/**
 * The tables, as both databases hold them; `migrations/` makes them. Instants are epoch milliseconds UTC, flags 0 or 1, JSON is text,
 * `bytes` columns are BLOB or BYTEA. Users, sessions and accounts are better-auth's own tables beside these.
 */
export interface Schema {
  project: ProjectTable;
  ingest_key: IngestKeyTable;
  api_key: ApiKeyTable;
  event: EventTable;
  event_count: EventCountTable;
  source_hour: SourceHourTable;
  client_record: ClientRecordTable;
  drop_count: DropCountTable;
  fold_queue: FoldQueueTable;
  incident: IncidentTable;
  incident_event: IncidentEventTable;
  issue: IssueTable;
  issue_hash: IssueHashTable;
  issue_hour: IssueHourTable;
  issue_revision: IssueRevisionTable;
  issue_user: IssueUserTable;
  issue_change: IssueChangeTable;
  issue_suggestion: IssueSuggestionTable;
  revision: RevisionTable;
  report: ReportTable;
  outbox: OutboxTable;
  delivery: DeliveryTable;
  source_position: SourcePositionTable;
  saved_view: SavedViewTable;
  setting: SettingTable;
  audit: AuditTable;
  lease: LeaseTable;
}

export interface ProjectTable {
  id: Generated<number>;
  slug: string;
  name: string;
  created_at: number;
  /** The number its newest issue got; numbers are never given twice. */
  last_issue_number: Generated<number>;
}

/** Public by nature (it stands in browsers), so it is kept as it is. */
export interface IngestKeyTable {
  /** 32 hex digits. */
  key: string;
  project_id: number;
  label: string;
  /** Events a minute; null: the configured default. */
  rate_per_minute: number | null;
  created_at: number;
  revoked_at: number | null;
}

export interface ApiKeyTable {
  id: string;
  /** SHA-256 of the key, hex: the key itself is shown once. */
  hash: string;
  label: string;
  /** `read`, `write` (read included) or `admin` (all). */
  scope: string;
  created_by: string;
  created_at: number;
  last_used_at: number | null;
  expires_at: number | null;
  revoked_at: number | null;
}

/**
 * `seq` is the event's time and a counter (ms * 4096 + n, below 2^53), so that order by `seq` is order by time, a range of time is a range
 * of keys, and the full-text index can be read newest first.
 */
export interface EventTable {
  seq: number;
  /** 16 bytes: 6 of the time the client claimed, 10 of SHA-256(project, source kind, id). Unique: a repeat changes nothing. */
  dedupe: Uint8Array;
  project_id: number;
  id: string;
  observed_at: number;
  severity: number;
  service: string;
  environment: string | null;
  revision: string | null;
  instance: string | null;
  trace_id: string | null;
  body: string;
  /** What the columns do not say, as JSON, packed with zstd when it is long (then it begins with zstd's magic number). */
  detail: Uint8Array;
  /** Set once it belongs to an issue: kept longer, by how telling it is. */
  issue_id: string | null;
}

/** Exact counts of all that was stored, by minute, ten minutes and hour: histograms do not count rows. They outlive the events. */
export interface EventCountTable {
  /** ms: a minute, ten, or an hour. */
  width: number;
  /** Epoch ms of its beginning. */
  start: number;
  project_id: number;
  service: string;
  /** 0 unset, 1 trace, 5 debug, 9 info, 13 warn, 17 error, 21 fatal: the severity's class. */
  severity: number;
  events: number;
  /** Time of the newest of them. */
  last_at: number;
}

/** What each kind of source brought, by hour of arrival. */
export interface SourceHourTable {
  project_id: number;
  kind: string;
  hour: number;
  events: number;
  last_at: number;
}

export interface ClientRecordTable {
  project_id: number;
  kind: string;
  id: string;
  time: number;
  payload: string;
}

/** What was refused, dropped or lost before it was stored, by hour. */
export interface DropCountTable {
  project_id: number;
  hour: number;
  /** The format's name, or `server`. */
  source: string;
  reason: string;
  category: string;
  quantity: number;
}

/** Events that may belong to an incident and are not settled yet; deleted once they are. What a restart goes on from. */
export interface FoldQueueTable {
  seq: number;
  project_id: number;
  service: string;
  /** The event without payload and breadcrumbs, as JSON. */
  event: string;
  /** Order of arrival; grows. */
  arrival: Generated<number>;
}

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

/** Never overwritten: a report is a row. */
export interface ReportTable {
  id: string;
  project_id: number | null;
  service: string | null;
  status: string;
  /** schedule, critical, demand, trigger. */
  occasion: string;
  from_time: number | null;
  to_time: number | null;
  made_at: number;
  /** ms of the schedule that made it, for "stale"; null otherwise. */
  interval_ms: number | null;
  errors: number;
  warnings: number;
  /** guardian.report/1, packed as event details are; null when Guardian could not look: `problem` says why. */
  json: Uint8Array | null;
  problem: string | null;
}

/** What happened, for whoever cares: written in the transaction of the change itself. */
export interface OutboxTable {
  id: Generated<number>;
  at: number;
  /** issue-opened, issue-regressed, issue-escalated, issue-changed, report-made, … */
  kind: string;
  project_id: number | null;
  subject_id: string;
  payload: string | null;
  /** Null until it was taken up. */
  done_at: number | null;
}

/** A message on its way to one recipient; the only layer that retries. */
export interface DeliveryTable {
  id: string;
  /** Unique with recipient and channel: one occasion reaches nobody twice. */
  occasion: string;
  channel: string;
  recipient: string;
  /** With the recipient it finds what was told last, for the cool-down. */
  service: string;
  /** The whole message as JSON, packed. */
  message: Uint8Array;
  /** pending, sending, sent, stored (no server is configured: NOT sent), failed. */
  state: string;
  attempts: number;
  created_at: number;
  next_attempt_at: number;
  claimed_until: number | null;
  sent_at: number | null;
  last_error: string | null;
  /** What the other side said when it accepted. */
  receipt: string | null;
  /** Service, status and issues it told of, for the cool-down. JSON. */
  about: string;
}

export interface SourcePositionTable {
  source: string;
  position: string;
  updated_at: number;
}

export interface SavedViewTable {
  id: string;
  user_id: string;
  name: string;
  page: string;
  query: string;
  created_at: number;
}

export interface SettingTable {
  name: string;
  /** JSON. */
  value: string;
}

export interface AuditTable {
  id: Generated<number>;
  at: number;
  actor: string;
  action: string;
  target: string;
  detail: string | null;
  address: string | null;
}

/** Work that one process does at a time. */
export interface LeaseTable {
  name: string;
  holder: string;
  expires_at: number;
}
