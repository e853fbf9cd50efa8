import { isError } from '../logger/describe-error.ts';
import type { RecordExtras } from '../logger/logger.ts';
import type { Level } from '../record.ts';
import { rebuildError } from './rebuild-error.ts';

export interface WinstonRecord {
  level: Level;
  message: string;
  fields: Record<string, unknown>;
  extras: RecordExtras;
}

/** The words of winston's npm, syslog and cli levels that are not ours. */
const LEVEL_WORDS: Readonly<Record<string, Level>> = {
  silly: 'trace',
  verbose: 'debug',
  http: 'debug',
  input: 'debug',
  prompt: 'info',
  data: 'info',
  help: 'info',
  notice: 'info',
  warning: 'warn',
  err: 'error',
  crit: 'fatal',
  critical: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'fatal',
};

const LEVEL = Symbol.for('level');

/** An info object of winston. Its own level, which formats may have coloured, stands under a symbol. */
export function readWinstonInfo(info: Record<string | symbol, unknown>): WinstonRecord {
  const { level: shownLevel, message, timestamp, stack, name, ...fields } = info as Record<string, unknown>;
  const word = String(info[LEVEL] ?? shownLevel);
  const text = textOf(message);
  const error = thrownIn(info) ?? (typeof stack === 'string' ? errorOf(stack, text) : null);
  if (error !== null) fields[Object.hasOwn(fields, 'err') ? 'exception' : 'err'] = error;
  else if (name !== undefined) fields.name = name;
  const at =
    typeof timestamp === 'string' || typeof timestamp === 'number' ? new Date(timestamp).getTime() : Number.NaN;
  if (timestamp !== undefined && !Number.isFinite(at)) fields.timestamp = timestamp;
  return {
    level: Object.hasOwn(LEVEL_WORDS, word) ? LEVEL_WORDS[word]! : 'info',
    message: text,
    fields,
    extras: Number.isFinite(at) ? { at } : {},
  };
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  return isError(message) ? message.message : (JSON.stringify(message) ?? '');
}

function thrownIn(info: Record<string | symbol, unknown>): Error | null {
  if (isError(info)) return info;
  return isError(info.message) ? info.message : null;
}

const HEADING = /^(?:Uncaught )?([A-Za-z_$][\w$.]*)(?:: ([^\n]*))?/;

/** winston has only the text of the stack left. */
function errorOf(stack: string, message: string): Error {
  const heading = HEADING.exec(stack);
  return rebuildError({ type: heading?.[1] ?? 'Error', message: heading?.[2] ?? message, stack });
}
