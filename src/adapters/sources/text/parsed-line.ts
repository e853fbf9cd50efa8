import type { Exception, HttpRequest } from '../../../core/events/index.ts';

/** Formats of one record of text, in the words of `--source-format`. */
export const LINE_FORMATS = ['json', 'logfmt', 'syslog', 'access', 'nginx-error', 'klog', 'dated', 'plain'] as const;
export type LineFormat = (typeof LINE_FORMATS)[number];

/** What stands around a record: a container runtime or the journal wrote it there. */
export type Wrapper = 'docker' | 'cri' | 'journald';

export interface ParseLineOptions {
  /** The only format that is tried; null or absent: recognised. Lines that do not have it come back as `plain`. */
  format?: LineFormat | null;
  /** IANA zone of times written without one. Default `UTC`. */
  timeZone?: string;
  /** Epoch ms near which the line was written (file's mtime, entry's timestamp, now): gives the year or day that a short time lacks. Default now. */
  referenceTime?: number;
}

/** What one record of text says. Every field is always present; null where the record says nothing. */
export interface ParsedLine {
  format: LineFormat;
  wrapper: Wrapper | null;
  /** Epoch ms, fractions kept; null when the record has no time of its own. */
  time: number | null;
  /** OpenTelemetry 1-24; 0 when the record gives none. */
  severityNumber: number;
  severityText: string | null;
  /**
   * The message without the time, level and logger before it; leading space of a continuation line is kept. Never empty, except for a line that is
   * blank altogether.
   */
  body: string;
  /** False for a line that has neither time, level nor structure of its own: it may continue the record before it. */
  hasOwnPrefix: boolean;
  /** The message template the logger wrote beside the message (`@mt`). */
  template: string | null;
  service: string | null;
  environment: string | null;
  revision: string | null;
  instance: string | null;
  logger: string | null;
  /** Text of a stack trace that stood in a field of its own. */
  stackText: string | null;
  /** Exceptions that fields give in parts (type, message, listed frames) without a stack text; else empty. */
  exceptions: Exception[];
  request: HttpRequest | null;
  traceId: string | null;
  spanId: string | null;
  user: { id: string | null; name: string | null } | null;
  /** What the record says besides. Bounded: 128 names, depth 8, 8 KiB a text. */
  attributes: Record<string, unknown>;
  /** The JSON object the record was, or ended with; null for other text. */
  payload: Record<string, unknown> | null;
  /** An id that whoever wrote the record guarantees to be unique (journal cursor), or null. */
  id: string | null;
  /** `stdout` or `stderr` where a container runtime says so. */
  stream: string | null;
  /** The runtime cut the record here: the next one of the same stream continues it. */
  isPartial: boolean;
  /** It starts as a JSON object and is none. */
  isBroken: boolean;
  /** A bound cut something. */
  truncated: boolean;
}

export function emptyLine(format: LineFormat, body: string): ParsedLine {
  return {
    format,
    wrapper: null,
    time: null,
    severityNumber: 0,
    severityText: null,
    body,
    hasOwnPrefix: format !== 'plain',
    template: null,
    service: null,
    environment: null,
    revision: null,
    instance: null,
    logger: null,
    stackText: null,
    exceptions: [],
    request: null,
    traceId: null,
    spanId: null,
    user: null,
    attributes: {},
    payload: null,
    id: null,
    stream: null,
    isPartial: false,
    isBroken: false,
    truncated: false,
  };
}
