import { open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TellTrouble } from '../trouble.ts';
import { type AdoptedSegment, adoptSegment, laneOfName, segmentName } from './adopt-segment.ts';
import type { DeliveryKnobs, DeliveryTime, DropReason } from './delivery.ts';
import { type Item, LANES, type Lane, laneOf, makeItem } from './item.ts';
import { Neighbours } from './neighbours.ts';
import { type OwnFolder, ownFolder, removeIfEmpty } from './owner.ts';
import { SENT_MARKER, Segment } from './segment.ts';
import { recordBound, writeRecord } from './segment-record.ts';
import { Shelf } from './shelf.ts';
import { levelPlace, type Tally } from './tally.ts';

/** Bytes that replay reads at once: some hundred entries, a few milliseconds. */
const READ_BYTES = 512 * 1024;
/** A disk that refused is asked again after that. */
const RETRY_DISK_MS = 1_000;
/** Of damage in a file whose levels cannot be read. */
const LIKELY_LEVEL: Readonly<Record<Lane, number>> = {
  low: levelPlace('info'),
  high: levelPlace('error'),
  audit: levelPlace('audit'),
};

export interface DiskOptions {
  folder: string;
  knobs: DeliveryKnobs;
  time: DeliveryTime;
  tell: TellTrouble;
  /** Entries of a dead process are ours from now on, by place of level. */
  onAdopted: (entries: Tally) => void;
  /** So many entries that stood only on disk are lost. */
  onLost: (loss: { place: number; count: number; reason: DropReason; segment: Segment }) => void;
  /** It may take entries again after it refused some. */
  onBack: () => void;
}

export interface DiskProblem {
  since: number;
  reason: string;
}

/**
 * The segments of one delivery: its own, which it appends to, and adopted ones. It knows which entries stand only here and gives them back, oldest
 * first, when memory has room.
 */
export class Disk {
  readonly #options: DiskOptions;
  readonly #own: OwnFolder;
  readonly #shelf: Shelf;
  readonly #neighbours: Neighbours;
  readonly #deletions = new Set<Promise<void>>();
  #scratch = Buffer.allocUnsafe(128 * 1024);
  #nextNumber = 1;
  #isFolderDirty = false;
  #cancelSync: (() => void) | null = null;
  #cancelRetry: (() => void) | null = null;
  #isUsable = true;
  #isClosed = false;
  #problem: DiskProblem | null = null;

  /** Throws what the file system says when the folder cannot be made. */
  constructor(options: DiskOptions) {
    this.#options = options;
    this.#own = ownFolder(options.folder);
    this.#neighbours = new Neighbours({ folder: options.folder, own: this.#own.path });
    this.#neighbours.look(options.time.now());
    this.#shelf = new Shelf(options.knobs, () => this.#neighbours.bytes);
  }

  get isUsable(): boolean {
    return this.#isUsable;
  }

  get problem(): DiskProblem | null {
    return this.#problem;
  }

