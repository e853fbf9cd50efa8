import type { DecideFrameOrigin, Event, EventPipeline, Redactor } from '../events/index.ts';
import { type Clock, type GuardianError, toGuardianError } from '../shared/index.ts';
import type {
  AppendBatch,
  ClientRecord,
  DroppedItems,
  EventAppender,
  EventOutcome,
  IngestedEvent,
  WireBatch,
  WireBounds,
  WireFormat,
  WireFormatName,
  WireReply,
  WireRequest,
} from './ports.ts';
import { WireRefusal } from './ports.ts';

export interface IngestOptions {
  formats: Readonly<Record<WireFormatName, WireFormat>>;
  /** Joins, redacts, parses. One for all requests: each is flushed before the next. */
  pipeline: EventPipeline;
  /** The pipeline's own, for what is not an event. */
  redactor: Pick<Redactor, 'value'>;
  appender: EventAppender;
  /** Takes what the store cannot take now, durably. Null: there is none, and clients are asked to come again. */
  spool: Spool | null;
  isCandidate(event: Event): boolean;
  /** Whose code each frame is: decided once, and stored with its rule. */
  frameOrigin: DecideFrameOrigin;
  bounds: WireBounds;
  /** ms; what claims to be older would be forgotten at once: the time it was received counts instead. */
  retentionMs: number;
  clock: Clock;
  /** A request whose decoding failed in a way that no format foresees: told, never fatal. */
  onFailure(error: GuardianError, format: WireFormatName): void;
}

/** Where batches wait, on disk, for a store that is away. */
export interface Spool {
  /** Durable when it resolves; throws `store_full` when the bound is reached. */
  add(batch: AppendBatch): Promise<void>;
  readonly waitingEvents: number;
}

/** What every way in decides about an event. */
export type IngestedOptions = Pick<IngestOptions, 'isCandidate' | 'retentionMs' | 'frameOrigin'>;

export interface IngestCounts {
  accepted: number;
  duplicates: number;
  refused: number;
}

/** Seconds after which a client may come again when the store is away or full. */
const COME_AGAIN_SECONDS = 5;

/**
 * Requests → one durable batch → the reply of each, in order. Accept → durable → answer: a request is answered with success only once its
 * events are in the store, or in the spool. Nothing here throws: what one request does never reaches another.
 */
export function createIngest(options: IngestOptions) {
  const counts: IngestCounts = { accepted: 0, duplicates: 0, refused: 0 };
  return { counts, decode, store };

  /** The part that costs time and waits for nothing. */
  function decode(requests: readonly WireRequest[]): DecodedRequest[] {
    return requests.map((request) => decodeOne(options, request));
  }

  /** One transaction for all that is not huge; when the store cannot, the spool; when neither can, all are refused with 503. */
  async function store(decoded: readonly DecodedRequest[]): Promise<WireReply[]> {
    const outcomes = await appendPieces(options, batchOf(decoded, options.clock.now()));
    if (outcomes !== 'refused' || decoded.length === 1) return repliesOf(decoded, outcomes);
    // One of them holds what the store refuses for good: each goes alone, so that it takes no other with it.
    const replies: WireReply[] = [];
    for (const one of decoded) {
      replies.push(...repliesOf([one], await appendPieces(options, batchOf([one], options.clock.now()))));
    }
    return replies;
  }

  function repliesOf(decoded: readonly DecodedRequest[], outcomes: Appended): WireReply[] {
    if (typeof outcomes === 'string') {
      counts.refused += decoded.length;
      return decoded.map(comeAgain);
    }
    for (const outcome of outcomes) outcome === 'stored' ? counts.accepted++ : counts.duplicates++;
    let at = 0;
    return decoded.map((request) => {
      const own = outcomes.slice(at, at + request.events.length);
      at += request.events.length;
      if (request.refusal !== null) counts.refused++;
      return request.refusal ?? toldReply(options, request, own);
    });
  }
}

export type Ingest = ReturnType<typeof createIngest>;

export interface DecodedRequest {
  request: WireRequest;
  /** Null when it was refused. */
  wire: WireBatch | null;
  refusal: WireReply | null;
  events: IngestedEvent[];
  records: (ClientRecord & { projectId: number })[];
  dropped: AppendBatch['dropped'];
}

