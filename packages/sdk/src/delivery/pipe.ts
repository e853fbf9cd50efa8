import type { Entry } from '../record.ts';
import type { TellTrouble } from '../trouble.ts';
import { Counters } from './counters.ts';
import { DeadLetters } from './dead-letters.ts';
import type {
  Delivery,
  DeliveryCounters,
  DeliveryGauges,
  DeliveryKnobs,
  DeliveryOptions,
  DeliveryTime,
  DropReason,
  DropSummary,
  Durability,
  FlushOptions,
} from './delivery.ts';
import { Disk } from './disk.ts';
import { createDropDescriber, DropReport } from './drop-report.ts';
import { FlushMarks } from './flush-marks.ts';
import { AUDIT_RANK, type Item, laneOf, makeItem, rankOf } from './item.ts';
import { Memory } from './memory.ts';
import { BEAT_EVERY_MS } from './owner.ts';
import { Sender } from './sender.ts';
import { levelPlace } from './tally.ts';
import { TurnList } from './turn-list.ts';

const ADOPT_EVERY_MS = 60_000;
const DEFAULT_WAIT_MS = 5_000;
/** With less than that in memory, entries come back from disk. */
const REPLAY_BELOW = 0.5;
const OVERFLOW_FROM = 0.8;
const REPLAY_ENTRIES = 2_000;
const FATAL = levelPlace('fatal');

export type PipeOptions = Omit<DeliveryOptions, 'knobs' | 'time'> & {
  knobs: DeliveryKnobs;
  time: DeliveryTime;
  tell: TellTrouble;
};

/**
 * The way of entries to one sink.
 *
 * ```
 *             ┌── room ───▶ memory ──oldest 1 s old, or full──▶ batch ──▶ sent, duplicate          (settled)
 *  accept ────┤               ▲  │                                │  └──▶ refused ──▶ dead letter  (settled)
 *             │        replay │  └─ pushed out by rank ──▶ dropped└──▶ failed: first in line again
 *             └── full ──▶ disk only ── bound reached ───▶ dropped                                 (settled)
 * ```
 *
 * Where an entry is: in memory (queue or batch), on disk only, or in the list that the turn's end writes to disk. In `turn` durability what is in
 * memory has a copy on disk as well, from the turn's end on; the copy is marked when the entry settles, and the file goes with its last entry.
 *
 * Guarantees:
 * - `queued = sent + deadLettered + dropped + waiting` at every instant: an entry is settled once, in one synchronous step with its counter.
 *   `sent` holds duplicates too, for "already there" is sent.
 * - SIGKILL takes what was accepted in the turn in progress, no more; a successor sends the rest again except what is marked: at most the batches
 *   under way.
 * - Nothing waits for an arrival: the age of the oldest entry, the next try and the disk have timers, all monotonic, none keeps a process alive.
 * - Order is that of acceptance, save for failed batches beside others under way, and what is verbose when the rest waits on disk.
 *
 * It is one class for the sake of the first: whatever moves or settles an entry passes here.
 *
 * Full: trace and debug push out their own oldest. Info goes to disk, there pushes out the oldest file of its lane; without disk it pushes out
 * trace, debug, then info. Warn, error, fatal the same, with a quarter of the disk to themselves. Audit needs the disk, else it is refused.
 */
export class Pipe implements Delivery {
  readonly name: string;
  readonly #options: PipeOptions;
  readonly #memory: Memory;
  readonly #disk: Disk | null = null;
  readonly #diskProblem: { since: number; reason: string } | null = null;
  readonly #sender: Sender;
  readonly #deadLetters: DeadLetters | null;
  readonly #counters = new Counters();
  readonly #report: DropReport;
  readonly #describeDrops: (drop: DropSummary) => Entry | null;
  readonly #marks = new FlushMarks();
  readonly #cancels = new Set<() => void>();
  #state: 'open' | 'closing' | 'closed' = 'open';
  #order = 0;
  readonly #unwritten = new TurnList();
  #turnEnd: NodeJS.Immediate | null = null;
  #isOverflowing = false;
  #replay: Promise<void> | null = null;
  #adoption: Promise<void> | null = null;
  #ending: Promise<boolean> | null = null;

