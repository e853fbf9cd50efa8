import { type Hit, markerEnd, type RedactionKind } from './marker.ts';

/**
 * Finds where the value of a secret key ends. `from` is the index behind the separator. Quoted values end at their quote (with as many
 * backslashes before it as the opening one has, so that JSON inside JSON works), the others at a blank or at a delimiter that a next
 * field follows. Returns null for values that tell nothing: none, a boolean, a word of an error message, a marker.
 */
export interface ValueContext {
  kind: RedactionKind;
  key: string;
  separator: ':' | '=';
  /** Code holds expressions where logs hold values: only quoted ones count. */
  isCode: boolean;
  /** The quote standing right before the key (`-H 'Cookie: a=b'`), or ''. */
  outerQuote: string;
}

const HARMLESS_VALUES: ReadonlySet<string> = new Set(
  'null none nil undefined true false yes no empty unset required optional string str number int bool boolean bytes object any unknown n/a include omit same-origin'.split(
    ' ',
  ),
);

/** How error messages go on after `token: ` or `password: `; never after `=`. */
const SENTENCE_WORDS: ReadonlySet<string> = new Set(
  (
    'a an the this that it its is was are were be been has have had does did do can cannot could should must may might will would not no ' +
    'connection permission timeout timed invalid expired expiry failed failure fail error errors unauthorized unauthenticated forbidden denied refused missing ' +
    'unexpected unknown context dial eof read unable request http https status server response bad malformed field value values too short long ' +
    'incorrect wrong mismatch mismatched already exceeded rate limit remote network unsupported undefined empty revoked signature parse parsing json open file ' +
    'please use expected got found at least only contains contain cannot resource operation access user account input string length ' +
    'must-be illegal syntax lookup certificate tls ssl proxy host gateway service unavailable internal rejected disabled blocked locked'
  ).split(' '),
);

