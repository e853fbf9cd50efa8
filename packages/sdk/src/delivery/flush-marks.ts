interface Mark {
  order: number;
  outstanding: number;
  /** Some of it will never be sent. */
  isLost: boolean;
  finish: (isSent: boolean) => void;
}

/** Those who wait until everything accepted before a moment is sent. */
export class FlushMarks {
  readonly #marks = new Set<Mark>();

  get isEmpty(): boolean {
    return this.#marks.size === 0;
  }

  add(mark: Mark): void {
    this.#marks.add(mark);
  }

  remove(mark: Mark): void {
    this.#marks.delete(mark);
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
