import { join } from 'node:path';
import { segmentName } from './adopt-segment.ts';
import type { DeliveryKnobs, DeliveryTime } from './delivery.ts';
import type { DiskHealth } from './disk-health.ts';
import type { DiskSync } from './disk-sync.ts';
import { type Item, LANES, type Lane, laneOf } from './item.ts';
import type { Neighbours } from './neighbours.ts';
import type { Retirement } from './retire-segments.ts';
import { Segment } from './segment.ts';
import { recordBound, writeRecord } from './segment-record.ts';
import type { Shelf } from './shelf.ts';
import { levelPlace } from './tally.ts';

/** What records are made in before they are written; larger ones are given back after a write above the second bound. */
const SCRATCH_BYTES = 128 * 1024;
const MOST_SCRATCH_BYTES = 1024 * 1024;
const INFO = levelPlace('info');

export interface SegmentWriterOptions {
  /** Where its segments stand. */
  folder: string;
  knobs: DeliveryKnobs;
  time: DeliveryTime;
  shelf: Shelf;
  neighbours: Neighbours;
  health: DiskHealth;
  sync: DiskSync;
  retirement: Retirement;
}

/** Appends entries to the segments of their lane, begins new ones, and makes room for them within the bound. */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  #scratch = Buffer.allocUnsafe(SCRATCH_BYTES);
  #nextNumber = 1;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
  }

  /** Whether there is room, or can be made, for an entry of that lane. */
  canTake(lane: Lane, bytes: number): boolean {
    const { shelf, neighbours, health, time } = this.#options;
    if (!health.isUsable) return false;
    if (shelf.fits(lane, bytes)) return true;
    neighbours.lookAgain(time.now());
    return shelf.fits(lane, bytes) || (shelf.mayFit(lane, bytes) && shelf.victim(lane) !== null);
  }

  /** One write for each lane. Gives what could not be written: no room, or the disk refused. */
  write(items: readonly Item[]): Item[] {
    const left: Item[] = [];
    for (const lane of LANES) {
      const own = items.filter((item) => !item.isSettled && laneOf(item.place) === lane);
      if (own.length > 0) this.#writeLane(lane, own, left);
    }
    for (const item of items) item.isUnwritten = false;
    return left;
  }

  #writeLane(lane: Lane, items: Item[], left: Item[]): void {
    let at = 0;
    let first = 0;
    const { turnBytes } = this.#options.knobs;
    for (let index = 0; index < items.length; index++) {
      const item = items[index]!;
      this.#reserve(at, recordBound(item.entry));
      const end = writeRecord(this.#scratch, at, item.entry, item.order);
      item.offset = at;
      item.length = end - at;
      at = end;
      if (at < turnBytes && index < items.length - 1) continue;
      const batch = items.slice(first, index + 1);
      if (!this.#commit(lane, batch, at)) left.push(...batch);
      first = index + 1;
      at = 0;
    }
    if (this.#scratch.length > MOST_SCRATCH_BYTES) this.#scratch = Buffer.allocUnsafe(SCRATCH_BYTES);
  }

  #reserve(at: number, bytes: number): void {
    if (at + bytes <= this.#scratch.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#scratch.length * 2, at + bytes));
    this.#scratch.copy(larger, 0, 0, at);
    this.#scratch = larger;
  }

  #commit(lane: Lane, items: Item[], bytes: number): boolean {
    const { shelf, health, sync } = this.#options;
    // What is verbose has no right to another's place; it stays in memory.
    const mayPush = items.some((item) => !item.isQueued || item.place >= INFO);
    if (!health.isUsable || !this.#makeRoom(lane, bytes, mayPush)) return false;
    let segment: Segment;
    try {
      segment = this.#openFor(lane, bytes);
      segment.append(this.#scratch, bytes);
    } catch (error) {
      health.failed(error);
      return false;
    }
    health.wrote();
    shelf.grew(lane, bytes);
    const base = segment.size - bytes;
    for (const item of items) place(item, segment, base);
    sync.soon();
    return true;
  }

  #makeRoom(lane: Lane, bytes: number, mayPush: boolean): boolean {
    const { shelf, neighbours, retirement, time } = this.#options;
    if (shelf.fits(lane, bytes)) return true;
    neighbours.lookAgain(time.now());
    if (!shelf.mayFit(lane, bytes)) return false;
    while (!shelf.fits(lane, bytes)) {
      const victim = mayPush ? shelf.victim(lane) : null;
      if (!victim) return false;
      retirement.giveUp(victim);
    }
    return true;
  }

  #openFor(lane: Lane, bytes: number): Segment {
    const { folder, knobs, time, shelf, neighbours, sync, retirement } = this.#options;
    const last = shelf.newest(lane);
    // With a small bound the files are small too: else the oldest one to give up is all there is.
    const bound = Math.min(knobs.segmentBytes, Math.max(1, knobs.diskBytes / 8));
    if (last && !last.isClosed && last.size + bytes <= bound) return last;
    neighbours.look(time.now());
    const segment = Segment.create(join(folder, segmentName(lane, this.#nextNumber++)), lane);
    sync.fileMade();
    shelf.add(segment);
    if (last && !last.isClosed) {
      last.finish();
      retirement.removeIfDone(last);
    }
    return segment;
  }
}

function place(item: Item, segment: Segment, base: number): void {
  item.segment = segment;
  item.offset += base;
  item.isUnwritten = false;
  segment.remaining++;
  if (segment.firstOrder === 0) segment.firstOrder = item.order;
  segment.lastOrder = item.order;
  if (item.isQueued) {
    segment.passed.add(item.offset, item.offset + item.length);
    return;
  }
  if (segment.diskOnlyBytes === 0) segment.diskOnlySince = item.entry.acceptedAt;
  segment.diskOnly.add(item.place);
  segment.diskOnlyBytes += item.length;
}
