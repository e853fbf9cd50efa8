import { type Category, type Fields, LEVELS, type Level, type LevelName } from '../record.ts';
import { mergeFields, type PlainFields } from './copy-value.ts';
import { requireLevel } from './level.ts';
import type { Timer } from './timer.ts';

/**
 * Writes records. `message` is a sentence, or an error; `{name}` in it is filled from the fields, and the sentence as written becomes the
 * template by which equal records are found. `fields` are copied at the call; an error given as `err` or `error`, or instead of the
 * fields, becomes the record's exception. No method throws.
 */
export interface Logger {
  readonly name: string;
  trace(message: unknown, fields?: Fields | Error): void;
  debug(message: unknown, fields?: Fields | Error): void;
  info(message: unknown, fields?: Fields | Error): void;
  warn(message: unknown, fields?: Fields | Error): void;
  error(message: unknown, fields?: Fields | Error): void;
  fatal(message: unknown, fields?: Fields | Error): void;
  /** Another word for fatal. */
  critical(message: unknown, fields?: Fields | Error): void;
  /** For a level that is only known when the program runs. */
  log(level: LevelName, message: unknown, fields?: Fields | Error): void;
  /** True when a record of that level would be written: saves making costly fields. */
  isEnabled(level: LevelName): boolean;
  /** The same logger with more fields on every record; they are copied now. */
  child(fields: Fields): Logger;
  /** From now on, for this logger and all its children. */
  setLevel(level: LevelName): void;
  /** Measures until `end()` or `fail()`; a span of its own in the running trace. */
  time(operation: string, fields?: Fields): Timer;
  /** Measures a function, or what its promise takes; records within are in its span. A failure is logged with its error, and thrown on. */
  timed<T>(operation: string, work: () => T, fields?: Fields): T;
}

export interface LoggerOptions {
  /** Else what `start({ levels, level })` says. */
  level?: LevelName;
  /** Stands on every record as `category`. */
  category?: Category;
  /** Stand on every record. */
  fields?: Fields;
}

/** A record as a logger hands it over. `at` and the ids only when it was made elsewhere (pino, winston). */
export interface RecordExtras {
  /** Epoch ms. */
  at?: number;
  traceId?: string;
  spanId?: string;
}

/** Where the records of all loggers of a thread go: a client, or what says that none runs. */
export interface RecordTarget {
  /** The quietest level that this logger writes. */
  thresholdOf(core: LoggerCore): number;
  write(source: LoggerInstance, level: Level, message: unknown, fields: unknown, extras?: RecordExtras): void;
  startTimer(source: LoggerInstance, operation: string, fields: Fields | undefined): Timer;
  runTimed<T>(source: LoggerInstance, operation: string, work: () => T, fields: Fields | undefined): T;
}

/** What a logger and all its children share. */
export interface LoggerCore {
  readonly name: string;
  category: Category | null;
  /** Of the logger itself; children add theirs. */
  fields: PlainFields | null;
  level: Level | null;
  /** Which agent it is the logger of; null for most. */
  agent: { name: string; role: string; domain: string } | null;
  threshold: number;
  target: RecordTarget;
  /** Another object whenever something above changed that is remembered in `LoggerMemory`. */
  stamp: object;
}

/** What a target remembers of a logger, so that most of a record's text is made once. */
export interface LoggerMemory {
  stamp: object | null;
  /** `,"logger":…,"service":…,"instance":…` */
  identity: string;
  /** Here and below: in UTF-8. */
  identityBytes: number;
  /** `,"attributes":{"category":"…","sequence":` */
  attributes: string;
  attributesBytes: number;
  /** `,"a":1` for the fields of the logger, safe to send. */
  fields: string;
  fieldsBytes: number;
  /** One of them has that name, which wins over ours. */
  hasCategory: boolean;
  hasSequence: boolean;
  /** Their names: a call that uses one of them wins. */
  names: readonly string[];
  /** As they were given. */
  own: PlainFields;
  /** Redacted. */
  safe: PlainFields;
  /** Something in them is to be sealed, so they are written anew with each record. */
  isSealed: boolean;
}

export class LoggerInstance implements Logger {
  readonly core: LoggerCore;
  /** Fields of this child and its parents; null for the logger itself. */
  readonly childFields: PlainFields | null;
  readonly memory: LoggerMemory = {
    stamp: null,
    identity: '',
    identityBytes: 0,
    attributes: '',
    attributesBytes: 0,
    fields: '',
    fieldsBytes: 0,
    hasCategory: false,
    hasSequence: false,
    names: [],
    own: {},
    safe: {},
    isSealed: false,
  };

  constructor(core: LoggerCore, childFields: PlainFields | null) {
    this.core = core;
    this.childFields = childFields;
  }

  get name(): string {
    return this.core.name;
  }

  trace(message: unknown, fields?: Fields | Error): void {
    if (this.core.threshold <= LEVELS.trace) this.core.target.write(this, 'trace', message, fields);
  }

  debug(message: unknown, fields?: Fields | Error): void {
    if (this.core.threshold <= LEVELS.debug) this.core.target.write(this, 'debug', message, fields);
  }

  info(message: unknown, fields?: Fields | Error): void {
    if (this.core.threshold <= LEVELS.info) this.core.target.write(this, 'info', message, fields);
  }

  warn(message: unknown, fields?: Fields | Error): void {
    if (this.core.threshold <= LEVELS.warn) this.core.target.write(this, 'warn', message, fields);
  }

  error(message: unknown, fields?: Fields | Error): void {
    if (this.core.threshold <= LEVELS.error) this.core.target.write(this, 'error', message, fields);
  }

  fatal(message: unknown, fields?: Fields | Error): void {
    if (this.core.threshold <= LEVELS.fatal) this.core.target.write(this, 'fatal', message, fields);
  }

  critical(message: unknown, fields?: Fields | Error): void {
    this.fatal(message, fields);
  }

  log(level: LevelName, message: unknown, fields?: Fields | Error): void {
    this.logAs(level, message, fields);
  }

  /** `log` for records that were made elsewhere. */
  logAs(level: LevelName, message: unknown, fields?: unknown, extras?: RecordExtras): void {
    const known = level === 'critical' ? 'fatal' : Object.hasOwn(LEVELS, level) ? level : 'info';
    if (this.core.threshold <= LEVELS[known]) this.core.target.write(this, known, message, fields, extras);
  }

  isEnabled(level: LevelName): boolean {
    return this.core.threshold <= LEVELS[level === 'critical' ? 'fatal' : level];
  }

  child(fields: Fields): Logger {
    return new LoggerInstance(this.core, mergeFields(this.childFields, fields));
  }

  setLevel(level: LevelName): void {
    this.core.level = requireLevel(level, `setLevel of logger "${this.core.name}"`);
    refreshThreshold(this.core);
  }

  time(operation: string, fields?: Fields): Timer {
    return this.core.target.startTimer(this, operation, fields);
  }

  timed<T>(operation: string, work: () => T, fields?: Fields): T {
    return this.core.target.runTimed(this, operation, work, fields);
  }
}

export function refreshThreshold(core: LoggerCore): void {
  core.stamp = {};
  core.threshold = core.target.thresholdOf(core);
}
