import type { Clock } from '../../shared/index.ts';
import type { StackLanguage } from '../stack/language.ts';

export interface JoinProblems {
  /** Traces cut at the number of lines or bytes. */
  cutTraces: number;
  /** Streams closed early because there were too many. */
  closedStreams: number;
}

export interface SourceJoining {
  /** Silence that closes a trace, ms. */
  gapMs: number;
  /** `time`: the entries' instants are exact, batches are sorted by them and measured by them. `arrival`: the order is right as it comes. */
  order: 'time' | 'arrival';
}

export interface JoinLimits {
  /** Lines of one trace. */
  lines: number;
  /** Characters of one trace. */
  characters: number;
  /** Streams with something held back. */
  streams: number;
}

export interface LineJoinerOptions {
  languages: readonly StackLanguage[];
  clock: Clock;
  /** By kind of source. */
  sources?: Readonly<Record<string, Partial<SourceJoining>>>;
  limits?: Partial<JoinLimits>;
}

/** Bounds of joining, each with its reason. */
export const DEFAULT_JOINING = {
  /** ms between the entries of one trace, for sources that stamp every entry: one process prints a trace in well under that. */
  timedGapMs: 100,
  /** ms of silence for files and standard input, where a trace's lines have no time of their own. */
  silenceMs: 1_000,
  /** Lines of one trace: a recursion of Java's depth (1,024 frames) is cut, everything shorter is whole. */
  lines: 1_000,
  /** Characters of one trace (256 KiB), as for any body. */
  characters: 262_144,
  /** Streams with an open trace: more at once than any machine writes. */
  streams: 10_000,
} as const;

/** Sources whose entries are stamped one by one, and may come newest first. */
export const DEFAULT_SOURCE_JOINING: Readonly<Record<string, SourceJoining>> = {
  'cloud-logging': { gapMs: DEFAULT_JOINING.timedGapMs, order: 'time' },
};

export const ARRIVAL: SourceJoining = { gapMs: DEFAULT_JOINING.silenceMs, order: 'arrival' };
