import type { Delivery, DeliveryTime } from '../delivery/delivery.ts';
import type { UsageCounters } from './usage-counters.ts';
import { USAGE_BOUNDS } from './usage-record.ts';
import { uuidV7 } from './uuid-v7.ts';

/** Numbers the records of one sender and hands them over as entries. */
export class Outbox {
  readonly senderJson: string;
  readonly #sender: string;
  readonly #delivery: Delivery;
  readonly #counters: UsageCounters;
  readonly #time: DeliveryTime;
  /** The number of the next record. */
  sequence = 1;

  constructor(
    { delivery, service, revision }: { delivery: Delivery; service: string; revision?: string | undefined },
    { time, counters }: { time: DeliveryTime; counters: UsageCounters },
  ) {
    this.#sender = uuidV7(time.wall());
    this.#delivery = delivery;
    this.#counters = counters;
    this.#time = time;
    const fields: Record<string, string> = { service: service.slice(0, USAGE_BOUNDS.service), sender: this.#sender };
    if (revision !== undefined) fields.revision = revision.slice(0, USAGE_BOUNDS.revision);
    this.senderJson = JSON.stringify(fields).slice(1, -1);
  }

  /** A line that stands for `records`, the first of which has the number `sequence`. */
  send(line: string, records: number): void {
    const first = this.sequence;
    this.sequence += records;
    const isTaken = this.#delivery.accept({
      id: `${this.#sender}-${first.toString(36)}`,
      sequence: first,
      level: 'info',
      line,
      bytes: Buffer.byteLength(line),
      acceptedAt: this.#time.now(),
      count: records,
    });
    if (!isTaken) this.#counters.lost += records;
  }

  /** One record with an own line; `fields` is JSON without braces. */
  sendRecord(kind: string, at: number, fields: string): void {
    const time = new Date(at).toISOString();
    this.send(
      `{"kind":"${kind}","id":"${uuidV7(at)}","time":"${time}",${this.senderJson},"sequence":${this.sequence},${fields}}`,
      1,
    );
  }
}
