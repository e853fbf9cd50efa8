import type { Entry } from '../record.ts';
import type { TellTrouble } from '../trouble.ts';
import type {
  Delivery,
  DeliveryCounters,
  DeliveryGauges,
  DeliveryKnobs,
  DeliveryOptions,
  DeliveryTime,
  DropSummary,
  Durability,
  FlushOptions,
} from './delivery.ts';
import type { Disk } from './disk.ts';
import { createDropDescriber } from './drop-report.ts';
import { FlushMarks } from './flush-marks.ts';
import { type Places, readGauges, waitingEntries } from './gauges.ts';
import { Intake } from './intake.ts';
import { Ledger } from './ledger.ts';
import { Memory } from './memory.ts';
import { openDisk } from './open-disk.ts';
import { Recovery } from './recovery.ts';
import { Sender } from './sender.ts';
import { TurnEnd } from './turn-end.ts';
import { OVERFLOW_FROM, WriteBehind } from './write-behind.ts';

const DEFAULT_WAIT_MS = 5_000;

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
 * The ledger settles, so it alone sees to the first; the intake finds each entry its place, the write-behind brings memory to disk and the recovery
 * brings back what stands only there; the sender makes batches. The pipe ties them together, and ends them.
 */
export class Pipe implements Delivery {
  readonly name: string;
  readonly #options: PipeOptions;
  readonly #describeDrops: (drop: DropSummary) => Entry | null;
  readonly #marks: FlushMarks;
  readonly #memory: Memory;
  readonly #places: Places;
  readonly #ledger: Ledger;
  readonly #sender: Sender;
  readonly #turn: TurnEnd;
  readonly #intake: Intake;
  /** The three are null together: without a disk. */
  readonly #disk: Disk | null;
  readonly #writes: WriteBehind | null;
  readonly #recovery: Recovery | null;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #ending: Promise<boolean> | null = null;

  constructor(options: PipeOptions) {
    const { sink, knobs, time } = options;
    this.name = sink.name;
    this.#options = options;
    this.#describeDrops = options.describeDrops ?? createDropDescriber(sink.name, time);
    this.#marks = new FlushMarks(time);
    const memory = new Memory(knobs);
    const { disk, problem } = this.#openDisk();
    const ledger = new Ledger({ ...options, name: sink.name, memory, disk, marks: this.#marks });
    const sender = this.#makeSender(memory);
    const turn = new TurnEnd(() => this.#endTurn());
    const parts = { memory, sender, ledger, turn, knobs, time };
    const writes = disk && new WriteBehind({ ...parts, disk, onLeft: (item) => this.#intake.enterByRank(item) });
    this.#intake = new Intake({ ...parts, writes });
    this.#recovery = disk && new Recovery({ ...parts, disk, onReplayed: (item) => this.#intake.takeBack(item) });
    this.#places = { memory, sender, disk, writes, noDisk: problem };
    this.#memory = memory;
    this.#ledger = ledger;
    this.#sender = sender;
    this.#turn = turn;
    this.#disk = disk;
    this.#writes = writes;
    this.#recovery?.start();
  }

  accept(entry: Entry, durability: Durability = this.#options.knobs.durability): boolean {
    if (this.#state === 'open') return this.#intake.take(entry, durability);
    this.#ledger.cameTooLate(entry);
    return false;
  }

  async persisted(): Promise<void> {
    if (!this.#disk) throw new Error('records cannot be kept: there is no folder to write to');
    this.#writes?.writeTurn();
    if (this.#disk.problem) throw new Error(`records cannot be kept: ${this.#disk.problem.reason}`);
    await this.#disk.sync();
  }

  flush({ timeoutMs = DEFAULT_WAIT_MS, keepsAlive = true }: FlushOptions = {}): Promise<boolean> {
    this.#writes?.writeTurn();
    const wait = { timeoutMs, keepsAlive };
    return this.#recovery?.adoption ? this.#flushAdopted(this.#recovery, wait) : this.#flushKnown(wait);
  }

  shutdown({ timeoutMs = DEFAULT_WAIT_MS }: { timeoutMs?: number } = {}): Promise<boolean> {
    this.#ending ??= this.#end(timeoutMs);
    return this.#ending;
  }

  writeOut(): void {
    if (!this.#writes || this.#state === 'closed') return;
    this.#writes.writeTurn();
    this.#writes.copyMemory();
    this.#writes.writeTurn();
  }

  counters(): DeliveryCounters {
    return this.#ledger.counters.read();
  }

  gauges(): DeliveryGauges {
    return readGauges(this.#places, this.#options);
  }

  /** What an earlier process left is looked through first: else one that ends at once would never send it. */
  async #flushAdopted(recovery: Recovery, { timeoutMs, keepsAlive }: Required<FlushOptions>): Promise<boolean> {
    const { time } = this.#options;
    const began = time.now();
    await recovery.adopted(timeoutMs);
    return this.#flushKnown({ timeoutMs: Math.max(0, timeoutMs - (time.now() - began)), keepsAlive });
  }

  #flushKnown(wait: Required<FlushOptions>): Promise<boolean> {
    const outstanding = waitingEntries(this.#places);
    if (outstanding === 0) return Promise.resolve(true);
    this.#sender.health.hurry();
    const isSent = this.#marks.wait({ ...wait, order: this.#intake.order, outstanding });
    this.#recovery?.refill();
    this.#sender.pump();
    return isSent;
  }

  #endTurn(): void {
    this.#writes?.writeTurn();
    this.#recovery?.refill();
    this.#sender.pump();
  }

  #openDisk(): ReturnType<typeof openDisk> {
    return openDisk({
      ...this.#options,
      onAdopted: (entries) => this.#ledger.adopted(entries),
      onLost: (loss) => this.#ledger.lost(loss),
      onBack: () => {
        this.#writes?.copyMemory();
        this.#writes?.writeTurn();
        this.#recovery?.refill();
      },
    });
  }

  #makeSender(memory: Memory): Sender {
    return new Sender({
      ...this.#options,
      memory,
      isUrgent: () => !this.#marks.isEmpty,
      onSent: (items, duplicates) => this.#ledger.sent(items, duplicates),
      onRefused: (item, reason) => this.#ledger.bury(item, reason),
      onRetried: (items) => this.#ledger.retried(items),
      onDown: () => this.#writes?.sinkDown(),
      onAnswer: () => {
        this.#tellDrops();
        this.#recovery?.refill();
      },
    });
  }

  /** Once there is room again, or nothing comes any more. */
  #tellDrops(isLast = false): void {
    const { drops } = this.#ledger;
    if (drops.isEmpty || this.#state !== 'open') return;
    if (!isLast && this.#memory.isFuller(OVERFLOW_FROM)) return;
    for (const drop of drops.take()) {
      const entry = this.#describeDrops(drop);
      if (entry) this.accept(entry);
    }
  }

  async #end(timeoutMs: number): Promise<boolean> {
    this.#tellDrops(true);
    this.#state = 'closing';
    this.#recovery?.stop();
    this.#turn.stop();
    const isSent = await this.flush({ timeoutMs });
    await this.#sender.stop();
    this.writeOut();
    this.#state = 'closed';
    await this.#recovery?.close();
    await this.#disk?.close();
    // Only a closed disk ends it before its last file.
    await this.#recovery?.adoption;
    this.#ledger.ended([...this.#memory, ...this.#sender.items()]);
    await this.#options.sink.close?.();
    return isSent;
  }
}
