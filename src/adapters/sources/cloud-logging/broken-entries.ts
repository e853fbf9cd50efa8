import type { EntryWindow } from './entry-window.ts';
import type { NextEntrySearch } from './next-entry-search.ts';
import { EXCERPT_BYTES, type ProblemTally } from './problem-tally.ts';
import { findInlineEntry, findLineEntry, indentOf } from './resync.ts';

/** Entries tried inside the rest of a broken one before the search goes on behind the place of failure: keeps the work linear. */
const MAX_TRIES = 16;

/** Counts the entries that cannot be taken, and begins the search for the next one. */
export class BrokenEntries {
  readonly #window: EntryWindow;
  readonly #search: NextEntrySearch;
  readonly #problems: ProblemTally;
  /** Offset behind which a failure belongs to another broken entry. */
  #lastFailure = -1;
  #tries = 0;

  constructor(window: EntryWindow, search: NextEntrySearch, problems: ProblemTally) {
    this.#window = window;
    this.#search = search;
    this.#problems = problems;
  }

  /** An entry was whole: what comes is no rest of a broken one. */
  forget(): void {
    this.#tries = 0;
  }

  /**
   * The entry at `start` is no JSON at `failedAt`, or (`isCut`) the input ends inside it. Gives from where the search goes on; null when more bytes are
   * needed to tell of it.
   */
  passBroken(
    start: number,
    { failedAt, isCut, isFinal }: { failedAt: number; isCut: boolean; isFinal: boolean },
  ): number | null {
    const { bytes, filled, base } = this.#window;
    if (filled - start < EXCERPT_BYTES && !isFinal) return null;
    const indent = indentOf(bytes, start, base);
    const next = indent
      ? findLineEntry(bytes, start + 1, filled, indent)
      : findInlineEntry(bytes, start + 1, filled, isFinal);
    const isSameFailure = base + start < this.#lastFailure;
    if (!isSameFailure) {
      const kind = isCut && next < 0 ? 'truncated-input' : 'broken-entry';
      this.#problems.add(kind, this.#window.position(start), this.#window.excerpt(start));
    }
    this.#tries = isSameFailure ? this.#tries + 1 : 0;
    this.#lastFailure = Math.max(this.#lastFailure, base + failedAt);
    this.#search.beginForEntry(indent);
    return this.#tries > MAX_TRIES ? Math.max(start + 1, failedAt) : start + 1;
  }

  /** The entry at `start` has more bytes than `limit`. Gives from where the search goes on. */
  passOversized(start: number, limit: number): number {
    const detail = `an entry over ${limit} bytes: ${this.#window.excerpt(start)}`;
    this.#problems.add('oversized-line', this.#window.position(start), detail);
    const indent = indentOf(this.#window.bytes, start, this.#window.base);
    if (indent) this.#search.beginForEntry(indent);
    else this.#search.beginForValueEnd();
    return indent ? start + 1 : start;
  }
}
