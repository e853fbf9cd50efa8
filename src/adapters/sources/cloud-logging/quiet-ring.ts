/** Bytes that the ring may hold back in the window. */
const MAX_SPAN = 256 * 1024;

/** A quiet entry that may still be wanted. */
export interface RingEntry {
  start: number;
  end: number;
  offset: number;
  time: number;
}

/**
 * The latest quiet entries, as places in the window's bytes, so that they can still be parsed when the next entry turns out to matter.
 * Those that fall out are really quiet.
 */
export class QuietRing {
  readonly #size: number;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #offsets: Float64Array;
  readonly #times: Float64Array;
  #oldest = 0;
  #count = 0;

  constructor(size: number) {
    this.#size = Math.max(1, size);
    this.#starts = new Int32Array(this.#size);
    this.#ends = new Int32Array(this.#size);
    this.#offsets = new Float64Array(this.#size);
    this.#times = new Float64Array(this.#size);
  }

  /** First byte still needed; null when the ring is empty. */
  get from(): number | null {
    return this.#count === 0 ? null : this.#starts[this.#oldest]!;
  }

  /** Adds one, and hands the times of those that fall out to `dismiss`. */
  add(start: number, end: number, offset: number, time: number, dismiss: (time: number) => void): void {
    while (this.#count === this.#size || (this.#count > 0 && end - this.#starts[this.#oldest]! > MAX_SPAN)) {
      dismiss(this.#times[this.#oldest]!);
      this.#oldest = this.#oldest + 1 === this.#size ? 0 : this.#oldest + 1;
      this.#count--;
    }
    const slot = (this.#oldest + this.#count) % this.#size;
    this.#starts[slot] = start;
    this.#ends[slot] = end;
    this.#offsets[slot] = offset;
    this.#times[slot] = time;
    this.#count++;
  }

  /** Takes the latest `count` out, in input order. */
  takeLatest(count: number): RingEntry[] {
    const taken: RingEntry[] = [];
    for (let index = Math.max(0, this.#count - count); index < this.#count; index++) {
      const slot = (this.#oldest + index) % this.#size;
      const [start, end] = [this.#starts[slot]!, this.#ends[slot]!];
      taken.push({ start, end, offset: this.#offsets[slot]!, time: this.#times[slot]! });
    }
    this.#count -= taken.length;
    return taken;
  }

  /** The window's bytes moved towards its beginning. */
  shift(by: number): void {
    for (let slot = 0; slot < this.#size; slot++) {
      this.#starts[slot] = this.#starts[slot]! - by;
      this.#ends[slot] = this.#ends[slot]! - by;
    }
  }
}
