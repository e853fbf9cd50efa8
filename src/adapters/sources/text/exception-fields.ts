import type { Exception, Frame } from '../../../core/events/index.ts';
import { field, firstText, isObject, type JsonObject, toNumber } from './field.ts';

const MAX_CAUSES = 50;
const MAX_FRAMES = 250;

/** Fields that hold a stack as text, the most telling first; the last ones only count when they look like one. */
const STACK_TEXT = [
  'stack_trace',
  'errorVerbose',
  'exc_info',
  'exception',
  '@x',
  'stack',
  'stacktrace',
  'traceback',
  'error.stack_trace',
  'error.stack',
  'exception.stacktrace',
  'exception.stack_trace',
  'exc_text',
  'exception.exception',
  'thrown.extendedStackTrace',
  'thrown',
  'error',
  'err',
  'error_stack',
] as const;
const STRUCTURED = ['err', 'error', 'exception', 'exc_info', 'thrown', 'stack'] as const;

/** What the fields of one record say of exceptions: a text to parse, or, where there is none, exceptions in parts. */
export interface ExceptionFields {
  stackText: string | null;
  exceptions: Exception[];
}

export function readExceptionFields(record: JsonObject): ExceptionFields {
  for (const name of STACK_TEXT) {
    const text = stackTextOf(field(record, name));
    if (text !== null) return { stackText: text, exceptions: [] };
  }
  for (const name of STRUCTURED) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    const read = Array.isArray(value) ? fromList(value, record) : isObject(value) ? fromObject(value) : null;
    if (read) return read;
  }
  const type = firstText(record, ['error.type', 'exception.type', 'error_type', 'exc_type', 'exception_class']);
  const message = firstText(record, [
    'error.message',
    'exception.message',
    'error_message',
    'exc_value',
    'exception_message',
  ]);
  return { stackText: null, exceptions: type === null ? [] : [exception({ type, message, relation: 'raised' })] };
}

/** A text counts as a stack when it has a second line; one line is a message. Lists of lines are joined. */
function stackTextOf(value: unknown): string | null {
  if (typeof value === 'string') return value.trim().includes('\n') ? value : null;
  if (!Array.isArray(value) || value.length < 2 || !value.every((line) => typeof line === 'string')) return null;
  return value.map((line: string) => line.replace(/\n$/, '')).join('\n');
}

/** `err{type, message, stack, cause}` of pino and bunyan, `{name, message, stack}` of others. */
function fromObject(error: JsonObject): ExceptionFields | null {
  const stack = ['stack', 'stack_trace', 'stacktrace', 'stackTrace', 'traceback']
    .map((name) => stackTextOf(error[name]))
    .find((text) => text !== null);
  if (stack !== undefined && stack !== null) return { stackText: withCauses(stack, error), exceptions: [] };
  const exceptions: Exception[] = [];
  let current: unknown = error;
  while (isObject(current) && exceptions.length < MAX_CAUSES) {
    const type = firstText(current, ['type', 'name', 'class', 'exc_type', 'exception_class']);
    const message = firstText(current, [
      'message',
      'msg',
      'value',
      'exc_value',
      'exception_message',
      'localizedMessage',
    ]);
    const frames = framesOf(current.frames ?? current.extendedStackTrace ?? current.stackTrace);
    if (type === null && frames.length === 0) break;
    exceptions.push(exception({ type, message, frames, relation: exceptions.length === 0 ? 'raised' : 'cause' }));
    current = current.cause ?? current.innerException;
  }
  return exceptions.length > 0 ? { stackText: null, exceptions } : null;
}

/** Causes in objects of their own are written under the stack as Node prints them, so that one text holds the chain. */
function withCauses(stack: string, error: JsonObject): string {
  // pino writes the causes' stacks behind each other in `stack`.
  const parts = stack.split(/\ncaused by: /);
  const seen = new Set<unknown>([error]);
  for (let cause = error.cause; isObject(cause) && !seen.has(cause) && parts.length < MAX_CAUSES; cause = cause.cause) {
    seen.add(cause);
    const text = stackTextOf(cause.stack);
    const head =
      text ??
      [firstText(cause, ['type', 'name']), firstText(cause, ['message'])].filter((part) => part !== null).join(': ');
    if (head !== '' && !stack.includes(head)) parts.push(head);
  }
  const [first = stack, ...causes] = parts;
  const nested = causes.map((cause, depth) => {
    const margin = '  '.repeat(depth + 1);
    return ` {\n${margin}[cause]: ${cause.replaceAll('\n', `\n${margin}`)}`;
  });
  const closing = causes.map((_, depth) => `\n${'  '.repeat(causes.length - 1 - depth)}}`);
  return first + nested.join('') + closing.join('');
}

/** structlog's `dict_tracebacks` (cause first in the list of the raised one's chain), zerolog's list of frames. */
function fromList(list: unknown[], record: JsonObject): ExceptionFields | null {
  const objects = list.filter(isObject);
  if (objects.length === 0) return null;
  if (objects.some((item) => item.exc_type !== undefined)) {
    const exceptions = objects.slice(0, MAX_CAUSES).map((item, index) =>
      exception({
        type: firstText(item, ['exc_type']),
        message: firstText(item, ['exc_value']),
        // Python lists the caller first.
        frames: framesOf(item.frames).reverse(),
        relation: index === 0 ? 'raised' : 'cause',
      }),
    );
    return { stackText: null, exceptions };
  }
  const frames = framesOf(objects);
  if (frames.length === 0) return null;
  const message = firstText(record, ['error', 'err', 'error.message']);
  return { stackText: null, exceptions: [exception({ type: null, message, frames, relation: 'raised' })] };
}

function framesOf(value: unknown): Frame[] {
  if (!Array.isArray(value)) return [];
  const frames: Frame[] = [];
  for (const item of value.slice(0, MAX_FRAMES)) {
    if (!isObject(item)) continue;
    const file = firstText(item, ['filename', 'file', 'source', 'fileName', 'abs_path']);
    const name = firstText(item, ['function', 'func', 'name', 'method', 'methodName']);
    if (file === null && name === null) continue;
    const module = firstText(item, ['module', 'class', 'className']);
    const line = toNumber(item.lineno ?? item.line ?? item.lineNumber);
    frames.push({
      file,
      line: line !== null && line > 0 ? line : null,
      column: toNumber(item.colno ?? item.column),
      function: name,
      module,
      code: firstText(item, ['context_line', 'code']),
      inApp: null,
      origin: null,
    });
  }
  return frames;
}

interface Parts {
  type: string | null;
  message: string | null;
  frames?: Frame[];
  relation: Exception['relation'];
}

function exception({ type, message, frames = [], relation }: Parts): Exception {
  return {
    type,
    message,
    module: null,
    frames,
    language: null,
    relation,
    parent: null,
    handled: null,
    truncated: false,
  };
}
