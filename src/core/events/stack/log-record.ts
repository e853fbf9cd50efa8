/** Severity words as loggers print them: never the type of an exception. */
const LEVEL = 'TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL|ALERT|EMERG|EMERGENCY';

const RECORD_START = new RegExp(
  [
    String.raw`^[[(<]?\d{4}[-/]\d\d[-/]\d\d[T ,]`, // ISO date
    String.raw`^\[?[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d`, // syslog
    String.raw`^<\d{1,3}>`, // syslog with priority
    String.raw`^\d\d:\d\d:\d\d[.,:\s]`, // time alone
    String.raw`^\[?(?:${LEVEL})(?:[\]:]|\s+(?:\[|\d|\w+[.:]))`,
    String.raw`^\d{1,3}(?:\.\d{1,3}){3} \S+ \S+ \[`, // access log
    String.raw`^\{"`, // JSON
  ].join('|'),
);

const LEVEL_WORDS = new Set([...LEVEL.split('|'), ...LEVEL.toLowerCase().split('|')]);

/** Whether a line opens a log record of its own (a time, a level, JSON, an access line), and so ends a message above it. */
export function startsLogRecord(line: string): boolean {
  return RECORD_START.test(line.slice(0, 200));
}

/** `ERROR`, `error`; not `Error`, which is a type. */
export function isLevelWord(word: string): boolean {
  return LEVEL_WORDS.has(word);
}

/** The text of a stack as lines, without line ends and ANSI escapes. */
export function stackLines(text: string): string[] {
  return text.replace(ANSI, '').split(/\r?\n/);
}

const ANSI = /\u001b\[[0-9;?]{0,40}[A-Za-z]/g;

export function indentOf(line: string): number {
  let width = 0;
  while (width < line.length && (line[width] === ' ' || line[width] === '\t')) width++;
  return width;
}

export function isBlank(line: string): boolean {
  return indentOf(line) === line.length;
}

/** The next line at or after `from` that is not blank, or `lines.length`. */
export function skipBlank(lines: readonly string[], from: number): number {
  let index = from;
  while (index < lines.length && isBlank(lines[index] ?? '')) index++;
  return index;
}

/** A line number as traces print it; null for what is none (empty, over nine digits). */
export function lineNumber(digits: string): number | null {
  return /^\d{1,9}$/.test(digits) ? Number(digits) : null;
}
