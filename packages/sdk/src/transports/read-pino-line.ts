import { hostname } from 'node:os';
import { isObject } from '../check-options.ts';
import { levelOf, levelOfNumber } from '../logger/level.ts';
import type { RecordExtras } from '../logger/logger.ts';
import type { Level } from '../record.ts';
import { rebuildError } from './rebuild-error.ts';

/** Where pino was told to put things, if elsewhere than it does by itself. */
export interface PinoKeys {
  /** Default `msg`. */
  messageKey?: string;
  /** Default `err`. */
  errorKey?: string;
}

export interface PinoRecord {
  /** pino's `name`; `pino` without one, or with one too many. */
  logger: string;
  level: Level;
  message: string;
  fields: Record<string, unknown>;
  extras: RecordExtras;
}

const OWN_HOST = hostname();

/** A logger is never freed, and `name` may be a field of single lines (`log.info({ name: user.name })`): further names stay fields. */
const MOST_LOGGERS = 100;
const LONGEST_LOGGER = 200;

/** Reads the lines of one pino, parsed: level numbers and words, times in ms or RFC 3339, trace ids as `guardianMixin` and OpenTelemetry write them. */
export function createPinoReader({
  messageKey = 'msg',
  errorKey = 'err',
}: PinoKeys = {}): (line: Record<string, unknown>) => PinoRecord {
  const loggers = new Set<string>();
  return (line) => {
    const { level, time, pid, hostname: host, trace_flags: _flags, ...rest } = line;
    const { [messageKey]: message, [errorKey]: error, ...fields } = rest;
    keepForeign(fields, pid, host);
    const failure = isObject(error) ? errorOf(error) : null;
    if (failure !== null) fields[errorKey === 'error' ? 'error' : 'err'] = failure;
    else if (error !== undefined) fields[errorKey] = error;
    return {
      logger: takeLogger(fields, loggers),
      level: typeof level === 'number' ? levelOfNumber(level) : (levelOf(level) ?? 'info'),
      message: messageOf(message, failure),
      extras: { ...instantOf(time), ...takeTrace(fields) },
      fields,
    };
  };
}

/** They say what `instance` says, unless they are another process's. */
function keepForeign(fields: Record<string, unknown>, pid: unknown, host: unknown): void {
  if (pid !== undefined && pid !== process.pid) fields.pid = pid;
  if (host !== undefined && host !== OWN_HOST) fields.hostname = host;
}

function takeLogger(fields: Record<string, unknown>, loggers: Set<string>): string {
  const { name } = fields;
  if (typeof name !== 'string' || name === '' || name.length > LONGEST_LOGGER) return 'pino';
  if (!loggers.has(name) && loggers.size >= MOST_LOGGERS) return 'pino';
  loggers.add(name);
  delete fields.name;
  return name;
}

function messageOf(message: unknown, failure: Error | null): string {
  if (typeof message === 'string') return message;
  return failure?.message ?? (message === undefined ? '' : JSON.stringify(message));
}

function instantOf(time: unknown): RecordExtras {
  const at = typeof time === 'number' ? time : typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isFinite(at) ? { at } : {};
}

/** What has not the form of an id is a field like any other: redacted, and cut where it is too long. */
function takeTrace(fields: Record<string, unknown>): RecordExtras {
  const traceId = takeId(fields, ['traceId', 'trace_id'], /^[0-9a-f]{32}$/i);
  if (traceId === undefined) return {};
  const spanId = takeId(fields, ['spanId', 'span_id'], /^[0-9a-f]{16}$/i);
  return { traceId, ...(spanId !== undefined && { spanId }) };
}

function takeId(fields: Record<string, unknown>, names: readonly string[], form: RegExp): string | undefined {
  for (const name of names) {
    const id = fields[name];
    if (typeof id !== 'string' || !form.test(id)) continue;
    delete fields[name];
    return id;
  }
  return undefined;
}

/** As pino's serialiser writes errors; members of an `AggregateError` stand under another name. */
function errorOf(parts: Record<string, unknown>): Error | null {
  const { type, name, message, stack, aggregateErrors, ...properties } = parts;
  if (typeof message !== 'string') return null;
  const members = Array.isArray(aggregateErrors) ? { errors: aggregateErrors.map((member) => memberOf(member)) } : {};
  return rebuildError({
    type: typeof type === 'string' ? type : typeof name === 'string' ? name : 'Error',
    message,
    ...(typeof stack === 'string' && { stack }),
    properties: { ...properties, ...members },
  });
}

function memberOf(member: unknown): unknown {
  return (isObject(member) ? errorOf(member) : null) ?? member;
}
