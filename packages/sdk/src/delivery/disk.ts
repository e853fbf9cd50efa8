import { dirname } from 'node:path';
import type { TellTrouble } from '../trouble.ts';
import { adoptFolders } from './adopt-folders.ts';
import type { DeliveryKnobs, DeliveryTime } from './delivery.ts';
import { DiskHealth, type DiskProblem } from './disk-health.ts';
import { DiskSync } from './disk-sync.ts';
import { type Item, type Lane, makeItem } from './item.ts';
import { Neighbours } from './neighbours.ts';
import { type OwnFolder, ownFolder, removeIfEmpty } from './owner.ts';
import { reasonOf } from './reason-of.ts';
import { type DiskLoss, Retirement } from './retire-segments.ts';
import type { Segment } from './segment.ts';
import type { StoredRecord } from './segment-record.ts';
import { SegmentWriter } from './segment-writer.ts';
import { Shelf } from './shelf.ts';
import type { Tally } from './tally.ts';

/** Bytes that replay reads at once: some hundred entries, a few milliseconds. */
const READ_BYTES = 512 * 1024;

export interface DiskOptions {
  folder: string;
  knobs: DeliveryKnobs;
  time: DeliveryTime;
  tell: TellTrouble;
  /** Entries of a dead process are ours from now on, by place of level. */
  onAdopted: (entries: Tally) => void;
  onLost: (loss: DiskLoss) => void;
  /** It may take entries again after it refused some. */
  onBack: () => void;
}

/**
 * The segments of one delivery: its own, which it appends to, and adopted ones. It knows which entries stand only here and gives them back, oldest
 * first, when memory has room.
 *
 * The shelf holds the segments. The writer adds to them, the retirement takes them away, adoption brings those of the dead; what is read comes back
 * by `replay`.
 */
export class Disk {
  readonly #options: DiskOptions;
  readonly #own: OwnFolder;
  readonly #neighbours: Neighbours;
  readonly #shelf: Shelf;
  readonly #health: DiskHealth;
  readonly #sync: DiskSync;
  readonly #retirement: Retirement;
  readonly #writer: SegmentWriter;
  #isClosed = false;

  /** Throws what the file system says when the folder cannot be made. */
  constructor(options: DiskOptions) {
    const { folder, knobs, time } = options;
    this.#options = options;
    this.#own = ownFolder(folder);
    const own = this.#own.path;
    const neighbours = new Neighbours({ folder, own });
    neighbours.look(time.now());
    const shelf = new Shelf(knobs, () => neighbours.bytes);
    const health = new DiskHealth(options);
    const sync = new DiskSync({ folder: own, shelf, health, everyMs: knobs.fsyncEveryMs, time });
    const retirement = new Retirement({ ...options, shelf });
    this.#writer = new SegmentWriter({ folder: own, knobs, time, shelf, neighbours, health, sync, retirement });
    this.#neighbours = neighbours;
    this.#shelf = shelf;
    this.#health = health;
    this.#sync = sync;
    this.#retirement = retirement;
  }

  get isUsable(): boolean {
    return this.#health.isUsable;
  }

  get problem(): DiskProblem | null {
    return this.#health.problem;
  }

  /** Entries that stand only on disk. */
  diskOnlyEntries(): number {
    return this.#shelf.diskOnlyEntries();
  }

  diskOnlyBytes(): number {
    return this.#shelf.diskOnlyBytes();
  }

  hasDiskOnly(lane: Lane): boolean {
    return this.#shelf.hasDiskOnly(lane);
  }

  /** Monotonic ms of the oldest entry that stands only on disk, as far as known; null when none does. */
  oldestAt(): number | null {
    return this.#shelf.oldestAt();
  }

  /** Whether there is room, or can be made, for an entry of that lane. */
  canTake(lane: Lane, bytes: number): boolean {
    return this.#writer.canTake(lane, bytes);
  }

  /** One write for each lane. Gives what could not be written: no room, or the disk refused. */
  write(items: readonly Item[]): Item[] {
    return this.#writer.write(items);
  }

  /** What is settled is marked, and a file goes with the last of it. */
  settle(items: readonly Item[]): void {
    this.#retirement.settle(items);
  }

  /** Entries that stand only on disk come back, the oldest first: each is taken in the same step in which it stops counting as on disk. */
  async replay(maxEntries: number, maxBytes: number, take: (item: Item) => void): Promise<void> {
    const segment = this.#shelf.oldestWithDiskOnly();
    if (!segment) return;
    try {
      const to = segment.size;
      const { records } = await segment.read(Math.min(READ_BYTES, maxBytes), maxEntries, to);
      if (segment.isGone || this.#isClosed) return;
      for (const record of records) take(itemOf(segment, record));
      if (segment.cursor < to || segment.cursor < segment.size) return;
    } catch (error) {
      if (segment.isGone) return;
      this.#options.tell('segment-unreadable', `records on disk cannot be read (${reasonOf(error)}): ${segment.path}`);
      segment.cursor = segment.size;
    }
    this.#retirement.giveUpRest(segment);
  }

  /** Takes over what dead processes left; what is adopted counts from the moment its file is looked through. */
  adopt(): Promise<void> {
    return adoptFolders({
      ...this.#options,
      own: this.#own,
      shelf: this.#shelf,
      retirement: this.#retirement,
      isClosed: () => this.#isClosed,
    });
  }

  beat(): void {
    this.#own.beat();
    this.#neighbours.look(this.#options.time.now());
  }

  /** Everything written reaches the disk; rejects when it does not. */
  sync(): Promise<void> {
    return this.#sync.now();
  }

  /** Ends all files; what was sent wholly is deleted, the rest is free for a successor. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#health.close();
    await this.#sync.close();
    for (const segment of this.#shelf) {
      if (segment.remaining === 0 && segment.size >= 0 && segment.diskOnlyBytes === 0) segment.deleteNow();
      else segment.finishNow({ isSynced: true });
      removeIfEmpty(dirname(segment.path));
    }
    await this.#retirement.finished();
    this.#own.release();
  }
}

/** It stops counting as on disk only. */
function itemOf(segment: Segment, { entry: stored, order, offset, length }: StoredRecord): Item {
  const entry = segment.isAdopted ? { ...stored, acceptedAt: segment.diskOnlySince } : stored;
  const item = makeItem(entry, segment.isAdopted ? 0 : order);
  item.segment = segment;
  item.offset = offset;
  item.length = length;
  segment.diskOnly.add(item.place, -1);
  segment.diskOnlyBytes -= length;
  segment.diskOnlySince = entry.acceptedAt;
  return item;
}
