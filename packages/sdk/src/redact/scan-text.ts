import {
  AT,
  BRACKET,
  BREAK,
  CLASS,
  COLON,
  COMMA,
  DASH,
  DIGIT,
  EQUALS,
  ESCAPE,
  GREATER,
  HASH,
  LETTER,
  LETTER_J,
  NOTHING,
  QUESTION,
  SLASH,
  TILDE,
} from './character-class.ts';
import { detectEmail, detectIpv4, detectIpv6 } from './detect-address.ts';
import { detectCard } from './detect-card.ts';
import { detectFlag, detectUserFlag } from './detect-flag.ts';
import { detectElement, detectKeyed, detectPair } from './detect-named-value.ts';
import { detectPrivateKey } from './detect-private-key.ts';
import { detectAzureSecret, detectBotToken, detectJwt, detectToken, mayStartToken } from './detect-token.ts';
import { detectQuery, detectUrl } from './detect-url.ts';
import { isDigit, isHexDigit, isWord } from './key-before.ts';
import { markerEnd } from './marker.ts';
import { ScanCursor, type ScanOptions } from './scan-cursor.ts';

/**
 * Finds the secrets of one text in one pass over its characters: each class of character is looked at only by the detectors that can
 * begin or centre there, so ordinary text costs a table look-up per character. Linear: every detector reads a bounded stretch or what
 * it then consumes.
 */
export function scanText(text: string, options: ScanOptions): string {
  const cursor = new ScanCursor(text, options);
  const { length } = text;
  let isWordStart = true;
  while (cursor.at < length) {
    const code = text.charCodeAt(cursor.at);
    const kind = code < 128 ? CLASS[code]! : NOTHING;
    if (kind === LETTER) {
      if (isWordStart && takeToken(cursor, code)) continue;
      isWordStart = false;
      cursor.at++;
      continue;
    }
    const isStart = isWordStart;
    isWordStart = true;
    switch (kind) {
      case NOTHING:
        cursor.at++;
        break;
      case DIGIT:
        isWordStart = false;
        scanDigit(cursor, isStart);
        break;
      case BREAK:
        cursor.passBreak(code);
        break;
      case LETTER_J:
        isWordStart = scanLetterJ(cursor, isStart);
        break;
      case ESCAPE:
        cursor.at += scanEscape(cursor, code);
        break;
      default:
        if (!takeSpecial(cursor, kind)) cursor.at++;
    }
  }
  return cursor.result();
}

function takeToken(cursor: ScanCursor, code: number): boolean {
  const { text, at } = cursor;
  return mayStartToken(code, text.charCodeAt(at + 1)) && cursor.take(detectToken(text, at));
}

/** Cards and addresses begin with a digit; the rest of a number is passed at once. */
function scanDigit(cursor: ScanCursor, isStart: boolean): void {
  const { text, at } = cursor;
  if (!isStart) {
    cursor.at++;
    return;
  }
  if (cursor.take(detectCard(text, at))) return;
  if (cursor.options.redactsAddresses && cursor.take(detectIpv4(text, at))) return;
  let end = at + 1;
  while (isDigit(text.charCodeAt(end))) end++;
  if (text.charCodeAt(end) === 58 && text.charCodeAt(end + 1) === 65 && cursor.take(detectBotToken(text, at))) return;
  cursor.at = end;
}

/** A `J` is the third letter of a JWT (`eyJ`), or a word's first. True: the next character begins a word. */
function scanLetterJ(cursor: ScanCursor, isStart: boolean): boolean {
  const { text, at } = cursor;
  if (text.charCodeAt(at - 1) === 121 && text.charCodeAt(at - 2) === 101 && cursor.take(detectJwt(text, at - 2)))
    return true;
  if (isStart && takeToken(cursor, 74)) return true;
  cursor.at++;
  return false;
}

