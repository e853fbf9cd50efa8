/**
 * JSON read on bytes, without making strings or objects: each function takes the index where something starts and returns the index
 * after it, or `~index` (always negative) of the byte where it stops being JSON. They accept exactly what JSON.parse accepts, up to
 * `MAX_DEPTH` levels (https://www.rfc-editor.org/rfc/rfc8259).
 *
 * The byte behind the last one must be 0: it is no part of any JSON, so every loop ends there without a bounds check of its own,
 * and a failure at that index means "more bytes are needed".
 */

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
const COLON = 0x3a;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const NEWLINE = 0x0a;

/** Levels of nesting; beyond it a value counts as broken. Log entries of real services stay under 20. */
export const MAX_DEPTH = 256;

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;

const SPACE = 0x20;

/** Comparisons instead of a table of byte classes: measured 850 against 470 MB/s. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  let byte = bytes[at];
  while (byte === SPACE || byte === NEWLINE || byte === 0x0d || byte === 0x09) byte = bytes[++at];
  return at;
}

/** `from` is the index after the opening quote; returns the index after the closing one. */
export function skipString(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    let byte = bytes[at]!;
    while (byte !== QUOTE && byte !== BACKSLASH && byte >= SPACE) byte = bytes[++at]!;
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH) return ~at;
    at = skipEscape(bytes, at + 1);
    if (at < 0) return at;
  }
}

function skipEscape(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 1;
    case 0x75: // u
      for (let digit = at + 1; digit <= at + 4; digit++) if (!isHex(bytes[digit]!)) return ~digit;
      return at + 5;
    default:
      return ~at;
  }
}

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at]!)) at++;
  return at;
}

function skipNumber(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === MINUS ? from + 1 : from;
  if (bytes[at] === ZERO) at++;
  else {
    const end = skipDigits(bytes, at);
    if (end === at) return ~at;
    at = end;
  }
  if (bytes[at] === POINT) {
    const end = skipDigits(bytes, at + 1);
    if (end === at + 1) return ~end;
    at = end;
  }
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    at++;
    if (bytes[at] === MINUS || bytes[at] === PLUS) at++;
    const end = skipDigits(bytes, at);
    if (end === at) return ~at;
    at = end;
  }
  return at;
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

function skipWord(bytes: Uint8Array, from: number, word: Uint8Array): number {
  for (let index = 0; index < word.length; index++) if (bytes[from + index] !== word[index]) return ~(from + index);
  return from + word.length;
}

/** A string, a number, true, false or null; objects and arrays are not scalars and fail at their first byte. */
export function skipScalar(bytes: Uint8Array, from: number): number {
  const byte = bytes[from];
  if (byte === QUOTE) return skipString(bytes, from + 1);
  if (byte === 0x74) return skipWord(bytes, from, TRUE);
  if (byte === 0x66) return skipWord(bytes, from, FALSE);
  if (byte === 0x6e) return skipWord(bytes, from, NULL);
  return skipNumber(bytes, from);
}

/** Any value; `from` is its first byte. */
export function skipValue(bytes: Uint8Array, from: number, depth = 0): number {
  const byte = bytes[from];
  if (byte === QUOTE) return skipString(bytes, from + 1);
  if (byte === OPEN_BRACE) return depth < MAX_DEPTH ? skipObject(bytes, from, depth) : ~from;
  if (byte === OPEN_BRACKET) return depth < MAX_DEPTH ? skipArray(bytes, from, depth) : ~from;
  return skipScalar(bytes, from);
}

function skipObject(bytes: Uint8Array, from: number, depth: number): number {
  let at = skipSpace(bytes, from + 1);
  if (bytes[at] === CLOSE_BRACE) return at + 1;
  for (;;) {
    if (bytes[at] !== QUOTE) return ~at;
    at = skipString(bytes, at + 1);
    if (at < 0) return at;
    at = skipColon(bytes, at);
    if (at < 0) return at;
    at = skipValue(bytes, at, depth + 1);
    if (at < 0) return at;
    at = skipSpace(bytes, at);
    if (bytes[at] === CLOSE_BRACE) return at + 1;
    if (bytes[at] !== COMMA) return ~at;
    at = skipSpace(bytes, at + 1);
  }
}

function skipArray(bytes: Uint8Array, from: number, depth: number): number {
  let at = skipSpace(bytes, from + 1);
  if (bytes[at] === CLOSE_BRACKET) return at + 1;
  for (;;) {
    at = skipValue(bytes, at, depth + 1);
    if (at < 0) return at;
    at = skipSpace(bytes, at);
    if (bytes[at] === CLOSE_BRACKET) return at + 1;
    if (bytes[at] !== COMMA) return ~at;
    at = skipSpace(bytes, at + 1);
  }
}

/** The colon behind a key, with the space around it; returns the first byte of the value. */
export function skipColon(bytes: Uint8Array, from: number): number {
  const at = skipSpace(bytes, from);
  return bytes[at] === COLON ? skipSpace(bytes, at + 1) : ~at;
}

/** Whether the bytes from `from` are exactly `word`. */
export function equalsAt(bytes: Uint8Array, from: number, word: Uint8Array): boolean {
  for (let index = 0; index < word.length; index++) if (bytes[from + index] !== word[index]) return false;
  return true;
}
