import { BACKSLASH, isDigit } from './json-bytes.ts';
import { ANY_SCALE, classesOf, hashLetter, LEVEL, MEASURED, MILLISECONDS, RISKY, TRACE, UNIT } from './quiet-words.ts';

/** What `examineText` answers: bits. 0 means that nothing a report needs can stand in the text. */
export const IN_DOUBT = 1;
/** It may be one line of a stack trace whose other lines are other entries. */
export const TRACE_LINE = 2;

const LETTER = 1;
const DIGIT = 2;
const ESCAPE = 3;
const MARK = 4;
/** What a byte can begin; 0 for nothing of interest. */
const KIND = new Uint8Array(256);
const LOWER = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) LOWER[byte] = byte;
for (let byte = 0x41; byte <= 0x5a; byte++) {
  KIND[byte] = LETTER;
  KIND[byte + 32] = LETTER;
  LOWER[byte] = byte + 32;
}
for (let byte = 0x30; byte <= 0x39; byte++) KIND[byte] = DIGIT;
KIND[BACKSLASH] = ESCAPE;
for (const mark of '@(:') KIND[mark.charCodeAt(0)] = MARK;

/** First bytes that ordinary log lines do not have and lines of traces do: ` #|+^~.-}` and the like. */
const OPENS_TRACE_LINE = new Uint8Array(256);
for (const byte of Buffer.from(' #|+^~.-})*')) OPENS_TRACE_LINE[byte] = 1;

const SPACE = 0x20;
const ERROR_SUFFIX = Buffer.from('error');
const EXCEPTION_SUFFIX = Buffer.from('exception');
const WARNING_SUFFIX = Buffer.from('warning');

export interface TextLimits {
  slowRequestMs: number;
}

/**
 * Whether the JSON string content `bytes[from..to)` (escapes as they stand, the closing quote at `to`) may matter to a report: a word of
 * `quiet-words`, an HTTP status from 400 on, a measured time above the limit, several lines, or, with `isMessage`, the shape of a line of
 * a trace in any language of PROTOCOLS 7. It errs towards doubt; one pass, about 2 ns a byte.
 * `classes` are those of the key the text stands under, 0 for none.
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one switch over bytes; in functions it was measured 3 to 8 % slower
export function examineText(
  bytes: Uint8Array,
  from: number,
  to: number,
  limits: TextLimits,
  isMessage: boolean,
  classes = 0,
): number {
  let found = isMessage ? examineShape(bytes, from, to) : 0;
  let expected = classes & EXPECTATIONS;
  let at = from;
  while (at < to && found === 0) {
    switch (KIND[bytes[at]!]) {
      case LETTER: {
        const start = at;
        let hash = 0;
        do {
          hash = hashLetter(hash, LOWER[bytes[at]!]!);
          at++;
        } while (KIND[bytes[at]!] === LETTER);
        const word = classesOf(hash);
        if (word & TRACE) found = IN_DOUBT | (isOneLine(bytes, at, to) ? TRACE_LINE : 0);
        else if (word & RISKY || isLevelLetter(bytes, start, at) || looksLikeFailure(bytes, start, at))
          found = IN_DOUBT;
        else if (bytes[at] === 0x2b && isDigit(bytes[at + 1]!)) found = IN_DOUBT; // slog's INFO+4
        if (word & (MEASURED | LEVEL)) {
          if ((word & UNIT) === 0 || isPartOfName(bytes, start, from)) expected = word & EXPECTATIONS;
        } else if (at - start === 4 && isTimeInName(bytes, start, from)) expected = MEASURED;
        break;
      }
      case DIGIT: {
        const end = endOfNumber(bytes, at);
        if (isStatusOfFailure(bytes, at, end, from)) found = IN_DOUBT;
        if (isSlowByForm(bytes, at, end, limits)) found = IN_DOUBT;
        if (expected !== 0 && !isQuietNumber(bytes, at, end, expected, limits)) found = IN_DOUBT;
        expected = 0;
        at = end;
        break;
      }
      case ESCAPE: {
        const length = escapeLength(bytes, at, to);
        if (length === 0) found = IN_DOUBT;
        at += length;
        break;
      }
      case MARK:
        if (isFrameMark(bytes, at)) found = IN_DOUBT | (isMessage && isOneLine(bytes, at, to) ? TRACE_LINE : 0);
        at++;
        break;
      default:
        at++;
    }
  }
  return found;
}

/** A trace that is whole in one entry needs no other entries. */
function isOneLine(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at + 2 < to; at++) if (bytes[at] === BACKSLASH && bytes[at + 1] === 0x6e) return false;
  return true;
}

