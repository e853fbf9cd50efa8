import type { EntryOutcome, SendOutcome, Sink } from '../sinks/sink.ts';
import type { TellTrouble } from '../trouble.ts';
import { Adaptation } from './adapt.ts';
import type { DeliveryKnobs, DeliveryTime } from './delivery.ts';
import type { Item } from './item.ts';
import type { Memory } from './memory.ts';
import { reasonOf } from './reason-of.ts';
import { SinkHealth } from './sink-health.ts';

/** Of its age bound, that a batch leaves earlier: a timer and the way to the receiver take their time, and the bound is what is promised. */
const LEAD = 0.05;

export interface SenderOptions {
  sink: Sink;
  knobs: DeliveryKnobs;
  time: DeliveryTime;
  tell: TellTrouble;
  memory: Memory;
  /** Somebody waits: a batch leaves before it is old or full. */
  isUrgent: () => boolean;
  onSent: (items: Item[], duplicates: Item[]) => void;
  /** Never taken. False: it cannot be put away either and is to be tried again. */
  onRefused: (item: Item, reason: string) => boolean;
  onRetried: (items: readonly Item[]) => void;
  /** The other side stopped taking entries. */
  onDown: () => void;
  /** After each answer, whatever it was. */
  onAnswer: () => void;
}

