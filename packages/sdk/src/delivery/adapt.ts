import type { DeliveryKnobs } from './delivery.ts';

/** Weight of the newest round trip in the mean and in the deviation. */
const ALPHA = 0.4;
const DEVIATIONS = 2.5;
const DECREASE = 0.9;

export interface Targets {
  batchEntries: number;
  batchBytes: number;
  concurrency: number;
  /** Mean, ms; 0 before the first. */
  roundTripMs: number;
}

/**
 * How much is sent at once, by what the other side bears: additive increase, multiplicative decrease. Each round trip at or under the mean adds one
 * (one entry and its share of bytes to the batch, one to the concurrency); one beyond the mean plus 2.5 deviations, a 429, 503 or time-out takes a
 * tenth. Between the two nothing changes. Mean and deviation weigh exponentially (Finch, "Incremental calculation of weighted mean and variance",
 * 2009); the deviation starts at half of the first round trip, as RFC 6298 does, so that the second is not an outlier by definition.
 */
export class Adaptation {
  readonly #knobs: DeliveryKnobs;
  readonly #bytesPerEntry: number;
  #entries: number;
  #bytes: number;
  #concurrency = 1;
  #mean = 0;
  #variance = 0;

  constructor(knobs: DeliveryKnobs) {
    this.#knobs = knobs;
    this.#entries = knobs.batchEntries;
    this.#bytes = knobs.batchBytes;
    this.#bytesPerEntry = knobs.batchBytes / knobs.batchEntries;
  }

  targets(): Targets {
    return {
      batchEntries: Math.floor(this.#entries),
      batchBytes: Math.floor(this.#bytes),
      concurrency: Math.floor(this.#concurrency),
      roundTripMs: this.#mean,
    };
  }

  /** Entries a batch may have now. */
  get entries(): number {
    return Math.floor(this.#entries);
  }

  get bytes(): number {
    return Math.floor(this.#bytes);
  }

  get concurrency(): number {
    return Math.floor(this.#concurrency);
  }

  /** An answer that took so long. */
  answered(roundTripMs: number): void {
    if (this.#mean === 0) {
      this.#mean = roundTripMs;
      this.#variance = (roundTripMs / 2) ** 2;
      this.#increase();
      return;
    }
    if (roundTripMs <= this.#mean) this.#increase();
    else if (roundTripMs > this.#mean + DEVIATIONS * Math.sqrt(this.#variance)) this.overloaded();
    const difference = roundTripMs - this.#mean;
    this.#mean += ALPHA * difference;
    this.#variance = (1 - ALPHA) * (this.#variance + ALPHA * difference ** 2);
  }

  /** 429, 503, time-out. */
  overloaded(): void {
    this.#set(this.#entries * DECREASE, this.#bytes * DECREASE);
    this.#concurrency = Math.max(1, this.#concurrency * DECREASE);
  }

  /** 413: what was sent was too much by its size alone. */
  tooLarge(entries: number, bytes: number): void {
    this.#set(Math.min(this.#entries, entries / 2), Math.min(this.#bytes, bytes / 2));
  }

  #increase(): void {
    this.#set(this.#entries + 1, this.#bytes + this.#bytesPerEntry);
    this.#concurrency = Math.min(this.#knobs.maxConcurrency, this.#concurrency + 1);
  }

  #set(entries: number, bytes: number): void {
    const { minBatchEntries, maxBatchEntries, maxBatchBytes } = this.#knobs;
    this.#entries = Math.min(maxBatchEntries, Math.max(minBatchEntries, entries));
    this.#bytes = Math.min(maxBatchBytes, Math.max(1, bytes));
  }
}
