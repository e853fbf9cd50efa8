import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipColon,
  skipSpace,
  skipString,
  skipValue,
} from './json-bytes.ts';

/** Members of LogEntry with which an entry may begin. */
export const LOG_ENTRY_KEYS = [
  'insertId',
  'logName',
  'resource',
  'timestamp',
  'receiveTimestamp',
  'severity',
  'labels',
  'httpRequest',
  'operation',
  'trace',
  'spanId',
  'traceSampled',
  'sourceLocation',
  'split',
  'errorGroups',
  'textPayload',
  'jsonPayload',
  'protoPayload',
];
const KEYS = new Set(LOG_ENTRY_KEYS);
const LONGEST_KEY = Math.max(...LOG_ENTRY_KEYS.map((key) => key.length));
const ENTRIES = Buffer.from('"entries"');

/** The line end, the space and the brace with which a line like that of the entry at `start` begins; null when entries share a line. */
export function indentOf(bytes: Buffer, start: number, base: number): Buffer | null {
  let at = start - 1;
  while (at >= 0 && (bytes[at] === 0x20 || bytes[at] === 0x09)) at--;
  const isFirst = at < 0 && base === 0;
  const isBehindMark = at === 2 && base === 0 && bytes[0] === 0xef;
  if (!isFirst && !isBehindMark && bytes[at] !== NEWLINE) return null;
  return Buffer.concat([Buffer.from([NEWLINE]), bytes.subarray(at + 1, start), Buffer.from([OPEN_BRACE])]);
}

/** Where the next line with this beginning has its brace; else `~index` from which the search must go on. */
export function findLineEntry(bytes: Buffer, from: number, limit: number, indent: Buffer): number {
  const found = bytes.subarray(0, limit).indexOf(indent, from);
  return found < 0 ? ~Math.max(from, limit - indent.length + 1) : found + indent.length - 1;
}

/** Where the next object begins whose first key is one of LogEntry's; else `~index` from which the search must go on. */
export function findInlineEntry(bytes: Buffer, from: number, limit: number, isFinal: boolean): number {
  const window = bytes.subarray(0, limit);
  for (let at = window.indexOf(OPEN_BRACE, from); at >= 0; at = window.indexOf(OPEN_BRACE, at + 1)) {
    const quote = skipSpace(bytes, at + 1);
    if (quote + LONGEST_KEY + 2 > limit && !isFinal && (quote >= limit || bytes[quote] === QUOTE)) return ~at;
    if (bytes[quote] !== QUOTE || isBehindColon(bytes, at)) continue;
    const end = window.indexOf(QUOTE, quote + 1);
    if (end > 0 && end - quote <= LONGEST_KEY + 1 && KEYS.has(bytes.toString('latin1', quote + 1, end))) return at;
  }
  return ~limit;
}

/** `"jsonPayload": {"severity"…`: an object that is a member's value is no entry. */
function isBehindColon(bytes: Buffer, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && bytes[before]! <= 0x20) before--;
  return bytes[before] === 0x3a;
}

/** The index behind `{"entries": [`, as the API answers; else `~index` of the byte that tells otherwise. */
export function isWrapper(bytes: Buffer, start: number): number {
  const quote = skipSpace(bytes, start + 1);
  for (let index = 0; index < ENTRIES.length; index++)
    if (bytes[quote + index] !== ENTRIES[index]) return ~(quote + index);
  const value = skipColon(bytes, quote + ENTRIES.length);
  if (value < 0) return value;
  return bytes[value] === OPEN_BRACKET ? value + 1 : ~value;
}

/** The index behind the member `"key": value` that begins here, or `~index` of where it is none. */
export function memberEnd(bytes: Buffer, from: number): number {
  const keyEnd = skipString(bytes, from + 1);
  const value = keyEnd < 0 ? keyEnd : skipColon(bytes, keyEnd);
  return value < 0 ? value : skipValue(bytes, value);
}

/** Skips one JSON value of any size across windows by counting brackets outside strings. */
export class DepthSkip {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;

  /** The index behind the value, or -1 when all bytes up to `limit` belong to it. */
  skip(bytes: Buffer, from: number, limit: number): number {
    for (let at = from; at < limit; at++) {
      const byte = bytes[at];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (this.#isInString) {
        this.#isEscaped = byte === BACKSLASH;
        this.#isInString = byte !== QUOTE;
      } else if (byte === QUOTE) this.#isInString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth++;
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --this.#depth === 0) return at + 1;
    }
    return -1;
  }
}
