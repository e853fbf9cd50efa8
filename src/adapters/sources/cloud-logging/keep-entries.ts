import { isUtf8 } from 'node:buffer';
import type { QuietTally } from '../../../core/events/index.ts';
import { ByteHash } from './byte-hash.ts';
import { InstantReader } from './instant.ts';
import type { ScanOptions } from './options.ts';
import { excerpt, type ProblemTally } from './problem-tally.ts';
import { QuietRing } from './quiet-ring.ts';
import { RepeatFilter } from './repeat-filter.ts';
import type { EntryScanner } from './scan-entry.ts';
import { EntryPack, type ScannedEntries } from './scanned-entries.ts';
import { ServedRequests } from './served-requests.ts';

const MAX_KINDS = 10_000;

/**
 * Decides of each scanned entry whether it is kept, to become an event, or only counted.
 *
 * Guarantees: every entry inside the window of time is counted exactly once, as kept, as quiet, or as a repeat. An entry
 * that the quiet test leaves in doubt is kept. Lines of a trace that is spread over entries are never quiet, nor are the `traceReach`
 * entries on either side of them. Memory does not depend on the length of the input.
 */
export class EntryKeeper {
  readonly #options: ScanOptions;
  readonly #scan: EntryScanner;
  readonly #problems: ProblemTally;
  readonly #instants = new InstantReader();
  readonly #hash = new ByteHash();
  readonly #repeats: RepeatFilter;
  readonly #served: ServedRequests;
  readonly #ring: QuietRing;
  readonly #kinds = new Map<number, number>();
  #contextLeft: number;
  #contextAfter = 0;
  #traceAfter = 0;
  #lastTime: number | null = null;
  #backwards = 0;
  readonly #pack = new EntryPack();
  #quiet: QuietTally = { entries: 0, from: null, to: null, served: [] };
  /** Entries of any fate, repeats included. */
  seen = 0;

  constructor(options: ScanOptions, scan: EntryScanner, problems: ProblemTally) {
    const { limits } = options;
    this.#options = options;
    this.#scan = scan;
    this.#problems = problems;
    this.#repeats = new RepeatFilter(limits.repeatsRemembered);
    this.#served = new ServedRequests(limits.servedRequests, this.#hash);
    this.#ring = new QuietRing(Math.max(limits.traceReach, limits.contextBefore));
    this.#contextLeft = limits.contextEntries;
  }

