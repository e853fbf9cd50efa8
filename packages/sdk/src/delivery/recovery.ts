import type { DeliveryKnobs, DeliveryTime } from './delivery.ts';
import type { Disk } from './disk.ts';
import type { Item } from './item.ts';
import type { Memory } from './memory.ts';
import { BEAT_EVERY_MS } from './owner.ts';
import type { Sender } from './sender.ts';

const ADOPT_EVERY_MS = 60_000;
/** With less than that in memory, entries come back from disk. */
const REPLAY_BELOW = 0.5;
const REPLAY_ENTRIES = 2_000;

export interface RecoveryOptions {
  disk: Disk;
  memory: Memory;
  sender: Sender;
  knobs: DeliveryKnobs;
  time: DeliveryTime;
  /** It is in memory again. */
  onReplayed: (item: Item) => void;
}

/** What comes back from disk: our own entries once memory has room, and those that dead processes left, looked for again and again. */
export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #timers = new Set<() => void>();
  #adoption: Promise<void> | null = null;
  #replay: Promise<void> | null = null;
  #isStopped = false;
  #isClosed = false;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** The look through what dead processes left that is under way; null when none is. */
  get adoption(): Promise<void> | null {
    return this.#adoption;
  }

  start(): void {
    this.#every(ADOPT_EVERY_MS, () => this.#adopt());
    this.#every(BEAT_EVERY_MS, () => this.#options.disk.beat());
    this.#adopt();
  }

  /** Brings back from disk what memory has room for. */
  refill(): void {
    const { disk, memory, sender, knobs, onReplayed } = this.#options;
    if (this.#replay || this.#isClosed) return;
    if (memory.isFuller(REPLAY_BELOW) || disk.diskOnlyEntries() === 0) return;
    const entries = Math.max(1, Math.min(REPLAY_ENTRIES, Math.floor(knobs.queueEntries / 4)));
    this.#replay = disk.replay(entries, Math.max(1, Math.floor(knobs.queueBytes / 4)), onReplayed).finally(() => {
      this.#replay = null;
      this.refill();
      sender.pump();
    });
  }

  /** The look that is under way is through, or the time is over. */
  adopted(timeoutMs: number): Promise<void> {
    const adoption = this.#adoption ?? Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.time.after(timeoutMs, resolve);
      void adoption.finally(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Nothing more is taken over; what is ours still comes back. */
  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#timers) cancel();
  }

  /** Nothing comes back any more; resolves when the replay under way is through. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#replay;
  }

  #adopt(): void {
    if (this.#adoption || this.#isStopped) return;
    this.#adoption = this.#options.disk.adopt().finally(() => {
      this.#adoption = null;
      this.refill();
    });
  }

  #every(ms: number, work: () => void): void {
    const cancel = this.#options.time.after(ms, () => {
      this.#timers.delete(cancel);
      work();
      if (!this.#isStopped) this.#every(ms, work);
    });
    this.#timers.add(cancel);
  }
}
