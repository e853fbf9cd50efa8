import { type Item, type Lane, laneOf } from './item.ts';

/** What the end of the turn writes to disk. Entries that leave memory by that write are counted by lane: they still wait. */
export class TurnList {
  #items: Item[] = [];
  #bytes = 0;
  #spilling: Record<Lane, number> = { low: 0, high: 0, audit: 0 };

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get spillingEntries(): number {
    return this.#spilling.low + this.#spilling.high + this.#spilling.audit;
  }

  isSpilling(lane: Lane): boolean {
    return this.#spilling[lane] > 0;
  }

  add(item: Item): void {
    item.isUnwritten = true;
    this.#items.push(item);
    this.#bytes += item.entry.bytes;
    if (!item.isQueued) this.#spilling[laneOf(item.place)]++;
  }

  /** Those that leave memory. */
  spills(): Item[] {
    return this.#items.filter((item) => !item.isQueued);
  }

  take(): Item[] {
    const items = this.#items;
    this.#items = [];
    this.#bytes = 0;
    this.#spilling = { low: 0, high: 0, audit: 0 };
    return items;
  }
}
