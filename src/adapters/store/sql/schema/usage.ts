import type { Generated } from 'kysely';

/** What senders said and nobody folded yet: off the queue once it stands in the other tables. */
export interface UsageInboxTable {
  seq: Generated<number>;
  id: string;
  project_id: number;
  /** JSON of UsageFact. */
  fact: string;
}

export interface UserSessionTable {
  /** uuid v7, made of whose session it is and when it began: formed anew, it is the same. */
  id: string;
  project_id: number;
  user_email: string;
  client: string;
  session_start: number;
  /** Null: it goes on. */
  session_end: number | null;
  duration_seconds: number | null;
  ip_address: string | null;
  user_agent: string | null;
  service: string;
  last_activity: number;
  /** inactive, login, logout. */
  end_reason: string | null;
}

export interface FeatureUsageTable {
  id: string;
  project_id: number;
  user_email: string | null;
  client: string | null;
  feature_name: string;
  feature_group: string;
  endpoint: string;
  timestamp: number;
  success: number;
  /** 1: it counts as a user's error, with or without a row of its own. */
  is_error: number;
  error_message: string | null;
  duration_ms: number | null;
  service: string;
  method: string;
  status_code: number;
  revision: string | null;
  request_id: string | null;
  is_sampled: number;
}

export interface UserErrorTable {
  id: string;
  project_id: number;
  user_email: string | null;
  endpoint: string;
  method: string;
  error_type: string;
  error_code: number;
  error_message: string;
  stack_trace: string | null;
  timestamp: number;
  service: string;
  revision: string | null;
  request_id: string | null;
  issue_id: string | null;
  /** 0: it happened outside a request. */
  is_request: number;
}

/** Logins, logouts, and signs of life that are no request. */
export interface UsageMarkTable {
  id: string;
  project_id: number;
  service: string;
  user_email: string;
  client: string;
  at: number;
  until: number;
  kind: string;
}

export interface UsageCountTable {
  step: string;
  at: number;
  project_id: number;
  service: string;
  feature: string;
  status: number;
  is_anonymous: number;
  requests: number;
  errors: number;
  sampled: number;
}

export interface UsageLatencyTable {
  step: string;
  at: number;
  project_id: number;
  service: string;
  /** JSON of LogHistogram.encode(). */
  histogram: string;
}

/** By user and hour or day; service '' and project 0: over all of them. */
export interface UsageUserTable {
  step: string;
  at: number;
  user_email: string;
  project_id: number;
  service: string;
  requests: number;
  errors: number;
  /** Session time within the step. */
  active_ms: number;
  /** JSON: group of features → uses. */
  groups: string;
}

export interface UsageRevisionTable {
  project_id: number;
  service: string;
  revision: string;
  first_at: number;
}

/** How far each start of a sender has counted, and what came of it. */
export interface UsageSenderTable {
  project_id: number;
  sender: string;
  service: string;
  last_at: number;
  highest: number;
  /** start, running, stop; null: none was said. */
  state: string | null;
  /** JSON. */
  counters: string;
}

/** Numbers of a sender that never came, as long as they do not. */
export interface UsageGapTable {
  project_id: number;
  sender: string;
  service: string;
  first_number: number;
  last_number: number;
  /** When the number behind them was let go. */
  at: number;
}

/** How often the counts by user of a step changed; the row `all` counts every change, `kept` says from which day on they are kept (epoch ms). */
export interface UsageVersionTable {
  /** hour, day, all, kept. */
  step: string;
  service: string;
  at: number;
  version: number;
}

/** HyperLogLog of the users of a day, kept for ever; service '': over all. */
export interface UsageSketchTable {
  service: string;
  at: number;
  /** Period of the salt of these names; '': names as they were sent. Sketches of different ones never meet. */
  salt: string;
  /** base64. */
  registers: string;
}

/** A name whose facts are kept as another one's, while the session that outlived a salt goes on. */
export interface UsageAliasTable {
  name: string;
  project_id: number;
  service: string;
  client: string;
  kept_as: string;
}

/** Users whose records are refused, as keyed hashes. */
export interface UsageErasedTable {
  hash: string;
  at: number;
}

/** On PostgreSQL only, left out of backups: the current salt and the one before. */
export interface UsageSaltTable {
  period: string;
  /** base64. */
  salt: string;
}
