import type { EntryWindow } from './entry-window.ts';
import { NEWLINE } from './json-bytes.ts';
import { DepthSkip, findInlineEntry, findLineEntry } from './resync.ts';

type Aim = 'line-end' | 'line-entry' | 'inline-entry' | 'value-end';

/**
 * The way on from what is no entry. After a broken or oversized entry it is the next line that begins like the broken one's (a raw line end cannot stand
 * inside a JSON string), or, when entries share a line, the next object that begins with a member of LogEntry. Nothing is buffered meanwhile.
 */
export class NextEntrySearch {
  #aim: Aim | null = null;
  #indent: Buffer = Buffer.alloc(0);
  #value = new DepthSkip();

  get isUnderWay(): boolean {
    return this.#aim !== null;
  }

  /** What it passes over may hold the end of the array: it is in the middle of entries. */
  get isAmongEntries(): boolean {
    return this.#aim !== 'line-end';
  }

  /** For the end of this line. */
  beginForLineEnd(): void {
    this.#aim = 'line-end';
  }

  /** For a line that begins so; null: for an entry within a line. */
  beginForEntry(indent: Buffer | null): void {
    this.#aim = indent ? 'line-entry' : 'inline-entry';
    this.#indent = indent ?? this.#indent;
  }

  /** For the end of the value that begins where it starts, whatever its size. */
  beginForValueEnd(): void {
    this.#aim = 'value-end';
    this.#value = new DepthSkip();
  }

  /** Where entries go on, which ends it; else `~index` from which to search on when there are more bytes. */
  search(window: EntryWindow, from: number, isFinal: boolean): number {
    const found = this.#find(window, from, isFinal);
    if (found >= 0) this.#aim = null;
    return found;
  }

  #find({ bytes, filled }: EntryWindow, from: number, isFinal: boolean): number {
    switch (this.#aim) {
      case 'line-end': {
        const end = bytes.subarray(0, filled).indexOf(NEWLINE, from);
        return end < 0 ? ~filled : end + 1;
      }
      case 'line-entry':
        return findLineEntry(bytes, from, filled, this.#indent);
      case 'inline-entry':
        return findInlineEntry(bytes, from, filled, isFinal);
      case 'value-end': {
        const end = this.#value.skip(bytes, from, filled);
        return end < 0 ? ~filled : end;
      }
      case null:
        return from;
      default:
        return this.#aim satisfies never;
    }
  }
}
