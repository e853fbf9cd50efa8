import type { Event, ReadProblem } from '../../../core/events/index.ts';
import type { Clock } from '../../../core/shared/index.ts';
import type { FileLimits } from './options.ts';
import type { FilePosition } from './tail-position.ts';

export interface TailOptions {
  /** Files, directories, and globs (`/var/log/app-*.log`). What does not exist yet is read when it appears. */
  paths: readonly string[];
  /** Where an earlier process stood: every position it was given, or the newest of each identity. */
  positions?: readonly FilePosition[];
  clock?: Clock;
  /** Null or absent: recognised for each line. */
  format?: string | null;
  /** IANA zone of times written without one. */
  timeZone?: string;
  limits?: Partial<TailLimits>;
}

export interface TailLimits extends FileLimits {
  lookBytes: number;
  quietLooks: number;
  knownPositions: number;
}

export const DEFAULT_TAIL_LIMITS: Pick<TailLimits, 'lookBytes' | 'quietLooks' | 'knownPositions'> = {
  /** Bytes read in one look at one file: a few thousand events wait in memory for their turn, not more. */
  lookBytes: 1024 * 1024,
  /** Looks without anything new before a file that was renamed or deleted is let go: a minute, for writers that notice late. */
  quietLooks: 240,
  /** Positions kept in memory, open files aside: rotated files that are gone need none. */
  knownPositions: 20_000,
};

/** What was read since the batch before. */
export interface TailBatch {
  /** Raw, in the order of each file. The id is device, inode, offset and a checksum: the same however often it is read. */
  events: Event[];
  /** Of the files that moved on: everything before was given with this batch or one before. Store them with the events, or after them. */
  positions: FilePosition[];
  /** Each is told once. */
  problems: ReadProblem[];
  /** Why something that is to be followed cannot be read now; null: all of it can. */
  unreadable: string | null;
}