function decodeOne(options: IngestOptions, request: WireRequest): DecodedRequest {
  const nothing = { request, wire: null, events: [], records: [] };
  try {
    const wire = options.formats[request.format].decode(request, options.bounds);
    return {
      request,
      wire,
      refusal: null,
      events: normalise(options, request, wire),
      records: wire.records.map((record) => safeRecord(options, record, request.project.id)),
      dropped: ownDropped(request, wire.dropped),
    };
  } catch (thrown) {
    if (thrown instanceof WireRefusal) {
      return { ...nothing, refusal: thrown.reply, dropped: ownDropped(request, countedOf(thrown)) };
    }
    const error = toGuardianError(thrown);
    options.onFailure(error, request.format);
    dropHeld(options.pipeline);
    const refusal: WireReply = {
      status: 500,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ detail: 'Guardian failed on this body; nothing of it was stored.' }),
    };
    return {
      ...nothing,
      refusal,
      dropped: ownDropped(request, [{ reason: 'failed', category: 'request', quantity: 1 }]),
    };
  }
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

/**
 * Nothing is stored unredacted. Of an attachment only text can be read for secrets; of others (screenshots, memory dumps) it is kept what they were,
 * not what they held.
 */
function safeRecord({ redactor }: IngestOptions, record: ClientRecord, projectId: number) {
  if (record.kind !== 'attachment') {
    return { ...record, projectId, payload: redactor.value(record.payload) as Record<string, unknown> };
  }
  const { content, ...described } = record.payload;
  const payload = redactor.value(described) as Record<string, unknown>;
  if (typeof content === 'string' && isTextType(payload.contentType)) {
    payload.text = String(redactor.value(textOf(content))).slice(0, ATTACHED_TEXT);
  }
  return { ...record, projectId, payload };
}

function isTextType(contentType: unknown): boolean {
  return typeof contentType === 'string' && /^(?:text\/|application\/(?:json|xml|x-ndjson|yaml))/i.test(contentType);
}

/** Characters kept of an attached text. */
const ATTACHED_TEXT = 262_144;

/** Read beyond them before the cut, so that no secret is cut in two and passes unseen. */
const ATTACHED_MARGIN = 8_192;

function textOf(base64: string): string {
  const bytes = ATTACHED_TEXT + ATTACHED_MARGIN;
  return Buffer.from(base64.slice(0, Math.ceil(bytes / 3) * 4), 'base64').toString('utf8');
}

function ownDropped({ project, format }: WireRequest, dropped: readonly DroppedItems[]): AppendBatch['dropped'] {
  return dropped.map((items) => ({ ...items, projectId: project.id, source: format }));
}

function normalise(
  options: IngestOptions,
  request: WireRequest,
  { events: raw, claimedTimes }: WireBatch,
): IngestedEvent[] {
  if (raw.length === 0) return [];
  const claimed = new Map(raw.map(({ id, time }) => [id, claimedTimes?.get(id) ?? time]));
  const events = [...options.pipeline.push(raw), ...options.pipeline.flush()];
  return events.map((event) => ingested(options, event, request.project, claimed.get(event.id) ?? event.time));
}

/** What every stored event has: a service, and its place in the queue for folding. */
export function ingested(
  { isCandidate, retentionMs, frameOrigin }: IngestedOptions,
  event: Event,
  project: { id: number; slug: string },
  claimedTime: number,
): IngestedEvent {
  event.service ??= project.slug;
  // Copied: events of equal stacks share theirs, frozen.
  event.exceptions = event.exceptions.map((exception) => ({
    ...exception,
    frames: exception.frames.map((frame) => ({
      ...frame,
      origin: frame.origin ?? frameOrigin(frame, exception.language),
    })),
  }));
  if (event.time < event.observedTime - retentionMs) event.timeSuspect = true;
  return { projectId: project.id, event, claimedTime, isCandidate: isCandidate(event) };
}

