import type { Event, EventPipeline, Span } from '../events/index.ts';
import { toGuardianError } from '../shared/index.ts';
import { ingested } from './ingested-event.ts';
import type { IngestOptions } from './options.ts';
import type {
  AppendBatch,
  ClientRecord,
  DroppedItems,
  IngestedEvent,
  WireBatch,
  WireReply,
  WireRequest,
} from './ports.ts';
import { unsaidReply, WireRefusal } from './ports.ts';
import { safeRecord } from './safe-record.ts';
import { safeSpan } from './safe-span.ts';

export interface DecodedRequest {
  format: WireRequest['format'];
  /** Null when it was refused. */
  reply: WireBatch['reply'] | null;
  /** Of the events as they came, before they were joined. */
  raw: { id: string; stream: string }[];
  refusal: WireReply | null;
  events: IngestedEvent[];
  /** Of the bodies of its events. */
  characters: number;
  records: (ClientRecord & { projectId: number })[];
  spans: Span[];
  dropped: AppendBatch['dropped'];
}

/** Never throws: a failure that no format foresees is told to `onFailure`, and becomes a refusal with 500. */
export function decodeRequest(options: IngestOptions, request: WireRequest): DecodedRequest {
  const { format } = request;
  const nothing = { format, reply: null, raw: [], events: [], characters: 0, records: [], spans: [] };
  try {
    const wire = options.formats[request.format].decode(request, options.bounds);
    const { records, dropped } = recordsOf(request, wire);
    return {
      format,
      reply: wire.reply,
      raw: wire.events.map(({ id, source: { stream } }) => ({ id, stream })),
      refusal: null,
      ...normalise(options, request, wire),
      records: records.map((record) => safeRecord(options, record, request.project.id)),
      spans: (wire.spans ?? []).map((span) => safeSpan(options, span)),
      dropped: ownDropped(request, dropped),
    };
  } catch (thrown) {
    if (thrown instanceof WireRefusal) {
      return { ...nothing, refusal: thrown.reply, dropped: ownDropped(request, countedOf(thrown)) };
    }
    const error = toGuardianError(thrown);
    options.onFailure(error, format);
    dropHeld(options.pipeline);
    return {
      ...nothing,
      refusal: unsaidReply('failed'),
      dropped: ownDropped(request, [{ reason: 'failed', category: 'request', quantity: 1 }]),
    };
  }
}

/** What only programs of one's own may tell of. */
const OF_SERVICES: ReadonlySet<ClientRecord['kind']> = new Set(['check-in', 'usage']);

/** Whoever reads a page has its key: it would report runs, and uses of others, at will. */
function recordsOf(
  { isPageKey }: WireRequest,
  { records, dropped }: WireBatch,
): Pick<WireBatch, 'records' | 'dropped'> {
  if (!isPageKey) return { records, dropped };
  const refused = records.filter(({ kind }) => OF_SERVICES.has(kind));
  return {
    records: records.filter(({ kind }) => !OF_SERVICES.has(kind)),
    dropped: [...dropped, ...refused.map(({ kind }) => ({ reason: 'page-key', category: kind, quantity: 1 }))],
  };
}

/** A refused request is counted, also by a format that does not know how many items it lost. */
function countedOf({ dropped, reply: { status } }: WireRefusal): DroppedItems[] {
  if (dropped.length > 0) return dropped;
  const reason = status === 413 ? 'too-large' : status === 415 ? 'unsupported' : 'invalid';
  return [{ reason, category: 'request', quantity: 1 }];
}

/** The lines of a request that failed half-way must not come out with those of the next one, which may be another project's. */
function dropHeld(pipeline: EventPipeline): void {
  try {
    pipeline.flush();
  } catch {
    // What failed has left the pipeline with that.
  }
}

function ownDropped({ project, format }: WireRequest, dropped: readonly DroppedItems[]): AppendBatch['dropped'] {
  return dropped.map((items) => ({ ...items, projectId: project.id, source: format }));
}

function normalise(
  options: IngestOptions,
  request: WireRequest,
  { events: raw, claimedTimes }: WireBatch,
): Pick<DecodedRequest, 'events' | 'characters'> {
  if (raw.length === 0) return { events: [], characters: 0 };
  const claimed = new Map(raw.map(({ id, time }) => [id, claimedTimes?.get(id) ?? time]));
  const events = [...options.pipeline.push(raw), ...options.pipeline.flush()];
  const characters = events.reduce((sum, { body }) => sum + body.length, 0);
  const isPacked = events.length <= PACKED.events && characters <= PACKED.characters;
  const keep = (event: Event) => {
    const whole = ingested(options, event, request.project, claimed.get(event.id) ?? event.time);
    return isPacked ? packed(options, whole) : whole;
  };
  return { events: events.map(keep), characters };
}

/** Of one request. The words of more than that take more than the events: they are found when their piece is stored, see `appendPieces`. */
const PACKED = { events: 2_000, characters: 512 * 1024 };

/** The request may be one of hundreds of a batch: what is large in its events goes before the next one is decoded. */
function packed({ appender, queuedForm }: IngestOptions, whole: IngestedEvent): IngestedEvent {
  if (!appender.pack) return whole;
  return appender.pack(whole.isCandidate && queuedForm ? { ...whole, queued: queuedForm(whole.event) } : whole);
}
