import type { SourceBatch } from '../../../core/events/index.ts';
import { EntryFramer } from './frame-entries.ts';
import { EntryKeeper } from './keep-entries.ts';
import { type ExportLimits, exportOptions, type ReadExportOptions } from './options.ts';
import { ProblemTally } from './problem-tally.ts';
import { EntryScanner } from './scan-entry.ts';

/** Bytes after which a batch is given even without many events, so that progress shows. */
const BATCH_BYTES = 16 * 1024 * 1024;

export type ExportReaderOptions = Partial<Omit<ReadExportOptions, 'limits'>> & { limits?: Partial<ExportLimits> };

/**
 * Reads the JSON of Cloud Logging entries from chunks that are pushed in: see `readCloudLoggingExport`. A chunk may be reused as soon as
 * `push` returns.
 */
export class ExportReader {
  readonly #options: ReadExportOptions;
  readonly #problems: ProblemTally;
  readonly #keeper: EntryKeeper;
  readonly #framer: EntryFramer;
  #batchedBytes = 0;

  constructor(options: ExportReaderOptions) {
    this.#options = exportOptions(options);
    const scan = new EntryScanner(this.#options.limits);
    this.#problems = new ProblemTally(this.#options.name);
    this.#keeper = new EntryKeeper(this.#options, scan, this.#problems);
    this.#framer = new EntryFramer(this.#options, scan, this.#keeper, this.#problems);
  }

  /** Takes the next bytes; a batch when enough came together. */
  push(chunk: Uint8Array): SourceBatch | null {
    this.#framer.push(chunk);
    const isDue =
      this.#keeper.eventCount >= this.#options.limits.batchEvents ||
      this.#framer.readBytes - this.#batchedBytes >= BATCH_BYTES;
    return isDue ? this.#batch(false) : null;
  }

  /** The last batch; it alone carries the problems, each kind once with its count. */
  finish(): SourceBatch {
    this.#framer.finish();
    this.#keeper.finish();
    if (this.#keeper.seen === 0) this.#noteNothingRead();
    return this.#batch(true);
  }

  #noteNothingRead(): void {
    if (this.#framer.readBytes === 0) this.#problems.add('empty-input', 'byte 0', 'the input holds no bytes');
    else if (!this.#framer.hasArray || this.#problems.has('broken-entry') || this.#problems.has('truncated-input'))
      this.#problems.add('unreadable', 'byte 0', 'no log entry was found');
  }

  #batch(isLast: boolean): SourceBatch {
    this.#batchedBytes = this.#framer.readBytes;
    return {
      ...this.#keeper.takeResults(isLast),
      problems: isLast ? this.#problems.list() : [],
      progress: { readBytes: this.#framer.readBytes, totalBytes: this.#options.totalBytes },
    };
  }
}

/**
 * Reads what `gcloud logging read --format=json` prints, from any chunks of UTF-8: a JSON array (indented or compact, newest first or
 * not), one object per line, or answers of the API. Foreign lines, broken and oversized entries and repeats are skipped and counted, in the
 * problems of the last batch; it never throws because of what the input holds, and its memory does not depend on the input's length.
 *
 * Entries that hold nothing a report needs are counted without being parsed (`quiet`), except near those that matter.
 */
export async function* readCloudLoggingExport(
  chunks: AsyncIterable<Uint8Array>,
  options: ExportReaderOptions = {},
): AsyncIterable<SourceBatch> {
  const reader = new ExportReader(options);
  for await (const chunk of chunks) {
    const batch = reader.push(chunk);
    if (batch) yield batch;
  }
  yield reader.finish();
}
