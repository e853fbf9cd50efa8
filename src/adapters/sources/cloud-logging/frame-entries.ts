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
import type { ScanOptions } from './options.ts';
import { EXCERPT_BYTES, excerptAt, type ProblemTally } from './problem-tally.ts';
import { DepthSkip, findInlineEntry, findLineEntry, indentOf, isWrapper, memberEnd } from './resync.ts';
import { BROKEN, type EntryScanner, INCOMPLETE, WHOLE } from './scan-entry.ts';

const FIRST_CAPACITY = 1024 * 1024;
/** Bytes kept before what is needed, to see how an entry's line begins. */
const LOOK_BACK = 128;
/** Entries tried inside the rest of a broken one before the search goes on behind the place of failure: keeps the work linear. */
const MAX_TRIES = 16;

type Mode = 'entries' | 'foreign-line' | 'next-line-entry' | 'next-inline-entry' | 'depth';

/**
 * Finds the entries of an export in a stream of chunks, however they are cut: an indented or compact JSON array, one object per line,
 * objects of several lines, `{"entries": […]}` as the API answers. What stands between entries is skipped and counted.
 *
 * After a broken or oversized entry it goes on at the next line that begins like the broken one's (a raw line end cannot stand inside a
 * JSON string), or, when entries share a line, at the next object that begins with a member of LogEntry. Nothing is buffered meanwhile.
 */
export class EntryFramer {
  readonly #options: ScanOptions;
  readonly #scan: EntryScanner;
  readonly #keeper: EntryKeeper;
  readonly #problems: ProblemTally;
  /** The window: bytes `0..#filled` of it are input from offset `#base` on; the byte at `#filled` is 0. */
  #bytes = Buffer.allocUnsafeSlow(FIRST_CAPACITY);
  #filled = 0;
  #base = 0;
  #at = 0;
  #mode: Mode = 'entries';
  #indent: Buffer = Buffer.alloc(0);
  #depth = new DepthSkip();
  /** An incomplete entry is tried again only when the window holds so much. */
  #retryAt = 0;
  /** Offset behind which a failure belongs to another broken entry. */
  #lastFailure = -1;
  #tries = 0;
  #openArrays = 0;
  /** An array of entries began, be it empty: the input is an export. */
  hasArray = false;
  #openWrappers = 0;

  constructor(options: ScanOptions, scan: EntryScanner, keeper: EntryKeeper, problems: ProblemTally) {
    this.#options = options;
    this.#scan = scan;
    this.#keeper = keeper;
    this.#problems = problems;
  }

  /** Input bytes taken so far. */
  get readBytes(): number {
    return this.#base + this.#filled;
  }

  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      if (this.#filled + 1 >= this.#bytes.length) this.#makeRoom();
      const length = Math.min(this.#bytes.length - 1 - this.#filled, chunk.length - from);
      this.#bytes.set(length === chunk.length ? chunk : chunk.subarray(from, from + length), this.#filled);
      from += length;
      this.#filled += length;
      this.#bytes[this.#filled] = 0;
      this.#run(false);
    }
  }

  finish(): void {
    this.#bytes[this.#filled] = 0;
    this.#retryAt = 0;
    this.#run(true);
    if (this.#openArrays > 0 && !this.#problems.has('truncated-input')) {
      this.#problems.add('truncated-input', this.#position(this.#filled), 'the array of entries is not closed');
    }
  }

