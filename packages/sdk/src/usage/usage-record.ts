/**
 * # What travels about usage: version 1
 *
 * One record is one line of JSON (UTF-8, no line break inside, at most 16 KiB; a `batch` 256 KiB) of NDJSON, sent with `POST /api/usage`, body gzip or plain,
 * `Authorization: Bearer <ingest key>`; a JSON array of records is taken as well. The answer is like that of `POST /api/events`, save that a repeat counts as accepted:
 * 200 `{"accepted": n, "rejected": [{"line": 1-based, "code", "message"}]}`; `line` is the index in an array;
 * 400 with the same list where none is valid.
 *
 * ## Rules of every record
 * - `id` is made once, by the sender (uuid v7), and stored with the record: sent twice, it is one row.
 * - `sender` and `sequence` stand together or not at all. `sender` is new at every start of a sender (the SDK: a uuid v7 per start), and
 *   `sequence` counts its records from 1 without a hole, in the order in which it let them go; they may arrive in any order. So of a sender, a
 *   number lower than the highest seen that never arrives is a record that was lost. A sender without these two (a script) is taken,
 *   its losses do not show.
 * - Instants are RFC 3339, UTC, milliseconds (`2025-10-20T03:18:28.648Z`). Durations are whole milliseconds, not negative, of a
 *   monotonic clock: an end is `time + durationMs`, never a second reading of a clock that may step.
 * - A field that may be left out is left out when nothing is known; only `user` and `error` know null, which says something (below).
 *   Unknown fields are ignored: nothing else of a request ever travels.
 * - Longer texts than stated are refused, never cut, by the server (`USAGE_BOUNDS`); the SDK cuts before it sends.
 *
 * ## Who
 * - `user`: what the application's own resolver answered (e-mail, else its user id), after its authentication ran. Null: no verified
 *   identity (nobody logged in, DNT, Sec-GPC, resolver failed): counted in the totals, no active user, no session.
 * - `client`: tells two clients of one user apart. `s:` and 22 characters (base64url of 16 bytes of the SHA-256 of the application's own
 *   session id, which never leaves the process), else absent: then the client is `userAgent`. Absent with a null `user`.
 * - `userAgent`: a coarse family of a closed list (`CLIENT_FAMILIES`), never the header. Absent with a null `user`.
 * - `ip`: only when the application switched it on; already cut (last IPv4 octet 0, last 80 bits of IPv6 0). Absent with a null `user`.
 *
 * ## How the three tables are filled
 * | record | user_sessions | feature_usage | user_errors |
 * |---|---|---|---|
 * | `request`, user known | activity at `time` and at `time + durationMs` | a row | a row with a 4xx or 5xx but 499 |
 * | `request`, user null | nothing | a row, `user_email` null | the same, `user_email` null; none if `error` is null, or past 60 of one minute, service and endpoint |
 * | `activity` | activity at `time` and at `until` (nothing else between counts less than 1 s) | – | – |
 * | `login` | ends the open session of user and client at `time`, starts one | – | – |
 * | `logout` | ends the open session of user and client at `time` | – | – |
 * | `error` | nothing | – | a row |
 * | `sequence` | – | – | – |
 * | `batch` | as its rows | as its rows | as its rows |
 *
 * feature_usage: `id` ← id, `user_email` ← user, `feature_name` ← feature, `endpoint`, `timestamp` ← time, `success` ← status < 400,
 * `error_message` ← error.message (for 499 `ClientClosedRequest 499`), `duration_ms` ← durationMs, `service`, `method`, `status_code` ←
 * status, `revision`, `request_id` ← requestId. user_errors: `id` ← the record's id (one uuid, two tables), `error_type` ← error.type,
 * `error_code` ← status, or error.code of an `error` record, `error_message`, `stack_trace` ← error.stack. The group of a feature is
 * `group`, else `feature`.
 */
export type UsageRecord =
  | RequestRecord
  | ActivityRecord
  | LoginRecord
  | LogoutRecord
  | UserErrorRecord
  | SequenceRecord;

/** What one line may hold. */
export type UsageLine = UsageRecord | BatchRecord;

export interface UsageRecordBase {
  /** uuid v7, lower case. Its instant is that of the record's making, within the batch's second; nothing is derived from it. */
  id: string;
  /** RFC 3339, UTC, milliseconds. */
  time: string;
  /** The watched application, as its events name it. */
  service: string;
  /** A text that is new at every start of the sender. */
  sender?: string;
  /** From 1, per `sender`. */
  sequence?: number;
  /** The commit or release that runs. */
  revision?: string;
}

interface Who {
  /** E-mail, else the application's user id. */
  user: string;
  client?: string;
  userAgent?: string;
  ip?: string;
}

