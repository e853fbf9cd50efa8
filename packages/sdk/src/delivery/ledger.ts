import type { Entry } from '../record.ts';
import type { TellTrouble } from '../trouble.ts';
import { Counters } from './counters.ts';
import { DeadLetters } from './dead-letters.ts';
import type { DeliveryKnobs, DeliveryTime, DropReason } from './delivery.ts';
import type { Disk } from './disk.ts';
import { DropReport } from './drop-report.ts';
import type { FlushMarks } from './flush-marks.ts';
import type { Item } from './item.ts';
import type { Memory } from './memory.ts';
import type { DiskLoss } from './retire-segments.ts';
import { COUNTER_LEVELS, levelPlace, type Tally } from './tally.ts';

export interface LedgerOptions {
  /** Of the sink. */
  name: string;
  /** Where the dead letters stand; null: nowhere. */
  folder: string | null;
  knobs: DeliveryKnobs;
  time: DeliveryTime;
  tell: TellTrouble;
  memory: Memory;
  disk: Disk | null;
  marks: FlushMarks;
}

/**
 * The books of one delivery: what was taken, and what became of it. An entry is settled here and nowhere else, once: in one synchronous step it is
 * counted, out of memory, marked on disk, and known to who waits for it.
 */
export class Ledger {
  readonly counters = new Counters();
  /** What nobody was told of yet. */
  readonly drops: DropReport;
  readonly #options: LedgerOptions;
  readonly #memory: Memory;
  readonly #disk: Disk | null;
  readonly #marks: FlushMarks;
  readonly #deadLetters: DeadLetters | null;

  constructor(options: LedgerOptions) {
    const { folder, knobs } = options;
    this.#options = options;
    this.#memory = options.memory;
    this.#disk = options.disk;
    this.#marks = options.marks;
    this.drops = new DropReport(options.time);
    this.#deadLetters = folder === null ? null : new DeadLetters(folder, knobs.deadLetterBytes);
  }

  /** It counts as queued and as dropped: nothing is kept after the shutdown. */
  cameTooLate(entry: Entry): void {
    const place = levelPlace(entry.level);
    this.counters.queued.add(place);
    this.counters.dropped['after-shutdown'].add(place);
    this.#options.tell(
      'after-shutdown',
      `${this.#options.name}: a record came after the shutdown and was not kept. Call start() again before logging`,
    );
  }

  /** Entries of a dead process, by place of level. */
  adopted(entries: Tally): void {
    for (let place = 0; place < COUNTER_LEVELS.length; place++) this.counters.queued.add(place, entries.at(place));
    this.#marks.adopted(entries.total());
  }

  retried(items: readonly Item[]): void {
    for (const { place } of items) this.counters.retried.add(place);
  }

  /** Those that were there already are sent too. */
  sent(items: Item[], duplicates: Item[]): void {
    for (const item of duplicates) this.counters.duplicate.add(item.place);
    const all = duplicates.length === 0 ? items : [...items, ...duplicates];
    for (const item of all) {
      item.isSettled = true;
      this.counters.sent.add(item.place);
      this.#memory.release(item);
    }
    this.#disk?.settle(all);
    if (!this.#marks.isEmpty) for (const item of all) this.#marks.sent(item.order);
  }

  /** It is not in memory any more, or never was. */
  dropped(item: Item, reason: DropReason): void {
    item.isSettled = true;
    this.counters.dropped[reason].add(item.place);
    this.drops.add(item.place, 1, reason);
    this.#disk?.settle([item]);
    this.#marks.lost(item.order, item.order, 1);
  }

  /** Entries that stood only on disk. */
  lost({ place, count, reason, segment }: DiskLoss): void {
    this.counters.dropped[reason].add(place, count);
    this.drops.add(place, count, reason);
    this.#marks.lost(segment.firstOrder, segment.lastOrder, count);
  }

  /** What the sink refused for good. False: an audit entry that no file takes stays where it is. */
  bury(item: Item, reason: string): boolean {
    const { name, time, tell } = this.#options;
    let isKept = true;
    try {
      this.#deadLetters?.add({ entry: item.entry, reason, sink: name, at: time.wall() });
      tell(
        'dead-letter',
        `${name} refused a record for good (${reason})${this.#deadLetters ? '; it stands in the dead letters' : ''}`,
      );
    } catch (error) {
      tell('dead-letter', `${name} refused a record, and the dead letters cannot be written: ${String(error)}`);
      if (item.entry.level === 'audit') return false;
      isKept = false;
    }
    this.#memory.release(item);
    if (!isKept) {
      this.dropped(item, 'disk-full');
      return true;
    }
    item.isSettled = true;
    this.counters.deadLettered.add(item.place);
    this.#disk?.settle([item]);
    this.#marks.lost(item.order, item.order, 1);
    return true;
  }

  /** After the end: of what was in memory, that is gone which no file holds. */
  ended(items: readonly Item[]): void {
    const { name, folder, tell } = this.#options;
    const reason: DropReason = folder === null ? 'queue-full' : 'disk-full';
    const lost = items.filter((item) => !item.segment || item.segment.isGone);
    for (const item of lost) {
      this.#memory.release(item);
      this.dropped(item, reason);
    }
    if (lost.length > 0)
      tell('lost', `${name}: ${lost.length} record(s) could neither be sent nor kept at the shutdown`);
  }
}
