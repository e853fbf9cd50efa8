import { hash } from 'node:crypto';
import type { Event } from '../../../core/events/index.ts';
import { type LineContext, lineContext } from '../text/line-context.ts';
import { eventOfLine } from '../text/line-event.ts';
import { parseUnwrapped, withoutEscapes } from '../text/parse-line.ts';
import type { ParsedLine } from '../text/parsed-line.ts';
import { isFromUnsetClock } from '../text/unset-clock.ts';
import { type Unwrapped, unwrap } from '../text/wrapper.ts';
import { decodeLine } from './decode-line.ts';
import type { FileReading } from './options.ts';
import type { ProblemTally } from './problem-tally.ts';
import { type Line, LineSplitter, type SplitterPlace } from './split-lines.ts';

export interface LineEventsOptions {
  /** The path, as people named it. */
  name: string;
  /** `device:inode`; null: ids are made of the content. */
  identity: string | null;
  /** Epoch ms of records that stand before the first one with a time: when the file was last written. */
  fallbackTime: number;
  reading: FileReading;
  since: number | null;
  until: number | null;
  problems: ProblemTally;
  /** Where an earlier reading of the same file stood. */
  from?: LinePlace;
}

/** Where reading can go on so that no record is missed: everything before was given. */
export interface LinePlace extends SplitterPlace {
  /** Epoch ms of the record before: what one without a time takes. */
  time: number;
}

/** A record that the container runtime cut, as far as it came. */
interface Partial {
  unwrapped: Unwrapped;
  texts: string[];
  length: number;
  positions: string[];
  id: string;
  truncated: boolean;
  place: SplitterPlace;
}

type RecordOrigin = Pick<Partial, 'positions' | 'id' | 'truncated' | 'place'>;

/**
 * Turns the bytes of one file into raw events, one for each record. A line without a time takes that of the record before it. Records outside the window
 * are left out. What cannot be read as it should is counted in `problems`, and its text is kept all the same.
 */
export class LineEvents {
  readonly #options: LineEventsOptions;
  readonly #splitter: LineSplitter;
  #context: LineContext;
  #events: Event[] = [];
  #lastTime: number;
  #now: number;
  readonly #partials = new Map<string | null, Partial>();