/** Whether the first bytes, or the lack of any space, are those of a line of a trace. */
function examineShape(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from]!;
  if (from === to) return IN_DOUBT;
  if (OPENS_TRACE_LINE[first] === 1) return IN_DOUBT | TRACE_LINE;
  if (first === BACKSLASH) return bytes[from + 1] === 0x22 ? 0 : IN_DOUBT | TRACE_LINE;
  if (first === 0x3c || first === 0x2a) return IN_DOUBT; // < of syslog
  if (startsWith(bytes, from, to, 'at ') || startsWith(bytes, from, to, 'File ')) return IN_DOUBT | TRACE_LINE;
  if (isDigit(first) && isNumbered(bytes, from)) return IN_DOUBT | TRACE_LINE;
  for (let at = from; at < to; at++) if (bytes[at] === SPACE) return 0;
  return IN_DOUBT | (hasFrameShape(bytes, from, to) ? TRACE_LINE : 0);
}

/** Rust's `0: path`. */
function isNumbered(bytes: Uint8Array, from: number): boolean {
  let at = from;
  while (isDigit(bytes[at]!)) at++;
  return bytes[at] === 0x3a && bytes[at + 1] === SPACE;
}

/** A text without any space: `main.run()`, `render@https://host/app.js:1:2`. */
function hasFrameShape(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === 0x28 || bytes[at] === 0x40) return true;
  return false;
}

function startsWith(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  if (to - from < word.length) return false;
  for (let index = 0; index < word.length; index++) if (bytes[from + index] !== word.charCodeAt(index)) return false;
  return true;
}

/** `ValueError`, `NullPointerException`, `DeprecationWarning`, `errorMessage`: names that end or begin with what they are. */
function looksLikeFailure(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > 5 && endsWith(bytes, start, start + 5, ERROR_SUFFIX)) return true;
  const last = LOWER[bytes[end - 1]!];
  if (last === 0x72) return endsWith(bytes, start, end, ERROR_SUFFIX);
  if (last === 0x6e) return endsWith(bytes, start, end, EXCEPTION_SUFFIX);
  return last === 0x67 && endsWith(bytes, start, end, WARNING_SUFFIX);
}

function endsWith(bytes: Uint8Array, start: number, end: number, suffix: Uint8Array): boolean {
  const from = end - suffix.length;
  if (from < start) return false;
  for (let index = 0; index < suffix.length; index++) if (LOWER[bytes[from + index]!] !== suffix[index]) return false;
  return true;
}

/** A lone capital E, W, F, C or A: the level in the short forms of many loggers (`E1020 16:01:18`, `[W]`, `F/main`). */
function isLevelLetter(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 1) return false;
  const letter = bytes[start];
  return letter === 0x45 || letter === 0x57 || letter === 0x46 || letter === 0x43 || letter === 0x41;
}

/** Behind `_`, `-` or `.`: the last part of a longer name. */
export function isPartOfName(bytes: Uint8Array, start: number, from: number): boolean {
  if (start === from) return false;
  const before = bytes[start - 1];
  return before === 0x5f || before === 0x2d || before === 0x2e;
}

/** `response_time`, `request-time`, but not `time` alone, which is an instant. */
export function isTimeInName(bytes: Uint8Array, start: number, from: number): boolean {
  return (
    isPartOfName(bytes, start, from) &&
    LOWER[bytes[start]!] === 0x74 &&
    LOWER[bytes[start + 1]!] === 0x69 &&
    LOWER[bytes[start + 2]!] === 0x6d &&
    LOWER[bytes[start + 3]!] === 0x65
  );
}

function endOfNumber(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at]!)) at++;
  if (bytes[at] === 0x2e && isDigit(bytes[at + 1]!)) {
    at++;
    while (isDigit(bytes[at]!)) at++;
  }
  return at;
}

