import { isObject, type JsonObject } from '../text/field.ts';
import type { Fault } from './native-fault.ts';

/** One record of a body: a line of NDJSON, or an item of the array. */
export interface NativeRecord {
  /** The line, or the item's place in the array; from 1. */
  line: number;
  /** The record, or why there is none. */
  record: JsonObject | null;
  fault: Fault | null;
  /** Its JSON: equal records have equal text. */
  text: string;
}

export interface RecordBounds {
  /** Bytes of one record. */
  itemBytes: number;
  /** Records, valid or not; those behind are not parsed: five million broken lines took half a minute. */
  items: number;
}

const NO_JSON: Fault = { code: 'invalid_json', message: 'the line is not JSON' };
const NO_OBJECT: Fault = { code: 'invalid_event', message: 'an event is a JSON object' };
const TOO_DEEP: Fault = { code: 'invalid_event', message: 'the event nests too deeply' };

/** Takes a body apart: NDJSON, a JSON array, or one object over several lines. Null: an array that is broken. */
export function splitRecords(body: string, bounds: RecordBounds): Generator<NativeRecord, null | undefined> {
  return body.charCodeAt(firstCharacter(body)) === 91 ? splitArray(body, bounds) : splitLines(body, bounds);
}

function* splitArray(body: string, bounds: RecordBounds): Generator<NativeRecord, null | undefined> {
  const items = parse(body);
  if (!Array.isArray(items)) return null;
  for (let index = 0; index < items.length; index++) {
    yield index < bounds.items ? ofItem(items[index], index + 1, bounds) : tooMany(index + 1, bounds);
  }
  return undefined;
}

function* splitLines(body: string, bounds: RecordBounds): Generator<NativeRecord, undefined> {
  let isFirst = true;
  let number = 0;
  let count = 0;
  for (let at = 0; at < body.length; ) {
    const lf = body.indexOf('\n', at);
    const end = lf < 0 ? body.length : lf;
    number++;
    const start = at;
    at = end + 1;
    if (count >= bounds.items) {
      if (end > start) yield tooMany(number, bounds);
      continue;
    }
    const line = ofLine(body, start, end, number, bounds);
    if (line === null) continue;
    count++;
    const whole = isFirst && line.fault === NO_JSON && lf >= 0 ? wholeObject(body, bounds) : null;
    if (whole) {
      yield whole;
      return undefined;
    }
    isFirst = false;
    yield line;
  }
  return undefined;
}

/** Null for a blank line. */
function ofLine(body: string, from: number, to: number, line: number, bounds: RecordBounds): NativeRecord | null {
  if (isLonger(body, from, to, bounds.itemBytes)) return { line, record: null, fault: tooLarge(bounds), text: '' };
  const text = body.slice(from, to);
  if (text.length < 2 && text.trim() === '') return null;
  const value = parse(text);
  if (isObject(value)) return { line, record: value, fault: null, text };
  if (value === undefined && text.trim() === '') return null;
  return { line, record: null, fault: value === undefined ? NO_JSON : NO_OBJECT, text };
}

function ofItem(item: unknown, line: number, bounds: RecordBounds): NativeRecord {
  if (!isObject(item)) return { line, record: null, fault: NO_OBJECT, text: '' };
  const text = write(item);
  if (text === null) return { line, record: null, fault: TOO_DEEP, text: '' };
  if (isLonger(text, 0, text.length, bounds.itemBytes))
    return { line, record: null, fault: tooLarge(bounds), text: '' };
  return { line, record: item, fault: null, text };
}

/** What `curl --data @event.json` sends. */
function wholeObject(body: string, bounds: RecordBounds): NativeRecord | null {
  const value = body.charCodeAt(firstCharacter(body)) === 123 ? parse(body) : undefined;
  return isObject(value) ? ofItem(value, 1, bounds) : null;
}

function firstCharacter(body: string): number {
  let at = 0;
  for (let code = body.charCodeAt(at); code === 32 || code === 9 || code === 10 || code === 13; ) {
    code = body.charCodeAt(++at);
  }
  return at;
}

/** Undefined when it is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Null for what nests deeper than the stack is. */
function write(value: JsonObject): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    return null;
  }
}

/** Bytes in UTF-8; a character has one to three. */
function isLonger(text: string, from: number, to: number, bytes: number): boolean {
  if ((to - from) * 3 <= bytes) return false;
  return to - from > bytes || Buffer.byteLength(text.slice(from, to)) > bytes;
}

function tooMany(line: number, { items }: RecordBounds): NativeRecord {
  const fault: Fault = { code: 'too_many', message: `a request has at most ${items} events` };
  return { line, record: null, fault, text: '' };
}

function tooLarge({ itemBytes }: RecordBounds): Fault {
  return { code: 'too_large', message: `an event has at most ${itemBytes} bytes` };
}
