import type { Event } from '../events/index.ts';

/**
 * Recognises repeats of one (source, id) with bounded memory: two generations of 53-bit hashes, the older one forgotten when the newer
 * is full. At 1,000,000 remembered ids two different ones meet with a chance of 1 in 18,000 in all.
 */
export class SeenIds {
  readonly #generation: number;
  #young = new HashSet();
  #old = new HashSet();
  /** Ids that are no longer recognised. */
  forgotten = 0;

  constructor(limit: number) {
    this.#generation = Math.max(1, limit >> 1);
  }

  /** False when it was seen before. */
  add({ source, id }: Event): boolean {
    const key = hash53(`${source.kind}\u0000${source.name}\u0000${id}`);
    if (this.#young.has(key) || this.#old.has(key)) return false;
    if (this.#young.size >= this.#generation) {
      this.forgotten += this.#old.size;
      this.#old = this.#young;
      this.#young = new HashSet();
    }
    this.#young.add(key);
    return true;
  }
}

const FIRST_SLOTS = 1 << 10;

/** Hashes by open addressing with linear probing, three quarters full at most: a quarter of the memory of a Set, whose numbers are objects. */
class HashSet {
  size = 0;
  #slots = new Float64Array(FIRST_SLOTS);

  has(hash: number): boolean {
    return this.#slots[this.#find(hash)] !== 0;
  }

  add(hash: number): void {
    this.#slots[this.#find(hash)] = hash || 1;
    this.size++;
    if (this.size * 4 > this.#slots.length * 3) this.#grow();
  }

  /** Where it stands or would stand; 0 marks a free slot. */
  #find(hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const wanted = hash || 1;
    let slot = wanted & mask;
    while (slots[slot] !== 0 && slots[slot] !== wanted) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(before.length * 2);
    for (const hash of before) if (hash !== 0) this.#slots[this.#find(hash)] = hash;
  }
}

/** Two FNV-1a hashes of 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/) with different starts, 53 bits of them. */
function hash53(text: string): number {
  let high = 0x811c9dc5;
  let low = 0x9747b28c;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ ((code << 5) + at), 0x01000193);
  }
  low ^= low >>> 15;
  return (high >>> 11) * 0x1_0000_0000 + (low >>> 0);
}
