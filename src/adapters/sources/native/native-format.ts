import { hash } from 'node:crypto';
import type { Event } from '../../../core/events/index.ts';
import type { WireBatch, WireBounds, WireFormat, WireRequest } from '../../../core/ingest/ports.ts';
import { lineContext } from '../text/line-context.ts';
import { bodyText, json, noneValid, Rejections } from '../wire/record-replies.ts';
import { readNativeEvent } from './native-event.ts';
import { type Fault, isFault, type NativeContext } from './native-fault.ts';
import { type NativeRecord, splitRecords } from './split-records.ts';

export interface NativeFormatLimits {
  /** Bytes of a body after inflating; the smaller of this and the request's own bound counts. */
  bodyBytes: number;
  /** Rejected records that a reply lists; the others are only counted. */
  listedRejections: number;
}

const DEFAULT_NATIVE_LIMITS: NativeFormatLimits = {
  /** 64 MiB: what 10 MiB, the bound of a body as it is sent, come to when they are packed well. */
  bodyBytes: 64 * 1024 * 1024,
  /** As many as anybody reads; without a bound, a body of line ends would be answered by gigabytes. */
  listedRejections: 1_000,
};

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
  const body = bodyText(request, Math.min(bounds.inflatedBytes, limits.bodyBytes), 'event');
  const { events, claimedTimes, rejections } = readBody(body, request, bounds, limits);
  if (events.length === 0) throw noneValid(rejections, 'event');
  return {
    events,
    claimedTimes,
    records: [],
    dropped: rejections.dropped(),
    reply: replyWith(rejections),
  };
}

/** A closure made there would keep the body and its events until the reply. */
function replyWith(rejections: Rejections): WireBatch['reply'] {
  return (outcomes) => {
    let accepted = 0;
    for (const outcome of outcomes) if (outcome === 'stored') accepted++;
    return json(200, { accepted, duplicate: outcomes.length - accepted, ...rejections.told() });
  };
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
  const taken: Taken = { events: [], claimedTimes: new Map(), repeats: new Map() };
  const rejections = new Rejections('event', limits.listedRejections);
  const records = splitRecords(body, bounds);
  let next = records.next();
  for (; !next.done; next = records.next()) {
    const fault = takeRecord(next.value, context, taken);
    if (fault !== null) rejections.add(next.value.line, fault);
  }
  if (next.value === null) rejections.add(1, { code: 'invalid_json', message: 'the array is not JSON' });
  return { events: taken.events, claimedTimes: taken.claimedTimes, rejections };
}

interface Taken extends Pick<ReadBody, 'events' | 'claimedTimes'> {
  /** How often each made id came in the request. */
  repeats: Map<string, number>;
}

/** Adds the event of a record to those of its request; gives why it was not taken, null when it was. */
function takeRecord({ line, record, text, fault }: NativeRecord, context: NativeContext, taken: Taken): Fault | null {
  if (record === null) return fault ?? NO_OBJECT;
  const id = givenId(record.id);
  const event = id === undefined ? INVALID_ID : readNativeEvent(record, id, context);
  if (isFault(event)) return event;
  const hasTime = record.time !== undefined && record.time !== null;
  if (id === null) event.id = madeId(text, hasTime ? null : context.receivedAt, taken.repeats);
  else if (!hasTime) taken.claimedTimes.set(event.id, 0);
  event.source.position = String(line);
  taken.events.push(event);
  return null;
}

const NO_OBJECT: Fault = { code: 'invalid_event', message: 'an event is a JSON object' };
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
