import type { Event } from '../../../core/events/index.ts';
import { cutText, DEFAULT_TEXT_BOUNDS } from '../text/bounds.ts';
import { readExceptionFields } from '../text/exception-fields.ts';
import { firstText, isObject, type JsonObject } from '../text/field.ts';
import type { LineContext } from '../text/line-context.ts';
import { readLoggerFields } from '../text/logger-fields.ts';
import { parseUnwrapped, withoutEscapes } from '../text/parse-line.ts';
import type { ParsedLine } from '../text/parsed-line.ts';
import { unwrap } from '../text/wrapper.ts';

export interface DocumentContext {
  line: LineContext;
  receivedAt: number;
  trust: Event['trust'];
  makeId(document: BulkDocument, hasTime: boolean): string;
}

export interface BulkDocument {
  /** As the client gave it; null: made by `makeId`. */
  id: string | null;
  index: string;
  record: JsonObject;
  text: string;
  /** In the request, from 1. */
  lineNumber: number;
}

/** Records before 2000-01-01 come from a clock that was never set. */
const EARLIEST_TIME = Date.UTC(2000, 0, 1);
/** The last instant a date can hold. */
const LAST_INSTANT = 8.64e15;
const INSTANCE = ['host.hostname', 'kubernetes.pod.name', 'kubernetes.pod_name', 'agent.hostname', 'agent.name'];
/** What tells one stream of lines from another on the same machine. */
const STREAM = [
  'log.file.path',
  'container.id',
  'kubernetes.container.id',
  'docker.container_id',
  'container_id',
  'path',
];
/** Characters of a name: longer ones are none. */
const NAME_LENGTH = 256;

/** A document as an event: ECS, dotted or nested, or what any of the usual loggers writes. */
export function documentEvent(document: BulkDocument, context: DocumentContext): Event {
  const { index, record, text, lineNumber } = document;
  const parsed = readDocument(record, text, context);
  const isInstant = parsed.time !== null && parsed.time <= LAST_INSTANT;
  const time = isInstant ? (parsed.time ?? 0) : context.receivedAt;
  const instance = named(parsed.instance ?? firstText(record, INSTANCE));
  const service = named(parsed.service);
  const body = cutText(parsed.body, DEFAULT_TEXT_BOUNDS.bodyBytes);
  const stackText = parsed.stackText === null ? null : cutText(parsed.stackText, DEFAULT_TEXT_BOUNDS.bodyBytes);
  const isCut = body.length < parsed.body.length || (stackText?.length ?? 0) < (parsed.stackText?.length ?? 0);
  return {
    // An id is unique within its index, an event's within its source.
    id: document.id === null ? context.makeId(document, parsed.time !== null) : `${index}/${document.id}`,
    time,
    observedTime: context.receivedAt,
    timeSuspect: time < EARLIEST_TIME || (parsed.time !== null && !isInstant),
    severityNumber: parsed.severityNumber,
    severityText: parsed.severityText,
    body,
    template: parsed.template,
    service,
    environment: named(parsed.environment),
    revision: named(parsed.revision),
    instance,
    logger: named(parsed.logger),
    exceptions: parsed.exceptions,
    stackText,
    request: parsed.request,
    traceId: named(parsed.traceId),
    spanId: named(parsed.spanId),
    user: parsed.user,
    breadcrumbs: [],
    attributes: parsed.attributes,
    payload: parsed.payload,
    source: {
      kind: 'elastic-bulk',
      name: index,
      position: String(lineNumber),
      stream: [index, instance ?? service ?? '', named(firstText(record, STREAM)) ?? ''].join(':'),
    },
    trust: context.trust,
    truncated: parsed.truncated || isCut,
    entries: 1,
  };
}

function named(name: string | null): string | null {
  return name !== null && name.length > NAME_LENGTH ? name.slice(0, NAME_LENGTH) : name;
}

function readDocument(record: JsonObject, text: string, { line }: DocumentContext): ParsedLine {
  const parsed = readLoggerFields(record, { ...line, format: 'json' }, text);
  if (parsed.stackText === null && parsed.exceptions.length === 0 && isObject(record.fields)) {
    // winston's transport for Elasticsearch puts everything but level and message there.
    Object.assign(parsed, readExceptionFields(record.fields));
  }
  if (parsed.severityNumber > 0 || parsed.stackText !== null || parsed.exceptions.length > 0) return parsed;
  const raw = rawLine(record);
  const inner = raw === null ? null : parseRaw(raw, { ...line, referenceTime: parsed.time ?? line.referenceTime });
  if (inner === null) return parsed;
  if (!inner.hasOwnPrefix || inner.isBroken)
    return record.message === undefined ? { ...parsed, body: inner.body } : parsed;
  return within(parsed, inner);
}

function parseRaw(raw: string, context: LineContext): ParsedLine {
  return parseUnwrapped(unwrap(withoutEscapes(raw), context), context);
}

/** A line as its program wrote it, which a shipper only carried: in `message` (Beats, Logstash) or `log` (Fluent Bit, Docker). */
function rawLine({ message, log }: JsonObject): string | null {
  const line = message === undefined ? log : message;
  return typeof line === 'string' && line.trim() !== '' ? line.trimEnd() : null;
}

/** The line's words with the document's time and origin, which the shipper knew better. */
function within(outer: ParsedLine, inner: ParsedLine): ParsedLine {
  return {
    ...inner,
    time: outer.time ?? inner.time,
    service: outer.service ?? inner.service,
    environment: outer.environment ?? inner.environment,
    revision: outer.revision ?? inner.revision,
    instance: outer.instance ?? inner.instance,
    request: inner.request ?? outer.request,
    traceId: outer.traceId ?? inner.traceId,
    spanId: outer.spanId ?? inner.spanId,
    user: inner.user ?? outer.user,
    attributes: { ...outer.attributes, ...inner.attributes },
    payload: outer.payload,
  };
}
