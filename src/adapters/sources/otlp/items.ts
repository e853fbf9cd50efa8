import { setOwn } from '../text/bounds.ts';
/** The names and values of a resource, a record or a span, read out of either encoding. */
export interface Attributes {
  values: Record<string, unknown>;
  /** Names in `values`. */
  count: number;
  /** `exception.stacktrace`: longer than an attribute may be, so it stands beside them. */
  stacktrace: string | null;
  /** A name begins with `exception.`. */
  tellsException: boolean;
  /** A name begins with `http.`. */
  tellsRequest: boolean;
  /** Names, values or levels were left out. */
  isCut: boolean;
  /** Characters of all texts taken so far. */
  size: number;
}

/** A LogRecord (opentelemetry/proto/logs/v1/logs.proto). Ids are lower-case hex; empty texts stand for what was not given. */
export interface LogRecord {
  /** Epoch ms, or null when zero or absent. */
  time: number | null;
  observedTime: number | null;
  severityNumber: number;
  severityText: string;
  body: unknown;
  attributes: Attributes;
  traceId: string | null;
  spanId: string | null;
  eventName: string;
}

/** A Span (opentelemetry/proto/trace/v1/trace.proto). */
export interface Span {
  traceId: string | null;
  spanId: string | null;
  parentSpanId: string | null;
  /** W3C; empty when there is none. */
  traceState: string;
  name: string;
  kind: number;
  startTime: number | null;
  endTime: number | null;
  attributes: Attributes;
  /** Its events named `exception`. */
  exceptions: SpanException[];
  statusCode: number;
  statusMessage: string;
}

/** What a request holds in its scopes. */
export interface Item {
  attributes: Attributes;
}

export interface SpanException {
  time: number | null;
  attributes: Attributes;
}

export const SPAN_KIND = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
export const STATUS_ERROR = 2;

/** Bounds of reading; what events may hold is bounded, and counted, by the pipeline behind it. */
export const READ_BOUNDS = {
  /** Names of one record, items of one list: above what the pipeline keeps, so that it sees and tells the cut. */
  members: 512,
  /** Levels of nested values. */
  depth: 16,
  /** Events named `exception` of one span. */
  exceptions: 64,
} as const;

export function emptyAttributes(): Attributes {
  return {
    values: {},
    count: 0,
    stacktrace: null,
    tellsException: false,
    tellsRequest: false,
    isCut: false,
    size: 0,
  };
}

const EXCEPTION = 'exception.';

/** Takes one attribute in; the last of equal names counts. */
export function addAttribute(attributes: Attributes, name: string, value: unknown): void {
  attributes.size += name.length;
  switch (name.charCodeAt(0)) {
    case 101: // e
      if (name.startsWith(EXCEPTION)) {
        attributes.tellsException = true;
        if (name === 'exception.stacktrace' && typeof value === 'string') {
          attributes.stacktrace = value;
          return;
        }
      }
      break;
    case 104: // h
      if (name.startsWith('http.')) attributes.tellsRequest = true;
      break;
  }
  if (attributes.count >= READ_BOUNDS.members) {
    attributes.isCut = true;
    return;
  }
  attributes.count++;
  setOwn(attributes.values, name, value);
}

/** Every metric: nothing of it is read. */
export const METRIC: Item = { attributes: emptyAttributes() };

/** What is told of a request while it is read: resource, then scope, then their items. */
export interface Visitor<T extends Item> {
  /** Throws `TooManyValues` when the request has more resources, or scopes, than it may have items. */
  resource(attributes: Attributes): void;
  scope(name: string): void;
  item(item: T): void;
  /** One item that cannot be used. */
  refuse(reason: Refusal): void;
  /** False once the request has as many items as it may have: the rest is refused unread. */
  hasRoom(): boolean;
}

/** The request holds more than may be looked at. */
export class TooManyValues extends Error {}

export type Refusal = 'invalid' | 'too-large' | 'too-many';
