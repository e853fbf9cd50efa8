import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  isDigit,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipColon,
  skipScalar,
  skipSpace,
  skipString,
} from './json-bytes.ts';
import { examineText, IN_DOUBT, isPartOfName, isQuietNumber, isTimeInName } from './quiet-text.ts';
import {
  ANY_SCALE,
  classesOf,
  hashLetter,
  LEVEL,
  MEASURED,
  MESSAGE,
  RISKY,
  STATUS,
  TRACE,
  UNIT,
} from './quiet-words.ts';

export interface PayloadLimits {
  slowRequestMs: number;
}

/**
 * Whether the JSON value at `from`, already known to be well-formed, may matter to a report, by its keys, its texts and its numbers.
 * Bits of `quiet-text`. It stops at the first doubt.
 */
export function examinePayload(bytes: Uint8Array, from: number, limits: PayloadLimits): number {
  return new Examination(bytes, limits).value(from, 0);
}

/** The way through one payload: `at` is behind what was read. */
class Examination {
  readonly #bytes: Uint8Array;
  readonly #limits: PayloadLimits;
  #at = 0;

  constructor(bytes: Uint8Array, limits: PayloadLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  /** `classes` are those of the key that leads here. */
  value(from: number, classes: number): number {
    const bytes = this.#bytes;
    const first = bytes[from];
    if (first === OPEN_BRACE) return this.#object(from, classes);
    if (first === OPEN_BRACKET) return this.#array(from, classes);
    this.#at = skipScalar(bytes, from);
    if (first === QUOTE) {
      if (this.#at === from + 2) return 0;
      return examineText(bytes, from + 1, this.#at - 1, this.#limits, (classes & MESSAGE) !== 0, classes);
    }
    return isDigit(first!) && !isHarmless(bytes, from, this.#at, classes, this.#limits) ? IN_DOUBT : 0;
  }

  #object(from: number, outer: number): number {
    const bytes = this.#bytes;
    let at = skipSpace(bytes, from + 1);
    while (bytes[at] !== CLOSE_BRACE) {
      const keyEnd = skipString(bytes, at + 1);
      const classes = classesOfKey(bytes, at + 1, keyEnd - 1);
      if (classes & RISKY) return IN_DOUBT;
      const found = this.value(skipColon(bytes, keyEnd), classes | (outer & (LEVEL | ANY_SCALE | STATUS)));
      if (found !== 0) return found;
      at = skipSpace(bytes, this.#at);
      if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
    }
    this.#at = at + 1;
    return 0;
  }

  #array(from: number, classes: number): number {
    const bytes = this.#bytes;
    let at = skipSpace(bytes, from + 1);
    while (bytes[at] !== CLOSE_BRACKET) {
      const found = this.value(at, classes);
      if (found !== 0) return found;
      at = skipSpace(bytes, this.#at);
      if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
    }
    this.#at = at + 1;
    return 0;
  }
}

/** What the words of a key say together; escapes and `@type` are risky. */
function classesOfKey(bytes: Uint8Array, from: number, to: number): number {
  let classes = 0;
  for (let at = from; at < to; ) {
    const byte = bytes[at]!;
    if (byte === BACKSLASH || byte === 0x40) return RISKY;
    if (!isLetter(byte)) {
      at++;
      continue;
    }
    const start = at;
    let hash = 0;
    for (; isLetter(bytes[at]!); at++) hash = hashLetter(hash, bytes[at]! | 0x20);
    classes |= classesOfKeyWord(bytes, start, at, from, classesOf(hash));
  }
  return classes | classesOfCamelCase(bytes, from, to);
}

/** Those of the word `bytes[start..end)` of a key that begins at `from`; `word`: those of the word alone. */
function classesOfKeyWord(bytes: Uint8Array, start: number, end: number, from: number, word: number): number {
  let classes = word & UNIT && !isPartOfName(bytes, start, from) ? 0 : word;
  if (end - start === 4 && isTimeInName(bytes, start, from)) classes |= MEASURED;
  return classes & TRACE ? classes | RISKY : classes;
}

/** `hasError`, `requestTimeMs`, `responseStatus`: the last words of a name in camel case. */
function classesOfCamelCase(bytes: Uint8Array, from: number, to: number): number {
  let classes = 0;
  let end = to;
  for (let at = to - 1; at > from; at--) {
    const byte = bytes[at]!;
    if (byte < 0x41 || byte > 0x5a || !isLetter(bytes[at - 1]!)) continue;
    let hash = 0;
    for (let letter = at; letter < end; letter++) hash = hashLetter(hash, bytes[letter]! | 0x20);
    classes |= classesOf(hash) & ~MESSAGE;
    if (end - at === 4 && bytes[at] === 0x54 && bytes[at + 1] === 0x69) classes |= MEASURED;
    end = at;
  }
  return classes;
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** A number under a key of these classes that is no status from 400 on, no high level and no long time. */
function isHarmless(bytes: Uint8Array, from: number, to: number, classes: number, limits: PayloadLimits): boolean {
  if ((classes & (STATUS | LEVEL | MEASURED)) === 0) return true;
  let end = from;
  let value = 0;
  for (; end < to && isDigit(bytes[end]!); end++) value = value * 10 + (bytes[end]! - 0x30);
  for (let rest = end; rest < to; rest++) if ((bytes[rest]! | 0x20) === 0x65) return false;
  if (classes & STATUS && value >= 400) return false;
  return isQuietNumber(bytes, from, end, classes, limits);
}
