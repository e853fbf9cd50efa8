import { SEVERITY } from '../../../core/events/index.ts';

const WORDS: Record<string, number> = {};

function name(severity: number, words: string): void {
  for (const word of words.split(' ')) WORDS[word] = severity;
}

name(SEVERITY.trace, 'trace trc trce verbose vrb finest finer silly');
name(SEVERITY.debug, 'debug dbg dbug fine debug1 debug2 debug3 debug4 debug5');
name(SEVERITY.info, 'info inf information informational config log success http statement');
name(SEVERITY.notice, 'notice note');
name(SEVERITY.warn, 'warn warning wrn');
name(SEVERITY.error, 'error err eror fail severe');
name(SEVERITY.critical, 'critical crit crt dpanic');
name(SEVERITY.alert, 'alert');
name(SEVERITY.fatal, 'fatal ftl panic emergency emerg');

/**
 * Severity of a level word as loggers write it, any case; 0 when it is none (`DEFAULT` too). Only for words that stand where a level stands: a word in
 * a message decides nothing. Slog's distances (`ERROR+2`) shift within the level's own range of four.
 */
export function severityOfWord(word: string): number {
  if (word.length > 16) return 0;
  const lower = word.toLowerCase();
  const known = Object.hasOwn(WORDS, lower) ? WORDS[lower] : undefined;
  if (known !== undefined) return known;
  const shifted = /^([a-z]{4,5})([+-])(\d)$/.exec(lower);
  const base = shifted?.[1] !== undefined && Object.hasOwn(WORDS, shifted[1]) ? (WORDS[shifted[1]] ?? 0) : 0;
  if (!shifted || base === 0) return 0;
  return Math.min(24, Math.max(1, base + (shifted[2] === '+' ? 1 : -1) * Number(shifted[3])));
}

/** Syslog 0 (emergency) to 7 (debug), RFC 5424 section 6.2.1. */
const SYSLOG = [21, 19, 18, 17, 13, 10, 9, 5] as const;

export function severityOfSyslog(level: number): number {
  return SYSLOG[level] ?? 0;
}

/** pino and bunyan: 10 trace to 60 fatal; a level between two counts as the lower one. */
export function severityOfPino(level: number): number {
  if (level < 10) return 0;
  return [1, 5, 9, 13, 17, 21][Math.min(5, Math.floor(level / 10) - 1)] ?? 0;
}

/** Python `logging`: 10 debug to 50 critical. */
export function severityOfPython(level: number): number {
  if (level < 10) return level > 0 ? SEVERITY.trace : 0;
  return [5, 9, 13, 17, 21][Math.min(4, Math.floor(level / 10) - 1)] ?? 0;
}

/** What an answer's status says where the record itself names no level. */
export function severityOfStatus(status: number): number {
  if (status >= 500 && status <= 599) return SEVERITY.error;
  return status >= 400 && status <= 499 ? SEVERITY.warn : SEVERITY.unset;
}