  constructor(options: LineEventsOptions) {
    const { reading, fallbackTime, from } = options;
    this.#options = options;
    this.#lastTime = from?.time ?? fallbackTime;
    this.#now = reading.clock.now();
    this.#context = lineContext({
      format: reading.format === 'cloud-logging' ? null : reading.format,
      timeZone: reading.timeZone,
      referenceTime: fallbackTime,
    });
    this.#splitter = new LineSplitter(reading.limits.lineBytes, (line) => this.#takeLine(line), from);
  }

  /** Of the line, or the record in parts, that is not complete and came first. */
  get place(): LinePlace {
    let { offset, lines } = this.#splitter.place;
    for (const { place } of this.#partials.values()) if (place.offset < offset) ({ offset, lines } = place);
    return { offset, lines, time: this.#lastTime };
  }

  /** UTF-8, however cut. */
  push(chunk: Buffer): void {
    this.#now = this.#options.reading.clock.now();
    this.#splitter.push(chunk);
  }

  /** For files that are still written: the year and day that short times lack. */
  setReferenceTime(referenceTime: number): void {
    this.#context = { ...this.#context, referenceTime };
  }

  /** The end of the file: lines and records that are not complete are given as far as they came. */
  finish(): void {
    this.#splitter.finish();
    for (const partial of this.#partials.values()) this.#takeRecord(whole(partial), partial);
    this.#partials.clear();
  }

  /** The events since the last call, in the order of the file. */
  take(): Event[] {
    return this.#events.splice(0);
  }

  #takeLine(line: Line): void {
    const { problems } = this.#options;
    const isCut = line.skippedBytes > 0;
    const { text: raw, isMisEncoded } = decodeLine(line.bytes, line.start, line.end, isCut);
    if (isMisEncoded) problems.add('mis-encoded', `line ${line.number}`, 'not UTF-8');
    if (raw.includes('\0')) problems.add('mis-encoded', `line ${line.number}`, 'NUL bytes removed');
    const text = withoutEscapes(raw);
    if (isCut)
      problems.add(
        'oversized-line',
        `line ${line.number}`,
        `${line.end - line.start} + ${line.skippedBytes} bytes: ${text.slice(0, 40)}`,
      );
    const unwrapped = unwrap(text, this.#context);
    const record = {
      positions: [String(line.number)],
      id: this.#idOf(line, raw),
      truncated: isCut,
      place: { offset: line.offset, lines: line.number - 1 },
    };
    if (unwrapped.isPartial || this.#partials.has(unwrapped.stream)) this.#gather(unwrapped, record);
    else this.#takeRecord(unwrapped, record);
  }

  /** Parts of one record, joined per stream up to the same bound as a line. */
  #gather(unwrapped: Unwrapped, record: RecordOrigin): void {
    const { stream, text } = unwrapped;
    const partial: Partial = this.#partials.get(stream) ?? {
      ...record,
      unwrapped,
      texts: [],
      length: 0,
      positions: [],
    };
    const room = this.#options.reading.limits.lineBytes - partial.length;
    if (text.length > room) {
      if (!partial.truncated)
        this.#options.problems.add('oversized-line', `line ${record.positions[0]}`, text.slice(0, 40));
      partial.truncated = true;
    }
    if (room > 0) partial.texts.push(text.slice(0, room));
    partial.length += Math.min(text.length, Math.max(0, room));
    if (partial.positions.length < 100) partial.positions.push(...record.positions);
    if (unwrapped.isPartial) {
      this.#partials.set(stream, partial);
      return;
    }
    this.#partials.delete(stream);
    this.#takeRecord(whole(partial), partial);
  }

  #takeRecord(unwrapped: Unwrapped, record: RecordOrigin): void {
    const { text } = unwrapped;
    // Blank lines, and the brackets around a list with one record a line.
    if (text.trim() === '' || text === '[' || text === ']') return;
    const parsed = parseUnwrapped(unwrapped, this.#context);
    if (parsed.body.trim() === '') return;
    if (parsed.isBroken && !record.truncated)
      this.#options.problems.add('broken-entry', `line ${record.positions[0]}`, text);
    const event = this.#eventOf(parsed, record);
    const counts = event.timeSuspect ? event.observedTime : event.time;
    const { since, until } = this.#options;
    if ((since !== null && counts < since) || (until !== null && counts > until)) return;
    this.#events.push(event);
  }

  #eventOf(parsed: ParsedLine, { positions, id, truncated }: RecordOrigin): Event {
    const time = parsed.time ?? this.#lastTime;
    const timeSuspect = time - this.#now > this.#options.reading.limits.suspectAheadMs || isFromUnsetClock(time);
    // A record's place in the file tells more of its time than the moment of reading.
    const observedTime = timeSuspect ? this.#lastTime : this.#now;
    if (!timeSuspect) this.#lastTime = time;
    const { name } = this.#options;
    return eventOfLine(parsed, {
      id: parsed.id ?? id,
      time,
      observedTime,
      timeSuspect,
      instance: parsed.instance,
      source: {
        kind: 'file',
        name,
        position: positions.join(','),
        stream: parsed.stream === null ? name : `${name}:${parsed.stream}`,
      },
      trust: 'server',
      truncated,
    });
  }

  /** Device, inode and offset, with a checksum: after a truncation another line may stand at the same place. */
  #idOf({ offset }: Line, text: string): string {
    const { identity } = this.#options;
    if (identity !== null) return `${identity}:${offset}:${checksum(text)}`;
    return hash('sha256', `${offset}:${text}`).slice(0, 32);
  }
}

const CHECKED_CHARACTERS = 512;

/** FNV-1a, 32 bits, of the beginning and the length (http://www.isthe.com/chongo/tech/comp/fnv/): half the price of a call to zlib's crc32. */
function checksum(text: string): string {
  let sum = 0x811c9dc5 ^ text.length;
  const end = Math.min(text.length, CHECKED_CHARACTERS);
  for (let at = 0; at < end; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return (sum >>> 0).toString(36);
}

function whole({ unwrapped, texts }: Partial): Unwrapped {
  return { ...unwrapped, text: texts.join(''), record: null, isPartial: false };
}
