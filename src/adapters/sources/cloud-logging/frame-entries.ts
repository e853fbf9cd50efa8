import { BrokenEntries } from './broken-entries.ts';
import { EntryWindow } from './entry-window.ts';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
} from './json-bytes.ts';
import type { EntryKeeper } from './keep-entries.ts';
import { NextEntrySearch } from './next-entry-search.ts';
import type { ScanOptions } from './options.ts';
import { EXCERPT_BYTES, type ProblemTally } from './problem-tally.ts';
import { isWrapper, memberEnd } from './resync.ts';
import { BROKEN, type EntryScanner, INCOMPLETE, WHOLE } from './scan-entry.ts';

/** Bytes kept before what is needed, to see how an entry's line begins. */
const LOOK_BACK = 128;

/**
 * Finds the entries of an export in a stream of chunks, however they are cut: an indented or compact JSON array, one object per line,
 * objects of several lines, `{"entries": […]}` as the API answers. What stands between entries is skipped and counted.
 */
export class EntryFramer {
  readonly #options: ScanOptions;
  readonly #scan: EntryScanner;
  readonly #keeper: EntryKeeper;
  readonly #problems: ProblemTally;
  readonly #window = new EntryWindow();
  readonly #search = new NextEntrySearch();
  readonly #broken: BrokenEntries;
  /** In the window. */
  #at = 0;
  /** An incomplete entry is tried again only when the window holds so much. */
  #retryAt = 0;
  #openArrays = 0;
  /** An array of entries began, be it empty: the input is an export. */
  hasArray = false;
  #openWrappers = 0;

  constructor(options: ScanOptions, scan: EntryScanner, keeper: EntryKeeper, problems: ProblemTally) {
    this.#options = options;
    this.#scan = scan;
    this.#keeper = keeper;
    this.#problems = problems;
    this.#broken = new BrokenEntries(this.#window, this.#search, problems);
  }

