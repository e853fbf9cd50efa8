import { hash } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { Event, StoredEvent } from '../../../../../core/events/index.ts';
import type { IngestedEvent } from '../../../../../core/ingest/index.ts';
import { chunksOf } from '../../chunks.ts';
import { unpackJson } from '../../packed-json.ts';
import type { EventTable } from '../../schema/events.ts';
import type { Schema } from '../../schema.ts';

/** Sequences of one millisecond: `seq = time * 4096 + n`. */
export const SEQS_PER_MS = 4_096;

/** Later times would leave the integers that a number holds exactly; reached in 2039. */
const LAST_MS = Number.MAX_SAFE_INTEGER / SEQS_PER_MS - 1;

/** Where an event stands in time: what it says, else when it was seen. Whole milliseconds. */
export function positionMs({ time, observedTime, timeSuspect }: Event): number {
  const said = Math.floor(timeSuspect ? observedTime : time);
  if (said >= 0 && said <= LAST_MS) return said;
  const seen = Math.floor(observedTime);
  return seen >= 0 && seen <= LAST_MS ? seen : 0;
}

/** What a column of instants takes; where the event stands when it is none. */
export function wholeMs(time: number, position: number): number {
  return Number.isSafeInteger(Math.floor(time)) ? Math.floor(time) : position;
}

/** 6 bytes of the time the client claimed, so that the index grows at its end, and 10 of a hash: a repeat has the same. */
export function dedupeKey({ projectId, event, claimedTime }: IngestedEvent): Uint8Array {
  const key = Buffer.allocUnsafe(16);
  const claimed = Number.isFinite(claimedTime) ? Math.floor(claimedTime) : 0;
  key.writeUIntBE(Math.min(Math.max(claimed, 0), 0xffff_ffff_ffff), 0, 6);
  hash('sha256', `${projectId}\0${event.source.kind}\0${event.id}`, 'buffer').copy(key, 6, 0, 10);
  return key;
}

/** What the columns do not say; what is usual is left out. */
type Detail = Partial<Event> & Pick<Event, 'source'>;

/** `position`: the millisecond it stands at. */
export function detailOf(event: Event, position: number): Detail {
  const detail: Detail = { source: event.source };
  addTimes(detail, event, position);
  if (event.severityText !== null) detail.severityText = event.severityText;
  if (event.template !== null) detail.template = event.template;
  if (event.logger !== null) detail.logger = event.logger;
  if (event.exceptions.length > 0) detail.exceptions = event.exceptions;
  if (event.stackText !== null) detail.stackText = event.stackText;
  if (event.request !== null) detail.request = event.request;
  if (event.spanId !== null) detail.spanId = event.spanId;
  if (event.user !== null) detail.user = event.user;
  if (event.breadcrumbs.length > 0) detail.breadcrumbs = event.breadcrumbs;
  if (!isEmpty(event.attributes)) detail.attributes = event.attributes;
  if (event.payload !== null) detail.payload = event.payload;
  if (event.trust !== 'server') detail.trust = event.trust;
  if (event.truncated) detail.truncated = true;
  if (event.entries !== 1) detail.entries = event.entries;
  return detail;
}

/** Those that its position and its column of instants do not say. */
function addTimes(detail: Detail, { time, observedTime, timeSuspect }: Event, position: number): void {
  if (Number.isFinite(time) && time !== position) detail.time = time;
  if (observedTime !== wholeMs(observedTime, position) && Number.isFinite(observedTime)) {
    detail.observedTime = observedTime;
  }
  if (timeSuspect) detail.timeSuspect = true;
}

function isEmpty(record: Record<string, unknown>): boolean {
  for (const _ in record) return false;
  return true;
}

/** The event as it was appended; `position`: the millisecond it stands at. */
export function toEvent(row: Omit<EventTable, 'seq'>, position: number): Event {
  const detail = unpackJson(row.detail) as Detail;
  return {
    id: row.id,
    time: position,
    observedTime: row.observed_at,
    timeSuspect: false,
    severityNumber: row.severity,
    severityText: null,
    body: row.body,
    template: null,
    service: row.service,
    environment: row.environment,
    revision: row.revision,
    instance: row.instance,
    logger: null,
    exceptions: [],
    stackText: null,
    request: null,
    traceId: row.trace_id,
    spanId: null,
    user: null,
    breadcrumbs: [],
    attributes: {},
    payload: null,
    trust: 'server',
    truncated: false,
    entries: 1,
    ...detail,
  };
}

function toStoredEvent(row: Selectable<EventTable>): StoredEvent {
  const event = toEvent(row, Math.floor(row.seq / SEQS_PER_MS));
  return { seq: row.seq, projectId: row.project_id, issueId: row.issue_id, event };
}

/** In the order asked for; those that are no longer there are left out. */
export async function loadEvents(db: Kysely<Schema>, seqs: readonly number[]): Promise<StoredEvent[]> {
  const bySeq = new Map<number, StoredEvent>();
  for (const chunk of chunksOf(seqs)) {
    const rows = await db.selectFrom('event').selectAll().where('seq', 'in', chunk).execute();
    for (const row of rows) bySeq.set(row.seq, toStoredEvent(row));
  }
  return seqs.flatMap((seq) => bySeq.get(seq) ?? []);
}
