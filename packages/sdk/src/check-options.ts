import { isDeepStrictEqual } from 'node:util';

export function optionError(message: string): TypeError {
  return new TypeError(message);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Throws for a name that is none, with those there are. */
export function checkNames(where: string, options: object, names: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw optionError(`${where}: unknown option "${name}"; there are ${names.join(', ')}`);
  }
}

/** Numbers above 0 under the names of `defaults`. */
export function checkNumbers<T extends object>(where: string, given: unknown, defaults: T): Partial<T> {
  if (given === undefined) return {};
  if (!isObject(given)) throw optionError(`start: "${where}" must be an object`);
  checkNames(`start: ${where}`, given, Object.keys(defaults));
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && (typeof value !== 'number' || !(value >= 0)))
      throw optionError(`start: "${where}.${name}" must be a number of 0 or more`);
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Their values are not shown. */
const SECRETS = new Set(['key', 'sealing', 'pseudonymKey']);

/**
 * The first difference of two sets of options, as a sentence: `level "debug" contradicts "info"`; null when they say the same. Functions
 * and sinks are equal only to themselves.
 */
export function differenceOf(before: object, after: object, path = ''): string | null {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, value] = [(before as Record<string, unknown>)[name], (after as Record<string, unknown>)[name]];
    const where = path === '' ? name : `${path}.${name}`;
    const difference = differenceAt(where, name, old, value);
    if (difference !== null) return difference;
  }
  return null;
}

function differenceAt(where: string, name: string, old: unknown, value: unknown): string | null {
  if (Object.is(old, value)) return null;
  if (SECRETS.has(name)) return isDeepStrictEqual(old, value) ? null : `another "${where}" contradicts the first`;
  if (isPlain(old) && isPlain(value)) return differenceOf(old, value, where);
  if (isDeepStrictEqual(old, value) && typeof value !== 'object') return null;
  if (Array.isArray(old) && Array.isArray(value) && old.length === value.length) return differenceOf(old, value, where);
  return `"${where}" ${shown(value)} contradicts ${shown(old)}`;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.values(value).some((part) => typeof part === 'function')) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const { name } = value as { name?: unknown };
  return typeof name === 'string' ? `"${name}"` : Array.isArray(value) ? `a list of ${value.length}` : 'an object';
}
