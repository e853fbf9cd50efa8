import type { Hit } from './marker.ts';

const PLAIN = [/\d{13,19}(?!\d|-\d)/y];
/**
 * The longest first: what stands behind a card number (`12/28`, `100.00`) may read as its last group, and only the check digit tells. A
 * number that ends in a group of less than four stands alone.
 */
const GROUPED = [
  /\d{4}([ -])(?:\d{4}\1){3}\d{1,3}(?!\d|-\d)/y,
  /\d{4}([ -])(?:\d{4}\1\d{4}\1\d{4}|\d{6}\1\d{4,5})(?!\d|-\d)/y,
  /\d{4}([ -])\d{4}\1\d{4}\1\d{1,3}(?!\d|[ -]\d)/y,
];
/** Behind a number in groups: it is a row of numbers. */
const ONE_MORE_GROUP = / \d{4}(?!\S)/y;

/**
 * A payment card number beginning at `at`: 13 to 19 digits of a network's range (ISO/IEC 7812), plain or grouped by blanks or dashes, with
 * a right Luhn digit. The range is asked for because one in ten of all ids and epoch times has a right Luhn digit by chance.
 */
export function detectCard(text: string, at: number): Hit | null {
  const fifth = text.charCodeAt(at + 4);
  const isGrouped = fifth === 32 || fifth === 45;
  if (!isGrouped && !isDigit(fifth)) return null;
  // Before anything is matched: a long row of numbers costs a look at each.
  if (fifth === 32 && isBehindGroup(text, at)) return null;
  for (const form of isGrouped ? GROUPED : PLAIN) {
    form.lastIndex = at;
    if (form.test(text) && isCard(text, at, form.lastIndex)) return { from: at, to: form.lastIndex, kind: 'card' };
  }
  return null;
}

function isCard(text: string, from: number, to: number): boolean {
  const isByBlanks = text.charCodeAt(from + 4) === 32;
  if (isPartOfMore(text, from, to) || (isByBlanks && isBeforeGroup(text, to))) return false;
  const digits = text.slice(from, to).replace(/[ -]/g, '');
  return isNetworkRange(digits) && hasLuhnDigit(digits);
}

/** Inside a hash, a UUID, an identifier (`blk_-4980…`), a decimal fraction or a longer number; a word in front (`card-`, `no.`) is none. */
function isPartOfMore(text: string, from: number, to: number): boolean {
  const before = text.charCodeAt(from - 1);
  const beforeThat = text.charCodeAt(from - 2);
  if (isIdentifier(before)) return true;
  if (before === 46 && !isLetter(beforeThat)) return true;
  if (before === 45 && isIdentifier(beforeThat) && !isLetter(beforeThat)) return true;
  const after = text.charCodeAt(to);
  if (isIdentifier(after)) return true;
  return (after === 45 || after === 46) && isIdentifier(text.charCodeAt(to + 1));
}

/** ` 4242 ` stands in front. */
function isBehindGroup(text: string, from: number): boolean {
  if (text.charCodeAt(from - 1) !== 32) return false;
  for (let at = from - 5; at < from - 1; at++) if (!isDigit(text.charCodeAt(at))) return false;
  return from === 5 || /\s/.test(text.charAt(from - 6));
}

function isBeforeGroup(text: string, to: number): boolean {
  ONE_MORE_GROUP.lastIndex = to;
  return ONE_MORE_GROUP.test(text);
}

function isIdentifier(code: number): boolean {
  return isDigit(code) || isLetter(code) || code === 95;
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** First four digits of ranges whose numbers have 12 to 19 digits: Maestro, Switch, Bankcard, Dankort. */
const LONG_RANGES: ReadonlySet<number> = new Set([
  5018, 5019, 5020, 5038, 5610, 5893, 6304, 6331, 6759, 6761, 6762, 6763,
]);

function isNetworkRange(digits: string): boolean {
  const { length } = digits;
  const two = Number(digits.slice(0, 2));
  const four = Number(digits.slice(0, 4));
  if (digits[0] === '4') return length === 13 || length === 16 || length === 19;
  if (isBetween(two, 51, 55) || isBetween(four, 2221, 2720)) return length === 16;
  if (two === 34 || two === 37) return length === 15;
  if (DINERS.has(two) || isBetween(four, 3000, 3059)) return length === 14 || length === 16;
  if (isBetween(four, 3528, 3589) || isBetween(four, 2200, 2204)) return length >= 16;
  if (four === 6011 || two === 65 || isBetween(four, 6440, 6499) || two === 62) return length >= 16;
  return LONG_RANGES.has(four);
}

const DINERS: ReadonlySet<number> = new Set([36, 38, 39]);

function isBetween(value: number, first: number, last: number): boolean {
  return value >= first && value <= last;
}

function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    let digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    if (index % 2 === 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum % 10 === 0;
}
