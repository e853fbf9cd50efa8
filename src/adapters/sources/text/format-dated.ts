import type { LineContext } from './line-context.ts';
import { emptyLine, type ParsedLine } from './parsed-line.ts';
import { type Header, readAfterLevel, readHeader, skipSeparators } from './read-header.ts';
import { type ReadTime, readClock, readTime } from './read-time.ts';
import { severityOfWord } from './severity.ts';

const DAY_MS = 86_400_000;

/**
 * Text with a leading time, or with a level in front: what most loggers write to a console or file. Null for other text. A level is taken only where
 * levels stand (`read-header.ts`).
 */
export function readDated(line: string, context: LineContext): ParsedLine | null {
  const first = line.charCodeAt(0);
  if (first === 91) return readBracketed(line, context) ?? readLevelled(line);
  const time = readTime(line, 0, context);
  if (time) return isBorder(line, time.end) ? afterTime(line, time.end, time.time) : null;
  if (first >= 48 && first <= 57) return readClockOnly(line, context);
  return isRuby(line) ? readRuby(line, context) : readLevelled(line);
}

/** A time ends at a space, a separator or the line's end; `2025-10-20T16:01:18abc` is a word. */
function isBorder(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return (
    Number.isNaN(code) ||
    !((code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 47)
  );
}

function afterTime(line: string, at: number, time: number): ParsedLine {
  return made(line, time, readHeader(line, skipSeparators(line, at)), skipSeparators(line, at));
}

function made(line: string, time: number | null, header: Header | null, bodyStart: number): ParsedLine {
  const body = line.slice(header?.end ?? bodyStart);
  const parsed = emptyLine('dated', body.trim() === '' ? line : body);
  parsed.time = time;
  if (header) {
    parsed.severityNumber = header.severityNumber;
    parsed.severityText = header.severityText;
    parsed.logger = header.logger;
    if (header.thread !== null) parsed.attributes['thread.name'] = header.thread;
    if (header.processId !== null) parsed.attributes['process.pid'] = header.processId;
  }
  return parsed;
}

/** `[time] …`, `[time LEVEL logger] …` (env_logger), `[time: LEVEL/process] …` (Celery). */
function readBracketed(line: string, context: LineContext): ParsedLine | null {
  const read = readTime(line, 1, context) ?? readBracketedClock(line, context);
  if (!read) return null;
  if (line.charCodeAt(read.end) === 93) return afterTime(line, read.end + 1, read.time);
  const close = line.slice(read.end, read.end + 160).indexOf(']');
  if (close < 0) return null;
  const inside = /^:? ([A-Za-z]{3,11})(?:[/ ](\S{1,100}))?$/.exec(line.slice(read.end, read.end + close));
  const severityNumber = severityOfWord(inside?.[1] ?? '');
  const end = skipSeparators(line, read.end + close + 1);
  if (severityNumber === 0) return made(line, read.time, readHeader(line, end), end);
  const header: Header = {
    severityNumber,
    severityText: inside?.[1] ?? '',
    logger: inside?.[2] ?? null,
    thread: null,
    processId: null,
    end,
  };
  return made(line, read.time, header, end);
}

function readBracketedClock(line: string, context: LineContext): ReadTime | null {
  const clock = readClock(line, 1);
  return clock && line.charCodeAt(6) === 58 ? { time: onReferenceDay(clock.time, context), end: clock.end } : null;
}

/** `16:01:18.121 [main] INFO  c.e.Shop - …`: taken only with a level, for the day must be guessed. */
function readClockOnly(line: string, context: LineContext): ParsedLine | null {
  const clock = readClock(line, 0);
  if (!clock || line.charCodeAt(5) !== 58) return null;
  const header = readHeader(line, skipSeparators(line, clock.end));
  return header ? made(line, onReferenceDay(clock.time, context), header, header.end) : null;
}

/** The last instant with that time of day not later than an hour past the reference. */
function onReferenceDay(dayMs: number, { toUtc, referenceTime }: LineContext): number {
  const today = toUtc(Math.floor(referenceTime / DAY_MS) * DAY_MS + dayMs);
  return today > referenceTime + 3_600_000 ? today - DAY_MS : today;
}

function isRuby(line: string): boolean {
  return line.charCodeAt(1) === 44 && line.charCodeAt(3) === 91 && /^[DIWEFA], \[/.test(line);
}

/** Ruby's Logger: `E, [2025-10-20T16:01:18.121 #123] ERROR -- program: …`. */
function readRuby(line: string, context: LineContext): ParsedLine | null {
  const read = readTime(line, 4, context);
  const rest = read
    ? /^ #(\d{1,10})\]\s{1,3}([A-Z]{3,5}) -- ([\w:./-]{0,80}): ?/.exec(line.slice(read.end, read.end + 140))
    : null;
  const severityNumber = severityOfWord(rest?.[2] ?? '');
  if (!read || !rest) return null;
  const logger = rest[3] === '' ? null : (rest[3] ?? null);
  const end = read.end + rest[0].length;
  return made(
    line,
    read.time,
    { severityNumber, severityText: rest[2] ?? '', logger, thread: null, processId: rest[1] ?? null, end },
    end,
  );
}

/**
 * A level in front and no time: `[ERROR] …`, `ERROR:root:…`, `INFO:     …`, `WARN  …`, `ERROR - …`, `warn: …`, `fail: Shop.Db[0]`. One space after an
 * upper-case word is not enough: that is how sentences start, too.
 */
function readLevelled(line: string): ParsedLine | null {
  const found = /^(?:\[([A-Za-z]{3,11})\]|([A-Za-z]{3,11})(?=:|\||\t| {2}| - | \[| \|))/.exec(line);
  const word = found?.[1] ?? found?.[2] ?? '';
  const severityNumber = severityOfWord(word);
  if (!found || severityNumber === 0) return null;
  if (found[2] !== undefined && !isUntimedLevel(word, line.charCodeAt(word.length))) return null;
  const header: Header = {
    severityNumber,
    severityText: word,
    logger: null,
    thread: null,
    processId: null,
    end: found[0].length,
  };
  const python = /^:([\w.$/-]{1,120}):/.exec(line.slice(header.end, header.end + 123));
  if (python) {
    header.logger = python[1] ?? null;
    header.end += python[0].length;
    return made(line, null, header, header.end);
  }
  // Node prints errors whose name is `error` (node-postgres) just so: the text stays whole for the reader of traces.
  if (word === 'error') return made(line, null, { ...header, end: 0 }, 0);
  if (line.charCodeAt(header.end) === 58) header.end++;
  header.end = skipSeparators(line, header.end);
  const dotnet = /^([\w.`]{1,120})\[\d{1,10}\](?=\s|$)/.exec(line.slice(header.end, header.end + 140));
  if (dotnet && word.length === 4) {
    header.logger = dotnet[1] ?? null;
    header.end = skipSeparators(line, header.end + dotnet[0].length);
    return made(line, null, header, header.end);
  }
  return made(line, null, readAfterLevel(line, header), header.end);
}

/** Upper case anywhere above, lower case only before a colon. `Error: …`, `Warning: …` are how exceptions and compilers print. */
function isUntimedLevel(word: string, next: number): boolean {
  return word === word.toUpperCase() || (next === 58 && word === word.toLowerCase());
}
