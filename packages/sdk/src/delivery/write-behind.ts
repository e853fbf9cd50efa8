import type { DeliveryKnobs, Durability } from './delivery.ts';
import type { Disk } from './disk.ts';
import type { Item, Lane } from './item.ts';
import type { Memory } from './memory.ts';
import type { Sender } from './sender.ts';
import { levelPlace } from './tally.ts';
import type { TurnEnd } from './turn-end.ts';
import { TurnList } from './turn-list.ts';

/** Share of memory from which `overflow` durability writes; with less than that in it there is room again. */
export const OVERFLOW_FROM = 0.8;
const FATAL = levelPlace('fatal');

export interface WriteBehindOptions {
  disk: Disk;
  memory: Memory;
  sender: Sender;
  turn: TurnEnd;
  knobs: DeliveryKnobs;
  /** No file takes what was to leave memory by the write. */
  onLeft: (item: Item) => void;
}

/**
 * What goes to disk, and when: copies of what is in memory, and entries that memory has no room for. One write at the end of the turn, sooner when it
 * would grow too large or the entry is not to wait.
 */
export class WriteBehind {
  readonly #disk: Disk;
  readonly #memory: Memory;
  readonly #sender: Sender;
  readonly #turn: TurnEnd;
  readonly #knobs: DeliveryKnobs;
  readonly #onLeft: (item: Item) => void;
  readonly #unwritten = new TurnList();
  #isOverflowing = false;

  constructor({ disk, memory, sender, turn, knobs, onLeft }: WriteBehindOptions) {
    this.#disk = disk;
    this.#memory = memory;
    this.#sender = sender;
    this.#turn = turn;
    this.#knobs = knobs;
    this.#onLeft = onLeft;
  }

  /** Entries that are in memory for the write only. */
  get spillingEntries(): number {
    return this.#unwritten.spillingEntries;
  }

  spills(): Item[] {
    return this.#unwritten.spills();
  }

  /** Some of that lane wait on disk only, or will: what comes next goes behind them. */
  holds(lane: Lane): boolean {
    return this.#unwritten.isSpilling(lane) || this.#disk.hasDiskOnly(lane);
  }

  /** Whether there is room, or can be made, for an entry of that lane. */
  canTake(lane: Lane, bytes: number): boolean {
    return this.#disk.canTake(lane, bytes);
  }

  /** Of an entry in memory there will be a copy on disk, when its durability asks for one. */
  copy(item: Item, durability: Durability): void {
    if (this.#isForDisk(item, durability)) this.add(item, durability);
  }

  /** It will be on disk at the turn's end at the latest. */
  add(item: Item, durability: Durability): void {
    this.#unwritten.add(item);
    const isNow = durability === 'record' || item.place === FATAL || this.#unwritten.bytes >= this.#knobs.turnBytes;
    if (isNow) this.writeTurn();
    else this.#turn.ask();
  }

  /** What the turn brought so far. */
  writeTurn(): void {
    if (this.#unwritten.isEmpty) return;
    for (const item of this.#disk.write(this.#unwritten.take())) {
      if (!item.isQueued && !item.isSettled) this.#onLeft(item);
    }
  }

  /** This one alone, within the call; false: it is not on disk. */
  writeNow(item: Item): boolean {
    return this.#disk.write([item]).length === 0;
  }

  /** What stands in memory only gets its copy on disk with the next write. */
  copyMemory(): void {
    if (!this.#disk.isUsable) return;
    for (const items of [this.#memory, this.#sender.items()]) {
      for (const item of items) {
        if (item.isUnwritten || item.isSettled || (item.segment && !item.segment.isGone)) continue;
        this.#unwritten.add(item);
      }
    }
    if (!this.#unwritten.isEmpty) this.#turn.ask();
  }

  /** The sink takes nothing for now: that is when `overflow` begins to write. */
  sinkDown(): void {
    if (this.#knobs.durability !== 'overflow' || this.#isOverflowing) return;
    this.#isOverflowing = true;
    this.copyMemory();
  }

  #isForDisk(item: Item, durability: Durability): boolean {
    if (!this.#disk.isUsable) return false;
    if (durability !== 'overflow' || item.place === FATAL) return true;
    const isOverflowing = this.#memory.isFuller(OVERFLOW_FROM) || !this.#sender.health.isOpen;
    if (isOverflowing && !this.#isOverflowing) this.copyMemory();
    this.#isOverflowing = isOverflowing;
    return isOverflowing && !item.isUnwritten;
  }
}
