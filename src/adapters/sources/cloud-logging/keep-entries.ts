import { isUtf8 } from 'node:buffer';
import type { Event, QuietTally } from '../../../core/events/index.ts';
import { ByteHash } from './byte-hash.ts';
import { InstantReader } from './instant.ts';
import { type JoinedEntry, SplitJoiner } from './join-splits.ts';
import { asObject, asText } from './json-values.ts';
import { mapEntry } from './map-entry.ts';
import type { ReadExportOptions } from './options.ts';
import { excerpt, type ProblemTally } from './problem-tally.ts';
import { QuietRing } from './quiet-ring.ts';
import { RepeatFilter } from './repeat-filter.ts';
import type { EntryScanner } from './scan-entry.ts';
import { ServedRequests } from './served-requests.ts';

const MAX_KINDS = 10_000;
/** Events of one instant that are held back so that they can be ordered together. */
const MAX_TIES = 10_000;

/**
 * Decides of each scanned entry whether it becomes an event or is only counted, and makes the events.
 *
 * Guarantees: every entry inside the window of time is counted exactly once, as an event (`entries`), as quiet, or as a repeat. An entry
 * that the quiet test leaves in doubt is parsed. Lines of a trace that is spread over entries are never quiet, nor are the `traceReach`
 * entries on either side of them. Memory does not depend on the length of the input.
 */
export class EntryKeeper {
  readonly #options: ReadExportOptions;
  readonly #scan: EntryScanner;
  readonly #problems: ProblemTally;
  readonly #instants = new InstantReader();
  readonly #hash = new ByteHash();
  readonly #repeats: RepeatFilter;
  readonly #served: ServedRequests;
  readonly #splits: SplitJoiner;
  readonly #ring: QuietRing;
  readonly #kinds = new Map<number, number>();
  readonly #observedTime: number;
  #contextLeft: number;
  #contextAfter = 0;
  #traceAfter = 0;
  #lastTime: number | null = null;
  #backwards = 0;
  #events: Event[] = [];
  #quiet: QuietTally = { entries: 0, from: null, to: null, served: [] };
  /** Entries of any fate, repeats included. */
  seen = 0;

  constructor(options: ReadExportOptions, scan: EntryScanner, problems: ProblemTally) {
    const { limits } = options;
    this.#options = options;
    this.#scan = scan;
    this.#problems = problems;
    this.#repeats = new RepeatFilter(limits.repeatsRemembered);
    this.#served = new ServedRequests(limits.servedRequests, this.#hash);
    this.#splits = new SplitJoiner(limits);
    this.#ring = new QuietRing(Math.max(limits.traceReach, limits.contextBefore));
    this.#contextLeft = limits.contextEntries;
    this.#observedTime = options.clock.now();
  }

  get eventCount(): number {
    return this.#events.length;
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
      if (this.#isWantedAsNeighbour()) this.#parse(bytes, start, scan.end, offset);
      else this.#ring.add(start, scan.end, offset, time, this.#dismiss);
      return;
    }
    this.#wantNeighbours(bytes);
    this.#parse(bytes, start, scan.end, offset);
  }

  /** The input ended: what was held back is given. */
  finish(): void {
    for (const entry of this.#ring.takeLatest(Number.MAX_SAFE_INTEGER)) this.#dismiss(entry.time);
    for (const joined of this.#splits.finish()) this.#emit(joined);
    if (this.#repeats.hasForgotten) {
      const half = Math.floor(this.#options.limits.repeatsRemembered / 2);
      this.#problems.add('duplicate', 'end', `repeats more than ${half} entries apart are not recognised`, 0);
    }
  }

  /** Events and counts since the last call. Events of one instant come in their order, so that a stable sort by time suffices. */
  takeResults(isLast: boolean): { events: Event[]; quiet: QuietTally } {
    const start = startOfLastInstant(this.#events);
    const cut = isLast || (start === 0 && this.#events.length > MAX_TIES) ? this.#events.length : start;
    const events = this.#orderTies(this.#events.slice(0, cut));
    this.#events = this.#events.slice(cut);
    const quiet = { ...this.#quiet, served: this.#served.takeFresh() };
    this.#quiet = { entries: 0, from: null, to: null, served: [] };
    return { events, quiet };
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

  /** Parses the quiet entries just before, and marks those that follow, when this entry needs its neighbours. */
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
    for (const entry of this.#ring.takeLatest(before)) this.#parse(bytes, entry.start, entry.end, entry.offset);
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

  #parse(bytes: Buffer, start: number, end: number, offset: number): void {
    const slice = bytes.subarray(start, end);
    if (!isUtf8(slice)) this.#problems.add('mis-encoded', `byte ${offset}`, 'bytes that are not UTF-8 are shown as �');
    try {
      const entry = asObject(JSON.parse(bytes.toString('utf8', start, end))) ?? {};
      const time = Date.parse(asText(entry.timestamp) ?? '');
      for (const joined of this.#splits.take(entry, Number.isNaN(time) ? 0 : time, offset)) this.#emit(joined);
    } catch {
      this.#problems.add('broken-entry', `byte ${offset}`, excerpt(slice.subarray(0, 320)));
    }
  }

  #emit({ entry, parts, insertIds, isIncomplete, offset }: JoinedEntry): void {
    const event = mapEntry(entry, { name: this.#options.name, observedTime: this.#observedTime, offset });
    if (this.#isOutside(event.time)) return;
    event.entries = parts;
    if (insertIds.length > 0) event.source.position = insertIds.join(',');
    if (isIncomplete) event.truncated = true;
    this.#events.push(event);
  }

  #orderTies(events: Event[]): Event[] {
    const direction = this.#backwards > 0 ? -1 : 1;
    const ordered: Event[] = [];
    for (let from = 0; from < events.length; ) {
      let to = from + 1;
      while (to < events.length && events[to]!.time === events[from]!.time) to++;
      const run = events.slice(from, to);
      if (direction < 0) run.reverse();
      for (const event of run.length > 1 ? run.sort(byInsertId) : run) ordered.push(event);
      from = to;
    }
    return ordered;
  }
}

/** The service orders entries of one instant by insertId; entries without one keep their order. */
function byInsertId(a: Event, b: Event): number {
  const left = asText(a.payload?.insertId);
  const right = asText(b.payload?.insertId);
  return left === null || right === null || left === right ? 0 : left < right ? -1 : 1;
}

function startOfLastInstant(events: readonly Event[]): number {
  let start = events.length;
  while (start > 0 && events[start - 1]!.time === events.at(-1)!.time) start--;
  return start;
}
