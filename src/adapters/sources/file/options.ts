import { type Clock, GuardianError, systemClock } from '../../../core/shared/index.ts';
import type { ExportLimits } from '../cloud-logging/index.ts';
import { LINE_FORMATS, type LineFormat } from '../text/parse-line.ts';

/** What `--source-format` may name. */
export const FILE_FORMATS = [...LINE_FORMATS, 'cloud-logging'] as const;
type FileFormat = LineFormat | 'cloud-logging';

export interface FileSourceOptions {
  /** Files, directories, and `-` for standard input. */
  paths: readonly string[];
  /** Keeps reading what is written to the files until the signal ends it. Standard input and compressed files are read once. */
  isFollowing?: boolean;
  /** Null or absent: recognised, Cloud Logging for each file, other formats for each line. */
  format?: string | null;
  /** IANA zone of times written without one. */
  timeZone?: string;
  clock?: Clock;
  /** What stands for `-`. */
  standardInput?: AsyncIterable<Uint8Array>;
  /** Bytes of one line that are kept; the same as `limits.lineBytes`. */
  lineBytes?: number;
  /** Milliseconds above which a request of a Cloud Logging export is not counted as quiet: the report's own knob. */
  slowRequestMs?: number;
  limits?: Partial<FileLimits>;
}

export interface FileLimits {
  lineBytes: number;
  chunkBytes: number;
  headBytes: number;
  threadFromBytes: number;
  batchEvents: number;
  directoryDepth: number;
  directoryFiles: number;
  pollMs: number;
  rescanMs: number;
  suspectAheadMs: number;
}

export const DEFAULT_FILE_LIMITS: FileLimits = {
  /** Bytes of one line that are kept, the rest is skipped and counted: longer ones are data, not log records, and memory must stay flat. */
  lineBytes: 1024 * 1024,
  /** Bytes of one read: large enough that system calls do not matter, small enough that a few in flight do not either. */
  chunkBytes: 1024 * 1024,
  /** Bytes at the start of a file by which its content is recognised. */
  headBytes: 64 * 1024,
  /** Bytes from which an uncompressed export of Cloud Logging is read in a thread of its own: below, starting one takes longer than it saves. */
  threadFromBytes: 24 * 1024 * 1024,
  /** Events per batch. */
  batchEvents: 1_000,
  /** Levels of folders below a named one: /var/log/nginx/archive is two. */
  directoryDepth: 4,
  /** Files taken from one directory. */
  directoryFiles: 10_000,
  /** Milliseconds between two looks at a followed file: a person does not notice it, and it costs one `fstat`. */
  pollMs: 250,
  /** Milliseconds between two looks for new files in a followed directory. */
  rescanMs: 2_000,
  /** Milliseconds ahead of the clock from which a record's own time is not believed: a day is a wrong clock, not drift. */
  suspectAheadMs: 86_400_000,
};

/** The options with every default filled in. */
export interface FileReading {
  paths: readonly string[];
  isFollowing: boolean;
  format: FileFormat | null;
  timeZone: string;
  clock: Clock;
  standardInput: AsyncIterable<Uint8Array>;
  limits: FileLimits;
  exportLimits: Partial<ExportLimits>;
}

/** Throws `configuration_invalid` on an unknown format or zone. */
export function fileReading(options: FileSourceOptions): FileReading {
  const timeZone = options.timeZone ?? 'UTC';
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
  } catch (cause) {
    throw new GuardianError('configuration_invalid', { key: 'file.timeZone', reason: `"${timeZone}"`, cause });
  }
  return {
    paths: options.paths,
    isFollowing: options.isFollowing ?? false,
    format: toFormat(options.format ?? null),
    timeZone,
    clock: options.clock ?? systemClock,
    standardInput: options.standardInput ?? process.stdin,
    limits: {
      ...DEFAULT_FILE_LIMITS,
      ...(options.lineBytes === undefined ? {} : { lineBytes: options.lineBytes }),
      ...options.limits,
    },
    exportLimits: options.slowRequestMs === undefined ? {} : { slowRequestMs: options.slowRequestMs },
  };
}

function toFormat(name: string | null): FileFormat | null {
  if (name === null) return null;
  const format = FILE_FORMATS.find((known) => known === name);
  if (format !== undefined) return format;
  throw new GuardianError('configuration_invalid', {
    key: 'file.format',
    reason: `"${name}" (${FILE_FORMATS.join(', ')})`,
  });
}