  constructor(options: PipeOptions) {
    const { sink, folder, knobs, time, tell } = options;
    this.name = sink.name;
    this.#options = options;
    this.#memory = new Memory(knobs);
    this.#report = new DropReport(time);
    this.#describeDrops = options.describeDrops ?? createDropDescriber(sink.name, time);
    this.#deadLetters = folder === null ? null : new DeadLetters(folder, knobs.deadLetterBytes);
    this.#sender = this.#makeSender();
    if (folder === null) {
      if (!sink.isLocal)
        tell(
          'no-disk',
          `${sink.name}: no folder is set, so records wait in memory alone. Set one that survives a restart`,
        );
      return;
    }
    try {
      this.#disk = this.#openDisk(folder);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#diskProblem = { since: time.wall(), reason };
      tell(
        'no-disk',
        `${sink.name}: ${folder} cannot be written (${reason}), so records wait in memory alone. Make it writable`,
      );
      return;
    }
    this.#every(ADOPT_EVERY_MS, () => this.#adopt());
    this.#every(BEAT_EVERY_MS, () => this.#disk?.beat());
    this.#adopt();
  }

  accept(entry: Entry, durability: Durability = this.#options.knobs.durability): boolean {
    if (this.#state !== 'open') return this.#refuse(entry);
    const item = makeItem(entry, this.#order + 1);
    if (rankOf(item.place) === AUDIT_RANK) return this.#acceptAudit(item);
    this.#order++;
    this.#counters.queued.add(item.place);
    this.#keep(item, durability);
    return true;
  }

  async persisted(): Promise<void> {
    if (!this.#disk) throw new Error('records cannot be kept: there is no folder to write to');
    this.#writeTurn();
    if (this.#disk.problem) throw new Error(`records cannot be kept: ${this.#disk.problem.reason}`);
    await this.#disk.sync();
  }

  flush({ timeoutMs = DEFAULT_WAIT_MS, keepsAlive = true }: FlushOptions = {}): Promise<boolean> {
    this.#writeTurn();
    const wait = { timeoutMs, keepsAlive };
    return this.#adoption === null ? this.#flushKnown(wait) : this.#flushAdopted(this.#adoption, wait);
  }

  /** What an earlier process left is looked through first: else one that ends at once would never send it. */
  async #flushAdopted(adoption: Promise<void>, { timeoutMs, keepsAlive }: Required<FlushOptions>): Promise<boolean> {
    const { time } = this.#options;
    const began = time.now();
    await new Promise<void>((resolve) => {
      const cancel = time.after(timeoutMs, resolve);
      void adoption.finally(() => {
        cancel();
        resolve();
      });
    });
    return this.#flushKnown({ timeoutMs: Math.max(0, timeoutMs - (time.now() - began)), keepsAlive });
  }

  #flushKnown({ timeoutMs, keepsAlive }: Required<FlushOptions>): Promise<boolean> {
    const outstanding = this.#waiting();
    if (outstanding === 0) return Promise.resolve(true);
    this.#sender.health.hurry();
    return new Promise((resolve) => {
      // Who waits for the outcome gets it, also when nothing else keeps the process alive meanwhile.
      const keepAlive = keepsAlive ? setInterval(() => undefined, 2 ** 30) : undefined;
      const finish = (isSent: boolean) => {
        this.#marks.remove(mark);
        cancel();
        clearInterval(keepAlive);
        resolve(isSent);
      };
      const cancel = this.#options.time.after(timeoutMs, () => finish(false));
      const mark = { order: this.#order, outstanding, isLost: false, finish };
      this.#marks.add(mark);
      this.#refill();
      this.#sender.pump();
    });
  }

  shutdown({ timeoutMs = DEFAULT_WAIT_MS }: { timeoutMs?: number } = {}): Promise<boolean> {
    this.#ending ??= this.#end(timeoutMs);
    return this.#ending;
  }

  writeOut(): void {
    if (!this.#disk || this.#state === 'closed') return;
    this.#writeTurn();
    this.#persistMemory();
    this.#writeTurn();
  }

  counters(): DeliveryCounters {
    return this.#counters.read();
  }

  gauges(): DeliveryGauges {
    const { batchEntries, batchBytes, concurrency, roundTripMs } = this.#sender.adaptation.targets();
    const oldestAt = this.#oldestAt();
    return {
      queueEntries: this.#memory.entries + this.#unwritten.spillingEntries,
      queueBytes: this.#memory.bytes,
      spillEntries: this.#disk?.diskOnlyEntries() ?? 0,
      spillBytes: this.#disk?.diskOnlyBytes() ?? 0,
      waiting: this.#waiting(),
      oldestAgeMs: oldestAt === null ? 0 : Math.max(0, this.#options.time.now() - oldestAt),
      inFlight: this.#sender.inFlight,
      batchEntries,
      batchBytes,
      concurrency,
      roundTripMs,
      problem: this.#problem(),
    };
  }

  #problem(): DeliveryGauges['problem'] {
    const disk = this.#disk?.problem ?? this.#diskProblem;
    if (disk) return { kind: 'disk', ...disk, remedy: `make room in ${this.#options.folder}, or make it writable` };
    return this.#sender.health.problem;
  }

  #oldestAt(): number | null {
    let oldest = this.#memory.oldestAt();
    for (const at of [
      this.#disk?.oldestAt() ?? null,
      ...[...this.#sender.items()].map(acceptedAt),
      ...this.#unwritten.spills().map(acceptedAt),
    ]) {
      if (at !== null && (oldest === null || at < oldest)) oldest = at;
    }
    return oldest;
  }

  #waiting(): number {
    return this.#memory.entries + this.#unwritten.spillingEntries + (this.#disk?.diskOnlyEntries() ?? 0);
  }

  #refuse(entry: Entry): false {
    const place = levelPlace(entry.level);
    this.#counters.queued.add(place);
    this.#counters.dropped['after-shutdown'].add(place);
    this.#options.tell(
      'after-shutdown',
      `${this.name}: a record came after the shutdown and was not kept. Call start() again before logging`,
    );
    return false;
  }

  /** On disk before it counts as taken. */
  #acceptAudit(item: Item): boolean {
    this.#writeTurn();
    const disk = this.#disk;
    if (!disk?.canTake('audit', item.entry.bytes)) return false;
    item.isQueued = !disk.hasDiskOnly('audit') && this.#memory.hasRoom(item.entry.bytes);
    if (disk.write([item]).length > 0) return false;
    this.#order++;
    this.#counters.queued.add(item.place);
    if (item.isQueued) this.#enter(item);
    else this.#counters.spilled.add(item.place);
    this.#atTurnEnd();
    return true;
  }

