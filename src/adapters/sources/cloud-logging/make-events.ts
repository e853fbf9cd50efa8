import type { Event, SourceBatch } from '../../../core/events/index.ts';
import { type JoinedEntry, SplitJoiner } from './join-splits.ts';
import { asObject, asText } from './json-values.ts';
import { mapEntry } from './map-entry.ts';
import type { ReadExportOptions } from './options.ts';
import { excerpt, ProblemTally } from './problem-tally.ts';
import type { ScannedEntries } from './scanned-entries.ts';
import { SharedTexts } from './share-texts.ts';

/** Events of one instant that are held back so that they can be ordered together. */
const MAX_TIES = 10_000;

/**
 * The second half of reading an export: kept entries in, events out. Entries that Cloud Logging split are joined; events of one instant come in
 * their order, so that a stable sort by time suffices.
 */
export class EventMaker {
  readonly #options: ReadExportOptions;
  readonly #splits: SplitJoiner;
  readonly #problems: ProblemTally;
  readonly #observedTime: number;
  readonly #texts = new SharedTexts();
  #events: Event[] = [];

  constructor(options: ReadExportOptions) {
    this.#options = options;
    this.#splits = new SplitJoiner(options.limits);
    this.#problems = new ProblemTally(options.name);
    this.#observedTime = options.clock.now();
  }

  /** The events of the next batch of kept entries; with the last one, everything that was held. */
  take(scanned: ScannedEntries): SourceBatch {
    const { bytes, ends, offsets, isLast, isNewestFirst } = scanned;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let start = 0;
    ends.forEach((end, index) => {
      this.#parse(text, start, end, offsets[index]!);
      start = end;
    });
    if (isLast) for (const joined of this.#splits.finish()) this.#emit(joined);
    return {
      events: this.#takeEvents(isLast, isNewestFirst),
      quiet: scanned.quiet,
      problems: isLast ? [...scanned.problems, ...this.#problems.list()] : [],
      progress: { readBytes: scanned.readBytes, totalBytes: this.#options.totalBytes },
    };
  }

  #parse(bytes: Buffer, start: number, end: number, offset: number): void {
    try {
      const entry = asObject(JSON.parse(bytes.toString('utf8', start, end))) ?? {};
      this.#texts.shareIn(entry);
      const time = Date.parse(asText(entry.timestamp) ?? '');
      for (const joined of this.#splits.take(entry, Number.isNaN(time) ? 0 : time, offset)) this.#emit(joined);
    } catch {
      this.#problems.add('broken-entry', `byte ${offset}`, excerpt(bytes.subarray(start, Math.min(end, start + 320))));
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

  #isOutside(time: number): boolean {
    const { since, until } = this.#options;
    return (since !== null && time < since) || (until !== null && time > until);
  }

  #takeEvents(isLast: boolean, isNewestFirst: boolean): Event[] {
    const start = startOfLastInstant(this.#events);
    const cut = isLast || (start === 0 && this.#events.length > MAX_TIES) ? this.#events.length : start;
    const events = orderTies(this.#events.slice(0, cut), isNewestFirst);
    this.#events = this.#events.slice(cut);
    return events;
  }
}

function orderTies(events: readonly Event[], isNewestFirst: boolean): Event[] {
  const ordered: Event[] = [];
  for (let from = 0; from < events.length; ) {
    let to = from + 1;
    while (to < events.length && events[to]!.time === events[from]!.time) to++;
    const run = events.slice(from, to);
    if (isNewestFirst) run.reverse();
    for (const event of run.length > 1 ? run.sort(byInsertId) : run) ordered.push(event);
    from = to;
  }
  return ordered;
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
