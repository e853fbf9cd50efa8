import { hash } from 'node:crypto';
import type { Event } from '../../../core/events/index.ts';
import {
  type DroppedItems,
  type WireBatch,
  type WireBounds,
  type WireFormat,
  WireRefusal,
  type WireReply,
  type WireRequest,
} from '../../../core/ingest/ports.ts';
import { lineContext } from '../text/line-context.ts';
import { InflateError, inflateBody } from '../wire/inflate.ts';
import { readNativeEvent } from './native-event.ts';
import { type Fault, isFault, type NativeContext } from './native-fault.ts';
import { splitRecords } from './split-records.ts';

export interface NativeFormatLimits {
  /** Bytes of a body after inflating; the smaller of this and the request's own bound counts. */
  bodyBytes: number;
  /** Rejected records that a reply lists; the others are only counted. */
  listedRejections: number;
}

const DEFAULT_NATIVE_LIMITS: NativeFormatLimits = {
  /** 10 MiB: tens of thousands of events; a larger body would only wait longer for its answer. */
  bodyBytes: 10 * 1024 * 1024,
  /** As many as anybody reads; without a bound, a body of line ends would be answered by gigabytes. */
  listedRejections: 1_000,
};

/** One record that was not taken, as the reply tells it. */
interface Rejection {
  line: number;
  code: Fault['code'];
  message: string;
}

/**
 * `POST /api/events`: NDJSON or a JSON array of events (`readNativeEvent` has the shape), packed or not.
 *
 * Answers 200 `{accepted, duplicate, rejected: [{line, code, message}]}`, with `rejectedCount` beside when the list is cut. Refuses with
 * `application/problem+json`: 400 when no record is valid, 413 when the body is too large, 415 for an unknown Content-Encoding.
 */
export function createNativeFormat(limits: Partial<NativeFormatLimits> = {}): WireFormat {
  const known = { ...DEFAULT_NATIVE_LIMITS, ...limits };
  return { decode: (request, bounds) => decode(request, bounds, known) };
}

function decode(request: WireRequest, bounds: WireBounds, limits: NativeFormatLimits): WireBatch {
  const body = textOf(request, Math.min(bounds.inflatedBytes, limits.bodyBytes));
  const { events, claimedTimes, rejections } = readBody(body, request, bounds, limits);
  if (events.length === 0) throw noneValid(rejections);
  return {
    events,
    claimedTimes,
    records: [],
    dropped: rejections.dropped(),
    reply(outcomes) {
      let accepted = 0;
      for (const outcome of outcomes) if (outcome === 'stored') accepted++;
      return json(200, { accepted, duplicate: outcomes.length - accepted, ...rejections.told() });
    },
  };
}

function textOf({ body, headers }: WireRequest, maxBytes: number): string {
  try {
    const bytes = inflateBody(body, headers['content-encoding'], maxBytes);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  } catch (error) {
    if (!(error instanceof InflateError)) throw error;
    const { kind, message } = error;
    if (kind === 'too-large') throw refusal(413, 'body_too_large', message, 'too-large');
    if (kind === 'unsupported') throw refusal(415, 'unsupported_encoding', message, 'unsupported');
    throw refusal(400, 'broken_body', message, 'invalid');
  }
}

interface ReadBody {
  events: Event[];
  /** Of events with an id, but no time, of their own. */
  claimedTimes: Map<string, number>;
  rejections: Rejections;
}

function readBody(body: string, request: WireRequest, bounds: WireBounds, limits: NativeFormatLimits): ReadBody {
  const context: NativeContext = {
    time: lineContext({ referenceTime: request.receivedAt }),
    receivedAt: request.receivedAt,
    project: request.project.slug,
    trust: request.trust,
  };
  const events: Event[] = [];
  const claimedTimes = new Map<string, number>();
  const rejections = new Rejections(limits.listedRejections);
  const records = splitRecords(body, bounds);
  const repeats = new Map<string, number>();
  let next = records.next();
  for (; !next.done; next = records.next()) {
    const { line, record, text, fault } = next.value;
    if (record === null) {
      rejections.add(line, fault ?? { code: 'invalid_event', message: 'an event is a JSON object' });
      continue;
    }
    const id = givenId(record.id);
    const read = id === undefined ? INVALID_ID : readNativeEvent(record, id, context);
    if (isFault(read)) {
      rejections.add(line, read);
      continue;
    }
    const hasTime = record.time !== undefined && record.time !== null;
    if (id === null) read.id = madeId(text, hasTime ? null : request.receivedAt, repeats);
    else if (!hasTime) claimedTimes.set(read.id, 0);
    read.source.position = String(line);
    events.push(read);
  }
  if (next.value === null) rejections.add(1, { code: 'invalid_json', message: 'the array is not JSON' });
  return { events, claimedTimes, rejections };
}

const LONGEST_ID = 256;
const INVALID_ID: Fault = { code: 'invalid_id', message: `"id" must be a text of 1 to ${LONGEST_ID} characters` };

/** Null when the record has none, undefined when it is none. */
function givenId(value: unknown): string | null | undefined {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_ID ? value : undefined;
}

/**
 * Made of the record's text and its place among equal ones of the request: sent again, it is the same. A record that carries no time happened when it
 * came, so that the same words an hour later are another event.
 */
function madeId(text: string, receivedAt: number | null, repeats: Map<string, number>): string {
  const id = hash('sha256', receivedAt === null ? text : `${receivedAt} ${text}`).slice(0, 32);
  const before = repeats.get(id) ?? 0;
  repeats.set(id, before + 1);
  return before === 0 ? id : hash('sha256', `${id} ${before}`).slice(0, 32);
}

/** What was not taken: the first ones listed, all counted. */
class Rejections {
  readonly #listed: Rejection[] = [];
  readonly #limit: number;
  readonly #byReason = new Map<string, number>();
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(line: number, { code, message }: Fault): void {
    this.#count++;
    if (this.#listed.length < this.#limit) this.#listed.push({ line, code, message });
    const reason = code === 'too_large' ? 'too-large' : code === 'too_many' ? 'too-many' : 'invalid';
    this.#byReason.set(reason, (this.#byReason.get(reason) ?? 0) + 1);
  }

  told(): { rejected: Rejection[]; rejectedCount?: number } {
    return this.#count > this.#listed.length
      ? { rejected: this.#listed, rejectedCount: this.#count }
      : { rejected: this.#listed };
  }

  dropped(): DroppedItems[] {
    return [...this.#byReason].map(([reason, quantity]) => ({ reason, category: 'event', quantity }));
  }
}

function noneValid(rejections: Rejections): WireRefusal {
  const told = rejections.told();
  const first = told.rejected[0];
  const detail = first ? `line ${first.line}: ${first.message}` : 'the body holds no event';
  return new WireRefusal(problem(400, 'no_valid_event', detail, told), rejections.dropped());
}

function refusal(status: number, code: string, detail: string, reason: string): WireRefusal {
  return new WireRefusal(problem(status, code, detail), [{ reason, category: 'event', quantity: 1 }]);
}

const TITLES: Record<number, string> = { 400: 'Bad Request', 413: 'Content Too Large', 415: 'Unsupported Media Type' };

/** RFC 9457. */
function problem(status: number, code: string, detail: string, more: object = {}): WireReply {
  const reply = json(status, { type: 'about:blank', title: TITLES[status], status, code, detail, ...more });
  return { ...reply, headers: { 'content-type': 'application/problem+json' } };
}

function json(status: number, value: object): WireReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