/** Makes batches and sends them; what becomes of each entry is told to the owner. A batch that failed goes first next time, as it was. */
export class Sender {
  readonly health: SinkHealth;
  readonly adaptation: Adaptation;
  readonly #options: SenderOptions;
  /** Batches to be sent as they are, before any new one: failed ones, halves. */
  readonly #parts: Item[][] = [];
  readonly #flights = new Map<AbortController, { batch: Item[]; end: Promise<void> }>();
  #wakeAt = Number.POSITIVE_INFINITY;
  #cancelWake: (() => void) | null = null;
  #isStopped = false;
  readonly #waitMs: number;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#waitMs = options.knobs.flushAfterMs * (1 - LEAD);
    this.health = new SinkHealth(options.knobs, options.time);
    this.adaptation = new Adaptation(options.knobs);
  }

  get inFlight(): number {
    return this.#flights.size;
  }

  /** What batches hold. */
  *items(): Iterable<Item> {
    for (const part of this.#parts) yield* part;
    for (const { batch } of this.#flights.values()) yield* batch;
  }

  hasFullBatch(): boolean {
    const { waitingEntries, waitingBytes } = this.#options.memory;
    return waitingEntries >= this.adaptation.entries || waitingBytes >= this.adaptation.bytes;
  }

  /** Sends what may be sent now, and wakes itself when the next may. */
  pump(): void {
    while (!this.#isStopped) {
      const now = this.#options.time.now();
      if (this.health.isOpen) {
        if (this.#flights.size >= this.adaptation.concurrency) return;
      } else {
        if (this.#flights.size > 0) return;
        if (now < this.health.retryAt) {
          this.#wake(this.health.retryAt);
          return;
        }
      }
      const batch = this.#nextBatch(now);
      if (!batch) return;
      this.#fly(batch, now);
    }
  }

  /** Something waits in memory: its age is watched from now on. */
  watch(acceptedAt: number): void {
    if (this.#wakeAt === Number.POSITIVE_INFINITY) this.#wake(acceptedAt + this.#waitMs);
  }

  /** Ends what is under way; its entries count as not sent. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelWake?.();
    const flights = [...this.#flights];
    for (const [controller] of flights) controller.abort(new Error('the delivery was shut down'));
    await Promise.all(flights.map(([, { end }]) => end));
  }

  #nextBatch(now: number): Item[] | null {
    const part = this.#parts.shift();
    if (part) return part;
    const { memory, sink, isUrgent } = this.#options;
    if (memory.waitingEntries === 0) return null;
    const entries = Math.min(this.adaptation.entries, sink.limits?.entries ?? Number.POSITIVE_INFINITY);
    const bytes = Math.min(this.adaptation.bytes, sink.limits?.bytes ?? Number.POSITIVE_INFINITY);
    const dueAt = memory.oldestAt()! + this.#waitMs;
    const isFull = memory.waitingEntries >= entries || memory.waitingBytes >= bytes;
    if (isFull || now >= dueAt || !this.health.isOpen || isUrgent()) return memory.takeBatch(entries, bytes);
    this.#wake(dueAt);
    return null;
  }

  #fly(batch: Item[], startedAt: number): void {
    const controller = new AbortController();
    const end = this.#attempt(batch, controller).then((outcome) => {
      this.#flights.delete(controller);
      this.#digest(batch, outcome, startedAt);
      this.#options.onAnswer();
      this.pump();
    });
    this.#flights.set(controller, { batch, end });
  }

  /** Ends at the time-out and at the shutdown even if the sink does not. */
  #attempt(batch: Item[], controller: AbortController): Promise<SendOutcome> {
    const { sink, time, knobs } = this.#options;
    return new Promise((resolve) => {
      const give = (outcome: SendOutcome) => {
        cancel();
        resolve(outcome);
      };
      const cancel = time.after(knobs.timeoutMs, () => {
        resolve({
          kind: 'retry',
          reason: `no answer within ${knobs.timeoutMs} ms`,
          retryAfterMs: null,
          isOverloaded: true,
        });
        controller.abort(new Error('time-out'));
      });
      const { signal } = controller;
      signal.addEventListener('abort', () => give(retry(String((signal.reason as Error).message))), { once: true });
      Promise.resolve()
        .then(() => sink.send(batch.map(entryOf), signal))
        .then(give, (error: unknown) => give(retry(reasonOf(error))));
    });
  }

  #digest(batch: Item[], outcome: SendOutcome, startedAt: number): void {
    switch (outcome.kind) {
      case 'answered':
        this.adaptation.answered(outcome.roundTripMs);
        this.health.answered(startedAt);
        this.#settle(batch, outcome.outcomes, startedAt);
        return;
      case 'retry':
        if (outcome.isOverloaded) this.adaptation.overloaded();
        this.#again(batch, startedAt, outcome.reason, outcome.retryAfterMs);
        return;
      case 'hold':
        this.#parts.unshift(batch);
        if (this.#isStopped) return;
        this.health.held(outcome.reason, outcome.remedy);
        this.#options.onRetried(batch);
        this.#options.tell(
          'held',
          `${this.#options.sink.name}: ${outcome.reason}. Records are kept. ${outcome.remedy}`,
        );
        this.#options.onDown();
        return;
      case 'too-large':
        this.health.answered(startedAt);
        this.adaptation.tooLarge(batch.length, bytesOf(batch));
        this.#halve(batch, 'too large for the receiver, alone', startedAt);
        return;
      case 'bad-batch':
        this.health.answered(startedAt);
        this.#halve(batch, outcome.reason, startedAt);
        return;
      default:
        outcome satisfies never;
    }
  }

  #settle(batch: Item[], outcomes: readonly EntryOutcome[], startedAt: number): void {
    const sent: Item[] = [];
    const duplicates: Item[] = [];
    const again: Item[] = [];
    let reason = 'the answer did not tell of every record';
    batch.forEach((item, index) => {
      const outcome = outcomes[index];
      if (outcome?.kind === 'sent') sent.push(item);
      else if (outcome?.kind === 'duplicate') duplicates.push(item);
      else if (outcome?.kind !== 'refused' || !this.#options.onRefused(item, outcome.reason)) {
        again.push(item);
        reason = outcome?.reason ?? reason;
      }
    });
    this.#options.onSent(sent, duplicates);
    if (again.length === 0) return;
    this.adaptation.overloaded();
    this.#again(again, startedAt, reason, null);
  }

  #again(items: Item[], startedAt: number, reason: string, retryAfterMs: number | null): void {
    this.#parts.unshift(items);
    if (this.#isStopped) return;
    this.health.failed(startedAt, reason, retryAfterMs);
    this.#options.onRetried(items);
    this.#options.tell('down', `${this.#options.sink.name} takes no records: ${reason}. They are kept and tried again`);
    this.#options.onDown();
  }

  #halve(batch: Item[], reason: string, startedAt: number): void {
    if (batch.length > 1) {
      const middle = batch.length >>> 1;
      this.#parts.unshift(batch.slice(0, middle), batch.slice(middle));
      return;
    }
    if (!this.#options.onRefused(batch[0]!, reason)) this.#again(batch, startedAt, reason, null);
  }

  #wake(at: number): void {
    if (at >= this.#wakeAt) return;
    this.#cancelWake?.();
    this.#wakeAt = at;
    // Timers round down: woken a moment too early, it would look again at once.
    this.#cancelWake = this.#options.time.after(Math.max(0, Math.ceil(at - this.#options.time.now())), () => {
      this.#wakeAt = Number.POSITIVE_INFINITY;
      this.pump();
    });
  }
}

function entryOf(item: Item): Item['entry'] {
  return item.entry;
}

function bytesOf(batch: Item[]): number {
  let sum = 0;
  for (const { entry } of batch) sum += entry.bytes;
  return sum;
}

function retry(reason: string): SendOutcome {
  return { kind: 'retry', reason, retryAfterMs: null, isOverloaded: false };
}
