import { type Copying, copyErrorParts, type PlainFields } from './copy-value.ts';
import { describeError } from './describe-error.ts';

/** An error on its way: what goes under `exception`, and what its errors carried beside type, message and stack. */
export interface CopiedException {
  /** `{type, message, stack, cause?, errors?}`, causes and members alike. */
  exception: PlainFields;
  /** Own properties (`code`, `errno` …) of the error, under `cause` and `errors` those of the others; null without any. */
  properties: PlainFields | null;
}

const PARTS = new Set(['type', 'message', 'stack']);

export function copyException(error: Error, copying: Copying): CopiedException {
  copying.open.push(error);
  const copied = copyErrorParts(describeError(error), copying);
  copying.open.pop();
  return { exception: withMembers(onlyParts(copied)), properties: onlyProperties(copied) };
}

function isPlain(value: unknown): value is PlainFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function onlyParts(copied: PlainFields): PlainFields {
  const parts: PlainFields = { type: copied.type, message: copied.message };
  if (copied.stack !== undefined) parts.stack = copied.stack;
  if (copied.cause !== undefined)
    parts.cause = isDescribed(copied.cause) ? onlyParts(copied.cause) : causeOf(copied.cause);
  if (Array.isArray(copied.errors))
    parts.errors = copied.errors.map((member: unknown) => (isDescribed(member) ? onlyParts(member) : causeOf(member)));
  return parts;
}

/** `throw 'text'` has causes that are no errors. */
function causeOf(value: unknown): PlainFields {
  return { message: typeof value === 'string' ? value : JSON.stringify(value) };
}

function isDescribed(value: unknown): value is PlainFields {
  return isPlain(value) && typeof value.type === 'string' && typeof value.message === 'string';
}

function onlyProperties(copied: PlainFields): PlainFields | null {
  const properties: PlainFields = {};
  for (const key of Object.keys(copied)) {
    if (PARTS.has(key)) continue;
    const value = copied[key];
    if (key === 'cause') addNested(properties, key, isDescribed(value) ? onlyProperties(value) : null);
    else if (key === 'errors' && Array.isArray(value)) addMembers(properties, value);
    else properties[key] = value;
  }
  return Object.keys(properties).length === 0 ? null : properties;
}

function addNested(properties: PlainFields, key: string, nested: PlainFields | null): void {
  if (nested !== null) properties[key] = nested;
}

function addMembers(properties: PlainFields, members: readonly unknown[]): void {
  const nested = members.map((member) => (isDescribed(member) ? onlyProperties(member) : null));
  if (nested.some((member) => member !== null)) properties.errors = nested.map((member) => member ?? {});
}

/** Members stand in the stack as Node prints them, so that readers of stacks find them. */
function withMembers(parts: PlainFields): PlainFields {
  if (!Array.isArray(parts.errors) || typeof parts.stack !== 'string') return parts;
  const members = parts.errors.map((member: PlainFields) => {
    const text = typeof member.stack === 'string' ? member.stack : `${member.type ?? 'Error'}: ${member.message}`;
    return `    ${text.replaceAll('\n', '\n    ')}`;
  });
  return { ...parts, stack: `${parts.stack} {\n  [errors]: [\n${members.join(',\n')}\n  ]\n}` };
}
