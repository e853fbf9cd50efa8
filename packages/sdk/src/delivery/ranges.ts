/** A set of byte positions as sorted ranges `[from, to)` that touch nowhere: what a segment's replay passes over. */
export class Ranges {
  readonly #froms: number[] = [];
  readonly #tos: number[] = [];

  add(from: number, to: number): void {
    const last = this.#froms.length - 1;
    // Nearly always what comes goes on behind the last.
    if (last < 0 || from > this.#tos[last]!) {
      this.#froms.push(from);
      this.#tos.push(to);
      return;
    }
    const first = this.#firstEndingAtOrAfter(from);
    let count = 0;
    let low = from;
    let high = to;
    while (first + count < this.#froms.length && this.#froms[first + count]! <= high) {
      low = Math.min(low, this.#froms[first + count]!);
      high = Math.max(high, this.#tos[first + count]!);
      count++;
    }
    this.#froms.splice(first, count, low);
    this.#tos.splice(first, count, high);
  }

  has(position: number): boolean {
    return this.endOf(position) !== null;
  }

  /** Where the range that holds the position ends; null when none does. */
  endOf(position: number): number | null {
    const at = this.#firstEndingAtOrAfter(position + 1);
    return at < this.#froms.length && this.#froms[at]! <= position ? this.#tos[at]! : null;
  }

  get length(): number {
    return this.#froms.length;
  }

  #firstEndingAtOrAfter(position: number): number {
    let low = 0;
    let high = this.#tos.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#tos[middle]! < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
