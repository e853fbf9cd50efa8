import type { EventQuery } from '../core/events/index.ts';

export interface ParsedEventQuery extends Pick<EventQuery, 'words' | 'fields' | 'minimumSeverity'> {
  /** Parts that say nothing: `service:` without a value, `severity>=loud`. They are told, and nothing is searched for them. */
  ignored: string[];
}

/** Bounds of one query: more would only make it slower. */
const MOST_TERMS = 30;
const LONGEST_TERM = 200;

const SEVERITIES: Readonly<Record<string, number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  notice: 10,
  warn: 13,
  warning: 13,
  error: 17,
  critical: 18,
  alert: 19,
  fatal: 21,
  emergency: 21,
};

/**
 * `word "a phrase" -without field:value -field:value field:"a value" severity>=error`; all must hold. A colon makes a field only behind a
 * name (letters, digits, `_ . @ -`), so that `http://host` and `12:30` stay words. Never throws; every text is a query.
 */
export function parseEventQuery(text: string): ParsedEventQuery {
  const parsed: ParsedEventQuery = { words: [], fields: [], minimumSeverity: null, ignored: [] };
  for (const term of terms(text)) addTerm(parsed, term);
  return parsed;
}

interface Term {
  isExcluded: boolean;
  /** Null: a word or phrase. */
  name: string | null;
  value: string;
  isPhrase: boolean;
  text: string;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text[at]!)) at++;
  return at;
}

/** A dash that stands alone is a word. */
function startsExclusion(text: string, at: number): boolean {
  return text[at] === '-' && at + 1 < text.length && !isSpace(text[at + 1]!);
}

function* terms(text: string): Generator<Term> {
  let at = 0;
  for (let count = 0; count < MOST_TERMS; count++) {
    at = skipSpaces(text, at);
    if (at >= text.length) return;
    const start = at;
    const isExcluded = startsExclusion(text, at);
    if (isExcluded) at++;
    const name = text[at] === '"' ? null : fieldName(text, at);
    if (name !== null) at += name.length + 1;
    const isPhrase = text[at] === '"';
    const end = isPhrase ? endOfPhrase(text, at + 1) : endOfWord(text, at);
    const value = text.slice(isPhrase ? at + 1 : at, end).slice(0, LONGEST_TERM);
    at = isPhrase ? end + 1 : end;
    yield { isExcluded, name, value, isPhrase, text: text.slice(start, at) };
  }
}

function isSpace(character: string): boolean {
  return character.trim() === '';
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isSpace(text[at]!)) at++;
  return at;
}

/** A phrase that is not closed goes to the end. */
function endOfPhrase(text: string, from: number): number {
  const end = text.indexOf('"', from);
  return end === -1 ? text.length : end;
}

const NAME = /[\p{L}_@][\p{L}\p{N}_.@-]{0,99}(?=:)/uy;

function fieldName(text: string, at: number): string | null {
  NAME.lastIndex = at;
  const name = NAME.exec(text)?.[0] ?? null;
  // An address is a word.
  return name !== null && text.startsWith('//', at + name.length + 1) ? null : name;
}

function addTerm(parsed: ParsedEventQuery, term: Term): void {
  const { name, value, isExcluded } = term;
  const severity = name === null && !term.isPhrase && !isExcluded ? /^severity>=(.*)$/i.exec(value) : null;
  if (severity) {
    addSeverity(parsed, severity[1]!, term.text);
    return;
  }
  if (value.trim() === '') {
    parsed.ignored.push(term.text);
    return;
  }
  if (name === null) parsed.words.push({ text: value, isExcluded });
  else parsed.fields.push({ name: name === 'severity' ? 'level' : name, value, isExcluded });
}

function addSeverity(parsed: ParsedEventQuery, name: string, text: string): void {
  const wanted = name.toLowerCase();
  const known = Object.hasOwn(SEVERITIES, wanted) ? SEVERITIES[wanted] : undefined;
  if (known === undefined) parsed.ignored.push(text);
  else parsed.minimumSeverity = Math.max(parsed.minimumSeverity ?? 0, known);
}