const COOKIE_PAIR = /; ?[\w!#$%&*.^|~-]{1,64}=[^\s;,"'\\]{0,4096}/y;
/** As long as a text that is scanned: of a longer value the end would be left. */
const MAX_VALUE = 262_144;
const HAS_CONTENT = /[\p{L}\p{N}]/u;
const NEXT_FIELD = /[,;&|][\t ]*["']?[A-Za-z_][\w.-]{0,63}["']?[=:]/y;
const SCHEME = /(?:bearer|basic|token|apikey|api-key|key|jwt|oauth|dpop|negotiate|ntlm|hawk)[\t ]+/iy;
const LONG_SCHEME =
  /(?:digest|aws4-hmac-sha256|aws|sentry|sharedkey|sharedaccesssignature|oauth|hawk|googlelogin)[\t ]/iy;
const UNKNOWN_SCHEME = /[A-Za-z][A-Za-z0-9-]{1,24}[\t ]+(?=[^\s"']{12,})/y;

export function readValue(text: string, from: number, context: ValueContext): Hit | null {
  let at = from;
  if (text.charCodeAt(at) === 61 || text.charCodeAt(at) === 62) at++; // `==`, `=>`, `:=`
  const afterSeparator = at;
  while (at < text.length && at - from < 16 && isBlank(text.charCodeAt(at))) at++;
  if (at >= text.length) return null;
  const prefixed = skipLiteralPrefix(text, at);
  const quoted = readQuoted(text, prefixed, context);
  if (quoted !== undefined) return quoted;
  if (context.isCode) return null;
  return readBare(text, at, context, at > afterSeparator);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** `b'…'`, `r"…"`, `["…`: what may stand before the quote of a value. */
function skipLiteralPrefix(text: string, at: number): number {
  const code = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  const isQuoteNext = next === 34 || next === 39;
  return isQuoteNext && (code === 98 || code === 114 || code === 117 || code === 91 || code === 64) ? at + 1 : at;
}

/** Undefined when no quote opens here. */
function readQuoted(text: string, at: number, context: ValueContext): Hit | null | undefined {
  let quoteAt = at;
  while (text.charCodeAt(quoteAt) === 92) quoteAt++;
  const quote = text.charCodeAt(quoteAt);
  if (quote !== 34 && quote !== 39 && quote !== 96) return undefined;
  const slashes = quoteAt - at;
  const start = quoteAt + 1;
  const end = closingQuote(text, start, quote, slashes);
  return hitOf(text, start, end, context);
}

function closingQuote(text: string, start: number, quote: number, slashes: number): number {
  const limit = Math.min(text.length, start + MAX_VALUE);
  let run = 0;
  for (let at = start; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === 10) return at;
    if (code === 92) {
      run++;
      continue;
    }
    if (code === quote && (slashes === 0 ? run % 2 === 0 : run <= slashes)) return at - run;
    run = 0;
  }
  return limit;
}

function readBare(text: string, at: number, context: ValueContext, isSpaced: boolean): Hit | null {
  if (context.kind === 'cookie' && context.separator === '=') return hitOf(text, at, cookiePairsEnd(text, at), context);
  if (context.kind === 'cookie' || context.kind === 'authorization') return readHeader(text, at, context);
  const end = bareEnd(text, at);
  if (context.separator === ':' && isSpaced && isSentence(text.slice(at, Math.min(end, at + 32)))) return null;
  return hitOf(text, at, end, context);
}

/** `cookie=a=1; b=2`: the pairs that follow belong to it. */
function cookiePairsEnd(text: string, at: number): number {
  let end = bareEnd(text, at);
  while (matches(COOKIE_PAIR, text, end)) end = COOKIE_PAIR.lastIndex;
  return end;
}

function bareEnd(text: string, at: number): number {
  const limit = Math.min(text.length, at + MAX_VALUE);
  for (let index = at; index < limit; index++) {
    const code = text.charCodeAt(index);
    if (code <= 32 || code === 34 || code === 39 || code === 96 || code === 60) return index;
    // An escaped line end or quote inside a string closes the value as the plain one would.
    if (code === 92 && isEscapeEnd(text.charCodeAt(index + 1))) return index;
    if ((code === 44 || code === 59 || code === 38 || code === 124) && endsAtDelimiter(text, index)) return index;
    if ((code === 41 || code === 93 || code === 125 || code === 62) && endsAtBracket(text, index, at)) return index;
  }
  return limit;
}

function isEscapeEnd(code: number): boolean {
  return code === 110 || code === 114 || code === 116 || code === 34 || code === 39;
}

function endsAtDelimiter(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  if (Number.isNaN(next) || next <= 32 || next === 34 || next === 39) return true;
  NEXT_FIELD.lastIndex = at;
  return NEXT_FIELD.test(text);
}

function endsAtBracket(text: string, at: number, from: number): boolean {
  if (markerEnd(text, from) === at + 1) return false;
  const next = text.charCodeAt(at + 1);
  if (Number.isNaN(next) || next <= 32) return true;
  return (
    next === 44 ||
    next === 59 ||
    next === 41 ||
    next === 93 ||
    next === 125 ||
    next === 34 ||
    next === 39 ||
    next === 46
  );
}

function isSentence(start: string): boolean {
  const word = /^[A-Za-z/-]+/.exec(start)?.[0];
  if (word === undefined || !SENTENCE_WORDS.has(word.toLowerCase())) return false;
  const next = start[word.length];
  return next === undefined || next === ' ' || next === ',' || next === '.' || next === ':' || next === ';';
}

/** Header values hold blanks: the scheme and its credentials, or the whole line. */
function readHeader(text: string, at: number, context: ValueContext): Hit | null {
  if (context.separator === ':' && isSentence(text.slice(at, at + 32))) return null;
  if (context.kind === 'cookie' || matches(LONG_SCHEME, text, at))
    return hitOf(text, at, headerLineEnd(text, at, context), context);
  if (matches(SCHEME, text, at)) return hitOf(text, at, bareEnd(text, SCHEME.lastIndex), context);
  if (matches(UNKNOWN_SCHEME, text, at)) return hitOf(text, at, bareEnd(text, UNKNOWN_SCHEME.lastIndex), context);
  return hitOf(text, at, bareEnd(text, at), context);
}

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

function headerLineEnd(text: string, at: number, context: ValueContext): number {
  const limit = Math.min(text.length, at + MAX_VALUE);
  for (let index = at; index < limit; index++) {
    const code = text.charCodeAt(index);
    if (code === 10 || code === 13) return index;
    if (code === 92 && (text.charCodeAt(index + 1) === 110 || text.charCodeAt(index + 1) === 114)) return index;
    if (context.outerQuote !== '' && text[index] === context.outerQuote) {
      return text.charCodeAt(index - 1) === 92 ? index - 1 : index;
    }
  }
  return limit;
}

function hitOf(text: string, from: number, to: number, context: ValueContext): Hit | null {
  if (to <= from || markerEnd(text, from) === to) return null;
  const isShort = to - from <= 64;
  const value = isShort ? text.slice(from, to) : '';
  if (isShort && (!HAS_CONTENT.test(value) || isHarmlessValue(value, context))) return null;
  return { from, to, kind: context.kind };
}

/** Shared with structured values: what stands under a secret key and still is no secret. */
export function isHarmlessValue(value: string, { kind, key }: Pick<ValueContext, 'kind' | 'key'>): boolean {
  if (HARMLESS_VALUES.has(value.toLowerCase())) return true;
  if (kind !== 'token' && kind !== 'password') return false;
  if (/^(?:old)?pwd$/i.test(key)) return /^(?:\/|[A-Za-z]:\\)/.test(value);
  if (!/^\d+(?:\.\d+)?$/.test(value)) return false;
  return isCounted(key) || (kind === 'token' && value.length <= 3);
}

/** `max_tokens: 4096`, `pass: 12`: names of things that are counted. */
export function isCounted(key: string): boolean {
  return /tokens$/i.test(key) || /^pass$/i.test(key);
}
