import { keyEnd, keyStart } from './key-before.ts';
import { type Hit, markerEnd, type RedactionKind } from './marker.ts';
import { readValue } from './read-value.ts';
import type { ScanCursor } from './scan-cursor.ts';

const LONGEST_KEY = 80;
const LONGEST_FIRST_WORD = 23;
const LONGEST_ELEMENT = 64;
const SECOND_WORDS: ReadonlySet<string> = new Set(['key', 'keys', 'id', 'code', 'phrase', 'sid', 'passe']);
const PAIRED_VALUE = /, ?b?(?:"[^"\n]{0,8192}"|'[^'\n]{0,8192}') ?[)\]]/y;

/** `password: VALUE`, `"token":"VALUE"`, `api_key=VALUE`: the value behind the separator at the cursor, when the key in front of it names a secret. */
export function detectKeyed(cursor: ScanCursor, separator: ':' | '='): Hit | null {
  const { text, at, floor, options } = cursor;
  const end = keyEnd(text, at, floor);
  if (end < 0) return null;
  const from = keyStart(text, end, Math.max(floor, end - LONGEST_KEY));
  if (end - from < options.keys.shortest) return null;
  const key = text.slice(from, end);
  const kind = options.keys.kindOf(key) ?? spacedKind(cursor, key, from);
  if (kind === null || isTestResult(key, separator)) return null;
  const quote = text[from - 1];
  return readValue(text, at + 1, {
    kind,
    key,
    separator,
    isCode: options.isCode || cursor.isTracedCode(),
    outerQuote: end === at && (quote === '"' || quote === "'") ? quote : '',
  });
}

/** `API key: …`, `session id = …`: two words with a blank between. */
function spacedKind({ text, floor, options }: ScanCursor, word: string, from: number): RedactionKind | null {
  if (text.charCodeAt(from - 1) !== 32 || !SECOND_WORDS.has(word.toLowerCase())) return null;
  const end = from - 1;
  const first = keyStart(text, end, Math.max(floor, end - LONGEST_FIRST_WORD));
  return first === end ? null : options.keys.kindOf(`${text.slice(first, end)}_${word}`);
}

/** `--- PASS: TestLogin` tells of a test. */
function isTestResult(word: string, separator: string): boolean {
  return word === 'PASS' && separator === ':';
}

/** `('cookie', 'VALUE')`, `[b"authorization", b"VALUE"]`: headers as lists of pairs, around the comma at the cursor. */
export function detectPair({ text, at, floor, options }: ScanCursor): Hit | null {
  const quote = text.charCodeAt(at - 1);
  if (quote !== 34 && quote !== 39) return null;
  const from = keyStart(text, at - 1, Math.max(floor, at - 1 - LONGEST_KEY));
  if (text.charCodeAt(from - 1) !== quote || !/[([]b?$/.test(text.slice(Math.max(0, from - 3), from - 1))) return null;
  const key = text.slice(from, at - 1);
  const kind = options.keys.kindOf(key);
  PAIRED_VALUE.lastIndex = at;
  if (kind === null || !PAIRED_VALUE.test(text)) return null;
  return readValue(text, at + 1, { kind, key, separator: '=', isCode: true, outerQuote: '' });
}

/** `<password>VALUE</password>`: what follows the `>` at the cursor. */
export function detectElement({ text, at, floor, options }: ScanCursor): Hit | null {
  const from = keyStart(text, at, Math.max(floor, at - LONGEST_ELEMENT));
  if (from === at || text.charCodeAt(from - 1) !== 60) return null;
  const kind = options.keys.kindOf(text.slice(from, at));
  if (kind === null) return null;
  const end = text.indexOf('<', at + 1);
  const to = end < 0 ? text.length : end;
  if (to <= at + 1 || markerEnd(text, at + 1) === to) return null;
  return /\S/.test(text.slice(at + 1, Math.min(to, at + 65))) ? { from: at + 1, to, kind } : null;
}
