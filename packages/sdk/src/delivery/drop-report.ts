import { randomBytes } from 'node:crypto';
import type { Entry } from '../record.ts';
import type { CounterLevel, DeliveryTime, DropReason, DropSummary } from './delivery.ts';
import { COUNTER_LEVELS } from './tally.ts';

interface Open {
  count: number;
  reasons: Set<DropReason>;
  /** Monotonic ms. */
  from: number;
  to: number;
}

/** Collects what was dropped since the last report, by level: bounded whatever happens. */
export class DropReport {
  readonly #open = new Map<number, Open>();
  readonly #time: DeliveryTime;

  constructor(time: DeliveryTime) {
    this.#time = time;
  }

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  add(place: number, count: number, reason: DropReason): void {
    const now = this.#time.now();
    const open = this.#open.get(place);
    if (!open) {
      this.#open.set(place, { count, reasons: new Set([reason]), from: now, to: now });
      return;
    }
    open.count += count;
    open.reasons.add(reason);
    open.to = now;
  }

  /** What is to be told, once. Instants are counted back from now, so that a wall clock that jumped meanwhile does not stretch the span. */
  take(): DropSummary[] {
    const now = this.#time.now();
    const wall = this.#time.wall();
    const told = [...this.#open].map(([place, { count, reasons, from, to }]) => ({
      level: COUNTER_LEVELS[place]! as CounterLevel,
      count,
      reasons: [...reasons],
      from: Math.round(wall - (now - from)),
      to: Math.round(wall - (now - to)),
    }));
    this.#open.clear();
    return told;
  }
}

/** The record that tells of drops where the client gives none of its own: a native event. */
export function createDropDescriber(sink: string, time: DeliveryTime): (drop: DropSummary) => Entry {
  const prefix = `drop-${randomBytes(8).toString('hex')}`;
  let sequence = 0;
  return ({ level, count, reasons, from, to }) => {
    sequence++;
    const id = `${prefix}-${sequence}`;
    const line = JSON.stringify({
      id,
      time: new Date(time.wall()).toISOString(),
      severity: 'warn',
      message: `${count} ${level} record(s) were dropped on their way to ${sink}`,
      template: '{count} {level} record(s) were dropped on their way to {sink}',
      logger: 'guardian.delivery',
      attributes: {
        category: 'system',
        sink,
        level,
        count,
        reasons,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
      },
    });
    return { id, sequence, level: 'warn', line, bytes: Buffer.byteLength(line), acceptedAt: time.now(), count: 1 };
  };
}
