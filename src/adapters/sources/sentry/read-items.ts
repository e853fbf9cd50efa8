import type { Event, Span } from '../../../core/events/index.ts';
import type { ClientRecord, WireBounds } from '../../../core/ingest/ports.ts';
import { shortHash } from '../../../core/shared/index.ts';
import { asLabel, categoryOf, createDropTally, type DropTally } from './drop-tally.ts';
import type { EnvelopeItem } from './envelope.ts';
import { type Arrival, mapEvent, noteClaim } from './map-event.ts';
import { mapLog } from './map-logs.ts';
import {
  mapAttachment,
  mapCheckIn,
  mapFeedback,
  mapSession,
  mapSessionAggregate,
  mapTransaction,
  mapUserReport,
} from './map-records.ts';
import { mapSpans } from './map-spans.ts';
import { readJsonObject, textOf } from './read-json.ts';
import { asCount, asEventId, asObject, type JsonObject } from './read-value.ts';

/** What the items of one envelope add up to. */
export interface Decoding {
  events: Event[];
  claimedTimes: Map<string, number>;
  records: ClientRecord[];
  spans: Span[];
  drops: DropTally;
  arrival: Arrival;
  bounds: WireBounds;
  /** The header's: names the first event; null when it has none. */
  headerId: string | null;
  isHeaderIdTaken: boolean;
  /** Something of the envelope goes by an event's id. */
  hasIdentity: boolean;
  sessions: number;
}

export function createDecoding(arrival: Arrival, header: JsonObject, bounds: WireBounds): Decoding {
  return {
    events: [],
    claimedTimes: new Map(),
    records: [],
    spans: [],
    drops: createDropTally(),
    arrival,
    bounds,
    headerId: asEventId(header.event_id),
    isHeaderIdTaken: false,
    hasIdentity: false,
    sessions: 0,
  };
}

/** The id a reply names; null when the envelope held nothing that has one. */
export function replyIdOf({ hasIdentity, headerId, events }: Decoding): string | null {
  return hasIdentity ? (headerId ?? events[0]?.id ?? null) : null;
}

interface ItemKind {
  maxBytes(bounds: WireBounds): number;
  read(decoding: Decoding, payload: JsonObject, item: PlacedItem): void;
}

interface PlacedItem extends EnvelopeItem {
  /** Position in the envelope. */
  index: number;
}

const MOST_SESSIONS = 100;
/** Kinds of drops of one client report. */
const MOST_DISCARDED = 200;
/** A container of logs may hold many that are small: this many times the bound of one. */
const LOG_CONTAINER = 10;

const eventBytes = ({ itemBytes }: WireBounds) => itemBytes;

/** Each type that is used; the others are counted and left out. */
const KINDS: Readonly<Record<string, ItemKind>> = {
  event: { maxBytes: eventBytes, read: readEvent },
  transaction: { maxBytes: eventBytes, read: readTransaction },
  feedback: {
    maxBytes: eventBytes,
    read: (decoding, payload, item) =>
      keep(decoding, mapFeedback(payload, idOf(decoding, payload, item), decoding.arrival), item),
  },
  user_report: {
    maxBytes: eventBytes,
    read: (decoding, payload, item) =>
      keep(decoding, mapUserReport(payload, decoding.headerId, decoding.arrival), item),
  },
  log: { maxBytes: ({ itemBytes }) => itemBytes * LOG_CONTAINER, read: readLogs },
  session: { maxBytes: () => 102_400, read: readSession },
  sessions: { maxBytes: () => 102_400, read: readAggregates },
  check_in: {
    maxBytes: () => 102_400,
    read: (decoding, payload, item) => keep(decoding, mapCheckIn(payload, decoding.arrival), item),
  },
  client_report: { maxBytes: () => 4_096, read: readClientReport },
};

/** `index`: the item's position in its envelope. Never throws. */
export function readItem(decoding: Decoding, item: EnvelopeItem, index: number): void {
  if (item.type === 'attachment') {
    readAttachment(decoding, item);
    return;
  }
  const kind = Object.hasOwn(KINDS, item.type) ? KINDS[item.type] : undefined;
  if (kind === undefined) {
    drop(decoding, 'unsupported', item);
    return;
  }
  if (item.payload.length > kind.maxBytes(decoding.bounds)) {
    drop(decoding, 'too-large', item);
    return;
  }
  const payload = readJsonObject(item.payload);
  if (payload === null) drop(decoding, 'invalid', item);
  else kind.read(decoding, payload, { ...item, index });
}

/** A container that is left out says how many it held. */
function drop({ drops }: Decoding, reason: string, { type, header }: EnvelopeItem): void {
  drops.add(reason, categoryOf(type), asCount(header.item_count, 100_000) || 1);
}

