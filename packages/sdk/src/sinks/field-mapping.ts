/** What this process knows of the types in the index: bounded, and only ever grows more careful. */
export const MOST_FIELDS = 1_000;

/**
 * Decides which free fields are written as they are. The first thousand paths are mapped; all others, and those that the index refused once by their
 * type, go as text. The index has its own limit beside this one, for other writers.
 */
export class FieldMapping {
  readonly #known = new Set<string>();
  readonly #conflicting = new Set<string>();

  isText(path: string): boolean {
    if (this.#conflicting.has(path)) return true;
    if (this.#known.has(path)) return false;
    if (this.#known.size >= MOST_FIELDS) return true;
    this.#known.add(path);
    return false;
  }

  /** The index maps this path as another type: from now on as text. */
  conflicts(path: string): void {
    if (this.#conflicting.size < MOST_FIELDS) this.#conflicting.add(path);
  }
}
