import { type Clock, systemClock } from '../../../core/shared/index.ts';

/** How the entries of an export are scanned: plain data. */
export interface ScanOptions {
  /** What people call the input: a path, `-`, a project. */
  name: string;
  since: number | null;
  until: number | null;
  limits: ExportLimits;
}

/** How a Cloud Logging export is read. Every bound that is reached is counted in the problems of the last batch. */
export interface ReadExportOptions extends ScanOptions {
  /** Bytes of the whole input, for progress; null when unknown. */
  totalBytes: number | null;
  clock: Clock;
}

export interface ExportLimits {
  maxEntryBytes: number;
  slowRequestMs: number;
  isEveryEntryParsed: boolean;
  contextBefore: number;
  contextAfter: number;
  contextPerKind: number;
  contextEntries: number;
  traceReach: number;
  servedRequests: number;
  repeatsRemembered: number;
  splitWaitMs: number;
  openSplits: number;
  batchEvents: number;
  batchBytes: number;
}

const DEFAULT_EXPORT_LIMITS: ExportLimits = {
  /** Bytes. Cloud Logging itself refuses entries over 256 KiB; joined or foreign ones may be larger. */
  maxEntryBytes: 16 * 1024 * 1024,
  /** Milliseconds. Above it a request is a latency issue, so its entry is never quiet; the report's own knob must be handed in here. */
  slowRequestMs: 3_000,
  /** true turns the quiet test off: every entry becomes an event. Slow and hungry; for tests and for small inputs. */
  isEveryEntryParsed: false,
  /** Quiet entries before and after an interesting one that become events all the same: the log tail people read. */
  contextBefore: 5,
  contextAfter: 5,
  /** Interesting entries of one kind that get such neighbours: the tenth timeout's neighbours teach nothing more. */
  contextPerKind: 3,
  /** Entries taken as context in all, so that memory stays flat (about 4 KB each). */
  contextEntries: 2_000,
  /** Entries on either side of a line that belongs to a stack trace logged line by line; they may be parts without a mark of their own. */
  traceReach: 20,
  /** Distinct requests answered below 400 that are told; beyond it further ones are only counted as entries. */
  servedRequests: 10_000,
  /** Entries, the latest ones, among which a repeat is recognised: 3,000,000 take 32 MiB. */
  repeatsRemembered: 3_000_000,
  /** Milliseconds of log time that the parts of a split entry may lie apart. */
  splitWaitMs: 60_000,
  /** Split entries gathered at once; the oldest is given as far as it came. */
  openSplits: 1_000,
  /** Entries kept per batch: few enough that what is parsed of them dies in the young generation of the heap. */
  batchEvents: 250,
  /** Bytes kept per batch, so that batches of long entries stay small as well. */
  batchBytes: 4 * 1024 * 1024,
};

export function exportOptions(
  options: Partial<Omit<ReadExportOptions, 'limits'>> & { limits?: Partial<ExportLimits> },
): ReadExportOptions {
  return {
    name: options.name ?? 'cloud-logging',
    since: options.since ?? null,
    until: options.until ?? null,
    totalBytes: options.totalBytes ?? null,
    clock: options.clock ?? systemClock,
    limits: { ...DEFAULT_EXPORT_LIMITS, ...options.limits },
  };
}
