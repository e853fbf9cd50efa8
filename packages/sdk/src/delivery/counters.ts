import type { DeliveryCounters, DropReason } from './delivery.ts';
import { Tally } from './tally.ts';

/** Everything a delivery counts, by level. */
export class Counters {
  readonly queued = new Tally();
  readonly sent = new Tally();
  readonly spilled = new Tally();
  readonly replayed = new Tally();
  readonly retried = new Tally();
  readonly deadLettered = new Tally();
  readonly duplicate = new Tally();
  readonly dropped: Readonly<Record<DropReason, Tally>> = {
    'queue-full': new Tally(),
    'disk-full': new Tally(),
    'after-shutdown': new Tally(),
    torn: new Tally(),
  };

  /** A copy: it does not go on counting. */
  read(): DeliveryCounters {
    return {
      queued: this.queued.byLevel(),
      sent: this.sent.byLevel(),
      spilled: this.spilled.byLevel(),
      replayed: this.replayed.byLevel(),
      retried: this.retried.byLevel(),
      deadLettered: this.deadLettered.byLevel(),
      duplicate: this.duplicate.byLevel(),
      dropped: {
        'queue-full': this.dropped['queue-full'].byLevel(),
        'disk-full': this.dropped['disk-full'].byLevel(),
        'after-shutdown': this.dropped['after-shutdown'].byLevel(),
        torn: this.dropped.torn.byLevel(),
      },
    };
  }
}
