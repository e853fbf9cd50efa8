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
  /** pino's `name`; `pino` without one. */
  logger: string;
  level: Level;
  message: string;
  fields: Record<string, unknown>;
  extras: RecordExtras;
}

const OWN_HOST = hostname();

/** A line of pino, parsed: level numbers and words, times in ms or RFC 3339, trace ids as `guardianMixin` and OpenTelemetry write them. */
export function readPinoLine(line: Record<string, unknown>, keys: PinoKeys = {}): PinoRecord {
  const { messageKey = 'msg', errorKey = 'err' } = keys;
  const {
    level,
    time,
    name,
    pid,
    hostname: host,
    traceId,
    trace_id,
    spanId,
    span_id,
    trace_flags: _flags,
    ...rest
  } = line;
  const { [messageKey]: message, [errorKey]: error, ...fields } = rest;
  // They say what `instance` says, unless they are another process's.
  if (pid !== undefined && pid !== process.pid) fields.pid = pid;
  if (host !== undefined && host !== OWN_HOST) fields.hostname = host;
  const failure = isObject(error) ? errorOf(error) : null;
  if (failure !== null) fields[errorKey === 'error' ? 'error' : 'err'] = failure;
  else if (error !== undefined) fields[errorKey] = error;
  return {
    logger: typeof name === 'string' && name !== '' ? name : 'pino',
    level: typeof level === 'number' ? levelOfNumber(level) : (levelOf(level) ?? 'info'),
    message: messageOf(message, failure),
    fields,
    extras: extrasOf(time, traceId ?? trace_id, spanId ?? span_id),
  };
}

function messageOf(message: unknown, failure: Error | null): string {
  if (typeof message === 'string') return message;
  return failure?.message ?? (message === undefined ? '' : JSON.stringify(message));
}

function extrasOf(time: unknown, traceId: unknown, spanId: unknown): RecordExtras {
  const at = typeof time === 'number' ? time : typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return {
    ...(Number.isFinite(at) && { at }),
    ...(typeof traceId === 'string' && { traceId }),
    ...(typeof spanId === 'string' && { spanId }),
  };
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
