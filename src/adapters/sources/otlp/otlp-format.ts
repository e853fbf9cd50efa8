import type { Event, Span as KeptSpan } from '../../../core/events/index.ts';
import type { WireBatch, WireBounds, WireFormat, WireRequest } from '../../../core/ingest/ports.ts';
import type { RequestFact } from '../../../core/usage/index.ts';
import { InflateError, inflateBody } from '../wire/inflate.ts';
import { createEventContext, type EventContext } from './event-context.ts';
import {
  type Attributes,
  emptyAttributes,
  type Item,
  type LogRecord,
  type Refusal,
  type Span,
  TooManyValues,
  type Visitor,
} from './items.ts';
import { type JsonLevels, LOG_LEVELS, METRIC_LEVELS, SPAN_LEVELS, walkJson } from './json-request.ts';
import { keptSpan } from './kept-span.ts';
import { mapLogRecord } from './map-log-record.ts';
import { mapSpan } from './map-span.ts';
import { type ReadItem, readLogRecord, readMetric, readSpan, walkProtobuf } from './protobuf-request.ts';
import { exportReply, type RejectedName, refusal } from './replies.ts';
import { resourceFields } from './resource-fields.ts';
import { type Encoding, encodingOf } from './status-reply.ts';
import { createSpanUsage, type SpanUsageOptions } from './usage-of-span.ts';

/** 64 MiB: bytes of a body before and after unpacking that OTLP servers are asked to accept. */
const OTLP_BODY_BYTES = 67_108_864;

/** One signal: how its items are read in both encodings, and which events they are. */
interface Signal<T extends Item> {
  /** As what its items are counted when they are left out. */
  category: string;
  rejectedName: RejectedName;
  levels: JsonLevels<T>;
  read: ReadItem<T>;
  /** Null: the item is invalid. None: it is well, and no event. */
  map(item: T, context: EventContext): Event[] | null;
  /** What is kept of it besides events; null: nothing. */
  keep(item: T, context: EventContext): KeptSpan | null;
  /** The use of the application that it tells of; null: none. */
  use(item: T, context: EventContext): RequestFact | null;
  /** As what items are counted that are neither. */
  unused: string;
}

const LOGS: Signal<LogRecord> = {
  category: 'log_item',
  rejectedName: 'rejectedLogRecords',
  levels: LOG_LEVELS,
  read: readLogRecord,
  map(record, context) {
    const event = mapLogRecord(record, context);
    return event === null ? null : [event];
  },
  keep: () => null,
  use: () => null,
  unused: 'invalid',
};

const TRACES: Signal<Span> = {
  category: 'span',
  rejectedName: 'rejectedSpans',
  levels: SPAN_LEVELS,
  read: readSpan,
  map: mapSpan,
  keep: keptSpan,
  use: () => null,
  unused: 'without-place',
};

const METRICS: Signal<Item> = {
  category: 'metric',
  rejectedName: 'rejectedDataPoints',
  levels: METRIC_LEVELS,
  read: readMetric,
  map: () => [],
  keep: () => null,
  use: () => null,
  unused: 'unsupported',
};

/**
 * `POST /v1/logs` of OTLP/HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp), JSON and protobuf. A request for `/v1/metrics` is answered as
 * accepted and counted as dropped.
 */
export const otlpLogs: WireFormat = formatOf(LOGS);

/**
 * `POST /v1/traces`: spans are kept for their trace, and become events where they tell of a failure. Those that name no trace, no id or no time, and no failure, are
 * accepted and counted as dropped, `without-place`.
 */
export const otlpTraces: WireFormat = createOtlpTraces(null);

/** `usage`: SERVER spans are uses of the application as well; null: they are not. */
export function createOtlpTraces(usage: SpanUsageOptions | null): WireFormat {
  return formatOf(usage === null ? TRACES : { ...TRACES, use: createSpanUsage(usage) });
}

function formatOf<T extends Item>(signal: Signal<T>): WireFormat {
  return {
    decode: (request, bounds) =>
      /\/metrics\/?$/.test(request.path) ? decode(METRICS, request, bounds) : decode(signal, request, bounds),
  };
}

function decode<T extends Item>(signal: Signal<T>, request: WireRequest, bounds: WireBounds): WireBatch {
  const encoding = encodingOf(request.headers['content-type']);
  if (encoding === null) throw refusal('json', 415, 'Content-Type must be application/x-protobuf or application/json');
  const body = inflate(request, bounds, encoding);
  const collector = new Collector(signal, request, bounds);
  try {
    if (encoding === 'json') walkJson(body, signal.levels, bounds, collector);
    else walkProtobuf(body, signal.read, bounds.itemBytes, collector);
  } catch (error) {
    if (error instanceof TooManyValues) throw refusal(encoding, 413, 'the body holds too many values');
    throw refusal(encoding, 400, `the body is not an export request in ${encoding}`);
  }
  return collector.batch(encoding);
}

