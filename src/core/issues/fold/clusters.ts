/**
 * Disjoint sets with union by size and path halving (Tarjan & van Leeuwen 1984, https://doi.org/10.1145/62.2160): near constant per step.
 */
export class Clusters {
  readonly #parent: Int32Array;
  readonly #size: Int32Array;

  constructor(count: number) {
    this.#parent = Int32Array.from({ length: count }, (_, index) => index);
    this.#size = new Int32Array(count).fill(1);
  }

  find(index: number): number {
    const parent = this.#parent;
    let at = index;
    while (parent[at] !== at) {
      const up = parent[parent[at] as number] as number;
      parent[at] = up;
      at = up;
    }
    return at;
  }

  /** Joins both sets and returns the root of the joined one. */
  join(a: number, b: number): number {
    const left = this.find(a);
    const right = this.find(b);
    if (left === right) return left;
    const isLeftLarger = (this.#size[left] as number) >= (this.#size[right] as number);
    const [root, child] = isLeftLarger ? [left, right] : [right, left];
    this.#parent[child] = root;
    this.#size[root] = (this.#size[root] as number) + (this.#size[child] as number);
    return root;
  }

  /** The sets, each ascending, in the order of their first member. */
  groups(): number[][] {
    const byRoot = new Map<number, number[]>();
    for (let index = 0; index < this.#parent.length; index++) {
      const root = this.find(index);
      const group = byRoot.get(root);
      if (group) group.push(index);
      else byRoot.set(root, [index]);
    }
    return [...byRoot.values()];
  }
}
