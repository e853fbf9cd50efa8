import type { QuietTally, ReadProblem } from '../../../core/events/index.ts';

/**
 * What the scanner kept of a stretch of an export: the bytes of the entries that must be parsed, and what the others came to. Plain data, so
 * that it can be handed from one thread to another; `bytes` owns its memory.
 */
export interface ScannedEntries {
  /** The kept entries, one behind the other, in input order. */
  bytes: Uint8Array;
  /** Of each kept entry: where its bytes end in `bytes`. */
  ends: Float64Array;
  /** Of each kept entry: where it stands in the input, bytes. */
  offsets: Float64Array;
  /** Most entries so far were older than the one before. */
  isNewestFirst: boolean;
  quiet: QuietTally;
  /** Only the last one has any: each kind once, with its count. */
  problems: ReadProblem[];
  /** Input bytes taken so far. */
  readBytes: number;
  isLast: boolean;
}

const FIRST_CAPACITY = 256 * 1024;

/** Gathers the bytes of kept entries. */
export class EntryPack {
  #bytes: Uint8Array | null = null;
  #spare: Uint8Array | null = null;
  #filled = 0;
  #ends: number[] = [];
  #offsets: number[] = [];

  get entries(): number {
    return this.#ends.length;
  }

  get byteLength(): number {
    return this.#filled;
  }

  /** Copies `from[start..end)`, which stands at `offset` in the input. */
  add(from: Uint8Array, start: number, end: number, offset: number): void {
    const room = this.#roomFor(end - start);
    room.set(from.subarray(start, end), this.#filled);
    this.#filled += end - start;
    this.#ends.push(this.#filled);
    this.#offsets.push(offset);
  }

  /** What was added since the last call. */
  take(): Pick<ScannedEntries, 'bytes' | 'ends' | 'offsets'> {
    const bytes = this.#bytes?.subarray(0, this.#filled) ?? new Uint8Array();
    const taken = { bytes, ends: Float64Array.from(this.#ends), offsets: Float64Array.from(this.#offsets) };
    this.#bytes = null;
    this.#filled = 0;
    this.#ends = [];
    this.#offsets = [];
    return taken;
  }

  /** Memory of a batch that nobody needs any more: the next one goes there. */
  reuse(memory: ArrayBuffer): void {
    if (memory.byteLength > (this.#spare?.length ?? 0)) this.#spare = new Uint8Array(memory);
  }

  #roomFor(length: number): Uint8Array {
    const needed = this.#filled + length;
    if (this.#bytes === null) {
      this.#bytes = this.#spare;
      this.#spare = null;
    }
    if (this.#bytes !== null && this.#bytes.length >= needed) return this.#bytes;
    const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_CAPACITY, needed, 2 * (this.#bytes?.length ?? 0)));
    if (this.#bytes !== null) larger.set(this.#bytes.subarray(0, this.#filled));
    this.#bytes = larger;
    return larger;
  }
}