/** `\n`, `\u000a`, `%20`: the word begins behind the escape. Gives its length. */
function scanEscape(cursor: ScanCursor, code: number): number {
  const { text, at } = cursor;
  if (code === 37) {
    if (text.startsWith('40', at + 1) && cursor.take(detectEmail(text, at, cursor.floor, 3))) return 0;
    return isHexDigit(text.charCodeAt(at + 1)) && isHexDigit(text.charCodeAt(at + 2)) ? 3 : 1;
  }
  const next = text.charCodeAt(at + 1);
  if (next === 110 || next === 114 || next === 116) {
    cursor.lastBreak = at;
    return 2;
  }
  if (next === 117 && /^[0-9a-fA-F]{4}/.test(text.slice(at + 2, at + 6))) return 6;
  return 1;
}

/** True: something begins here or was found, and the scan goes on behind it. */
function takeSpecial(cursor: ScanCursor, kind: number): boolean {
  const { text, at } = cursor;
  switch (kind) {
    case SLASH:
      cursor.lastSlash = at;
      return false;
    case COLON:
      return takeAtColon(cursor);
    case EQUALS:
      return cursor.take(detectKeyed(cursor, '='));
    case AT:
      return cursor.take(detectEmail(text, at, cursor.floor));
    case QUESTION:
    case HASH:
      return takeQuery(cursor, kind);
    case DASH:
      return text.charCodeAt(at + 1) === 45 ? takeDashes(cursor) : cursor.take(detectUserFlag(text, at));
    case COMMA:
      return cursor.take(detectPair(cursor));
    case TILDE:
      return cursor.take(detectAzureSecret(text, at, cursor.floor));
    case BRACKET:
      return passMarker(cursor);
    case GREATER:
      cursor.lastBreak = at;
      return cursor.take(detectElement(cursor));
    default:
      return false;
  }
}

function takeAtColon(cursor: ScanCursor): boolean {
  const { text, at } = cursor;
  // `key://` is no field.
  if (text.charCodeAt(at + 1) === 47 && text.charCodeAt(at + 2) === 47)
    return cursor.take(detectUrl(text, at, cursor.nextSign()));
  const isDouble = text.charCodeAt(at + 1) === 58 || text.charCodeAt(at - 1) === 58;
  if (!isDouble && cursor.take(detectKeyed(cursor, ':'))) return true;
  if (!cursor.options.redactsAddresses) return false;
  const before = text.charCodeAt(at - 1);
  const mayBeAddress = isHexDigit(before) || (isDouble && !isWord(before));
  return mayBeAddress && cursor.take(detectIpv6(text, at, cursor.floor, cursor.colonCrowd));
}

/** A query belongs to a URL or a path: a slash stands in front of it in the same word. */
function takeQuery(cursor: ScanCursor, kind: number): boolean {
  const { text, at } = cursor;
  if (cursor.lastSlash <= cursor.lastBreak || at < cursor.queriesSeenTo) return false;
  const { hits, end } = detectQuery(text, at, cursor.options.keys);
  cursor.queriesSeenTo = end;
  if (kind === HASH && hits.every((hit) => text.charCodeAt(hit.from - 1) !== 61)) return false;
  for (const hit of hits) cursor.take(hit);
  return hits.length > 0;
}

/** `--password VALUE` and `-----BEGIN … PRIVATE KEY-----`; another row of dashes is passed at once. */
function takeDashes(cursor: ScanCursor): boolean {
  const { text, at } = cursor;
  if (!text.startsWith('-----', at)) return cursor.take(detectFlag(text, at, cursor.options));
  if (cursor.take(detectPrivateKey(text, at, cursor.floor))) return true;
  let end = at + 5;
  while (text.charCodeAt(end) === 45) end++;
  // `------BEGIN`: the last five dashes belong to the line.
  cursor.at = end > at + 5 ? end - 5 : end;
  return true;
}

/** What was redacted before is passed over. */
function passMarker(cursor: ScanCursor): boolean {
  const end = markerEnd(cursor.text, cursor.at);
  if (end < 0) return false;
  cursor.at = end;
  return true;
}
