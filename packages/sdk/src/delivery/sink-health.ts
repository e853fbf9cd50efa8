import type { DeliveryKnobs, DeliveryTime } from './delivery.ts';

export interface SinkProblem {
  kind: 'down' | 'held';
  /** Epoch ms. */
  since: number;
  reason: string;
  remedy: string | null;
}

/**
 * Whether the other side takes entries, and when the next try may be.
 *
 * ```
 * open ──failure──▶ down ──a batch that was sent afterwards is answered──▶ open
 *   └──401, 403, certificate──▶ held ──the same──▶ open
 * ```
 *
 * While not open, one batch at a time is tried: after a wait drawn evenly from 0 to a bound that doubles from 200 ms to 30 s ("full jitter", Brooker,
 * "Exponential Backoff And Jitter", 2015), never before `Retry-After`; every 30 s while held. Batches that were under way together fail as one.
 */
export class SinkHealth {
  readonly #knobs: DeliveryKnobs;
  readonly #time: DeliveryTime;
  #problem: SinkProblem | null = null;
  #failures = 0;
  #failedAt = Number.NEGATIVE_INFINITY;
  #retryAt = 0;
  #notBefore = 0;

  constructor(knobs: DeliveryKnobs, time: DeliveryTime) {
    this.#knobs = knobs;
    this.#time = time;
  }

  get problem(): SinkProblem | null {
    return this.#problem;
  }

  get isOpen(): boolean {
    return this.#problem === null;
  }

  /** Monotonic ms before which nothing is tried; in the past when something may be. */
  get retryAt(): number {
    return this.#retryAt;
  }

  failed(startedAt: number, reason: string, retryAfterMs: number | null): void {
    const now = this.#time.now();
    if (startedAt >= this.#failedAt) this.#failures++;
    const bound = Math.min(this.#knobs.maxRetryMs, this.#knobs.minRetryMs * 2 ** Math.min(this.#failures - 1, 20));
    this.#notBefore = Math.max(this.#notBefore, now + (retryAfterMs ?? 0));
    this.#stop(
      now,
      { kind: 'down', reason, remedy: null },
      Math.max(now + this.#time.random() * bound, this.#notBefore),
    );
  }

  held(reason: string, remedy: string): void {
    const now = this.#time.now();
    this.#stop(now, { kind: 'held', reason, remedy }, now + this.#knobs.holdRetryMs);
  }

  /** The other side answered a batch that started then. True when it is open again by that. */
  answered(startedAt: number): boolean {
    if (this.#problem === null || startedAt < this.#failedAt) return false;
    this.#problem = null;
    this.#failures = 0;
    this.#retryAt = 0;
    return true;
  }

  /** Somebody waits for the outcome: the next try may be at once, if the other side did not say otherwise. */
  hurry(): void {
    this.#retryAt = Math.min(this.#retryAt, Math.max(this.#time.now(), this.#notBefore));
  }

  #stop(now: number, problem: Omit<SinkProblem, 'since'>, retryAt: number): void {
    this.#problem = { ...problem, since: this.#problem?.since ?? this.#time.wall() };
    this.#failedAt = now;
    this.#retryAt = retryAt;
  }
}
