import type { DeliveryTime } from './delivery.ts';

interface Mark {
  order: number;
  outstanding: number;
  /** Some of it will never be sent. */
  isLost: boolean;
  finish: (isSent: boolean) => void;
}

export interface FlushWait {
  /** Of the last entry that is waited for. */
  order: number;
  /** How many of those up to it are neither sent nor lost, above 0. */
  outstanding: number;
  timeoutMs: number;
  /** The process stays alive for the outcome. */
  keepsAlive: boolean;
}

/** Those who wait until everything accepted before a moment is sent. */
export class FlushMarks {
  readonly #marks = new Set<Mark>();
  readonly #time: DeliveryTime;

  constructor(time: DeliveryTime) {
    this.#time = time;
  }

  get isEmpty(): boolean {
    return this.#marks.size === 0;
  }

  /** True once all of it is sent; false when some of it is lost, or the time is over. */
  wait({ order, outstanding, timeoutMs, keepsAlive }: FlushWait): Promise<boolean> {
    return new Promise((resolve) => {
      // Who waits for the outcome gets it, also when nothing else keeps the process alive meanwhile.
      const keepAlive = keepsAlive ? setInterval(() => undefined, 2 ** 30) : undefined;
      const finish = (isSent: boolean) => {
        this.#marks.delete(mark);
        cancel();
        clearInterval(keepAlive);
        resolve(isSent);
      };
      const cancel = this.#time.after(timeoutMs, () => finish(false));
      const mark = { order, outstanding, isLost: false, finish };
      this.#marks.add(mark);
    });
  }

  sent(order: number): void {
    for (const mark of this.#marks) if (order <= mark.order) settle(mark, 1);
  }

  /** Some that were accepted between two others will never be sent. */
  lost(firstOrder: number, lastOrder: number, count: number): void {
    for (const mark of this.#marks) {
      if (firstOrder > mark.order) continue;
      mark.isLost = true;
      // How many of them came before the mark is not known: whoever waits learns at once that it was not all sent.
      if (lastOrder > mark.order) mark.finish(false);
      else settle(mark, count);
    }
  }

  /** Entries of earlier processes count as accepted before. */
  adopted(entries: number): void {
    for (const mark of this.#marks) mark.outstanding += entries;
  }
}

function settle(mark: Mark, count: number): void {
  mark.outstanding -= count;
  if (mark.outstanding <= 0) mark.finish(!mark.isLost);
}
