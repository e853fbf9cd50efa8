import type { Event, EventStanding, Exception } from '../../core/events/index.ts';
import { fieldToken, repeatedFieldToken, wordsOf } from './tokens.ts';

/** Bounds of one event: what lies beyond is stored and shown, but not found by its words. */
const TEXT_CHARACTERS = 16_384;
const WORDS = 2_000;
const FIELDS = 96;
const FIELD_CHARACTERS = 512;
const ATTRIBUTE_DEPTH = 4;

/** Severity's class, the least number of it: 0, 1, 5, 9, 13, 17, 21. */
export function severityClassOf(severity: number): number {
  if (severity >= 21) return 21;
  if (severity < 1) return 0;
  return Math.floor((severity - 1) / 4) * 4 + 1;
}

export const SEVERITY_CLASSES = [0, 1, 5, 9, 13, 17, 21] as const;
export const SEVERITY_NAMES: Readonly<Record<number, string>> = {
  0: 'unset',
  1: 'trace',
  5: 'debug',
  9: 'info',
  13: 'warn',
  17: 'error',
  21: 'fatal',
};

/** Body, exception types and messages, files. */
export function wordsOfEvent(event: Event): string[] {
  if (event.exceptions.length === 0) return wordsOf(event.body.slice(0, TEXT_CHARACTERS), WORDS);
  const parts = [event.body];
  for (const { type, message, frames } of event.exceptions) {
    parts.push(type ?? '', message ?? '');
    for (const { file } of frames.slice(0, 100)) if (file) parts.push(file);
  }
  return wordsOf(parts.join('\n').slice(0, TEXT_CHARACTERS), WORDS);
}

/** Names that only Guardian gives: an attribute of a client that is called so is not indexed. */
const OWN_MARK = '\uE001';
export const PROJECT_FIELD = `${OWN_MARK}project`;
export const LEVEL_FIELD = `${OWN_MARK}level`;

const STANDING_FIELD = `${OWN_MARK}standing`;

export function standingToken(standing: EventStanding): string {
  return repeatedFieldToken(STANDING_FIELD, standing);
}

/** Classes whose events have a standing by their severity: they are found by that. */
export const CLASSES_OF_STANDING: Readonly<Record<EventStanding, readonly number[]>> = {
  error: [17, 21],
  warning: [13],
  latency: [],
  served: [],
};

/** Tokens of the exact fields that `EventQuery.fields` names, of the project, and of the severity's class. */
export function fieldsOfEvent(projectId: number, event: Event): string[] {
  const tokens = new Set<string>([
    repeatedFieldToken(PROJECT_FIELD, String(projectId)),
    repeatedFieldToken(LEVEL_FIELD, String(severityClassOf(event.severityNumber))),
  ]);
  const add: Add = (name, value) => addValue(tokens, name, value, fieldToken);
  const repeat: Add = (name, value) => addValue(tokens, name, value, repeatedFieldToken);
  repeat('source', event.source.kind);
  repeat('service', event.service);
  repeat('environment', event.environment);
  repeat('revision', event.revision);
  repeat('instance', event.instance);
  add('trace', event.traceId);
  add('span', event.spanId);
  repeat('logger', event.logger);
  add('user', event.user?.id);
  add('user', event.user?.name);
  if (event.request) {
    add('request', event.request.id);
    repeat('method', event.request.method);
    add('path', event.request.path);
    add('path', event.request.route);
    repeat('status', event.request.status);
  }
  for (const exception of event.exceptions) addException(add, exception);
  addAttributes(add, '', event.attributes, ATTRIBUTE_DEPTH);
  return [...tokens];
}

/** False once the event has its share of fields. */
type Add = (name: string, value: unknown) => boolean;

function addValue(tokens: Set<string>, name: string, value: unknown, tokenOf: typeof fieldToken): boolean {
  if (tokens.size >= FIELDS) return false;
  if (typeof value === 'string') {
    if (value !== '' && value.length <= FIELD_CHARACTERS) tokens.add(tokenOf(name, value));
  } else if (typeof value === 'number' || typeof value === 'boolean') {
    tokens.add(tokenOf(name, String(value)));
  }
  return true;
}

/** A type by its whole name and its last part; a file as written, as mapped, and by its last part. */
function addException(add: Add, { type, frames }: Exception): void {
  if (type) {
    add('type', type);
    add('type', afterLast(type, ['.', ':', '$', '\\']));
  }
  for (const { file, origin } of frames.slice(0, 20)) {
    if (!file) continue;
    add('file', file);
    add('file', origin?.path);
    add('file', afterLast(file, ['/', '\\']));
  }
}

function afterLast(text: string, separators: readonly string[]): string {
  return text.slice(Math.max(...separators.map((separator) => text.lastIndexOf(separator))) + 1);
}

/** Nested names are joined by dots, as people write them: `order.id`. False once there is no room left. */
function addAttributes(add: Add, prefix: string, attributes: Record<string, unknown>, depth: number): boolean {
  for (const name in attributes) {
    if (name.includes(OWN_MARK)) continue;
    const value = attributes[name];
    const isNested = value !== null && typeof value === 'object';
    if (!isNested && !add(prefix + name, value)) return false;
    if (!isNested || Array.isArray(value) || depth <= 1) continue;
    if (!addAttributes(add, `${prefix}${name}.`, value as Record<string, unknown>, depth - 1)) return false;
  }
  return true;
}
