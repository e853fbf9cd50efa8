import type { Event } from './event.ts';

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
  | 'failed-parse';

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

export interface EventPage {
  events: StoredEvent[];
  /** Null on the last page. */
  cursor: number | null;
}

export interface EventCounts {
  from: number;
  stepMs: number;
  steps: { severity: number; counts: number[] }[];
  isExact: boolean;
}
