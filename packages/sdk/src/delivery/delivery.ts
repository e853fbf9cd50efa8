import type { Entry, Level } from '../record.ts';
import type { Sink } from '../sinks/sink.ts';

/**
 * The way of entries to one sink. Guarantee: an accepted entry is sent, or waits (memory, disk), or was counted as dropped, folded or
 * dead; at every instant
 * `queued (adopted too) = sent + deadLettered + dropped + folded + waiting`.
 */
export interface Delivery {
  readonly name: string;
  /**
   * Takes an entry. False: it was refused (audit with nowhere to keep it, or after the shutdown). Entries of `record` durability
   * are on disk when this returns; those of `turn` at the end of the event-loop turn.
   */
  accept(entry: Entry, durability?: Durability): boolean;
  /** Resolves once everything accepted before the call is on disk and fsynced; rejects when that cannot be. For audit. */
  persisted(): Promise<void>;
  /** True when everything accepted before was sent within the time; what was not stays on disk. */
  flush(options?: FlushOptions): Promise<boolean>;
  /** Flushes, then leaves on disk what could not be sent; a call afterwards is refused. Default 5,000 ms. */
  shutdown(options?: { timeoutMs?: number }): Promise<boolean>;
  /** For `exit` and `uncaughtExceptionMonitor`: the rest of memory onto disk, synchronously. */
  writeOut(): void;
  /** Reading changes nothing. */
  counters(): DeliveryCounters;
  gauges(): DeliveryGauges;
}

export interface FlushOptions {
  timeoutMs?: number;
  /** False: nobody waits for the outcome, and the process may end without it. Default true. */
  keepsAlive?: boolean;
}

/** `turn`: one write at the end of each event-loop turn or at 64 KiB. `record`: before the call returns. `overflow`: only at 80 % of the queue or with the sink down. */
export type Durability = 'turn' | 'record' | 'overflow';

export type CounterLevel = Level | 'audit';
export type ByLevel = Readonly<Record<CounterLevel, number>>;

/** Since the start, by level; counts are records (an entry that stands for many counts as one, `folded` has the rest). */
export interface DeliveryCounters {
  queued: ByLevel;
  sent: ByLevel;
  spilled: ByLevel;
  replayed: ByLevel;
  dropped: Readonly<Record<DropReason, ByLevel>>;
  retried: ByLevel;
  deadLettered: ByLevel;
  duplicate: ByLevel;
}

/** `queue-full`: oldest first out of memory. `disk-full`: nowhere left. `after-shutdown`. `torn`: a cut or damaged record of a dead process's file. */
export type DropReason = 'queue-full' | 'disk-full' | 'after-shutdown' | 'torn';

export interface DeliveryGauges {
  /** Entries and bytes in memory. */
  queueEntries: number;
  queueBytes: number;
  /** Entries and bytes on disk that are not sent. */
  spillEntries: number;
  spillBytes: number;
  /** Entries that are neither sent nor lost, wherever they are. */
  waiting: number;
  /** ms since the oldest of them was accepted; 0 when none waits. */
  oldestAgeMs: number;
  inFlight: number;
  batchEntries: number;
  batchBytes: number;
  concurrency: number;
  /** Exponentially weighted mean, ms. */
  roundTripMs: number;
  /** Null: the sink takes entries. */
  problem: { kind: 'down' | 'held' | 'disk'; since: number; reason: string; remedy: string | null } | null;
}

/** What was dropped of one level since the last report. */
export interface DropSummary {
  level: CounterLevel;
  count: number;
  reasons: readonly DropReason[];
  /** Epoch ms of the first and of the last. */
  from: number;
  to: number;
}

export interface DeliveryOptions {
  sink: Sink;
  /** Where segments and dead letters stand; null: no disk, said at the start. */
  folder: string | null;
  /** Called for own troubles (standard error by default); at most one line per kind and 30 s. */
  onTrouble?: (line: string) => void;
  /**
   * Makes the record that tells of drops, once the sink takes entries again; null: none is wanted (a stream that takes no log records). By default
   * a native event of the logger `guardian.delivery`.
   */
  describeDrops?: (drop: DropSummary) => Entry | null;
  /** Replaces monotonic time, wall time and timers in tests. */
  time?: DeliveryTime;
  knobs?: Partial<DeliveryKnobs>;
}

export interface DeliveryTime {
  /** Monotonic ms. */
  now(): number;
  /** Epoch ms. */
  wall(): number;
  /** Unreferenced: never keeps the process alive. Gives the way to cancel. */
  after(ms: number, work: () => void): () => void;
  random(): number;
}

/** Every bound of a delivery; bytes, entries, ms. */
export interface DeliveryKnobs {
  queueEntries: number;
  queueBytes: number;
  /** No entry waits longer for its batch (which leaves 5 % earlier, to be there by then); nothing that arrives postpones it. */
  flushAfterMs: number;
  batchEntries: number;
  minBatchEntries: number;
  maxBatchEntries: number;
  batchBytes: number;
  maxBatchBytes: number;
  maxConcurrency: number;
  timeoutMs: number;
  minRetryMs: number;
  maxRetryMs: number;
  holdRetryMs: number;
  durability: Durability;
  turnBytes: number;
  fsyncEveryMs: number;
  segmentBytes: number;
  diskBytes: number;
  /** Share of `diskBytes` that only warn, error, fatal and audit may use. */
  reservedShare: number;
  deadLetterBytes: number;
}

/** The defaults, each with its reason beside it. */
export const DEFAULT_DELIVERY: DeliveryKnobs = {
  queueEntries: 10_000,
  queueBytes: 16 * 1024 * 1024,
  flushAfterMs: 1_000,
  batchEntries: 100,
  minBatchEntries: 1,
  maxBatchEntries: 10_000,
  batchBytes: 256 * 1024,
  maxBatchBytes: 5 * 1024 * 1024,
  maxConcurrency: 8,
  timeoutMs: 10_000,
  minRetryMs: 200,
  maxRetryMs: 30_000,
  holdRetryMs: 30_000,
  durability: 'turn',
  turnBytes: 64 * 1024,
  fsyncEveryMs: 500,
  segmentBytes: 8 * 1024 * 1024,
  diskBytes: 512 * 1024 * 1024,
  reservedShare: 0.25,
  deadLetterBytes: 64 * 1024 * 1024,
};
