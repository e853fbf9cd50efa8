import { setOwn } from './bounds.ts';
import type { LineContext } from './line-context.ts';
import { readLoggerFields } from './logger-fields.ts';
import type { ParsedLine } from './parsed-line.ts';
import { readQuoted } from './quoted.ts';

const MAX_PAIRS = 512;
const TELLING = new Set(['level', 'lvl', 'severity', 'msg', 'message', 'ts', 'time', 'timestamp']);

/** logfmt: `level=error msg="…" key=value flag`; at least two pairs, one of them a level, message or time. Null for other text. https://brandur.org/logfmt */
export function readLogfmt(line: string, context: LineContext): ParsedLine | null {
  // The first word must be a pair already: cheap to see, and true of every logfmt line.
  if (!/^[A-Za-z_@][\w.@/-]{0,63}=/.test(line.slice(0, 66))) return null;
  const pairs = readPairs(line);
  if (!pairs) return null;
  const names = Object.keys(pairs);
  if (names.filter((name) => pairs[name] !== true).length < 2 || !names.some((name) => TELLING.has(name))) return null;
  const parsed = readLoggerFields(pairs, { ...context, format: 'logfmt' }, line);
  parsed.payload = null;
  return parsed;
}

/** The pairs in order; a bare key is true. Null when a word is neither: then it is a sentence. */
function readPairs(line: string): Record<string, unknown> | null {
  const pairs: Record<string, unknown> = {};
  let bare = 0;
  let count = 0;
  for (let at = 0; at < line.length && count < MAX_PAIRS; count++) {
    at = skipBlanks(line, at);
    if (at >= line.length) break;
    const end = endOfKey(line, at);
    const key = line.slice(at, end);
    if (key === '') return null;
    if (line.charCodeAt(end) === 61) {
      const value = readValue(line, end + 1);
      putFirst(pairs, key, value.text);
      at = value.end;
    } else {
      if ((end < line.length && !isBlankAt(line, end)) || ++bare > 3) return null;
      putFirst(pairs, key, true);
      at = end;
    }
  }
  return pairs;
}

function isBlankAt(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return code === 32 || code === 9;
}

function skipBlanks(line: string, start: number): number {
  let at = start;
  while (isBlankAt(line, at)) at++;
  return at;
}

function endOfKey(line: string, start: number): number {
  let at = start;
  while (at < line.length && isKeyCode(line.charCodeAt(at))) at++;
  return at;
}

/** Of two pairs of one name the first counts. */
function putFirst(pairs: Record<string, unknown>, key: string, value: unknown): void {
  if (!Object.hasOwn(pairs, key)) setOwn(pairs, key, value);
}

function isKeyCode(code: number): boolean {
  return code > 32 && code !== 61 && code !== 34;
}

/** A quoted value, or the word up to the next space; an unclosed quote takes the rest of the line (the line was cut). */
function readValue(line: string, start: number): { text: string; end: number } {
  if (line.charCodeAt(start) === 34)
    return readQuoted(line, start) ?? { text: line.slice(start + 1), end: line.length };
  let end = start;
  while (end < line.length && line.charCodeAt(end) !== 32 && line.charCodeAt(end) !== 9) end++;
  return { text: line.slice(start, end), end };
}
