import type { Event, EventStanding, Span } from '../events/index.ts';
import type { Sentence } from '../shared/index.ts';

/** One request of a client: authenticated, its body read whole within the bound, still packed as it came. */
export interface WireRequest {
  format: WireFormatName;
  method: string;
  /** What follows the project and the protocol's own prefix: `/my-index/_bulk`, `/cron/nightly/`. */
  path: string;
  query: Readonly<Record<string, string>>;
  /** Lower-case names. Credentials are taken out before. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  project: { id: number; slug: string };
  trust: Event['trust'];
  /** It came with a key for web pages: runs and uses that it tells of are dropped. */
  isPageKey?: boolean;
  /** Epoch ms. */
  receivedAt: number;
}

export type WireFormatName =
  | 'sentry-envelope'
  | 'sentry-store'
  | 'sentry-security'
  | 'otlp-logs'
  | 'otlp-traces'
  | 'elastic-bulk'
  | 'cloud-logging-push'
  | 'native'
  | 'usage';

/** Turns the requests of one wire format into events, and what became of them into the reply its clients expect. */
export interface WireFormat {
  /** Throws `WireRefusal` when nothing of the body can be used; whatever can be used is used. */
  decode(request: WireRequest, bounds: WireBounds): WireBatch;
}

export interface WireBatch {
  /** Raw: not joined, not redacted, stacks not parsed, in the order of the request. `source.stream` keeps lines of one stream together. */
  events: Event[];
  /** Event id → the time its client claimed, where `time` is another: a clock that was corrected, or 0 when it gave none. A repeat claims the same. */
  claimedTimes?: ReadonlyMap<string, number>;
  /** What is not an event but is kept: sessions, check-ins, feedback, attachments. */
  records: ClientRecord[];
  /** Stretches of work within a trace: not redacted. */
  spans?: Span[];
  /** Items that were left out, by reason: counted, shown, never silent. */
  dropped: DroppedItems[];
  /** Called once the batch is durable. `outcomes[i]` tells of `events[i]`. */
  reply(outcomes: readonly EventOutcome[]): WireReply;
}

/** `stored` and `duplicate` are both success: repeats are harmless. */
export type EventOutcome = 'stored' | 'duplicate';

export interface ClientRecord {
  kind: 'session' | 'check-in' | 'feedback' | 'attachment' | 'transaction' | 'usage';
  /** Unique within its kind and project; a repeat carries the same. */
  id: string;
  /** Epoch ms. */
  time: number;
  payload: Record<string, unknown>;
}

export interface DroppedItems {
  /** `invalid`, `too-large`, `unsupported`, `rate-limited`, `lost-at-client:<their reason>`, … */
  reason: string;
  /** The protocol's category: `error`, `log_item`, `span`, `document`, … */
  category: string;
  quantity: number;
}

export interface WireReply {
  status: number;
  /** How many events the request held, for limits by event; left out: it counts as one. */
  events?: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
  /** Set: the reply is in no protocol's words yet, see `unsaidReply`. */
  unsaid?: UnsaidRefusal;
}

/** `store-away`: neither the store nor the spool takes anything now. `busy`: too much waits. `failed`: Guardian failed on the body. */
export type UnsaidRefusal = 'store-away' | 'busy' | 'failed';

/** Seconds after which a client may come again when nothing can be taken now. */
export const COME_AGAIN_SECONDS = 5;

/** A refusal that no format made: whoever speaks the protocol says it in its words. */
export function unsaidReply(unsaid: UnsaidRefusal): WireReply {
  const isForGood = unsaid === 'failed';
  const headers: Record<string, string> = isForGood ? {} : { 'retry-after': String(COME_AGAIN_SECONDS) };
  return { status: isForGood ? 500 : 503, headers, body: '', unsaid };
}

/** Bytes and counts; every one is a knob (`ingest` in the configuration). */
export interface WireBounds {
  /** Bytes of a body after inflating. */
  inflatedBytes: number;
  /** Bytes of one event, log or span. */
  itemBytes: number;
  attachmentBytes: number;
  /** Items of one request. */
  items: number;
}

/** The request is refused as a whole; `reply` speaks the protocol. */
export class WireRefusal extends Error {
  readonly reply: WireReply;
  readonly dropped: DroppedItems[];

  constructor(reply: WireReply, dropped: DroppedItems[] = []) {
    super(`refused with ${reply.status}`);
    this.name = 'WireRefusal';
    this.reply = reply;
    this.dropped = dropped;
  }
}

/** Makes a batch durable: one transaction, or nothing. Gives the outcome of each event, in order. */
export interface EventAppender {
  append(batch: AppendBatch): Promise<EventOutcome[]>;
  /** Makes what `append` would make of the event, before the next one is decoded: then nothing large lives until the batch is stored. */
  pack?(ingested: IngestedEvent): IngestedEvent;
}

/** What is stored of an event, small. */
export interface PackedEvent {
  unpack(): Event;
}

export interface AppendBatch {
  events: IngestedEvent[];
  records: (ClientRecord & { projectId: number })[];
  /** Redacted; a repeat changes nothing. */
  spans?: Span[];
  dropped: (DroppedItems & { projectId: number; source: string })[];
  /** How far a followed source was read: kept with its events, so that a restart goes on exactly there. */
  positions: { source: string; position: string }[];
  /** Epoch ms. */
  at: number;
}

/** An event that went through the pipeline: joined, redacted, bounded. `event.service` is never null. */
export interface IngestedEvent {
  projectId: number;
  event: Event;
  /** What the client claimed, before any correction: a repeat claims the same. */
  claimedTime: number;
  /** It may belong to an incident: it is queued for folding in the same transaction. */
  isCandidate: boolean;
  /** What reports find it by; left out, or null: by its severity alone. */
  standing?: EventStanding | null;
  /** Set: `event` is without its exceptions, stack, breadcrumbs and payload, which stand here. */
  packed?: PackedEvent;
  /** What folding reads of it, when that was made before. */
  queued?: string;
}

/** What the HTTP side knows of ingest: hands a request over, gets the protocol's reply once the batch is durable. */
export interface Intake {
  /** Never rejects: a refusal is a reply. */
  accept(request: WireRequest): Promise<WireReply>;
  /** Counts what the HTTP side refused by itself (rate limits, oversized bodies). */
  countDropped(dropped: DroppedItems & { projectId: number; source: string }): void;
  state(): IntakeState;
}

export interface IntakeState {
  /** Requests and bytes that wait. */
  waiting: number;
  waitingBytes: number;
  /** Set while the store cannot be written: events go to the spool file, or are refused when that is full too. */
  problem: { code: 'store_unavailable' | 'store_full' | 'store_read_only'; since: number; reason: Sentence } | null;
  spooledEvents: number;
  /** Since the start. */
  accepted: number;
  duplicates: number;
  refused: number;
  /** Events that wait to be folded. */
  foldQueue: number;
}
