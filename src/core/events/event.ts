/**
 * The event: one thing that was observed, in one shape whatever format it came in. Fields follow the OpenTelemetry log
 * data model (https://opentelemetry.io/docs/specs/otel/logs/data-model/); what Guardian adds is named by its own words.
 *
 * Instants are epoch milliseconds UTC, with a fraction where the source is finer (microseconds survive).
 */
export interface Event {
  /** Unique within its source; a repeat carries the same id. */
  id: string;
  time: number;
  /** When Guardian saw it. Counts instead of `time` when `timeSuspect`. */
  observedTime: number;
  timeSuspect: boolean;
  /** OpenTelemetry severity 1-24; 0 when the source gave none. */
  severityNumber: number;
  /** As the source wrote it, or null. */
  severityText: string | null;
  /** The message; never empty. */
  body: string;
  /** The source's own message template (`sentry.message.template`, `@mt`), or null. */
  template: string | null;
  service: string | null;
  environment: string | null;
  revision: string | null;
  instance: string | null;
  /** The logger or category inside the service. */
  logger: string | null;
  /** The raised one first, then what caused it; frames crash first. Empty when none was found. */
  exceptions: Exception[];
  /** The text the exceptions were read from, as it came (redacted), or null. */
  stackText: string | null;
  request: HttpRequest | null;
  traceId: string | null;
  spanId: string | null;
  user: EventUser | null;
  breadcrumbs: Breadcrumb[];
  attributes: Record<string, unknown>;
  /** The whole record as the source gave it (redacted), for people who want every field; null when it was plain text. */
  payload: Record<string, unknown> | null;
  source: EventSource;
  /** `public`: anybody may have sent it (browsers); `server`: it came with a credential or from the machine. */
  trust: 'server' | 'public';
  /** A bound cut the text, the stack or the attributes. */
  truncated: boolean;
  /** How many log entries were joined into this event; 1 for most. */
  entries: number;
}

export interface EventSource {
  /** `file`, `cloud-logging`, … */
  kind: string;
  /** The file's path, the project, the DSN's project …: what a person would recognise. */
  name: string;
  /** Where in the source: a line number, a byte offset, an insertId; all parts of a joined event, separated by commas. */
  position: string;
  /** Lines of one stream may belong together: log name + instance (else revision), file + descriptor. */
  stream: string;
}

export interface HttpRequest {
  method: string | null;
  /** Path without host and query; null when unknown. */
  path: string | null;
  /** The route pattern if the source names it (`/users/:id`). */
  route: string | null;
  host: string | null;
  status: number | null;
  durationMs: number | null;
  userAgent: string | null;
  clientAddress: string | null;
  /** The id the service gave this request. */
  id: string | null;
}

export interface EventUser {
  id: string | null;
  name: string | null;
}

export interface Breadcrumb {
  time: number | null;
  category: string | null;
  message: string;
  level: string | null;
}

/** One exception of a chain (or of a group: `groupParent` tells whose child it is). */
export interface Exception {
  /** Null when the trace was cut before it, or the language has none. */
  type: string | null;
  /** May span lines. */
  message: string | null;
  module: string | null;
  /** Crash first. */
  frames: Frame[];
  language: Language | null;
  /** How this exception stands to the one before it in the list. */
  relation: 'raised' | 'cause' | 'context' | 'suppressed' | 'member';
  /** Index in `exceptions` of the group this is a member of, or of the exception this one was suppressed in; else null. */
  parent: number | null;
  handled: boolean | null;
  /** The trace ended inside this exception. */
  truncated: boolean;
}

export type Language =
  | 'python'
  | 'node'
  | 'browser'
  | 'java'
  | 'go'
  | 'ruby'
  | 'php'
  | 'dotnet'
  | 'rust'
  | 'dart'
  | 'swift';

export interface Frame {
  /** As written in the trace, or null (native, unknown source). */
  file: string | null;
  line: number | null;
  column: number | null;
  /** Function or method as the language writes it, without the type's package where the language separates it. */
  function: string | null;
  /** Class, package or module the function belongs to; null when the language shows none. */
  module: string | null;
  /** The code line the trace shows (Python), or the context line of an SDK. */
  code: string | null;
  /** What the SDK said; null for traces in text. */
  inApp: boolean | null;
  /** Set by frame-origin; null until then. */
  origin: FrameOrigin | null;
}

export interface FrameOrigin {
  isApplication: boolean;
  /** Which rule decided: `configured`, `app-package`, `tracked`, `library-list`, `sdk`, `app-root`, `guess`. */
  rule: string;
  /** Path inside the repository or the library, mapped from `file` (`/app/src/a.py` → `src/a.py`); null without a file. */
  path: string | null;
}

export const SEVERITY = {
  unset: 0,
  trace: 1,
  debug: 5,
  info: 9,
  notice: 10,
  warn: 13,
  error: 17,
  critical: 18,
  alert: 19,
  fatal: 21,
} as const;
