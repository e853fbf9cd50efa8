import type { AnalyticsQuery, AnalyticsResult } from './analytics/analytics.ts';
import type { Event } from './event.ts';
import type { Span } from './trace/span.ts';

/** Here too: what a server at rest and the store need of events, without how lines, stacks and entries are read. */
export * from './analytics/index.ts';
export * from './event.ts';
export { createRedactor } from './redact/redactor.ts';
export * from './trace/index.ts';

/** Where events come from. `read` ends when the source is exhausted, or with `signal` when it follows. */
export interface Source {
  readonly kind: string;
  read(options: ReadOptions): AsyncIterable<SourceBatch>;
}

export interface ReadOptions {
  /** Epoch ms; null takes everything the source holds. */
  since: number | null;
  until: number | null;
  signal?: AbortSignal;
}

/** A slice of what was read. Events are raw: not joined, not redacted, stacks not parsed. */
export interface SourceBatch {
  events: Event[];
  /** Entries that were recognised as holding nothing a report needs, and were counted instead of parsed. */
  quiet: QuietTally;
  problems: ReadProblem[];
  /** Bytes consumed so far and in all; `totalBytes` is null when the end is not known (standard input, an API). */
  progress: { readBytes: number; totalBytes: number | null };
}

export interface QuietTally {
  entries: number;
  /** Oldest and newest instant among them, epoch ms; null when there were none. */
  from: number | null;
  to: number | null;
  /** Requests answered below 400, each distinct one reported once: proof that a route exists. `METHOD host path`. */
  served: ServedRequest[];
}

export interface ServedRequest {
  method: string;
  host: string | null;
  path: string;
}

/** Something that could not be read, or was left out, and how often. Shown, never silent. */
export interface ReadProblem {
  kind: ReadProblemKind;
  /** File or stream. */
  name: string;
  /** Where it happened first: a line number or byte offset. */
  position: string;
  count: number;
  /** One line, safe to show: no content of the input beyond 80 characters. */
  detail: string;
}

export type ReadProblemKind =
  | 'broken-entry'
  | 'foreign-line'
  | 'oversized-line'
  | 'binary'
  | 'truncated-input'
  | 'empty-input'
  | 'duplicate'
  | 'entry-limit'
  | 'time-limit'
  | 'mis-encoded'
  | 'unreadable'
  | 'skipped-file'
  | 'cut-text'
  | 'cut-trace'
  | 'closed-stream'
  | 'suspect-time'
  | 'failed-parse'
  /** Of a stored window: warnings and slow requests before the position; routes that were served before it alone; what came before standings were judged. */
  | 'unread-warnings'
  | 'unread-routes'
  | 'unjudged'
  /** A source that Guardian goes to by itself was not read beyond the position; the detail says why, or nothing. */
  | 'behind';

/** Where stored events are found again. SQL is the default; a search cluster implements the same. Instants are epoch ms. */
export interface EventIndex {
  /** Makes events findable; repeats change nothing. For SQL the append itself has done it. */
  add(events: readonly StoredEvent[]): Promise<void>;
  search(query: EventQuery): Promise<EventPage>;
  /** Counts by step and severity class (0, 1, 5, 9, 13, 17, 21). Stops counting at a bound and says so. */
  histogram(query: Omit<EventQuery, 'cursor' | 'limit' | 'order'>, steps: number): Promise<EventCounts>;
  get(seqs: readonly number[]): Promise<StoredEvent[]>;
  remove(seqs: readonly number[]): Promise<void>;
}

export interface StoredEvent {
  /** Time and counter: `time * 4096 + n`; order by seq is order by time. */
  seq: number;
  projectId: number;
  issueId: string | null;
  event: Event;
}

export interface EventQuery {
  /** All must be found in the text (body, exception types and messages, files); a phrase is one entry with spaces. */
  words: { text: string; isExcluded: boolean }[];
  /**
   * Exact fields: service, environment, revision, instance, trace, span, level, logger, type, file, user, request, method, path, status,
   * release, source, issue, or the name of an attribute.
   */
  fields: { name: string; value: string; isExcluded: boolean }[];
  minimumSeverity: number | null;
  projectId: number | null;
  from: number | null;
  to: number | null;
  /** The last seq of the page before. */
  cursor: number | null;
  limit: number;
  order: 'newest' | 'oldest';
}

/**
 * What an event is to a report, whatever its severity says: judged once, when it comes. `served`: a request answered below 400, the first of its
 * route and host within ten minutes, so that every route that is there is known from few events.
 */
export type EventStanding = 'error' | 'warning' | 'latency' | 'served';

/** Events that tell a report something, found without reading those around them. */
export interface StandingIndex {
  /** Those of the query that have one of these standings; severity 17 and above is an `error` anyway, 13 to 16 a `warning`. */
  find(query: EventQuery, standings: readonly EventStanding[]): Promise<EventPage>;
}