function inflate({ body, headers }: WireRequest, bounds: WireBounds, encoding: Encoding): Buffer {
  const maxBytes = Math.min(bounds.inflatedBytes, OTLP_BODY_BYTES);
  const tooLarge = `the body is larger than ${maxBytes} bytes`;
  if (body.length > maxBytes) throw refusal(encoding, 413, tooLarge);
  try {
    const inflated = inflateBody(body, headers['content-encoding'], maxBytes);
    return Buffer.from(inflated.buffer, inflated.byteOffset, inflated.byteLength);
  } catch (error) {
    const kind = error instanceof InflateError ? error.kind : 'broken';
    if (kind === 'too-large') throw refusal(encoding, 413, tooLarge);
    if (kind === 'unsupported') throw refusal(encoding, 415, 'unknown Content-Encoding');
    throw refusal(encoding, 400, 'the body is not what its Content-Encoding says');
  }
}

const REASONS: Record<Refusal, string> = {
  invalid: 'not readable, or empty',
  'too-large': 'too large',
  'too-many': 'too many in one request',
};

/** Resources and scopes that may be empty. */
const SPARE_GROUPS = 1_000;

/** Gathers what one request holds. */
class Collector<T extends Item> implements Visitor<T> {
  readonly #signal: Signal<T>;
  readonly #maxItems: number;
  readonly #context: EventContext;
  readonly #events: Event[] = [];
  readonly #spans: KeptSpan[] = [];
  readonly #uses: RequestFact[] = [];
  readonly #refused = new Map<Refusal, number>();
  #resource: Attributes | null = null;
  #groups = 0;
  #items = 0;
  /** A span may tell of many failures: each counts as an item. */
  #taken = 0;
  #unused = 0;

  constructor(signal: Signal<T>, request: WireRequest, bounds: WireBounds) {
    this.#signal = signal;
    this.#maxItems = bounds.items;
    this.#context = createEventContext(request, resourceFields(emptyAttributes()));
  }

  resource(attributes: Attributes): void {
    this.#countGroup();
    this.#resource = attributes;
  }

  scope(name: string): void {
    this.#countGroup();
    this.#context.scope = name.slice(0, 512);
  }

  /** Every one holds at least one item in what exporters send. */
  #countGroup(): void {
    if (++this.#groups > 2 * this.#maxItems + SPARE_GROUPS) throw new TooManyValues();
  }

  hasRoom(): boolean {
    return this.#taken < this.#maxItems;
  }

  item(item: T): void {
    if (this.#resource !== null) {
      this.#context.resource = resourceFields(this.#resource);
      this.#resource = null;
    }
    const events = this.#signal.map(item, this.#context);
    if (events === null) {
      this.refuse('invalid');
      return;
    }
    this.#count(Math.max(1, events.length));
    const span = this.#signal.keep(item, this.#context);
    if (span !== null) this.#spans.push(span);
    const use = this.#signal.use(item, this.#context);
    if (use !== null) this.#uses.push(use);
    if (span === null && use === null && events.length === 0) this.#unused++;
    for (const event of events) this.#events.push(event);
  }

  refuse(reason: Refusal): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
    this.#count(1);
  }

  #count(taken: number): void {
    this.#items++;
    this.#taken += taken;
    this.#context.position = this.#items;
  }

  /** Throws when there was something, and all of it unreadable. */
  batch(encoding: Encoding): WireBatch {
    const { category, rejectedName, unused } = this.#signal;
    const dropped = [...this.#refused].map(([reason, quantity]) => ({ reason, category, quantity }));
    if (this.#items > 0 && this.#refused.get('invalid') === this.#items)
      throw refusal(encoding, 400, 'none of the items is readable', dropped);
    const rejected = dropped.reduce((sum, { quantity }) => sum + quantity, 0);
    const message = dropped.map(({ reason, quantity }) => `${quantity} ${REASONS[reason]}`).join(', ');
    const left = this.#unused === 0 ? [] : [{ reason: unused, category, quantity: this.#unused }];
    return {
      events: this.#events,
      claimedTimes: this.#context.claimedTimes,
      records: this.#uses.map((use) => ({ kind: 'usage' as const, id: use.id, time: use.at, payload: { ...use } })),
      spans: this.#spans,
      dropped: [...dropped, ...left],
      reply: () => exportReply(encoding, rejectedName, rejected, message),
    };
  }
}
