import type { WireBounds } from '../../../core/ingest/ports.ts';
import { isObject } from '../text/field.ts';
import { instantOfJson } from './instants.ts';
import {
  type Attributes,
  emptyAttributes,
  type Item,
  type LogRecord,
  METRIC,
  READ_BOUNDS,
  type Span,
  type SpanException,
  TooManyValues,
  type Visitor,
} from './items.ts';
import { attributesOfJson, enumOfJson, idOfJson, textOf, valueOfJson } from './read-json.ts';

/** The names of the three levels in one of the requests. */
export interface JsonLevels<T extends Item> {
  resources: string;
  scopes: string;
  items: string;
  /** Null when the value is none. */
  read(value: unknown): T | null;
}

/** Larger bodies are looked through before they are parsed. */
const SCANNED_FROM_BYTES = 4_194_304;
/**
 * Objects and lists for each item that a request may have: enough for 48 attributes; members may be twice as many. Parsing hostile ones takes
 * 300 bytes and 1 µs for each: without this bound a body of 64 MiB took 1 GB and 3 s.
 */
const CONTAINERS_OF_ITEM = 100;
const LEAST_MOST_CONTAINERS = 1_000_000;

/** Walks an export request in JSON. Throws `SyntaxError` when it is not one, `TooManyValues` when parsing it would take too much memory. */
export function walkJson<T extends Item>(
  body: Buffer,
  levels: JsonLevels<T>,
  bounds: Pick<WireBounds, 'itemBytes' | 'items'>,
  visitor: Visitor<T>,
): void {
  if (body.length > SCANNED_FROM_BYTES && isDense(body, mostContainers(bounds))) throw new TooManyValues();
  const text = body.toString('utf8');
  const request: unknown = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  if (!isObject(request)) throw new SyntaxError('the body is not an object');
  for (const resource of listAt(request, levels.resources)) visitResource(resource, levels, bounds.itemBytes, visitor);
}

function visitResource<T extends Item>(
  value: unknown,
  levels: JsonLevels<T>,
  itemBytes: number,
  visitor: Visitor<T>,
): void {
  const isResource = isObject(value);
  visitor.resource(resourceOf(isResource ? value.resource : null));
  for (const scope of isResource ? listAt(value, levels.scopes) : []) {
    if (!isObject(scope)) continue;
    visitor.scope(isObject(scope.scope) ? textOf(scope.scope.name) : '');
    for (const item of listAt(scope, levels.items)) visitItem(item, levels, itemBytes, visitor);
  }
}

function visitItem<T extends Item>(
  value: unknown,
  levels: JsonLevels<T>,
  itemBytes: number,
  visitor: Visitor<T>,
): void {
  if (!visitor.hasRoom()) {
    visitor.refuse('too-many');
    return;
  }
  const item = levels.read(value);
  if (item === null) visitor.refuse('invalid');
  else if (item.attributes.size > itemBytes) visitor.refuse('too-large');
  else visitor.item(item);
}

function listAt(object: Record<string, unknown>, name: string): unknown[] {
  const list = object[name];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw new SyntaxError(`${name} is not a list`);
  return list;
}

function resourceOf(value: unknown): Attributes {
  return isObject(value) ? attributesOfJson(value.attributes) : emptyAttributes();
}

const SEVERITIES: Record<string, number> = {};
for (const [index, name] of ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].entries()) {
  for (let step = 1; step <= 4; step++)
    SEVERITIES[`SEVERITY_NUMBER_${name}${step === 1 ? '' : step}`] = index * 4 + step;
}

function logRecordOfJson(value: unknown): LogRecord | null {
  if (!isObject(value)) return null;
  const attributes = attributesOfJson(value.attributes);
  const severityText = textOf(value.severityText);
  const eventName = textOf(value.eventName);
  const body = valueOfJson(value.body, attributes, READ_BOUNDS.depth);
  attributes.size += severityText.length + eventName.length;
  return {
    time: instantOfJson(value.timeUnixNano),
    observedTime: instantOfJson(value.observedTimeUnixNano),
    severityNumber: enumOfJson(value.severityNumber, SEVERITIES),
    severityText,
    body,
    attributes,
    traceId: idOfJson(value.traceId, 32),
    spanId: idOfJson(value.spanId, 16),
    eventName,
  };
}

const KINDS: Record<string, number> = {
  SPAN_KIND_INTERNAL: 1,
  SPAN_KIND_SERVER: 2,
  SPAN_KIND_CLIENT: 3,
  SPAN_KIND_PRODUCER: 4,
  SPAN_KIND_CONSUMER: 5,
};
const STATUSES: Record<string, number> = { STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 };

function spanOfJson(value: unknown): Span | null {
  if (!isObject(value)) return null;
  const status = isObject(value.status) ? value.status : {};
  const attributes = attributesOfJson(value.attributes);
  const exceptions = exceptionsOf(value.events, attributes);
  const name = textOf(value.name);
  const statusMessage = textOf(status.message);
  attributes.size += name.length + statusMessage.length;
  return {
    traceId: idOfJson(value.traceId, 32),
    spanId: idOfJson(value.spanId, 16),
    parentSpanId: idOfJson(value.parentSpanId, 16),
    traceState: textOf(value.traceState),
    name,
    kind: enumOfJson(value.kind, KINDS),
    startTime: instantOfJson(value.startTimeUnixNano),
    endTime: instantOfJson(value.endTimeUnixNano),
    attributes,
    exceptions,
    statusCode: enumOfJson(status.code, STATUSES),
    statusMessage,
  };
}

function exceptionsOf(events: unknown, span: Attributes): SpanException[] {
  const exceptions: SpanException[] = [];
  for (const event of Array.isArray(events) ? events : []) {
    if (!isObject(event) || event.name !== 'exception') continue;
    if (exceptions.length === READ_BOUNDS.exceptions) {
      span.isCut = true;
      break;
    }
    const attributes = attributesOfJson(event.attributes);
    span.size += attributes.size;
    exceptions.push({ time: instantOfJson(event.timeUnixNano), attributes });
  }
  return exceptions;
}

export const LOG_LEVELS: JsonLevels<LogRecord> = {
  resources: 'resourceLogs',
  scopes: 'scopeLogs',
  items: 'logRecords',
  read: logRecordOfJson,
};
export const SPAN_LEVELS: JsonLevels<Span> = {
  resources: 'resourceSpans',
  scopes: 'scopeSpans',
  items: 'spans',
  read: spanOfJson,
};
/** Metrics are only counted. */
export const METRIC_LEVELS: JsonLevels<Item> = {
  resources: 'resourceMetrics',
  scopes: 'scopeMetrics',
  items: 'metrics',
  read: () => METRIC,
};

function mostContainers({ items }: Pick<WireBounds, 'items'>): number {
  return Math.max(LEAST_MOST_CONTAINERS, items * CONTAINERS_OF_ITEM);
}

/** Whether it has more objects and lists outside strings than that, or more than twice as many members. */
function isDense(bytes: Uint8Array, most: number): boolean {
  let containers = 0;
  let members = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x22) at = endOfText(bytes, at + 1);
    else if (byte === 0x3a) members++;
    else if (byte === 0x7b || byte === 0x5b) containers++;
    if (containers > most || members > most * 2) return true;
  }
  return false;
}

/** Where the closing quote of a string stands. */
function endOfText(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
  return at;
}
