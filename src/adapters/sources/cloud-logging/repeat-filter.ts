/**
 * Remembers which entries were seen, in 8 bytes each. Two generations of half the capacity: when the younger is full the older is
 * forgotten, so the latest `capacity / 2` to `capacity` entries are always known, whatever the length of the input.
 */
export class RepeatFilter {
  readonly #generationSize: number;
  #young = new HashTable();
  #old: HashTable | null = null;
  /** Older entries were forgotten: a repeat that lies farther apart than `capacity / 2` entries is not recognised. */
  hasForgotten = false;

  constructor(capacity: number) {
    this.#generationSize = Math.max(1, Math.floor(capacity / 2));
  }

  /** Whether the pair was seen before; from now on it was. */
  isRepeat(high: number, low: number): boolean {
    if (this.#old?.has(high, low)) return true;
    if (!this.#young.add(high, low)) return true;
    if (this.#young.size >= this.#generationSize) {
      if (this.#old) this.hasForgotten = true;
      const forgotten = this.#old;
      this.#old = this.#young;
      // The same size at once, and the same memory from then on: growing step by step would need half as much again in between.
      this.#young = forgotten?.cleared() ?? new HashTable(this.#old.slots);
    }
    return false;
  }
}

const FIRST_SLOTS = 1 << 12;

/** Open addressing with linear probing, three quarters full at most; the pair 0, 0 marks a free slot. */
class HashTable {
  size = 0;
  #slots: number;
  #pairs: Uint32Array;

  constructor(slots = FIRST_SLOTS) {
    this.#slots = slots;
    this.#pairs = new Uint32Array(slots * 2);
  }

  get slots(): number {
    return this.#slots;
  }

  /** Itself, empty. */
  cleared(): this {
    this.#pairs.fill(0);
    this.size = 0;
    return this;
  }

  has(high: number, low: number): boolean {
    const slot = this.#find(high >>> 0, (low | 1) >>> 0);
    return this.#pairs[slot + 1] !== 0;
  }

  /** False when it was there. */
  add(high: number, low: number): boolean {
    const slot = this.#find(high >>> 0, (low | 1) >>> 0);
    if (this.#pairs[slot + 1] !== 0) return false;
    this.#pairs[slot] = high >>> 0;
    this.#pairs[slot + 1] = (low | 1) >>> 0;
    this.size++;
    if (this.size * 4 > this.#slots * 3) this.#grow();
    return true;
  }

  #find(high: number, low: number): number {
    const pairs = this.#pairs;
    const mask = this.#slots - 1;
    let slot = (high & mask) * 2;
    while (pairs[slot + 1] !== 0 && (pairs[slot] !== high || pairs[slot + 1] !== low))
      slot = ((slot / 2 + 1) & mask) * 2;
    return slot;
  }

  #grow(): void {
    const old = this.#pairs;
    this.#slots *= 2;
    this.#pairs = new Uint32Array(this.#slots * 2);
    for (let slot = 0; slot < old.length; slot += 2) {
      if (old[slot + 1] === 0) continue;
      const free = this.#find(old[slot]!, old[slot + 1]!);
      this.#pairs[free] = old[slot]!;
      this.#pairs[free + 1] = old[slot + 1]!;
    }
  }
}