/** How far a source that Guardian goes to by itself was read. Instants are epoch ms. */
export interface SourceState {
  /** Its key: `file:/var/log/shop.log`, `cloud-logging:my-project`. */
  source: string;
  /** Everything before it is stored; null: it never was read, or is read all the time. */
  seenUntil: number | null;
  /** Why it cannot be read, in the configured language; null: it can. */
  problem: string | null;
  failingSince: number | null;
}

export interface SourceStateStore {
  /** What is known of these; in any order. */
  of(sources: readonly string[]): Promise<SourceState[]>;
  note(state: SourceState): Promise<void>;
}

export interface EventPage extends AnswerOrigin {
  events: StoredEvent[];
  /** Null on the last page. */
  cursor: number | null;
}

/** How an answer came about, where that is not the usual way. */
export interface AnswerOrigin {
  /** It was remembered: ms since it was made. */
  cachedMs?: number;
  /** The search cluster could not answer or is behind: what only it still holds is not in here. */
  isDatabaseOnly?: boolean;
}

export interface EventCounts extends AnswerOrigin {
  from: number;
  stepMs: number;
  steps: { severity: number; counts: number[] }[];
  isExact: boolean;
}

/** What a search cluster has still to be told of events; written by the database in the transaction of each change. */
export interface SearchQueueStore {
  /** From now on changes are queued; for another cluster than before everything begins anew, with all that is stored. */
  follow(identity: string): Promise<void>;
  /** There is no cluster any more: nothing is queued. */
  unfollow(): Promise<void>;
  /** Null: no cluster is followed. */
  progress(): Promise<SearchProgress | null>;
  /** What was queued first, each event as it is now. */
  waiting(limit: number): Promise<WaitingChanges>;
  /** The cluster has confirmed these. What another node has told meanwhile is queued again. */
  told(changes: WaitingChanges): Promise<void>;
  /** Of what was stored before there was a cluster: the newest that were not read yet; none: it is done. */
  filling(limit: number): Promise<EventChange[]>;
  filled(beforeSeq: number): Promise<void>;
  /** Counts events that the cluster refused for good. */
  refuse(count: number, reason: string): Promise<void>;
  /** A queue longer than this keeps the deletions; all that is stored is read again instead. True: it was. */
  shorten(bound: number): Promise<boolean>;
}

/** An event as it is to stand in the index; null: not at all. */
export interface EventChange {
  seq: number;
  event: StoredEvent | null;
}

export interface WaitingChanges {
  arrivals: number[];
  changes: EventChange[];
}

export interface SearchProgress {
  identity: string;
  /** What was stored before is still being read. */
  isFilling: boolean;
  /** Changes in the queue, about. */
  waiting: number;
  /** Epoch ms of the one that waits longest. */
  oldestAt: number | null;
  refused: number;
  refusedReason: string | null;
  /** Epoch ms of the last of them. */
  refusedAt: number | null;
}

/** What makes remembered answers untrue, for every node of one database. */
export interface SearchChangeStore {
  /** Another text once an event of this span (epoch ms) came late, changed its issue, or went. */
  stateOf(span: { from: number; to: number }): Promise<string>;
  /** Says so of hours (epoch ms of their beginnings). */
  changed(hours: readonly number[], at: number): Promise<void>;
  /** Older ones than any answer that is remembered. */
  forget(before: number): Promise<void>;
}

/** Roll-ups of what came. Batches bring their counts with them, durable in their transaction; `fold` adds those up. */
export interface AnalyticsStore {
  /** Adds the waiting counts of batches to the rows, in one transaction that takes them off; how many there were. Call again while it is `limit`. */
  fold(request: { now: number; limit: number }): Promise<number>;
  read(query: AnalyticsQuery): Promise<AnalyticsResult>;
  /** Rows that are older than their step is kept, at most `limit` of each kind; how many went. */
  forget(request: { now: number; limit: number }): Promise<number>;
}

export interface TraceListQuery {
  projectId: number | null;
  service: string | null;
  minDurationMs: number | null;
  hasErrors: boolean;
  /** Of the start, half-open; epoch ms. */
  from: number | null;
  to: number | null;
  /** From the page before. */
  cursor: string | null;
  limit: number;
}

export interface StoredTrace {
  traceId: string;
  start: number;
  durationMs: number;
  /** Name of the span without a parent; null: it never came. */
  root: string | null;
  services: string[];
  spans: number;
  errors: number;
}

/** Spans as they came with batches. */
export interface TraceStore {
  /** Newest first. */
  list(query: TraceListQuery): Promise<{ items: StoredTrace[]; cursor: string | null }>;
  /** By start, the oldest `limit` of them; none: there is no such trace. */
  spans(traceId: string, limit: number): Promise<Span[]>;
  /** Whole traces that began before, or that are more than `traces` in all; how many went. Call again while it is `limit`. */
  forget(request: { before: number; traces: number; limit: number }): Promise<number>;
}
