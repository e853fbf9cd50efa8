import type { Reader } from 'protobufjs/minimal.js';
import { instantOfHalves } from './instants.ts';
import {
  emptyAttributes,
  type Item,
  type LogRecord,
  METRIC,
  READ_BOUNDS,
  type Span,
  type SpanException,
  type Visitor,
} from './items.ts';
import {
  bytesTag,
  fixed64Tag,
  messageEnd,
  readAnyValue,
  readAttribute,
  readerOf,
  readId,
  readMessage,
  readResource,
  readScopeName,
  readText,
  skipField,
  varintTag,
} from './read-protobuf.ts';

/** Reads one item; `reader.len` is its end. Throws when its bytes are no message. */
export type ReadItem<T extends Item> = (reader: Reader) => T;

/** Resources, scopes and items have these numbers in the requests of all signals. */
const RESOURCES = bytesTag(1);
const HEAD = bytesTag(1);
const CHILDREN = bytesTag(2);

/**
 * Walks an export request in protocol buffers. An item whose bytes are broken is refused alone, since its length still says where the next one
 * begins. Throws `RangeError` or `Error` when the levels around the items are broken.
 */
export function walkProtobuf<T extends Item>(
  body: Buffer,
  read: ReadItem<T>,
  itemBytes: number,
  visitor: Visitor<T>,
): void {
  const reader = readerOf(body);
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    if (tag === RESOURCES) readMessage(reader, () => walkResource(reader, read, itemBytes, visitor));
    else skipField(reader, tag);
  }
}

/** The resource may stand behind its items on the wire: it is looked for first. */
function walkResource<T extends Item>(reader: Reader, read: ReadItem<T>, itemBytes: number, visitor: Visitor<T>): void {
  const start = reader.pos;
  let resource = emptyAttributes();
  readHeads(reader, () => {
    resource = readMessage(reader, readResource);
  });
  visitor.resource(resource);
  eachChild(reader, start, () => readMessage(reader, () => walkScope(reader, read, itemBytes, visitor)));
}

function walkScope<T extends Item>(reader: Reader, read: ReadItem<T>, itemBytes: number, visitor: Visitor<T>): void {
  const start = reader.pos;
  let name = '';
  readHeads(reader, () => {
    name = readMessage(reader, readScopeName);
  });
  visitor.scope(name);
  eachChild(reader, start, () => visitItem(reader, read, itemBytes, visitor));
}

function readHeads(reader: Reader, readHead: () => void): void {
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    if (tag === HEAD) readHead();
    else skipField(reader, tag);
  }
}

function eachChild(reader: Reader, start: number, visit: () => void): void {
  reader.pos = start;
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    if (tag === CHILDREN) visit();
    else skipField(reader, tag);
  }
}

function visitItem<T extends Item>(reader: Reader, read: ReadItem<T>, itemBytes: number, visitor: Visitor<T>): void {
  const end = messageEnd(reader);
  const outer = reader.len;
  if (!visitor.hasRoom()) visitor.refuse('too-many');
  else if (end - reader.pos > itemBytes) visitor.refuse('too-large');
  else {
    reader.len = end;
    const item = readWhole(reader, read);
    reader.len = outer;
    if (item === null) visitor.refuse('invalid');
    else visitor.item(item);
  }
  reader.pos = end;
}

function readWhole<T extends Item>(reader: Reader, read: ReadItem<T>): T | null {
  try {
    return read(reader);
  } catch {
    return null;
  }
}

const LOG = {
  time: fixed64Tag(1),
  severityNumber: varintTag(2),
  severityText: bytesTag(3),
  body: bytesTag(5),
  attribute: bytesTag(6),
  traceId: bytesTag(9),
  spanId: bytesTag(10),
  observedTime: fixed64Tag(11),
  eventName: bytesTag(12),
} as const;

