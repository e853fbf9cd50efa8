interface MatchNearestOptions<Item> {
  /** Ascending by position. */
  items: readonly Item[];
  isPair(a: Item, b: Item): boolean;
  distance(a: Item, b: Item): number;
  /** False refuses the pair. */
  join(a: Item, b: Item): boolean;
}

/**
 * One-to-one matching of two kinds of points on a line, nearest pair first. The nearest pair of two kinds always stands side by side
 * once matched points are taken out, so a linked list and a heap of neighbours do it in n log n.
 */
export function matchNearest<Item>({ items, isPair, distance, join }: MatchNearestOptions<Item>): void {
  const count = items.length;
  const previous = Int32Array.from({ length: count }, (_, index) => index - 1);
  const next = Int32Array.from({ length: count }, (_, index) => (index + 1 < count ? index + 1 : -1));
  const isTaken = new Uint8Array(count);
  const heap = new PairHeap();
  const offer = (left: number, right: number) => {
    if (left < 0 || right < 0) return;
    const a = items[left] as Item;
    const b = items[right] as Item;
    if (isPair(a, b)) heap.push({ distance: distance(a, b), left, right });
  };
  for (let index = 0; index + 1 < count; index++) offer(index, index + 1);
  for (let pair = heap.pop(); pair; pair = heap.pop()) {
    const { left, right } = pair;
    if (isTaken[left] || isTaken[right] || next[left] !== right) continue;
    if (!join(items[left] as Item, items[right] as Item)) continue;
    isTaken[left] = 1;
    isTaken[right] = 1;
    const before = previous[left] as number;
    const after = next[right] as number;
    if (before >= 0) next[before] = after;
    if (after >= 0) previous[after] = before;
    offer(before, after);
  }
}

interface Pair {
  distance: number;
  left: number;
  right: number;
}

/** A binary heap, nearest pair on top, the earlier one on a tie. */
class PairHeap {
  readonly #pairs: Pair[] = [];

  push(pair: Pair): void {
    const pairs = this.#pairs;
    let at = pairs.push(pair) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!isBefore(pair, pairs[up] as Pair)) break;
      pairs[at] = pairs[up] as Pair;
      at = up;
    }
    pairs[at] = pair;
  }

  pop(): Pair | undefined {
    const pairs = this.#pairs;
    const top = pairs[0];
    const last = pairs.pop();
    if (top === undefined || last === undefined || pairs.length === 0) return top;
    let at = 0;
    for (let child = 1; child < pairs.length; child = 2 * at + 1) {
      if (child + 1 < pairs.length && isBefore(pairs[child + 1] as Pair, pairs[child] as Pair)) child++;
      if (!isBefore(pairs[child] as Pair, last)) break;
      pairs[at] = pairs[child] as Pair;
      at = child;
    }
    pairs[at] = last;
    return top;
  }
}

function isBefore(a: Pair, b: Pair): boolean {
  return a.distance !== b.distance ? a.distance < b.distance : a.left < b.left;
}
