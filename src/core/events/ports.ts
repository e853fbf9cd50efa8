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
