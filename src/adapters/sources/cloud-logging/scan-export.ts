import { EntryFramer } from './frame-entries.ts';
import { EntryKeeper } from './keep-entries.ts';
import type { ScanOptions } from './options.ts';
import { ProblemTally } from './problem-tally.ts';
import { EntryScanner } from './scan-entry.ts';
import type { ScannedEntries } from './scanned-entries.ts';

/** Input bytes after which a batch is given even without many entries kept, so that progress shows. */
const BATCH_INPUT_BYTES = 16 * 1024 * 1024;

/**
 * The first half of reading an export, on bytes alone: chunks in, the entries that must be parsed out. A chunk may be reused as soon as
 * `push` returns. Its memory does not depend on the input's length, and what the input holds never makes it throw.
 */
export class ExportScanner {
  readonly #options: ScanOptions;
  readonly #problems: ProblemTally;
  readonly #keeper: EntryKeeper;
  readonly #framer: EntryFramer;
  #batchedBytes = 0;

  constructor(options: ScanOptions) {
    this.#options = options;
    const scan = new EntryScanner(options.limits);
    this.#problems = new ProblemTally(options.name);
    this.#keeper = new EntryKeeper(options, scan, this.#problems);
    this.#framer = new EntryFramer(options, scan, this.#keeper, this.#problems);
  }

  /** Takes the next bytes; a batch when enough came together. */
  push(chunk: Uint8Array): ScannedEntries | null {
    this.#framer.push(chunk);
    const { limits } = this.#options;
    const { entries, bytes } = this.#keeper.kept;
    const isDue =
      entries >= limits.batchEvents ||
      bytes >= limits.batchBytes ||
      this.#framer.readBytes - this.#batchedBytes >= BATCH_INPUT_BYTES;
    return isDue ? this.#batch(false) : null;
  }

  /** The last batch; it alone carries the problems. */
  finish(): ScannedEntries {
    this.#framer.finish();
    this.#keeper.finish();
    if (this.#keeper.seen === 0) this.#noteNothingRead();
    return this.#batch(true);
  }

  /** Takes the memory of a batch back when its bytes were read. */
  reuse({ bytes: { buffer } }: Pick<ScannedEntries, 'bytes'>): void {
    if (buffer instanceof ArrayBuffer) this.#keeper.reuse(buffer);
  }

  #noteNothingRead(): void {
    if (this.#framer.readBytes === 0) this.#problems.add('empty-input', 'byte 0', 'the input holds no bytes');
    else if (!this.#framer.hasArray || this.#problems.has('broken-entry') || this.#problems.has('truncated-input'))
      this.#problems.add('unreadable', 'byte 0', 'no log entry was found');
  }

  #batch(isLast: boolean): ScannedEntries {
    this.#batchedBytes = this.#framer.readBytes;
    return {
      ...this.#keeper.takeResults(),
      problems: isLast ? this.#problems.list() : [],
      readBytes: this.#framer.readBytes,
      isLast,
    };
  }
}