function batchOf(decoded: readonly DecodedRequest[], at: number): AppendBatch {
  return {
    events: decoded.flatMap(({ events }) => events),
    records: decoded.flatMap(({ records }) => records),
    dropped: decoded.flatMap(({ dropped }) => dropped),
    positions: [],
    at,
  };
}

/** `away`: neither store nor spool takes anything now. `refused`: the store is there, and does not take this. */
type Appended = EventOutcome[] | 'away' | 'refused';

/** Of one transaction. The words of a body of 100 MiB, found and written at once, would be more than the thread may hold. */
const PIECE = { events: 5_000, characters: 8 * 1024 * 1024 };

/** Piece by piece; when one cannot be kept, all are sent again, and those that were are repeats then. */
async function appendPieces(options: Pick<IngestOptions, 'appender' | 'spool'>, batch: AppendBatch): Promise<Appended> {
  const ends = pieceEnds(batch.events);
  const outcomes: EventOutcome[] = [];
  for (const [index, end] of ends.entries()) {
    const isLast = index === ends.length - 1;
    const events = batch.events.slice(outcomes.length, end);
    // What is counted goes with the last: a batch that is sent again must not count twice.
    const own = await appendOrSpool(
      options,
      isLast ? { ...batch, events } : { ...batch, events, records: [], dropped: [] },
    );
    if (typeof own === 'string') return own;
    outcomes.push(...own);
  }
  return outcomes;
}

/** Behind which events a piece ends; the last end is that of the batch. */
function pieceEnds(events: readonly IngestedEvent[]): number[] {
  const ends: number[] = [];
  let start = 0;
  let characters = 0;
  events.forEach(({ event }, index) => {
    if (index - start >= PIECE.events || characters >= PIECE.characters) {
      ends.push(index);
      start = index;
      characters = 0;
    }
    characters += event.body.length;
  });
  return [...ends, events.length];
}

async function appendOrSpool(
  { appender, spool }: Pick<IngestOptions, 'appender' | 'spool'>,
  batch: AppendBatch,
): Promise<Appended> {
  try {
    return await appender.append(batch);
  } catch (thrown) {
    // The appender tells its own trouble; here it only decides where the batch goes. What is refused would be refused out of the spool, too.
    if (!isStoreAway(thrown)) return 'refused';
    if (spool === null) return 'away';
    return spool.add(batch).then(
      () => batch.events.map(() => 'stored' as const),
      () => 'away',
    );
  }
}

/** Whether the store takes nothing, whatever it is: `store_unavailable`, `store_full`, … */
function isStoreAway(thrown: unknown): boolean {
  return toGuardianError(thrown).code.startsWith('store_');
}

/** The batch is durable by now: a reply that cannot be made is no reason to have it sent again, nor to end the thread. */
function toldReply(options: IngestOptions, request: DecodedRequest, outcomes: readonly EventOutcome[]): WireReply {
  try {
    return replyOf(request, outcomes);
  } catch (thrown) {
    options.onFailure(toGuardianError(thrown), request.request.format);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
  }
}

/** Lines that were joined into one event share its outcome. */
function replyOf({ wire, events }: DecodedRequest, outcomes: readonly EventOutcome[]): WireReply {
  const byId = new Map<string, EventOutcome[]>();
  events.forEach(({ event }, index) => {
    const known = byId.get(event.id);
    const outcome = outcomes[index] ?? 'stored';
    if (known) known.push(outcome);
    else byId.set(event.id, [outcome]);
  });
  const lastOf = new Map<string, EventOutcome>();
  const ofRaw = wire!.events.map(({ id, source }) => {
    // Equal ids in one request come out in the order they went in: the first is stored, the others repeat it.
    const outcome = byId.get(id)?.shift() ?? lastOf.get(source.stream) ?? 'stored';
    lastOf.set(source.stream, outcome);
    return outcome;
  });
  return { ...wire!.reply(ofRaw), events: ofRaw.length };
}

function comeAgain({ refusal }: DecodedRequest): WireReply {
  if (refusal !== null) return refusal;
  return {
    status: 503,
    headers: { 'content-type': 'application/json', 'retry-after': String(COME_AGAIN_SECONDS) },
    body: JSON.stringify({ detail: 'The store cannot be written now. Send it again.' }),
  };
}
