import { isDeepStrictEqual } from 'node:util';
import type { Level } from '../record.ts';
import { mergeFields } from './copy-value.ts';
import { createIdleTarget } from './idle-target.ts';
import { requireLevel } from './level.ts';
import {
  type Logger,
  type LoggerCore,
  LoggerInstance,
  type LoggerOptions,
  type RecordTarget,
  refreshThreshold,
} from './logger.ts';

interface Registered {
  logger: LoggerInstance;
  /** What was asked for, by whoever asked first. */
  options: LoggerOptions;
}

/** Every logger of this thread by name; they outlive `stop()` and write again after the next `start()`. */
const registered = new Map<string, Registered>();
let target: RecordTarget = createIdleTarget('before start()');

const OPTION_NAMES = ['level', 'category', 'fields'] as const satisfies readonly (keyof LoggerOptions)[];
const NOTHING_ASKED: LoggerOptions = {};

/**
 * The logger of that name: always the same one. Any name works, the empty one too. Options that contradict those the logger has
 * already throw a `TypeError` that names the difference; whoever leaves them out, or asks first for one of them, contradicts nobody.
 */
export function getLogger(name: string, options?: LoggerOptions): Logger {
  return loggerOf(String(name), options);
}

export function loggerOf(name: string, options?: LoggerOptions): LoggerInstance {
  const asked = options === undefined ? NOTHING_ASKED : checkOptions(name, options);
  const known = registered.get(name);
  if (known === undefined) return register(name, asked);
  if (asked !== NOTHING_ASKED) adopt(name, known, asked);
  return known.logger;
}

function register(name: string, options: LoggerOptions): LoggerInstance {
  const core: LoggerCore = {
    name,
    category: options.category ?? null,
    fields: mergeFields(null, options.fields),
    level: levelAsked(name, options),
    agent: null,
    threshold: 0,
    target,
    stamp: {},
  };
  refreshThreshold(core);
  const logger = new LoggerInstance(core, null);
  registered.set(name, { logger, options });
  return logger;
}

function levelAsked(name: string, options: LoggerOptions): Level | null {
  return options.level === undefined ? null : requireLevel(options.level, `level of logger "${name}"`);
}

function checkOptions(name: string, options: LoggerOptions): LoggerOptions {
  for (const key of Object.keys(options)) {
    if (!(OPTION_NAMES as readonly string[]).includes(key))
      throw new TypeError(`getLogger("${name}"): unknown option "${key}"; there are ${OPTION_NAMES.join(', ')}`);
  }
  const level = levelAsked(name, options);
  return {
    ...(level !== null && { level }),
    ...(options.category !== undefined && { category: options.category }),
    ...(options.fields !== undefined && { fields: mergeFields(null, options.fields) ?? {} }),
  };
}

function adopt(name: string, known: Registered, asked: LoggerOptions): void {
  for (const key of OPTION_NAMES) {
    const [value, before] = [asked[key], known.options[key]];
    if (value === undefined || before === undefined || isDeepStrictEqual(before, value)) continue;
    throw new TypeError(
      `getLogger("${name}"): ${key} ${JSON.stringify(value)} contradicts ${JSON.stringify(before)}, with which this logger was made`,
    );
  }
  const isNew = OPTION_NAMES.some((key) => asked[key] !== undefined && known.options[key] === undefined);
  if (!isNew) return;
  const { core } = known.logger;
  if (known.options.level === undefined && asked.level !== undefined) core.level = levelAsked(name, asked);
  core.category ??= asked.category ?? null;
  core.fields ??= mergeFields(null, asked.fields);
  known.options = { ...asked, ...known.options };
  refreshThreshold(core);
}

/** All loggers write there from now on. */
export function setTarget(next: RecordTarget): void {
  target = next;
  for (const { logger } of registered.values()) {
    logger.core.target = next;
    refreshThreshold(logger.core);
  }
}