  /** Entries that stand only on disk. */
  diskOnlyEntries(): number {
    let sum = 0;
    for (const segment of this.#shelf) sum += segment.diskOnly.total();
    return sum;
  }

  diskOnlyBytes(): number {
    let sum = 0;
    for (const segment of this.#shelf) sum += segment.diskOnlyBytes;
    return sum;
  }

  hasDiskOnly(lane: Lane): boolean {
    return this.#shelf.hasDiskOnly(lane);
  }

  oldestAt(): number | null {
    let oldest: number | null = null;
    for (const segment of this.#shelf) {
      if (segment.diskOnlyBytes > 0 && (oldest === null || segment.diskOnlySince < oldest))
        oldest = segment.diskOnlySince;
    }
    return oldest;
  }

  /** Whether there is room, or can be made, for an entry of that lane. */
  canTake(lane: Lane, bytes: number): boolean {
    if (!this.#isUsable) return false;
    if (this.#shelf.fits(lane, bytes)) return true;
    this.#neighbours.lookAgain(this.#options.time.now());
    return this.#shelf.fits(lane, bytes) || (this.#shelf.mayFit(lane, bytes) && this.#shelf.victim(lane) !== null);
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

  /** What is settled is marked, and a file goes with the last of it. */
  settle(items: readonly Item[]): void {
    const ranges = new Map<Segment, [number, number][]>();
    for (const { segment, offset, length } of items) {
      if (!segment || segment.isGone) continue;
      segment.remaining--;
      const known = ranges.get(segment);
      const last = known?.at(-1);
      if (last?.[1] === offset) last[1] = offset + length;
      else if (known) known.push([offset, offset + length]);
      else ranges.set(segment, [[offset, offset + length]]);
    }
    for (const [segment, sent] of ranges) {
      if (segment.isClosed && segment.remaining === 0) this.#remove(segment);
      else this.#mark(segment, sent);
    }
  }

  /** Entries that stand only on disk come back, the oldest first: each is taken in the same step in which it stops counting as on disk. */
  async replay(maxEntries: number, maxBytes: number, take: (item: Item) => void): Promise<void> {
    const segment = this.#shelf.oldestWithDiskOnly();
    if (!segment) return;
    try {
      const to = segment.size;
      const { records } = await segment.read(Math.min(READ_BYTES, maxBytes), maxEntries, to);
      if (segment.isGone || this.#isClosed) return;
      for (const record of records) take(this.#itemOf(segment, record));
      if (segment.cursor < to || segment.cursor < segment.size) return;
    } catch (error) {
      if (segment.isGone) return;
      this.#options.tell('segment-unreadable', `records on disk cannot be read (${textOf(error)}): ${segment.path}`);
      segment.cursor = segment.size;
    }
    this.#giveUpRest(segment);
  }

  /** Takes over what dead processes left; what is adopted counts from the moment its file is looked through. */
  async adopt(): Promise<void> {
    let folders: string[];
    try {
      folders = this.#own.adopt(this.#options.time.now());
    } catch (error) {
      this.#options.tell('adoption', `records of earlier processes cannot be taken over: ${textOf(error)}`);
      return;
    }
    for (const folder of folders) {
      try {
        await this.#adoptFolder(folder);
      } catch (error) {
        this.#options.tell('adoption', `${folder} cannot be taken over: ${textOf(error)}`);
      }
    }
  }

  beat(): void {
    this.#own.beat();
    this.#neighbours.look(this.#options.time.now());
  }

  /** Everything written reaches the disk; rejects when it does not. */
  async sync(): Promise<void> {
    try {
      await Promise.all([...this.#shelf].map((segment) => segment.sync()));
      if (this.#isFolderDirty) {
        this.#isFolderDirty = false;
        await syncFolder(this.#own.path);
      }
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  /** Ends all files; what was sent wholly is deleted, the rest is free for a successor. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelSync?.();
    this.#cancelRetry?.();
    await this.sync().catch(() => undefined);
    for (const segment of this.#shelf) {
      if (segment.remaining === 0 && segment.size >= 0 && segment.diskOnlyBytes === 0) segment.deleteNow();
      else segment.finishNow({ isSynced: true });
      removeIfEmpty(dirname(segment.path));
    }
    await Promise.all(this.#deletions);
    this.#own.release();
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
    if (this.#scratch.length > 1024 * 1024) this.#scratch = Buffer.allocUnsafe(128 * 1024);
  }

  #commit(lane: Lane, items: Item[], bytes: number): boolean {
    // What is verbose has no right to another's place; it stays in memory.
    const mayPush = items.some((item) => !item.isQueued || item.place >= levelPlace('info'));
    if (!this.#isUsable || !this.#makeRoom(lane, bytes, mayPush)) return false;
    let segment: Segment;
    try {
      segment = this.#openFor(lane, bytes);
      segment.append(this.#scratch, bytes);
    } catch (error) {
      this.#fail(error);
      return false;
    }
    this.#problem = null;
    this.#shelf.grew(lane, bytes);
    const base = segment.size - bytes;
    for (const item of items) place(item, segment, base);
    this.#syncSoon();
    return true;
  }

  #openFor(lane: Lane, bytes: number): Segment {
    const { segmentBytes, diskBytes } = this.#options.knobs;
    const last = this.#shelf.newest(lane);
    // With a small bound the files are small too: else the oldest one to give up is all there is.
    const bound = Math.min(segmentBytes, Math.max(1, diskBytes / 8));
    if (last && !last.isClosed && last.size + bytes <= bound) return last;
    this.#neighbours.look(this.#options.time.now());
    const segment = Segment.create(join(this.#own.path, segmentName(lane, this.#nextNumber++)), lane);
    this.#isFolderDirty = true;
    this.#shelf.add(segment);
    if (last && !last.isClosed) {
      last.finish();
      if (last.remaining === 0) this.#remove(last);
    }
    return segment;
  }

  #reserve(at: number, bytes: number): void {
    if (at + bytes <= this.#scratch.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#scratch.length * 2, at + bytes));
    this.#scratch.copy(larger, 0, 0, at);
    this.#scratch = larger;
  }

  #makeRoom(lane: Lane, bytes: number, mayPush: boolean): boolean {
    if (this.#shelf.fits(lane, bytes)) return true;
    this.#neighbours.lookAgain(this.#options.time.now());
    if (!this.#shelf.mayFit(lane, bytes)) return false;
    while (!this.#shelf.fits(lane, bytes)) {
      const victim = mayPush ? this.#shelf.victim(lane) : null;
      if (!victim) return false;
      this.#lose(victim, 'disk-full');
      this.#remove(victim);
    }
    return true;
  }

  /** What stands only in this file counts as lost. */
  #lose(segment: Segment, reason: DropReason): void {
    for (let place = 0; place < LEVEL_COUNT; place++) {
      const count = segment.diskOnly.at(place);
      if (count === 0) continue;
      segment.diskOnly.add(place, -count);
      segment.remaining -= count;
      this.#options.onLost({ place, count, reason, segment });
    }
    segment.diskOnlyBytes = 0;
  }

  /** Replay has seen the whole file: what it did not find again is damaged. */
  #giveUpRest(segment: Segment): void {
    if (segment.diskOnly.total() === 0) return;
    this.#lose(segment, 'torn');
    if (segment.isClosed && segment.remaining === 0) this.#remove(segment);
  }

  #remove(segment: Segment): void {
    this.#shelf.remove(segment);
    const deletion = new Promise<void>((resolve) => {
      segment.delete((error) => {
        if (error) this.#options.tell('segment-kept', `a segment that was sent cannot be deleted: ${textOf(error)}`);
        else if (segment.isAdopted) removeIfEmpty(dirname(segment.path));
        resolve();
      });
    }).then(() => void this.#deletions.delete(deletion));
    this.#deletions.add(deletion);
  }

  #mark(segment: Segment, sent: [number, number][]): void {
    try {
      segment.markSent(sent);
    } catch (error) {
      this.#options.tell(
        'sent-marker',
        `what was sent cannot be marked, so a restart sends it again: ${textOf(error)}`,
      );
    }
  }

  #itemOf(segment: Segment, record: { offset: number; length: number; order: number; entry: Item['entry'] }): Item {
    const entry = segment.isAdopted ? { ...record.entry, acceptedAt: segment.diskOnlySince } : record.entry;
    const item = makeItem(entry, segment.isAdopted ? 0 : record.order);
    item.segment = segment;
    item.offset = record.offset;
    item.length = record.length;
    segment.diskOnly.add(item.place, -1);
    segment.diskOnlyBytes -= record.length;
    segment.diskOnlySince = entry.acceptedAt;
    return item;
  }

  async #adoptFolder(folder: string): Promise<void> {
    const names = (await readdir(folder)).sort();
    for (const name of names) {
      if (this.#isClosed) return;
      const path = join(folder, name);
      const lane = laneOfName(name);
      try {
        if (lane) this.#enter(await adoptSegment(path, lane, this.#options.time.now()));
        // A marker whose segment is gone already.
        else if (name.endsWith(SENT_MARKER) && !names.includes(name.slice(0, -SENT_MARKER.length))) await rm(path);
      } catch (error) {
        this.#options.tell('adoption', `a segment cannot be taken over (${textOf(error)}): ${path}`);
      }
    }
    removeIfEmpty(folder);
  }

  /** All of it counts in one step: adopted, and what is damaged as lost. */
  #enter({ segment, found, damaged }: AdoptedSegment): void {
    if (this.#isClosed) return;
    const place = LIKELY_LEVEL[segment.lane];
    this.#shelf.add(segment);
    found.add(place, damaged);
    this.#options.onAdopted(found);
    if (damaged > 0) {
      this.#options.onLost({ place, count: damaged, reason: 'torn', segment });
      const told = `${damaged} damaged record(s) of an earlier process were passed over`;
      this.#options.tell('segment-damaged', `${told}: ${segment.path}`);
    }
    if (segment.remaining === 0) this.#remove(segment);
  }

  #syncSoon(): void {
    if (this.#cancelSync || this.#isClosed) return;
    this.#cancelSync = this.#options.time.after(this.#options.knobs.fsyncEveryMs, () => {
      this.#cancelSync = null;
      this.sync().catch(() => undefined);
    });
  }

  #fail(error: unknown): void {
    const reason = textOf(error);
    this.#problem ??= { since: this.#options.time.wall(), reason };
    this.#options.tell(
      'disk',
      `records cannot be written to disk (${reason}); they wait in memory. Free space in ${this.#options.folder}`,
    );
    this.#isUsable = false;
    if (this.#isClosed) return;
    this.#cancelRetry?.();
    this.#cancelRetry = this.#options.time.after(RETRY_DISK_MS, () => {
      this.#isUsable = true;
      this.#options.onBack();
    });
  }
}

const LEVEL_COUNT = 7;

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

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
