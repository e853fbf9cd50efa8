/**
 * What loggers and container runtimes print in front of every line: `web_1  | `, `2025-10-20 03:18:28,646 ERROR [worker-1] app.jobs - `. A time, a
 * level or a compose name must be in it; a logger's name alone looks like an exception's type.
 */
const COMPOSE = /[\w.@/-]{1,64}[ \t]{0,20}\|[ \t]/y;
const TIME = /[[(]?(?:\d{4}[-/]\d\d[-/]\d\d[T ,])?\d\d:\d\d:\d\d[\d.,:+Z-]{0,20}[\])]?[ \t]/y;
const LEVEL =
  /[[(<]?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|CRITICAL|CRIT|FATAL)[\])>]?:?(?:[ \t]{1,4}|$)/y;
const BRACKETED = /\[[^\]\n]{1,80}\][ \t]?/y;
const LOGGER = /[\w.$/-]{1,80}(?::| -| :)[ \t]/y;
const SEPARATOR = /[-:|][ \t]/y;

/** Where the message may begin behind a prefix, shortest first; empty when the line has none. */
export function prefixLengths(line: string): number[] {
  const head = line.length > 400 ? line.slice(0, 400) : line;
  let at = skip(COMPOSE, head, 0);
  at = skip(TIME, head, at);
  at = skip(BRACKETED, head, at === 0 ? 0 : skip(LEVEL, head, at));
  if (at === 0 || head.charCodeAt(0) === 91) at = Math.max(at, skip(LEVEL, head, at));
  if (at === 0) return [];
  at = skip(BRACKETED, head, skip(LEVEL, head, at));
  if (!hasMark(head, at)) return [];
  const lengths = [at];
  const behindSeparator = skip(SEPARATOR, head, at);
  if (behindSeparator > at) lengths.push(behindSeparator);
  const behindLogger = skip(LOGGER, head, behindSeparator);
  if (behindLogger > behindSeparator) lengths.push(skip(SEPARATOR, head, behindLogger));
  return lengths;
}

/** A bracketed word alone may be anything. */
function hasMark(line: string, length: number): boolean {
  return (
    skip(COMPOSE, line, 0) > 0 ||
    skip(TIME, line, 0) > 0 ||
    skip(LEVEL, line, 0) > 0 ||
    /[\])][ \t]?(?:[A-Z]{3,8})[\]: \t]/.test(line.slice(0, length))
  );
}

function skip(pattern: RegExp, line: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(line) ? pattern.lastIndex : at;
}

/** Whether the line begins as the prefix does, digits standing for any digit: the next line of the same logger. */
export function hasSamePrefix(line: string, prefix: string): boolean {
  if (line.length < prefix.trimEnd().length) return false;
  for (let index = 0; index < prefix.length; index++) {
    const expected = prefix.charCodeAt(index);
    const found = line.charCodeAt(index);
    if (expected === found || (isDigit(expected) && isDigit(found))) continue;
    // A blank line loses the blank behind its prefix.
    return index === line.length && prefix.slice(index).trim() === '';
  }
  return true;
}

/** The text without the prefix, on the lines that have it. */
export function withoutPrefix(text: string, prefix: string): string {
  if (prefix === '') return text;
  return text
    .split('\n')
    .map((line) => (hasSamePrefix(line, prefix) ? line.slice(prefix.length) : line))
    .join('\n');
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
