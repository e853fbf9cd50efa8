import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Entry } from '../record.ts';
import type { SendOutcome, Sink } from '../sinks/sink.ts';
import { createDelivery } from './create-delivery.ts';
import type { ByLevel, Delivery, DeliveryCounters, DeliveryOptions, DeliveryTime } from './delivery.ts';

/** A folder of the test's own. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-delivery-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let made = 0;

/** An entry as the logger makes it. */
export function entry(given: Partial<Omit<Entry, 'bytes'>> & { message?: string } = {}): Entry {
  const sequence = given.sequence ?? ++made;
  const id = given.id ?? `test-${process.pid.toString(36)}-${sequence.toString(36)}`;
  const level = given.level ?? 'info';
  const line =
    given.line ??
    JSON.stringify({
      id,
      time: '2026-11-21T19:00:00.000Z',
      severity: level === 'audit' ? 'info' : level,
      message: given.message ?? `order ${sequence} paid`,
      logger: 'shop.payments',
      service: 'shop',
      attributes: { category: 'system', sequence },
    });
  return {
    id,
    sequence,
    level,
    line,
    bytes: Buffer.byteLength(line),
    acceptedAt: given.acceptedAt ?? performance.now(),
    count: given.count ?? 1,
  };
}

export function entries(count: number, given: Parameters<typeof entry>[0] = {}): Entry[] {
  return Array.from({ length: count }, () => entry(given));
}

/** Time that stands still until it is moved; what was set for an instant runs when it is reached. */
export class ManualTime implements DeliveryTime {
  #now = 0;
  #wall = Date.UTC(2026, 10, 21, 19);
  #timers: { at: number; work: () => void }[] = [];
  random: () => number = () => 0.5;

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#wall;
  }

  after(ms: number, work: () => void): () => void {
    const timer = { at: this.#now + ms, work };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** The wall clock alone is set to another time. */
  jump(ms: number): void {
    this.#wall += ms;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#wall += Math.max(0, next.at - this.#now);
      this.#now = Math.max(this.#now, next.at);
      next.work();
      await settled();
    }
    this.#wall += end - this.#now;
    this.#now = end;
    await settled();
  }
}

/** Some turns of the event loop: files and promises that are under way come to their end. */
export async function settled(turns = 6): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits for what other threads do (files, sockets): as long as it takes, within the test's own time-out. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Moves the time on, second by second, until it is so; files are real and take their own time. */
export async function advanceUntil(time: ManualTime, isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await time.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

export type Answer = SendOutcome | ((batch: readonly Entry[]) => SendOutcome | Promise<SendOutcome>);

export const SENT: Answer = (batch) => ({
  kind: 'answered',
  outcomes: batch.map(() => ({ kind: 'sent' })),
  roundTripMs: 5,
});
export const DOWN: SendOutcome = {
  kind: 'retry',
  reason: 'connection refused',
  retryAfterMs: null,
  isOverloaded: false,
};

/** A sink that answers as it is told, and remembers. */
export class ScriptedSink implements Sink {
  readonly name = 'scripted';
  readonly batches: Entry[][] = [];
  readonly #script: Answer[] = [];
  answer: Answer = SENT;

  next(...answers: Answer[]): void {
    this.#script.push(...answers);
  }

  /** Ids of what it confirmed, in the order of arrival. */
  readonly stored: string[] = [];

  async send(batch: readonly Entry[]): Promise<SendOutcome> {
    this.batches.push([...batch]);
    const answer = this.#script.shift() ?? this.answer;
    const outcome = typeof answer === 'function' ? await answer(batch) : answer;
    if (outcome.kind === 'answered') {
      batch.forEach(({ id }, index) => {
        if (outcome.outcomes[index]?.kind === 'sent') this.stored.push(id);
      });
    }
    return outcome;
  }
}

/** A delivery that ends with the test, and what it said of its own troubles. */
export function open(options: Partial<DeliveryOptions> & { sink: Sink }): Delivery & { troubles: string[] } {
  const troubles: string[] = [];
  const delivery = createDelivery({ folder: null, onTrouble: (line) => troubles.push(line), ...options });
  onTestFinished(async () => {
    const end = delivery.shutdown({ timeoutMs: 1 });
    if (options.time instanceof ManualTime) await options.time.advance(1);
    await end;
  });
  return Object.assign(delivery, { troubles });
}

export function total(counts: ByLevel): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Both sides of `queued = sent + deadLettered + dropped + waiting`. */
export function balance(delivery: Delivery): { queued: number; accounted: number } {
  const counters = delivery.counters();
  const dropped = totalDropped(counters);
  const { waiting } = delivery.gauges();
  return {
    queued: total(counters.queued),
    accounted: total(counters.sent) + total(counters.deadLettered) + dropped + waiting,
  };
}

export function totalDropped({ dropped }: DeliveryCounters): number {
  return Object.values(dropped).reduce((sum, counts) => sum + total(counts), 0);
}

/** Of all segments below the folder, whoever owns them. */
export function segmentBytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith('.seg'))
    .reduce((sum, file) => sum + (statSync(join(file.parentPath, file.name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** Files below the folder by name, with the folders of owners left out. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => file.name)
    .sort();
}
