/** The first `limit` items of an order, whatever order they come in; all are counted. */
export class TopList<Item> {
  readonly #limit: number;
  readonly #compare: (a: Item, b: Item) => number;
  #items: Item[] = [];
  count = 0;

  constructor(limit: number, compare: (a: Item, b: Item) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  add(item: Item): void {
    this.count++;
    this.#items.push(item);
    if (this.#items.length >= 2 * this.#limit + 16) this.#trim();
  }

  result(): Item[] {
    this.#trim();
    return [...this.#items];
  }

  #trim(): void {
    this.#items = this.#items.sort(this.#compare).slice(0, this.#limit);
  }
}