  #position(at: number): string {
    return `byte ${this.#base + at}`;
  }

  #makeRoom(): void {
    const needed = Math.max(0, Math.min(this.#keeper.neededFrom ?? this.#at, this.#at) - LOOK_BACK);
    if (needed > 0) {
      this.#bytes.copyWithin(0, needed, this.#filled);
      this.#filled -= needed;
      this.#at -= needed;
      this.#retryAt -= needed;
      this.#base += needed;
      this.#keeper.shift(needed);
    }
    if (this.#filled * 4 < this.#bytes.length * 3) return;
    const larger = Buffer.allocUnsafeSlow(this.#bytes.length * 2);
    this.#bytes.copy(larger, 0, 0, this.#filled);
    this.#bytes = larger;
  }

  /** Reads on as far as the bytes reach. */
  #run(isFinal: boolean): void {
    for (let goesOn = true; goesOn; ) {
      switch (this.#mode) {
        case 'entries':
          goesOn = this.#next(isFinal);
          break;
        case 'foreign-line':
          goesOn = this.#leaveForeignLine();
          break;
        case 'next-line-entry':
          goesOn = this.#resume(findLineEntry(this.#bytes, this.#at, this.#filled, this.#indent), isFinal);
          break;
        case 'next-inline-entry':
          goesOn = this.#resume(findInlineEntry(this.#bytes, this.#at, this.#filled, isFinal), isFinal);
          break;
        case 'depth':
          goesOn = this.#leaveDepth(isFinal);
          break;
      }
    }
  }

  /** One step in `entries`: false when more bytes are needed. */
  #next(isFinal: boolean): boolean {
    const bytes = this.#bytes;
    let at = skipSpace(bytes, this.#at);
    while (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
    this.#at = at;
    if (at >= this.#filled) return false;
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
    const inner = isWrapper(this.#bytes, start);
    if (inner >= 0) {
      this.#openWrappers++;
      this.#openArrays++;
      this.hasArray = true;
      this.#at = inner;
      return true;
    }
    if (~inner >= this.#filled && !isFinal) return false;
    return this.#entry(start, isFinal);
  }

  #entry(start: number, isFinal: boolean): boolean {
    if (this.#filled < this.#retryAt) return false;
    const outcome = this.#scan.scan(this.#bytes, start, this.#filled);
    const reach = outcome === WHOLE ? this.#scan.end : outcome === BROKEN ? this.#scan.failedAt : this.#filled;
    if (reach - start > this.#options.limits.maxEntryBytes) return this.#oversized(start);
    if (outcome === WHOLE) {
      this.#keeper.take(this.#bytes, start, this.#base + start);
      this.#at = this.#scan.end;
      this.#tries = 0;
      return true;
    }
    if (outcome === INCOMPLETE && !isFinal) {
      const pending = this.#filled - start;
      if (pending > 64 * 1024)
        this.#retryAt = Math.min(this.#filled + pending, start + this.#options.limits.maxEntryBytes + 1);
      return false;
    }
    return this.#broken(start, outcome === INCOMPLETE, isFinal);
  }

  /** The entry at `start` is no JSON, or (`isCut`) the input ends inside it. */
  #broken(start: number, isCut: boolean, isFinal: boolean): boolean {
    if (this.#filled - start < EXCERPT_BYTES && !isFinal) return false;
    const indent = indentOf(this.#bytes, start, this.#base);
    const next = indent
      ? findLineEntry(this.#bytes, start + 1, this.#filled, indent)
      : findInlineEntry(this.#bytes, start + 1, this.#filled, isFinal);
    const isTruncated = isCut && next < 0;
    const isSameFailure = this.#base + start < this.#lastFailure;
    if (!isSameFailure) {
      const kind = isTruncated ? 'truncated-input' : 'broken-entry';
      this.#problems.add(kind, this.#position(start), excerptAt(this.#bytes, start, this.#filled));
    }
    this.#tries = isSameFailure ? this.#tries + 1 : 0;
    this.#lastFailure = Math.max(this.#lastFailure, this.#base + this.#scan.failedAt);
    this.#resync(indent, this.#tries > MAX_TRIES ? Math.max(start + 1, this.#scan.failedAt) : start + 1);
    return true;
  }

  #oversized(start: number): boolean {
    const limit = this.#options.limits.maxEntryBytes;
    this.#problems.add(
      'oversized-line',
      this.#position(start),
      `an entry over ${limit} bytes: ${excerptAt(this.#bytes, start, this.#filled)}`,
    );
    const indent = indentOf(this.#bytes, start, this.#base);
    this.#retryAt = 0;
    if (indent) this.#resync(indent, start + 1);
    else {
      this.#depth = new DepthSkip();
      this.#mode = 'depth';
      this.#at = start;
    }
    return true;
  }

  #resync(indent: Buffer | null, from: number): void {
    this.#mode = indent ? 'next-line-entry' : 'next-inline-entry';
    this.#indent = indent ?? this.#indent;
    this.#at = from;
    this.#retryAt = 0;
  }

  /** `found` is where the next entry begins, or `~index` from which to search on when there are more bytes. */
  #resume(found: number, isFinal: boolean): boolean {
    if (found >= 0) {
      this.#mode = 'entries';
      this.#at = found;
      return true;
    }
    this.#at = Math.max(this.#at, ~found);
    if (isFinal) this.#endInsideGarbage();
    return false;
  }

  /** The last entry was skipped; a closing bracket behind it still closes the array. */
  #endInsideGarbage(): void {
    let last = this.#filled - 1;
    while (last >= 0 && this.#bytes[last]! <= 0x20) last--;
    if (this.#bytes[last] === CLOSE_BRACKET && this.#openArrays > 0) this.#openArrays--;
    this.#at = this.#filled;
  }

  #leaveDepth(isFinal: boolean): boolean {
    const end = this.#depth.skip(this.#bytes, this.#at, this.#filled);
    this.#at = end < 0 ? this.#filled : end;
    if (end < 0) {
      if (isFinal) this.#endInsideGarbage();
      return false;
    }
    this.#mode = 'entries';
    return true;
  }

  /** `[` opens an array only when an entry or its end follows; else it is how some foreign line begins. */
  #openArray(at: number, isFinal: boolean): boolean {
    const next = skipSpace(this.#bytes, at + 1);
    if (next >= this.#filled && !isFinal) return false;
    const byte = this.#bytes[next];
    if (next < this.#filled && byte !== OPEN_BRACE && byte !== CLOSE_BRACKET) return this.#foreignLine(isFinal);
    this.#openArrays++;
    this.hasArray = true;
    this.#at = at + 1;
    return true;
  }

  /** `"nextPageToken": "…"` and the like, behind the entries of an API answer. */
  #wrapperMember(at: number, isFinal: boolean): boolean {
    if (this.#openWrappers === 0) return this.#foreignLine(isFinal);
    const end = memberEnd(this.#bytes, at);
    if (end < 0) {
      if (~end >= this.#filled && !isFinal && this.#filled - at < this.#options.limits.maxEntryBytes) return false;
      return this.#foreignLine(isFinal);
    }
    this.#at = end;
    return true;
  }

  #byteOrderMark(at: number, isFinal: boolean): boolean {
    if (at + 2 >= this.#filled && !isFinal) return false;
    if (this.#bytes[at + 1] !== 0xbb || this.#bytes[at + 2] !== 0xbf) return this.#foreignLine(isFinal);
    this.#at = at + 3;
    return true;
  }

  #foreignLine(isFinal: boolean): boolean {
    const hasLineEnd = this.#bytes.subarray(this.#at, this.#filled).includes(NEWLINE);
    if (!hasLineEnd && this.#filled - this.#at < EXCERPT_BYTES && !isFinal) return false;
    this.#problems.add('foreign-line', this.#position(this.#at), excerptAt(this.#bytes, this.#at, this.#filled, true));
    this.#mode = 'foreign-line';
    return true;
  }

  #leaveForeignLine(): boolean {
    const end = this.#bytes.subarray(0, this.#filled).indexOf(NEWLINE, this.#at);
    this.#at = end < 0 ? this.#filled : end + 1;
    if (end >= 0) this.#mode = 'entries';
    return end >= 0;
  }
}
