import type { Generated } from 'kysely';

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
  /** How many events its issue had when this one came to it; null outside an issue, and where it came before that was kept. */
  stored_in_issue?: number | null;
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
  /** Id of the event that it is about; null: of none. */
  about: string | null;
}

/** Sessions of a release, as clients of Sentry count them. They outlive the records they were counted from. */
export interface ReleaseHealthTable {
  project_id: number;
  release: string;
  /** Empty: none was named. */
  environment: string;
  sessions: number;
  crashed: number;
  abnormal: number;
  first_at: number;
  last_at: number;
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

/** Of sources that Guardian goes to by itself. */
export interface SourceStateTable {
  source: string;
  /** Epoch ms; everything before it is stored. Null: it never was, or that is not measured. */
  seen_until: number | null;
  problem: string | null;
  /** Epoch ms; null without a problem. */
  failing_since: number | null;
}

export interface SourcePositionTable {
  source: string;
  position: string;
  updated_at: number;
}
