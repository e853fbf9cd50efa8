import { severityOfWord } from './severity.ts';

/** What stands between a line's time and its message: `INFO  [main] c.e.Shop : `, `- backend.core - ERROR - `, `|WARN|Shop.Db|`. */
export interface Header {
  severityNumber: number;
  severityText: string;
  logger: string | null;
  thread: string | null;
  processId: string | null;
  /** Where the message starts. */
  end: number;
}

const MAX_TOKENS = 8;
const MAX_TOKEN_LENGTH = 120;
const CLOSING: Record<string, string> = { '[': ']', '(': ')', '<': '>', '{': '}' };

/** One piece of a header. `mark` is what follows it: the separators that make a name a logger. */
interface Token {
  text: string;
  isBracketed: boolean;
  mark: string;
  next: number;
}

interface Names {
  logger: string | null;
  thread: string | null;
  processId: string | null;
}

/**
 * Reads the header at `start`; null when it holds no level, for then nothing tells the header from the message. A level is an upper-case word in the
 * level's place, or any case between brackets or before `:`, `|` or a tab. Names in front of it are loggers only if a separator or a dot shows it.
 */
export function readHeader(line: string, start: number): Header | null {
  const names: Names = { logger: null, thread: null, processId: null };
  let at = skipSeparators(line, start);
  for (let count = 0; count < MAX_TOKENS; count++) {
    const token = readToken(line, at);
    if (!token) return null;
    const level = levelOf(token, names);
    if (level) return readAfterLevel(line, { ...level, ...names, end: token.next });
    if (!takeName(token, names)) return null;
    at = token.next;
  }
  return null;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9;
}

/** Over spaces, bars, and dashes or colons that stand alone. */
export function skipSeparators(line: string, start: number): number {
  let at = start;
  for (;;) {
    const code = line.charCodeAt(at);
    if (isSpace(code) || code === 124) at++;
    else if (code === 45 || code === 58) {
      const end = endOfRun(line, at);
      if (!isSpace(line.charCodeAt(end)) && end < line.length) return at;
      at = end;
    } else return at;
    if (at - start > MAX_TOKEN_LENGTH) return at;
  }
}

/** At most four of the same character. */
function endOfRun(line: string, start: number): number {
  let end = start + 1;
  while (end - start < 4 && line.charCodeAt(end) === line.charCodeAt(start)) end++;
  return end;
}

function readToken(line: string, at: number): Token | null {
  const open = line[at];
  if (open === undefined) return null;
  const close = CLOSING[open];
  return close === undefined ? readWord(line, at) : readBracket(line, at, close);
}

function readBracket(line: string, at: number, close: string): Token | null {
  const limit = Math.min(line.length, at + MAX_TOKEN_LENGTH);
  let end = at + 1;
  while (end < limit && line[end] !== close) {
    if (line.charCodeAt(end) === 10) return null;
    end++;
  }
  if (end >= limit) return null;
  return withMark(line, { text: line.slice(at + 1, end).trim(), isBracketed: true, end: end + 1 });
}

function readWord(line: string, at: number): Token | null {
  let end = at;
  while (end < line.length && end - at <= MAX_TOKEN_LENGTH && isWordCode(line.charCodeAt(end))) end++;
  if (end === at || end - at > MAX_TOKEN_LENGTH) return null;
  // The colon of `Shop:` is a mark, those of `shop::db` are not.
  while (end > at + 1 && line.charCodeAt(end - 1) === 58) end--;
  return withMark(line, { text: line.slice(at, end), isBracketed: false, end });
}

function isWordCode(code: number): boolean {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 58)) return true;
  // . _ - / $ @ # + \
  return (
    code === 46 ||
    code === 95 ||
    code === 45 ||
    code === 47 ||
    code === 36 ||
    code === 64 ||
    code === 35 ||
    code === 43 ||
    code === 92
  );
}

function withMark(
  line: string,
  { text, isBracketed, end }: { text: string; isBracketed: boolean; end: number },
): Token {
  const next = skipSeparators(line, line.charCodeAt(end) === 58 ? end + 1 : end);
  return { text, isBracketed, mark: line.slice(end, Math.min(next, end + 60)), next };
}