  #keep(item: Item, durability: Durability): void {
    const lane = laneOf(item.place);
    const isVerbose = rankOf(item.place) === 0;
    const { bytes } = item.entry;
    // Once some wait on disk only, the next ones do too: else they would overtake them.
    const isBehind = !isVerbose && (this.#unwritten.isSpilling(lane) || this.#disk?.hasDiskOnly(lane) === true);
    if (!isBehind && this.#memory.hasRoom(bytes)) this.#enter(item);
    else if (!isVerbose && this.#disk?.canTake(lane, bytes)) {
      this.#spill(item, durability);
      return;
    } else if (!this.#enterByRank(item)) return;
    if (this.#isForDisk(item, durability)) this.#writeLater(item, durability);
  }

  #enter(item: Item): void {
    this.#memory.push(item);
    this.#sender.watch(item.entry.acceptedAt);
    if (this.#sender.hasFullBatch()) this.#atTurnEnd();
  }

  /** Into memory, in the place of lesser ones if need be; else it is dropped itself. */
  #enterByRank(item: Item): boolean {
    const { bytes } = item.entry;
    const reason: DropReason = this.#disk && rankOf(item.place) > 0 ? 'disk-full' : 'queue-full';
    if (bytes <= this.#options.knobs.queueBytes) {
      for (let rank = 0; rank <= rankOf(item.place) && rank < AUDIT_RANK; rank++) {
        while (!this.#memory.hasRoom(bytes)) {
          const oldest = this.#memory.dropOldest(rank);
          if (!oldest) break;
          this.#drop(oldest, reason);
        }
      }
    }
    if (this.#memory.hasRoom(bytes)) {
      this.#enter(item);
      return true;
    }
    this.#drop(item, reason);
    return false;
  }

  #spill(item: Item, durability: Durability): void {
    this.#counters.spilled.add(item.place);
    this.#writeLater(item, durability);
  }

  #isForDisk(item: Item, durability: Durability): boolean {
    if (!this.#disk?.isUsable) return false;
    if (durability !== 'overflow' || item.place === FATAL) return true;
    const isOverflowing = this.#memory.isFuller(OVERFLOW_FROM) || !this.#sender.health.isOpen;
    if (isOverflowing && !this.#isOverflowing) this.#persistMemory();
    this.#isOverflowing = isOverflowing;
    return isOverflowing && !item.isUnwritten;
  }

  #writeLater(item: Item, durability: Durability): void {
    this.#unwritten.add(item);
    const isNow =
      durability === 'record' || item.place === FATAL || this.#unwritten.bytes >= this.#options.knobs.turnBytes;
    if (isNow) this.#writeTurn();
    else this.#atTurnEnd();
  }

  #atTurnEnd(): void {
    if (this.#turnEnd !== null || this.#state !== 'open') return;
    this.#turnEnd = setImmediate(() => {
      this.#turnEnd = null;
      this.#writeTurn();
      this.#refill();
      this.#sender.pump();
    });
  }

  #writeTurn(): void {
    if (this.#unwritten.isEmpty || !this.#disk) return;
    for (const item of this.#disk.write(this.#unwritten.take())) {
      if (!item.isQueued && !item.isSettled) this.#enterByRank(item);
    }
  }

  /** What stands in memory only gets its copy on disk with the next write. */
  #persistMemory(): void {
    if (!this.#disk?.isUsable) return;
    for (const items of [this.#memory, this.#sender.items()]) {
      for (const item of items) {
        if (item.isUnwritten || item.isSettled || (item.segment && !item.segment.isGone)) continue;
        this.#unwritten.add(item);
      }
    }
    if (!this.#unwritten.isEmpty) this.#atTurnEnd();
  }

  #drop(item: Item, reason: DropReason): void {
    item.isSettled = true;
    this.#counters.dropped[reason].add(item.place);
    this.#report.add(item.place, 1, reason);
    this.#disk?.settle([item]);
    this.#marks.lost(item.order, item.order, 1);
  }

  #makeSender(): Sender {
    const { sink, knobs, time, tell } = this.#options;
    return new Sender({
      sink,
      knobs,
      time,
      tell,
      memory: this.#memory,
      isUrgent: () => !this.#marks.isEmpty,
      onSent: (items, duplicates) => this.#sent(items, duplicates),
      onRefused: (item, reason) => this.#bury(item, reason),
      onRetried: (items) => {
        for (const { place } of items) this.#counters.retried.add(place);
      },
      onDown: () => {
        if (knobs.durability !== 'overflow' || this.#isOverflowing) return;
        this.#isOverflowing = true;
        this.#persistMemory();
      },
      onAnswer: () => {
        this.#tellDrops();
        this.#refill();
      },
    });
  }

  #sent(items: Item[], duplicates: Item[]): void {
    for (const item of duplicates) this.#counters.duplicate.add(item.place);
    const all = duplicates.length === 0 ? items : [...items, ...duplicates];
    for (const item of all) {
      item.isSettled = true;
      this.#counters.sent.add(item.place);
      this.#memory.release(item);
    }
    this.#disk?.settle(all);
    if (!this.#marks.isEmpty) for (const item of all) this.#marks.sent(item.order);
  }

  /** False: an audit entry that no file takes stays where it is. */
  #bury(item: Item, reason: string): boolean {
    const { time, tell } = this.#options;
    let kept: DropReason | null = null;
    try {
      this.#deadLetters?.add({ entry: item.entry, reason, sink: this.name, at: time.wall() });
      tell(
        'dead-letter',
        `${this.name} refused a record for good (${reason})${this.#deadLetters ? '; it stands in the dead letters' : ''}`,
      );
    } catch (error) {
      tell('dead-letter', `${this.name} refused a record, and the dead letters cannot be written: ${String(error)}`);
      if (item.entry.level === 'audit') return false;
      kept = 'disk-full';
    }
    this.#memory.release(item);
    if (kept) {
      this.#drop(item, kept);
      return true;
    }
    item.isSettled = true;
    this.#counters.deadLettered.add(item.place);
    this.#disk?.settle([item]);
    this.#marks.lost(item.order, item.order, 1);
    return true;
  }

  /** Once there is room again, or nothing comes any more. */
  #tellDrops(isLast = false): void {
    if (this.#report.isEmpty || this.#state !== 'open') return;
    if (!isLast && this.#memory.isFuller(OVERFLOW_FROM)) return;
    for (const drop of this.#report.take()) {
      const entry = this.#describeDrops(drop);
      if (entry) this.accept(entry);
    }
  }

  #openDisk(folder: string): Disk {
    const { knobs, time, tell } = this.#options;
    return new Disk({
      folder,
      knobs,
      time,
      tell,
      onAdopted: (entries) => {
        for (let place = 0; place <= levelPlace('audit'); place++) this.#counters.queued.add(place, entries.at(place));
        this.#marks.adopted(entries.total());
      },
      onLost: ({ place, count, reason, segment }) => {
        this.#counters.dropped[reason].add(place, count);
        this.#report.add(place, count, reason);
        this.#marks.lost(segment.firstOrder, segment.lastOrder, count);
      },
      onBack: () => {
        this.#persistMemory();
        this.#writeTurn();
        this.#refill();
      },
    });
  }

  #adopt(): void {
    if (!this.#disk || this.#adoption || this.#state !== 'open') return;
    const disk = this.#disk;
    this.#adoption = disk.adopt().finally(() => {
      this.#adoption = null;
      this.#refill();
    });
  }

  /** Brings back from disk what memory has room for. */
  #refill(): void {
    const disk = this.#disk;
    if (!disk || this.#replay || this.#state === 'closed') return;
    if (this.#memory.isFuller(REPLAY_BELOW) || disk.diskOnlyEntries() === 0) return;
    const { queueEntries, queueBytes } = this.#options.knobs;
    const entries = Math.max(1, Math.min(REPLAY_ENTRIES, Math.floor(queueEntries / 4)));
    this.#replay = disk
      .replay(entries, Math.max(1, Math.floor(queueBytes / 4)), (item) => {
        this.#counters.replayed.add(item.place);
        this.#memory.push(item);
        this.#sender.watch(item.entry.acceptedAt);
      })
      .finally(() => {
        this.#replay = null;
        this.#refill();
        this.#sender.pump();
      });
  }

  #every(ms: number, work: () => void): void {
    const cancel = this.#options.time.after(ms, () => {
      this.#cancels.delete(cancel);
      work();
      if (this.#state === 'open') this.#every(ms, work);
    });
    this.#cancels.add(cancel);
  }

  async #end(timeoutMs: number): Promise<boolean> {
    this.#tellDrops(true);
    this.#state = 'closing';
    for (const cancel of this.#cancels) cancel();
    if (this.#turnEnd) clearImmediate(this.#turnEnd);
    const isSent = await this.flush({ timeoutMs });
    await this.#sender.stop();
    this.writeOut();
    this.#state = 'closed';
    await this.#replay;
    if (this.#disk) await this.#disk.close();
    await this.#adoption;
    this.#countLost();
    await this.#options.sink.close?.();
    return isSent;
  }

  /** After the end, what no file holds is gone. */
  #countLost(): void {
    const reason: DropReason = this.#options.folder === null ? 'queue-full' : 'disk-full';
    const lost = [...this.#memory, ...this.#sender.items()].filter((item) => !item.segment || item.segment.isGone);
    for (const item of lost) {
      this.#memory.release(item);
      this.#drop(item, reason);
    }
    if (lost.length > 0)
      this.#options.tell(
        'lost',
        `${this.name}: ${lost.length} record(s) could neither be sent nor kept at the shutdown`,
      );
  }
}

function acceptedAt(item: Item): number {
  return item.entry.acceptedAt;
}
