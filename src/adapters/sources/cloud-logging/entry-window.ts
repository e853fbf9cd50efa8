import { excerptAt } from './problem-tally.ts';

const FIRST_CAPACITY = 1024 * 1024;

/** The part of the input that is in memory: bytes `0..filled` of `bytes` are input from offset `base` on; the byte at `filled` is 0. */
export class EntryWindow {
  bytes = Buffer.allocUnsafeSlow(FIRST_CAPACITY);
  filled = 0;
  base = 0;

  constructor() {
    this.bytes[0] = 0;
  }

  /** No further byte fits in. */
  get isFull(): boolean {
    return this.filled + 1 >= this.bytes.length;
  }

  /** Takes what fits of the chunk from `from` on; gives how many bytes. */
  take(chunk: Uint8Array, from: number): number {
    const length = Math.min(this.bytes.length - 1 - this.filled, chunk.length - from);
    this.bytes.set(length === chunk.length ? chunk : chunk.subarray(from, from + length), this.filled);
    this.filled += length;
    this.bytes[this.filled] = 0;
    return length;
  }

  /** Forgets the bytes before `needed`, so that the others move to the front; and grows when these are many. */
  makeRoom(needed: number): void {
    if (needed > 0) {
      this.bytes.copyWithin(0, needed, this.filled);
      this.filled -= needed;
      this.base += needed;
    }
    if (this.filled * 4 < this.bytes.length * 3) return;
    const larger = Buffer.allocUnsafeSlow(this.bytes.length * 2);
    this.bytes.copy(larger, 0, 0, this.filled);
    this.bytes = larger;
  }

  /** Where that byte stands in the input, as problems say it. */
  position(at: number): string {
    return `byte ${this.base + at}`;
  }

  /** What begins there, for people; with `isLine`, up to the end of its line. */
  excerpt(at: number, isLine = false): string {
    return excerptAt(this.bytes, at, this.filled, isLine);
  }
}