function levelOf(token: Token, names: Names): { severityNumber: number; severityText: string } | null {
  const word = token.text;
  const severityNumber = severityOfWord(word);
  if (severityNumber > 0) return isLevelPlace(token) ? { severityNumber, severityText: word } : null;
  if (token.isBracketed) return levelInside(word, names);
  // Monolog: `channel.LEVEL: `.
  const dot = word.lastIndexOf('.');
  const upper = word.slice(dot + 1);
  if (dot < 1 || !token.mark.startsWith(':') || !isUpper(upper) || severityOfWord(upper) === 0) return null;
  names.logger = word.slice(0, dot);
  return { severityNumber: severityOfWord(upper), severityText: upper };
}

function isLevelPlace({ text, isBracketed, mark }: Token): boolean {
  if (isBracketed || isUpper(text)) return true;
  if (/^(?:\s*\||\t)/.test(mark)) return true;
  // `Error: …` is how an exception prints itself; `error: …` and `Warning: …` are levels.
  return mark.startsWith(':') && text !== 'Error';
}

/** `[core:error]` of Apache, `[ERROR/MainProcess]` of Celery. */
function levelInside(inner: string, names: Names): { severityNumber: number; severityText: string } | null {
  const cut = inner.search(/[:/]/);
  if (cut < 1) return null;
  const left = inner.slice(0, cut);
  const right = inner.slice(cut + 1);
  if (inner[cut] === ':' && severityOfWord(right) > 0 && /^[\w-]+$/.test(left)) {
    names.logger = left;
    return { severityNumber: severityOfWord(right), severityText: right };
  }
  if (inner[cut] === '/' && isUpper(left) && severityOfWord(left) > 0) {
    names.thread = right;
    return { severityNumber: severityOfWord(left), severityText: left };
  }
  return null;
}

function isUpper(word: string): boolean {
  return word === word.toUpperCase() && /[A-Z]/.test(word);
}

/** Whether the token in front of the level is a number, a thread or a logger; it is remembered. */
function takeName(token: Token, names: Names): boolean {
  const { text } = token;
  if (/^#?\d+$/.test(text)) {
    names.processId ??= text.replace('#', '');
    return true;
  }
  if (token.isBracketed) {
    if (isDotted(text)) names.logger ??= text;
    else names.thread ??= text === '' ? null : text;
    return true;
  }
  const isSeparated = /^(?:\s+-+\s|\s*\||\t)/.test(token.mark);
  if (!isSeparated && !isDotted(text)) return false;
  names.logger ??= text;
  return true;
}

function isDotted(text: string): boolean {
  return !text.includes(' ') && /[A-Za-z_](?:\.|::|\/)[A-Za-z_]/.test(text);
}

/** Names behind the level: at most a process id, brackets and one logger; anything else is the message. */
export function readAfterLevel(line: string, header: Header): Header {
  const brackets: string[] = [];
  for (let count = 0; count < 4; count++) {
    const token = readToken(line, header.end);
    if (!token || token.next >= line.length) break;
    if (token.isBracketed) {
      if (line[header.end] !== '[' || !takeBracketAfter(token.text, header, brackets)) break;
    } else if (!takeWordAfter(token, header)) break;
    header.end = token.next;
  }
  nameByBrackets(header, brackets);
  return header;
}

/** The last bracket is the logger where no other name is, unless threads are called so. */
function nameByBrackets(header: Header, brackets: string[]): void {
  const last = brackets.at(-1);
  if (last === undefined) return;
  if (header.logger === null && !/^main$|[-_#]\d+$/i.test(last)) {
    header.logger = last;
    brackets.pop();
  }
  header.thread ??= brackets.at(-1) ?? null;
}

function takeBracketAfter(text: string, header: Header, brackets: string[]): boolean {
  const processId = /^(?:pid )?(\d{1,10})(?::tid \d{1,20})?$/.exec(text);
  if (processId) {
    header.processId ??= processId[1] ?? null;
    return true;
  }
  if (!/^[\w.\-:/$@#]+$/.test(text) || brackets.length === 2 || header.logger !== null) return false;
  if (isDotted(text)) header.logger = text;
  else brackets.push(text);
  return true;
}

function takeWordAfter({ text, mark }: Token, header: Header): boolean {
  // Spring Boot's `INFO 1 --- [main]`.
  if (/^\d+$/.test(text) && /^\s+---/.test(mark)) {
    header.processId ??= text;
    return true;
  }
  if (header.logger !== null || /^\d/.test(text) || text.includes('://')) return false;
  const isLogger = isDotted(text)
    ? /^(?::\s|\s+-+\s|\s+:\s|\s*\||\t)/.test(mark)
    : /^(?:\s+-+\s|\s+:\s|\s*\||\t)/.test(mark);
  if (!isLogger) return false;
  header.logger = text;
  return true;
}
