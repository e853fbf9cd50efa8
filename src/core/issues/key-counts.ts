import { compareText } from './fold/candidate.ts';

/** How often each key came; keys beyond the bound are not told apart, and counted. */
export class KeyCounts {
  readonly #counts = new Map<string, number>();
  readonly #limit: number;
  beyond = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(key: string | null): void {
    if (key === null) return;
    const count = this.#counts.get(key);
    if (count !== undefined) this.#counts.set(key, count + 1);
    else if (this.#counts.size < this.#limit) this.#counts.set(key, 1);
    else this.beyond++;
  }

  /** Descending; equal counts by key. */
  result(): Map<string, number> {
    return new Map([...this.#counts].sort(([a, left], [b, right]) => right - left || compareText(a, b)));
  }
}
