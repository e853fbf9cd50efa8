import { describeError, type ErrorParts } from './describe-error.ts';

/** Bounds of what one record copies; what is beyond is cut and marked, and the record is counted as truncated. */
export interface CopyLimits {
  /** Levels of nesting. */
  depth: number;
  /** Values of one record. */
  nodes: number;
  /** Characters of one string. */
  stringLength: number;
}

export const DEFAULT_COPY_LIMITS: CopyLimits = { depth: 64, nodes: 10_000, stringLength: 262_144 };

export type PlainFields = Record<string, unknown>;

/** One copying: how much of its bounds is used. */
export interface Copying {
  readonly limits: CopyLimits;
  nodesLeft: number;
  isCut: boolean;
  /** What was written of it has as many bytes as characters. */
  isSimple: boolean;
  /** The structures around the value. */
  readonly open: object[];
}

export function startCopy(limits: CopyLimits): Copying {
  return { limits, nodesLeft: limits.nodes, isCut: false, isSimple: true, open: [] };
}

const TOO_DEEP = '[cut: too deep]';
const TOO_MANY = '[cut: too many values]';
const UNREADABLE = '[unreadable]';

/**
 * A copy that JSON can write and nobody can change afterwards: null, booleans, finite numbers, strings, lists and plain objects of
 * these. Every property is read once; a getter, proxy or `toJSON` that throws becomes a mark. Never throws.
 */
export function copyValue(value: unknown, copying: Copying): unknown {
  switch (typeof value) {
    case 'string':
      return takeNode(copying) ? copyText(value, copying) : TOO_MANY;
    case 'number':
      return takeNode(copying) ? (Number.isFinite(value) ? value : String(value)) : TOO_MANY;
    case 'boolean':
    case 'undefined':
      return value;
    case 'bigint':
    case 'symbol':
      return takeNode(copying) ? String(value) : TOO_MANY;
    case 'function':
      return `[function ${safely(() => String(value.name)) ?? ''}]`;
    case 'object':
      return value === null ? null : copyObject(value, copying);
  }
}

/** The fields of a call as a plain object; `without` is left out. What is no object gives an empty one. */
export function copyFields(fields: object, copying: Copying, without: string | null = null): PlainFields {
  copying.open.push(fields);
  const plain = copyProperties(fields, copying, without);
  copying.open.pop();
  return plain;
}

/** A copy of both, the later winning; null when there is nothing. */
export function mergeFields(before: PlainFields | null, fields: object | undefined): PlainFields | null {
  if (typeof fields !== 'object' || fields === null) return before;
  const added = copyFields(fields, startCopy(DEFAULT_COPY_LIMITS));
  return before === null ? added : { ...before, ...added };
}

function copyObject(value: object, copying: Copying): unknown {
  if (!takeNode(copying)) return TOO_MANY;
  if (copying.open.length >= copying.limits.depth) {
    copying.isCut = true;
    return TOO_DEEP;
  }
  if (copying.open.includes(value)) return '[circular]';
  copying.open.push(value);
  const before = copying.open.length;
  try {
    return copyOpened(value, copying);
  } catch {
    copying.open.length = before;
    return UNREADABLE;
  } finally {
    copying.open.pop();
  }
}

function copyOpened(value: object, copying: Copying): unknown {
  if (Array.isArray(value)) return copyList(value, copying);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype && !('toJSON' in value)) return copyProperties(value, copying, null);
  return copyForeign(value, copying);
}

function copyForeign(value: object, copying: Copying): unknown {
  if (value instanceof Error) return copyError(value, copying);
  if (value instanceof Map) return copyMap(value, copying);
  if (value instanceof Set) return copyList([...value], copying);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof RegExp || value instanceof URL || value instanceof URLSearchParams) return String(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[binary: ${value.byteLength} bytes]`;
  if (value instanceof String || value instanceof Number || value instanceof Boolean)
    return copyValue(value.valueOf(), copying);
  if (value instanceof Promise) return '[promise]';
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return copyValue(toJSON.call(value, ''), copying);
  return copyProperties(value, copying, null);
}

function copyProperties(value: object, copying: Copying, without: string | null): PlainFields {
  const plain: PlainFields = {};
  const source = value as PlainFields;
  for (const key of Object.keys(source)) {
    if (key === without) continue;
    if (copying.nodesLeft <= 0) {
      copying.isCut = true;
      plain['[cut]'] = TOO_MANY;
      break;
    }
    const copy = readProperty(source, key, copying);
    if (copy !== undefined) setProperty(plain, key, copy);
  }
  return plain;
}

function readProperty(source: PlainFields, key: string, copying: Copying): unknown {
  const depth = copying.open.length;
  try {
    return copyValue(source[key], copying);
  } catch {
    copying.open.length = depth;
    return UNREADABLE;
  }
}

/** `__proto__` as a name would set the prototype. */
function setProperty(plain: PlainFields, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(plain, key, { value, enumerable: true, writable: true, configurable: true });
  else plain[key] = value;
}

function copyList(values: readonly unknown[], copying: Copying): unknown[] {
  const copy: unknown[] = [];
  for (let index = 0; index < values.length; index++) {
    if (copying.nodesLeft <= 0) {
      copying.isCut = true;
      copy.push(TOO_MANY);
      break;
    }
    const value = safelyCopy(values, index, copying);
    copy.push(value === undefined ? null : value);
  }
  return copy;
}

function safelyCopy(values: readonly unknown[], index: number, copying: Copying): unknown {
  return readProperty(values as unknown as PlainFields, index as unknown as string, copying);
}

/** With names as keys it is an object; else a list of pairs. */
function copyMap(map: Map<unknown, unknown>, copying: Copying): unknown {
  const entries = [...map];
  if (!entries.every(([key]) => typeof key === 'string' || typeof key === 'number')) return copyList(entries, copying);
  const named: PlainFields = {};
  for (const [key, value] of entries) setProperty(named, String(key), value);
  return copyProperties(named, copying, null);
}

/** An error among the fields, whole: the first one of a record goes where exceptions go instead. */
function copyError(error: Error, copying: Copying): unknown {
  return copyErrorParts(describeError(error), copying);
}

/** Type, message and stack of an error, its own properties, its causes and members, as plain values. */
export function copyErrorParts(parts: ErrorParts, copying: Copying): PlainFields {
  const { type, message, stack, properties, cause, errors } = parts;
  const plain: PlainFields = { type, message: copyText(message, copying) };
  if (stack !== null) plain.stack = copyText(stack, copying);
  for (const [key, value] of properties) {
    const copy = copyValue(value, copying);
    if (copy !== undefined) setProperty(plain, Object.hasOwn(plain, key) ? `${key}_` : key, copy);
  }
  if (cause !== undefined) plain.cause = copyValue(cause, copying);
  if (errors !== null) plain.errors = copyValue(errors, copying);
  return plain;
}

function copyText(text: string, copying: Copying): string {
  const { stringLength } = copying.limits;
  if (text.length <= stringLength) return text;
  copying.isCut = true;
  return `${text.slice(0, stringLength)}[cut: ${text.length - stringLength} characters]`;
}

function takeNode(copying: Copying): boolean {
  if (copying.nodesLeft-- > 0) return true;
  copying.isCut = true;
  return false;
}

function safely<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