/** An answer that ended: one use of one feature. */
export interface RequestRecord extends UsageRecordBase, Omit<Who, 'user'> {
  kind: 'request';
  /** Null: no verified identity. */
  user: string | null;
  /** When the request began; it ended at `time + durationMs`. */
  durationMs: number;
  /** Upper case. */
  method: string;
  /** The route template (`/api/threads/:id`), `(unmatched)`, or `(other)` past the bound of templates; never a path. */
  endpoint: string;
  /** `chat_message`, `thread_create`; `(unmatched)` and `(other)` name themselves. */
  feature: string;
  /** `chat`; left out where it equals `feature`. */
  group?: string;
  /** As answered; 101 for an upgrade; 499: the client left before the end. Below 400: a success. */
  status: number;
  /** The application's own request id, else the trace id of a valid `traceparent`. */
  requestId?: string;
  /**
   * Of a 4xx or 5xx (but 499). Absent: the server makes it of the status name (`NotFound`). Null, of a null `user`: no row, only counted (the
   * SDK's cap: anonymous errors past 60 per minute, template and sender); of somebody it is as if it were absent.
   */
  error?: UsageError | null;
}

/** What failed, without a word that a user wrote. */
export interface UsageError {
  /** The exception's class, else the status name (`NotFound`). */
  type: string;
  /** A constant that the application declared ("File too large"), else class and status (`QuotaError 413`, `NotFound 404`). Never an exception's text. */
  message: string;
  /**
   * Frames only, one a line, as V8 prints them (`at placeOrder (src/orders.ts:12:7)`), crash first; a cause begins with
   * `caused by <class>`. No message line, no values; arguments of `eval` and addresses' queries are left out.
   */
  stack?: string;
}

/** A sign of life that is no request: a frame on a WebSocket, `activity()`. Those of one second, user and client are one record. */
export interface ActivityRecord extends UsageRecordBase, Who {
  kind: 'activity';
  /** The last of them, if there were several; about a second after `time` at most. */
  until?: string;
}

export interface LoginRecord extends UsageRecordBase, Who {
  kind: 'login';
}

export interface LogoutRecord extends UsageRecordBase, Who {
  kind: 'logout';
}

/** A failure that the application reports outside a request (a job for a user, a WebSocket message). */
export interface UserErrorRecord extends UsageRecordBase {
  kind: 'error';
  user: string | null;
  /** A template or a name of the application's, as bounded as that of requests. */
  endpoint: string;
  /** Upper case; `-` where there is none. */
  method: string;
  error: UsageError & {
    /** As an HTTP status would say it, 400 to 599. */
    code: number;
  };
  requestId?: string;
}

/**
 * Many `request` records of one sender in one line, as the SDK packs them (a row is some 25 bytes, so an application that answers 10,000
 * requests a second feels nothing): `expandBatch` of `expand-batch.ts` makes the `RequestRecord`s of it again, which is the definition of
 * what a row means. Sent twice, each of its rows is a duplicate. A row that is not valid is refused alone, the line is then
 * answered as rejected with the row's number in the message; the others are taken.
 */
export interface BatchRecord extends UsageRecordBase {
  kind: 'batch';
  /** Ends in `0000`; the id of row i (from 0) is this one with the last four hex digits replaced by i. */
  id: string;
  /** What the rows' offsets count from. */
  time: string;
  sender: string;
  /** That of row 0; row i has `sequence + i`. */
  sequence: number;
  /** What was used; rows point into it. */
  uses: readonly [method: string, endpoint: string, feature: string, group?: string][];
  /** Who used it; rows point into it. Null: not known. Nulls at the end are left out. */
  who: readonly [user: string | null, userAgent?: string | null, client?: string | null, ip?: string | null][];
  errors?: readonly UsageError[];
  /** At most `USAGE_BOUNDS.batchRows`. */
  rows: readonly BatchRow[];
}

/**
 * `offsetMs` is added to the batch's `time`, and may be negative. `error`: an index into `errors`; null or left out: no `error` field
 * (made of the status); -1: `"error": null`.
 */
export type BatchRow = readonly [
  offsetMs: number,
  durationMs: number,
  use: number,
  status: number,
  who: number,
  error?: number | null,
  requestId?: string,
];

/**
 * The sender's own mark: at its start, every minute in which it recorded something, and at its stop. A sender whose last record is not
 * `stop` ended without goodbye (SIGKILL, power): what it recorded in its last flush interval (1 s) may be missing, and nobody can
 * say how much.
 */
export interface SequenceRecord extends UsageRecordBase {
  kind: 'sequence';
  state: 'start' | 'running' | 'stop';
  /** Since the start of the sender, as `UsageCounters` names them; `lost`: records that this sender made and gave up. More names may come. */
  counters: Readonly<Record<string, number>>;
}

/** The server refuses what is longer; the SDK cuts. Characters (UTF-16 code units), except where a unit stands. */
export const USAGE_BOUNDS = {
  lineBytes: 16_384,
  batchBytes: 262_144,
  batchRows: 1_000,
  service: 100,
  sender: 64,
  revision: 100,
  user: 320,
  client: 64,
  userAgent: 40,
  ip: 45,
  method: 16,
  endpoint: 200,
  feature: 100,
  group: 100,
  requestId: 64,
  errorType: 100,
  errorMessage: 200,
  stack: 8_192,
  stackFrames: 50,
} as const;

/** Where a request reached no route. */
export const UNMATCHED = '(unmatched)';
/** Where a service has more templates than the bound. */
export const OTHER = '(other)';