export function readLogRecord(reader: Reader): LogRecord {
  const record: LogRecord = {
    time: null,
    observedTime: null,
    severityNumber: 0,
    severityText: '',
    body: null,
    attributes: emptyAttributes(),
    traceId: null,
    spanId: null,
    eventName: '',
  };
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    switch (tag) {
      case LOG.time:
        record.time = readInstant(reader);
        break;
      case LOG.observedTime:
        record.observedTime = readInstant(reader);
        break;
      case LOG.severityNumber:
        record.severityNumber = reader.int32();
        break;
      case LOG.severityText:
        record.severityText = readText(reader);
        break;
      case LOG.body:
        record.body = readAnyValue(reader, record.attributes, READ_BOUNDS.depth);
        break;
      case LOG.attribute:
        readAttribute(reader, record.attributes);
        break;
      case LOG.traceId:
        record.traceId = readId(reader, 16);
        break;
      case LOG.spanId:
        record.spanId = readId(reader, 8);
        break;
      case LOG.eventName:
        record.eventName = readText(reader);
        break;
      default:
        skipField(reader, tag);
    }
  }
  return record;
}

const SPAN = {
  traceId: bytesTag(1),
  spanId: bytesTag(2),
  traceState: bytesTag(3),
  parentSpanId: bytesTag(4),
  name: bytesTag(5),
  kind: varintTag(6),
  startTime: fixed64Tag(7),
  endTime: fixed64Tag(8),
  attribute: bytesTag(9),
  event: bytesTag(11),
  status: bytesTag(15),
} as const;

export function readSpan(reader: Reader): Span {
  const span: Span = {
    traceId: null,
    spanId: null,
    parentSpanId: null,
    traceState: '',
    name: '',
    kind: 0,
    startTime: null,
    endTime: null,
    attributes: emptyAttributes(),
    exceptions: [],
    statusCode: 0,
    statusMessage: '',
  };
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    switch (tag) {
      case SPAN.traceId:
        span.traceId = readId(reader, 16);
        break;
      case SPAN.spanId:
        span.spanId = readId(reader, 8);
        break;
      case SPAN.traceState:
        span.traceState = readText(reader);
        break;
      case SPAN.parentSpanId:
        span.parentSpanId = readId(reader, 8);
        break;
      case SPAN.name:
        span.name = readText(reader);
        break;
      case SPAN.kind:
        span.kind = reader.int32();
        break;
      case SPAN.startTime:
        span.startTime = readInstant(reader);
        break;
      case SPAN.endTime:
        span.endTime = readInstant(reader);
        break;
      case SPAN.attribute:
        readAttribute(reader, span.attributes);
        break;
      case SPAN.event:
        readMessage(reader, () => readSpanEvent(reader, span));
        break;
      case SPAN.status:
        readMessage(reader, () => readStatus(reader, span));
        break;
      default:
        skipField(reader, tag);
    }
  }
  return span;
}

const EVENT = { time: fixed64Tag(1), name: bytesTag(2), attribute: bytesTag(3) } as const;

function readSpanEvent(reader: Reader, span: Span): void {
  const exception: SpanException = { time: null, attributes: emptyAttributes() };
  let isException = false;
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    if (tag === EVENT.time) exception.time = readInstant(reader);
    else if (tag === EVENT.name) isException = readText(reader) === 'exception';
    else if (tag === EVENT.attribute) readAttribute(reader, exception.attributes);
    else skipField(reader, tag);
  }
  if (!isException) return;
  if (span.exceptions.length === READ_BOUNDS.exceptions) span.attributes.isCut = true;
  else span.exceptions.push(exception);
}

const STATUS = { message: bytesTag(2), code: varintTag(3) } as const;

function readStatus(reader: Reader, span: Span): void {
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    if (tag === STATUS.message) span.statusMessage = readText(reader);
    else if (tag === STATUS.code) span.statusCode = reader.int32();
    else skipField(reader, tag);
  }
}

/** Metrics are only counted. */
export function readMetric(): Item {
  return METRIC;
}

function readInstant(reader: Reader): number | null {
  const low = reader.fixed32();
  return instantOfHalves(low, reader.fixed32());
}
