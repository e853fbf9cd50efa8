/** What an error says; every part was read once, and none of the reads can throw. */
export interface ErrorParts {
  type: string;
  message: string;
  stack: string | null;
  /** Its own enumerable properties (`code`, `errno`, `config` …), as they are. */
  properties: readonly (readonly [string, unknown])[];
  /** Undefined: it has none. */
  cause: unknown;
  /** Members of an `AggregateError`. */
  errors: readonly unknown[] | null;
}

/** Members of one aggregate that are kept. */
const MAX_MEMBERS = 50;
const OWN_PARTS = new Set(['name', 'message', 'stack', 'cause', 'errors']);

export function describeError(error: Error): ErrorParts {
  const message = textOf(read(error, 'message')) ?? '';
  const errors = read(error, 'errors');
  const type = typeOf(error);
  return {
    type,
    message,
    stack: stackOf(error, type),
    properties: propertiesOf(error),
    cause: read(error, 'cause'),
    errors: Array.isArray(errors) ? errors.slice(0, MAX_MEMBERS) : null,
  };
}

/** True for errors of other realms (worker, vm) too. */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
  } catch {
    return false;
  }
}

/** The class tells more than a name nobody set: `class PaymentFailed extends Error` has the name `Error`. */
function typeOf(error: Error): string {
  const name = textOf(read(error, 'name'));
  const errorClass = read(error, 'constructor');
  const className = typeof errorClass === 'function' ? textOf(read(errorClass, 'name')) : null;
  if (name !== null && name !== '' && name !== 'Error') return name;
  return className !== null && className !== '' ? className : (name ?? 'Error');
}

/** The engine heads the stack with the name, which is `Error` for a class that sets none: readers of stacks see the class then. */
function stackOf(error: Error, type: string): string | null {
  const stack = textOf(read(error, 'stack'));
  const name = textOf(read(error, 'name'));
  if (stack === null || name === null || name === type || !stack.startsWith(`${name}: `)) return stack;
  return type + stack.slice(name.length);
}

function propertiesOf(error: Error): [string, unknown][] {
  try {
    return Object.keys(error)
      .filter((key) => !OWN_PARTS.has(key))
      .map((key) => [key, read(error, key)]);
  } catch {
    return [];
  }
}

function read(source: object, key: string): unknown {
  try {
    return (source as Record<string, unknown>)[key];
  } catch {
    return '[unreadable]';
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