/** Three digits from 400 to 599 that stand alone: not in `18,437` or `10.0.0.500`, nor before a letter (`437ms`). */
function isStatusOfFailure(bytes: Uint8Array, start: number, end: number, from: number): boolean {
  if (end - start !== 3 || (bytes[start] !== 0x34 && bytes[start] !== 0x35)) return false;
  if (KIND[bytes[end]!] === LETTER) return false;
  if (start === from) return true;
  const before = bytes[start - 1]!;
  if (KIND[before] === LETTER) return before === 0x6e && bytes[start - 2] === BACKSLASH;
  if ((before === 0x2c || before === 0x2e) && start - 2 >= from && isDigit(bytes[start - 2]!)) return false;
  return true;
}

/** What the word before says of the next number. */
const EXPECTATIONS = MEASURED | MILLISECONDS | LEVEL | ANY_SCALE;

/** Levels that loggers write as numbers: from 10 to 30 they are debug and information in pino's scale. */
const QUIET_LEVEL = { from: 10, to: 30 };

/**
 * Whether a number (its end may be cut at a fraction) is harmless where a time or a level is expected: a quiet level, a time under what
 * a request may take. An exponent (`1e4`) and minutes (`2m`) are in doubt.
 */
export function isQuietNumber(
  bytes: Uint8Array,
  from: number,
  to: number,
  expected: number,
  limits: TextLimits,
): boolean {
  const value = integerOf(bytes, from, to);
  if (LOWER[bytes[to]!] === 0x65) return false;
  if (expected & ANY_SCALE) return false;
  if (expected & LEVEL && (value < QUIET_LEVEL.from || value > QUIET_LEVEL.to)) return false;
  if ((expected & MEASURED) === 0) return true;
  const unit = bytes[to] === SPACE ? to + 1 : to;
  if (LOWER[bytes[unit]!] === 0x6d && LOWER[bytes[unit + 1]!] !== 0x73) return false;
  return value < (expected & MILLISECONDS ? limits.slowRequestMs : limits.slowRequestMs / 1_000);
}

/** A slow answer that only its form shows: `5012.3 ms` (morgan), a lone ` 5.012` (nginx). */
function isSlowByForm(bytes: Uint8Array, start: number, end: number, limits: TextLimits): boolean {
  const unit = bytes[end] === SPACE ? end + 1 : end;
  const value = integerOf(bytes, start, end);
  if (LOWER[bytes[unit]!] === 0x6d && LOWER[bytes[unit + 1]!] === 0x73) return value >= limits.slowRequestMs;
  const before = bytes[start - 1];
  const after = bytes[end];
  const isLone = (before === SPACE || before === 0x22) && (after === SPACE || after === 0x22 || after === BACKSLASH);
  return isLone && bytes[end - 4] === 0x2e && value * 1_000 >= limits.slowRequestMs;
}

function integerOf(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to && isDigit(bytes[at]!); at++) value = value * 10 + (bytes[at]! - 0x30);
  return value;
}

/** The length of a harmless escape; 0 for a line end inside the text and for control characters (colours of terminals). */
function escapeLength(bytes: Uint8Array, at: number, to: number): number {
  const escaped = bytes[at + 1];
  if (escaped === 0x6e || escaped === 0x72) {
    const isLast = at + 2 === to || (at + 4 === to && bytes[at + 2] === BACKSLASH && bytes[at + 3] === 0x6e);
    return isLast ? to - at : 0;
  }
  if (escaped !== 0x75) return 2;
  return bytes[at + 2] === 0x30 && bytes[at + 3] === 0x30 && bytes[at + 4]! < 0x32 ? 0 : 6;
}

/** `fn@https://…` (Firefox, Safari), `main.(*T).Run(0xc00…`, `main.f({0x…`, `main.f(...)` (Go), `app.rb:3:in` (Ruby). */
function isFrameMark(bytes: Uint8Array, at: number): boolean {
  const next = bytes[at + 1];
  switch (bytes[at]) {
    case 0x40: {
      for (let end = at + 1; end < at + 24 && bytes[end]! > SPACE; end++) {
        if (bytes[end] === 0x3a && bytes[end + 1] === 0x2f && bytes[end + 2] === 0x2f) return true;
      }
      return false;
    }
    case 0x28:
      return (
        next === 0x2a || // (*
        next === 0x7b || // ({
        (next === 0x30 && bytes[at + 2] === 0x78) || // (0x
        (next === 0x2e && bytes[at + 2] === 0x2e) // (..
      );
    default:
      return next === 0x69 && bytes[at + 2] === 0x6e && bytes[at + 3] === SPACE; // :in
  }
}