  /** Kept entries that were not taken yet, and their bytes. */
  get kept(): { entries: number; bytes: number } {
    return { entries: this.#pack.entries, bytes: this.#pack.byteLength };
  }

  /** First byte of the window that is still needed; null for none. */
  get neededFrom(): number | null {
    return this.#ring.from;
  }

  shift(by: number): void {
    this.#ring.shift(by);
  }

  /** Takes the entry the scanner just read; `offset` is where it stands in the input. */
  take(bytes: Buffer, start: number, offset: number): void {
    this.seen++;
    const scan = this.#scan;
    const time = scan.timestamp.from < 0 ? null : this.#instants.read(bytes, scan.timestamp.from, scan.timestamp.to);
    if (time !== null && this.#isOutside(time)) return;
    if (this.#isRepeat(bytes)) {
      this.#problems.add('duplicate', this.#insertId(bytes), 'the same logName, timestamp and insertId came before');
      return;
    }
    if (time !== null) this.#noteOrder(time);
    const isQuiet = !scan.isInDoubt && time !== null && !this.#options.limits.isEveryEntryParsed;
    if (isQuiet) {
      this.#served.take(bytes, scan);
      if (this.#isWantedAsNeighbour()) this.#keep(bytes, start, scan.end, offset);
      else this.#ring.add(start, scan.end, offset, time, this.#dismiss);
      return;
    }
    this.#wantNeighbours(bytes);
    this.#keep(bytes, start, scan.end, offset);
  }

  /** The input ended: what was held back is counted. */
  finish(): void {
    for (const entry of this.#ring.takeLatest(Number.MAX_SAFE_INTEGER)) this.#dismiss(entry.time);
    if (this.#repeats.hasForgotten) {
      const half = Math.floor(this.#options.limits.repeatsRemembered / 2);
      this.#problems.add('duplicate', 'end', `repeats more than ${half} entries apart are not recognised`, 0);
    }
  }

  /** See `EntryPack.reuse`. */
  reuse(memory: ArrayBuffer): void {
    this.#pack.reuse(memory);
  }

  /** What was kept and counted since the last call. */
  takeResults(): Pick<ScannedEntries, 'bytes' | 'ends' | 'offsets' | 'isNewestFirst' | 'quiet'> {
    const quiet = { ...this.#quiet, served: this.#served.takeFresh() };
    this.#quiet = { entries: 0, from: null, to: null, served: [] };
    return { ...this.#pack.take(), isNewestFirst: this.#backwards > 0, quiet };
  }

  #isOutside(time: number): boolean {
    const { since, until } = this.#options;
    return (since !== null && time < since) || (until !== null && time > until);
  }

  #isRepeat(bytes: Buffer): boolean {
    const { insertId, timestamp, logName } = this.#scan;
    if (insertId.from < 0 || timestamp.from < 0) return false;
    const hash = this.#hash.start().add(bytes, insertId.from, insertId.to).add(bytes, timestamp.from, timestamp.to);
    if (logName.from >= 0) hash.add(bytes, logName.from, logName.to);
    hash.finish();
    return this.#repeats.isRepeat(hash.high, hash.low);
  }

  #insertId(bytes: Buffer): string {
    return excerpt(bytes.subarray(this.#scan.insertId.from, this.#scan.insertId.to));
  }

  #noteOrder(time: number): void {
    if (this.#lastTime !== null && time !== this.#lastTime) this.#backwards += time < this.#lastTime ? 1 : -1;
    this.#lastTime = time;
  }

  #isWantedAsNeighbour(): boolean {
    if (this.#traceAfter > 0) {
      this.#traceAfter--;
      return true;
    }
    if (this.#contextAfter === 0 || this.#contextLeft === 0) return false;
    this.#contextAfter--;
    this.#contextLeft--;
    return true;
  }

  /** Keeps the quiet entries just before, and marks those that follow, when this entry needs its neighbours. */
  #wantNeighbours(bytes: Buffer): void {
    const { limits } = this.#options;
    let before = 0;
    if (this.#scan.isTraceLine) {
      before = limits.traceReach;
      this.#traceAfter = limits.traceReach;
    } else if (this.#scan.isInteresting && this.#contextLeft > 0 && this.#isNewKind(bytes)) {
      before = Math.min(limits.contextBefore, this.#contextLeft);
      this.#contextLeft -= before;
      this.#contextAfter = limits.contextAfter;
    }
    if (before === 0) return;
    for (const entry of this.#ring.takeLatest(before)) this.#keep(bytes, entry.start, entry.end, entry.offset);
  }

  /** Whether fewer than `contextPerKind` entries like this one came: same severity, status, route and beginning of its text, digits aside. */
  #isNewKind(bytes: Buffer): boolean {
    const { severity, status, method, url, text } = this.#scan;
    const hash = this.#hash.start().addNumber(status);
    if (severity.from >= 0) hash.add(bytes, severity.from, severity.to);
    if (method.from >= 0) hash.add(bytes, method.from, method.to);
    for (const span of [url, text]) {
      const to = Math.min(span.to, span.from + 64);
      for (let at = span.from; span.from >= 0 && at < to && bytes[at] !== 0x3f; at++) {
        const byte = bytes[at]!;
        if (byte < 0x30 || byte > 0x39) hash.addNumber(byte);
      }
    }
    const key = hash.finish().key;
    const count = this.#kinds.get(key) ?? 0;
    if (count >= this.#options.limits.contextPerKind || (count === 0 && this.#kinds.size >= MAX_KINDS)) return false;
    this.#kinds.set(key, count + 1);
    return true;
  }

  #dismiss = (time: number): void => {
    const quiet = this.#quiet;
    quiet.entries++;
    if (quiet.from === null || time < quiet.from) quiet.from = time;
    if (quiet.to === null || time > quiet.to) quiet.to = time;
  };

  #keep(bytes: Buffer, start: number, end: number, offset: number): void {
    if (!isUtf8(bytes.subarray(start, end)))
      this.#problems.add('mis-encoded', `byte ${offset}`, 'bytes that are not UTF-8 are shown as �');
    this.#pack.add(bytes, start, end, offset);
  }
}
