import type { SourceBatch } from '../../../core/events/index.ts';
import { EventMaker } from './make-events.ts';
import { type ExportLimits, exportOptions, type ReadExportOptions } from './options.ts';
import { ExportScanner } from './scan-export.ts';

export type ExportReaderOptions = Partial<Omit<ReadExportOptions, 'limits'>> & { limits?: Partial<ExportLimits> };

/**
 * Reads the JSON of Cloud Logging entries from chunks that are pushed in: see `readCloudLoggingExport`. A chunk may be reused as soon as
 * `push` returns.
 */
export class ExportReader {
  readonly #scanner: ExportScanner;
  readonly #maker: EventMaker;

  constructor(given: ExportReaderOptions) {
    const options = exportOptions(given);
    this.#scanner = new ExportScanner(options);
    this.#maker = new EventMaker(options);
  }

  /** Takes the next bytes; a batch when enough came together. */
  push(chunk: Uint8Array): SourceBatch | null {
    const scanned = this.#scanner.push(chunk);
    if (scanned === null) return null;
    const batch = this.#maker.take(scanned);
    this.#scanner.reuse(scanned);
    return batch;
  }

  /** The last batch; it alone carries the problems, each kind once with its count. */
  finish(): SourceBatch {
    return this.#maker.take(this.#scanner.finish());
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
