import { hash } from 'node:crypto';
import type { Event } from '../../../core/events/index.ts';
import {
  type DroppedItems,
  type EventOutcome,
  type WireBatch,
  type WireBounds,
  type WireFormat,
  WireRefusal,
  type WireReply,
  type WireRequest,
} from '../../../core/ingest/ports.ts';
import { type Clock, systemClock } from '../../../core/shared/index.ts';
import { lineContext } from '../text/line-context.ts';
import { InflateError, inflateBody } from '../wire/inflate.ts';
import { type DocumentContext, documentEvent } from './document-event.ts';
import { elasticError, elasticReply } from './elastic-reply.ts';
import { type BulkItem, BulkSyntaxError, readBulk } from './read-bulk.ts';

export interface ElasticBulkOptions {
  clock?: Clock;
  /** IANA zone of times written without one. */
  timeZone?: string;
  /** Bytes of a body after inflating; the smaller of this and the request's own bound counts. */
  bodyBytes?: number;
}

/** What Elasticsearch itself takes by default (`http.max_content_length`). */
const BODY_BYTES = 100 * 1024 * 1024;

/** Each item of a request with the event made of it. */
interface TakenItem {
  item: BulkItem;
  id: string | null;
  /** Place in the batch; null when the item failed. */
  event: number | null;
}

/**
 * `POST|PUT [/<index>]/_bulk`. Answers 200 with each item's own status in request order: 201 created; for a known `_id` 409 on `create` and 200 `updated`
 * on `index` (the first one stays); 400 for `update`, `delete` and broken documents. Refuses a body that is no bulk request with 400, one that is too
 * large or has too many items with 413 (shippers split it then), an unknown Content-Encoding with 415.
 */
export function createElasticBulkFormat(options: ElasticBulkOptions = {}): WireFormat {
  return { decode: (request, bounds) => decode(request, bounds, options) };
}

function decode(request: WireRequest, bounds: WireBounds, options: ElasticBulkOptions): WireBatch {
  const clock = options.clock ?? systemClock;
  const { accept } = request.headers;
  const items = itemsOf(request, bounds, options);
  const context: DocumentContext = {
    line: lineContext({ timeZone: options.timeZone ?? 'UTC', referenceTime: request.receivedAt }),
    receivedAt: request.receivedAt,
    trust: request.trust,
    makeId: idMaker(request.receivedAt),
  };
  const events: Event[] = [];
  /** A known `_id` is known whatever the time of the document. */
  const claimedTimes = new Map<string, number>();
  const taken = items.map((item): TakenItem => {
    if (item.document === null) return { item, id: item.id, event: null };
    const { id, index, line, document } = item;
    const event = documentEvent({ id, index, ...document, lineNumber: line }, context);
    // The event holds what it needs; the text would stay until the reply.
    item.document = null;
    if (id !== null) claimedTimes.set(event.id, 0);
    return { item, id: id ?? event.id, event: events.push(event) - 1 };
  });
  return {
    events,
    claimedTimes,
    records: [],
    dropped: droppedOf(items),
    reply: (outcomes) => replyOf(taken, outcomes, { tookMs: clock.now() - request.receivedAt, accept }),
  };
}

function itemsOf(request: WireRequest, bounds: WireBounds, options: ElasticBulkOptions): BulkItem[] {
  const { accept, 'content-encoding': encoding } = request.headers;
  const refuse = (status: number, reason: string, dropReason: string, type?: string): WireRefusal =>
    new WireRefusal(elasticError({ status, reason, accept, ...(type === undefined ? {} : { type }) }), [
      { reason: dropReason, category: 'document', quantity: 1 },
    ]);
  try {
    const body = inflateBody(request.body, encoding, Math.min(bounds.inflatedBytes, options.bodyBytes ?? BODY_BYTES));
    return readBulk(body, indexOf(request), bounds);
  } catch (error) {
    if (error instanceof BulkSyntaxError) {
      if (error.kind === 'too-many') throw refuse(413, error.message, 'too-large');
      throw refuse(400, error.message, 'invalid');
    }
    if (!(error instanceof InflateError)) throw error;
    if (error.kind === 'too-large') throw refuse(413, error.message, 'too-large');
    if (error.kind === 'unsupported') throw refuse(415, error.message, 'unsupported');
    throw refuse(400, error.message, 'invalid', 'parse_exception');
  }
}

/** Of the path, for items that name none; else the project's name. */
function indexOf({ path, project }: WireRequest): string {
  const name = /^\/([^/]{1,255})\/(?:[^/]{1,255}\/)?_bulk\/?$/.exec(path)?.[1];
  if (name === undefined) return project.slug;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/**
 * Ids made of a document and its place among equal ones of the request: sent again, it is the same. A document that carries no time happened when it
 * came, so that the same words an hour later are another event.
 */
function idMaker(receivedAt: number): DocumentContext['makeId'] {
  const repeats = new Map<string, number>();
  return ({ index, text }, hasTime) => {
    const id = hash('sha256', `${index}\n${hasTime ? '' : receivedAt}\n${text}`).slice(0, 32);
    const before = repeats.get(id) ?? 0;
    repeats.set(id, before + 1);
    return before === 0 ? id : hash('sha256', `${id} ${before}`).slice(0, 32);
  };
}

function droppedOf(items: readonly BulkItem[]): DroppedItems[] {
  const byReason = new Map<string, number>();
  for (const { error } of items) if (error) byReason.set(error.dropReason, (byReason.get(error.dropReason) ?? 0) + 1);
  return [...byReason].map(([reason, quantity]) => ({ reason, category: 'document', quantity }));
}

interface ReplyContext {
  tookMs: number;
  accept: string | undefined;
}

function replyOf(taken: readonly TakenItem[], outcomes: readonly EventOutcome[], context: ReplyContext): WireReply {
  let errors = false;
  const items = taken.map(({ item, id, event }) => {
    const result = resultOf(item, event === null ? null : (outcomes[event] ?? 'stored'));
    if (result.status >= 400) errors = true;
    return { [item.action]: { _index: item.index, _id: id, ...result } };
  });
  return elasticReply(200, { took: Math.max(0, Math.round(context.tookMs)), errors, items }, context.accept);
}

interface ItemResult {
  status: number;
  result?: 'created' | 'updated';
  error?: { type: string; reason: string };
}

function resultOf(item: BulkItem, outcome: EventOutcome | null): ItemResult {
  if (outcome === null || item.error) {
    const { type, reason } = item.error ?? { type: 'document_parsing_exception', reason: 'no document' };
    return { status: 400, error: { type, reason } };
  }
  // Without an id of its own, a repeat is what the client wanted: it is there.
  if (outcome === 'stored' || item.id === null) return { status: 201, result: 'created' };
  if (item.action === 'index') return { status: 200, result: 'updated' };
  return {
    status: 409,
    error: { type: 'version_conflict_engine_exception', reason: 'version conflict, document already exists' },
  };
}