function keep(decoding: Decoding, record: ClientRecord | null, item: EnvelopeItem): void {
  if (record === null) {
    drop(decoding, 'invalid', item);
    return;
  }
  decoding.hasIdentity ||= record.kind === 'feedback' || record.kind === 'transaction';
  decoding.records.push(record);
}

function idOf(decoding: Decoding, payload: JsonObject, { payload: bytes }: EnvelopeItem): string {
  const headerId = decoding.isHeaderIdTaken ? null : decoding.headerId;
  if (headerId !== null) decoding.isHeaderIdTaken = true;
  return headerId ?? asEventId(payload.event_id) ?? shortHash(textOf(bytes), 32);
}

function readEvent(decoding: Decoding, payload: JsonObject, item: PlacedItem): void {
  if (decoding.events.length >= decoding.bounds.items) {
    decoding.drops.add('too-many', 'error');
    return;
  }
  decoding.hasIdentity = true;
  const event = mapEvent(payload, idOf(decoding, payload, item), decoding.arrival);
  decoding.events.push(event);
  noteClaim(decoding.claimedTimes, event, payload.timestamp);
}

function readTransaction(decoding: Decoding, payload: JsonObject, item: PlacedItem): void {
  keep(decoding, mapTransaction(payload, idOf(decoding, payload, item), decoding.arrival), item);
  const { spans, left } = mapSpans(payload, decoding.arrival);
  decoding.spans.push(...spans);
  decoding.drops.add('without-place', 'span', left);
}

function readAttachment(decoding: Decoding, item: EnvelopeItem): void {
  if (item.payload.length > decoding.bounds.attachmentBytes) {
    drop(decoding, 'too-large', item);
    return;
  }
  decoding.hasIdentity ||= decoding.headerId !== null;
  decoding.records.push(mapAttachment(item, decoding.headerId, decoding.arrival));
}

function readLogs(decoding: Decoding, payload: JsonObject, item: PlacedItem): void {
  const { events, drops, bounds, arrival, claimedTimes } = decoding;
  const logs: unknown[] = Array.isArray(payload.items) ? payload.items : [payload];
  // One at a time is measured only where one can be too large.
  const isLarge = item.payload.length > bounds.itemBytes;
  const room = Math.max(0, bounds.items - events.length);
  drops.add('too-many', 'log_item', logs.length - room);
  for (const [at, entry] of logs.slice(0, room).entries()) {
    const log = asObject(entry);
    const isTooLarge = log !== null && isLarge && Buffer.byteLength(JSON.stringify(log)) > bounds.itemBytes;
    const event = log === null || isTooLarge ? null : mapLog(log, `${item.index}.${at}`, arrival);
    if (log !== null && event !== null) {
      events.push(event);
      noteClaim(claimedTimes, event, log.timestamp);
    } else drops.add(isTooLarge ? 'too-large' : 'invalid', 'log_item');
  }
}

function readSession(decoding: Decoding, payload: JsonObject, item: PlacedItem): void {
  if (decoding.sessions >= MOST_SESSIONS) {
    decoding.drops.add('too-many', 'session');
    return;
  }
  decoding.sessions++;
  keep(decoding, mapSession(payload, decoding.arrival), item);
}

function readAggregates(decoding: Decoding, payload: JsonObject, { index }: PlacedItem): void {
  const buckets: unknown[] = Array.isArray(payload.aggregates) ? payload.aggregates : [];
  const room = Math.max(0, MOST_SESSIONS - decoding.sessions);
  decoding.sessions += Math.min(buckets.length, room);
  decoding.drops.add('too-many', 'session', buckets.length - room);
  for (const [at, entry] of buckets.slice(0, room).entries()) {
    const bucket = asObject(entry);
    const record =
      bucket &&
      mapSessionAggregate(bucket, { attrs: payload.attrs, position: `${index}.${at}`, arrival: decoding.arrival });
    if (record) decoding.records.push(record);
    else decoding.drops.add('invalid', 'session');
  }
}

/** What a client lost itself: its SDK counts it, and so do we. */
function readClientReport({ drops }: Decoding, report: JsonObject): void {
  const discarded: unknown[] = Array.isArray(report.discarded_events) ? report.discarded_events : [];
  for (const entry of discarded.slice(0, MOST_DISCARDED)) {
    const kind = asObject(entry);
    const quantity = asCount(kind?.quantity, 1_000_000_000);
    if (kind === null || quantity === null) continue;
    drops.add(`lost-at-client:${asLabel(kind.reason)}`, asLabel(kind.category), quantity);
  }
}
