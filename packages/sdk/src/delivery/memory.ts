import type { DeliveryKnobs } from './delivery.ts';
import { Fifo } from './fifo.ts';
import { type Item, RANKS, rankOf } from './item.ts';

/**
 * The entries in memory that no batch has yet: one queue for each rank, so that the oldest of a lesser rank is found at once when a more important
 * entry needs its place; a batch is taken over all ranks in the order of acceptance. The bounds count what batches hold too.
 */
export class Memory {
  readonly #queues = RANKS.map(() => new Fifo<Item>());
  readonly #knobs: DeliveryKnobs;
  #entries = 0;
  #bytes = 0;
  #waitingEntries = 0;
  #waitingBytes = 0;

  constructor(knobs: DeliveryKnobs) {
    this.#knobs = knobs;
  }

  /** Entries, those in batches too. */
  get entries(): number {
    return this.#entries;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Entries that no batch has. */
  get waitingEntries(): number {
    return this.#waitingEntries;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  hasRoom(bytes: number): boolean {
    return this.#entries < this.#knobs.queueEntries && this.#bytes + bytes <= this.#knobs.queueBytes;
  }

  isFuller(share: number): boolean {
    return this.#entries >= this.#knobs.queueEntries * share || this.#bytes >= this.#knobs.queueBytes * share;
  }

  push(item: Item): void {
    item.isQueued = true;
    this.#queues[rankOf(item.place)]!.push(item);
    this.#entries++;
    this.#bytes += item.entry.bytes;
    this.#waitingEntries++;
    this.#waitingBytes += item.entry.bytes;
  }

  /** The oldest of a rank, given up for another. */
  dropOldest(rank: number): Item | undefined {
    const item = this.#take(rank);
    if (item) this.release(item);
    return item;
  }

  /** Out of memory: sent, dead, dropped. */
  release(item: Item): void {
    this.#entries--;
    this.#bytes -= item.entry.bytes;
  }

  /** Monotonic ms of the oldest that waits; null when none does. */
  oldestAt(): number | null {
    let oldest: number | null = null;
    for (const queue of this.#queues) {
      const head = queue.peek();
      if (head && (oldest === null || head.entry.acceptedAt < oldest)) oldest = head.entry.acceptedAt;
    }
    return oldest;
  }

  /** The oldest ones, at least one if any waits; they stay counted. */
  takeBatch(maxEntries: number, maxBytes: number): Item[] {
    const batch: Item[] = [];
    let bytes = 0;
    while (batch.length < maxEntries) {
      const rank = this.#oldestRank();
      if (rank === null) break;
      const size = this.#queues[rank]!.peek()!.entry.bytes + 1;
      if (batch.length > 0 && bytes + size > maxBytes) break;
      bytes += size;
      batch.push(this.#take(rank)!);
    }
    return batch;
  }

  *[Symbol.iterator](): IterableIterator<Item> {
    for (const queue of this.#queues) yield* queue;
  }

  #take(rank: number): Item | undefined {
    const item = this.#queues[rank]!.shift();
    if (item) {
      this.#waitingEntries--;
      this.#waitingBytes -= item.entry.bytes;
    }
    return item;
  }

  #oldestRank(): number | null {
    let found: number | null = null;
    let order = Number.POSITIVE_INFINITY;
    for (let rank = 0; rank < this.#queues.length; rank++) {
      const head = this.#queues[rank]!.peek();
      if (head && head.order < order) {
        found = rank;
        order = head.order;
      }
    }
    return found;
  }
}