  /** Input bytes taken so far. */
  get readBytes(): number {
    return this.#window.base + this.#window.filled;
  }

  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      if (this.#window.isFull) this.#makeRoom();
      from += this.#window.take(chunk, from);
      this.#run(false);
    }
  }

  finish(): void {
    const window = this.#window;
    this.#retryAt = 0;
    this.#run(true);
    if (this.#openArrays > 0 && !this.#problems.has('truncated-input')) {
      this.#problems.add('truncated-input', window.position(window.filled), 'the array of entries is not closed');
    }
  }

  #makeRoom(): void {
    const needed = Math.max(0, Math.min(this.#keeper.neededFrom ?? this.#at, this.#at) - LOOK_BACK);
    if (needed > 0) {
      this.#at -= needed;
      this.#retryAt -= needed;
      this.#keeper.shift(needed);
    }
    this.#window.makeRoom(needed);
  }

  /** Reads on as far as the bytes reach. */
  #run(isFinal: boolean): void {
    for (let goesOn = true; goesOn; ) goesOn = this.#search.isUnderWay ? this.#searchOn(isFinal) : this.#next(isFinal);
  }

  /** One step among entries: false when more bytes are needed. */
  #next(isFinal: boolean): boolean {
    const { bytes, filled } = this.#window;
    let at = skipSpace(bytes, this.#at);
    while (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
    this.#at = at;
    if (at >= filled) return false;
    switch (bytes[at]) {
      case OPEN_BRACE:
        return this.#entryOrWrapper(at, isFinal);
      case OPEN_BRACKET:
        return this.#openArray(at, isFinal);
      case CLOSE_BRACKET:
        if (this.#openArrays === 0) return this.#foreignLine(isFinal);
        this.#openArrays--;
        this.#at = at + 1;
        return true;
      case CLOSE_BRACE:
        if (this.#openWrappers === 0) return this.#foreignLine(isFinal);
        this.#openWrappers--;
        this.#at = at + 1;
        return true;
      case QUOTE:
        return this.#wrapperMember(at, isFinal);
      case 0xef:
        return this.#byteOrderMark(at, isFinal);
      default:
        return this.#foreignLine(isFinal);
    }
  }

  #entryOrWrapper(start: number, isFinal: boolean): boolean {
    const { bytes, filled } = this.#window;
    const inner = isWrapper(bytes, start);
    if (inner >= 0) {
      this.#openWrappers++;
      this.#openArrays++;
      this.hasArray = true;
      this.#at = inner;
      return true;
    }
    if (~inner >= filled && !isFinal) return false;
    return this.#entry(start, isFinal);
  }

  #entry(start: number, isFinal: boolean): boolean {
    const { bytes, filled, base } = this.#window;
    if (filled < this.#retryAt) return false;
    const outcome = this.#scan.scan(bytes, start, filled);
    const reach = outcome === WHOLE ? this.#scan.end : outcome === BROKEN ? this.#scan.failedAt : filled;
    const limit = this.#options.limits.maxEntryBytes;
    if (reach - start > limit) return this.#pass(this.#broken.passOversized(start, limit));
    if (outcome === WHOLE) {
      this.#keeper.take(bytes, start, base + start);
      this.#at = this.#scan.end;
      this.#broken.forget();
      return true;
    }
    if (outcome === INCOMPLETE && !isFinal) {
      const pending = filled - start;
      if (pending > 64 * 1024) this.#retryAt = Math.min(filled + pending, start + limit + 1);
      return false;
    }
    const isCut = outcome === INCOMPLETE;
    const from = this.#broken.passBroken(start, { failedAt: this.#scan.failedAt, isCut, isFinal });
    return from !== null && this.#pass(from);
  }

  /** Leaves the entry behind: `from` is where the search for the next one goes on. */
  #pass(from: number): true {
    this.#at = from;
    this.#retryAt = 0;
    return true;
  }

  /** On to where entries go on; false when more bytes are needed. */
  #searchOn(isFinal: boolean): boolean {
    const found = this.#search.search(this.#window, this.#at, isFinal);
    this.#at = found >= 0 ? found : Math.max(this.#at, ~found);
    if (found < 0 && isFinal && this.#search.isAmongEntries) this.#endInsideGarbage();
    return found >= 0;
  }

  /** The last entry was skipped; a closing bracket behind it still closes the array. */
  #endInsideGarbage(): void {
    const { bytes, filled } = this.#window;
    let last = filled - 1;
    while (last >= 0 && bytes[last]! <= 0x20) last--;
    if (bytes[last] === CLOSE_BRACKET && this.#openArrays > 0) this.#openArrays--;
    this.#at = filled;
  }

  /** `[` opens an array only when an entry or its end follows; else it is how some foreign line begins. */
  #openArray(at: number, isFinal: boolean): boolean {
    const { bytes, filled } = this.#window;
    const next = skipSpace(bytes, at + 1);
    if (next >= filled && !isFinal) return false;
    const byte = bytes[next];
    if (next < filled && byte !== OPEN_BRACE && byte !== CLOSE_BRACKET) return this.#foreignLine(isFinal);
    this.#openArrays++;
    this.hasArray = true;
    this.#at = at + 1;
    return true;
  }

  /** `"nextPageToken": "…"` and the like, behind the entries of an API answer. */
  #wrapperMember(at: number, isFinal: boolean): boolean {
    const { bytes, filled } = this.#window;
    if (this.#openWrappers === 0) return this.#foreignLine(isFinal);
    const end = memberEnd(bytes, at);
    if (end < 0) {
      if (~end >= filled && !isFinal && filled - at < this.#options.limits.maxEntryBytes) return false;
      return this.#foreignLine(isFinal);
    }
    this.#at = end;
    return true;
  }

  #byteOrderMark(at: number, isFinal: boolean): boolean {
    const { bytes, filled } = this.#window;
    if (at + 2 >= filled && !isFinal) return false;
    if (bytes[at + 1] !== 0xbb || bytes[at + 2] !== 0xbf) return this.#foreignLine(isFinal);
    this.#at = at + 3;
    return true;
  }

  #foreignLine(isFinal: boolean): boolean {
    const window = this.#window;
    const { bytes, filled } = window;
    const hasLineEnd = bytes.subarray(this.#at, filled).includes(NEWLINE);
    if (!hasLineEnd && filled - this.#at < EXCERPT_BYTES && !isFinal) return false;
    this.#problems.add('foreign-line', window.position(this.#at), window.excerpt(this.#at, true));
    this.#search.beginForLineEnd();
    return true;
  }
}
