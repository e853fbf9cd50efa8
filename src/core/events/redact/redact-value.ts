import { isMarker, markerOf, type RedactionKind } from './marker.ts';
import { isCounted, isHarmlessValue } from './read-value.ts';
import type { SecretKeys } from './secret-keys.ts';

export interface RedactionLimits {
  /** Levels of nesting that are looked into. */
  depth: number;
  /** Values of one structure that are looked at. */
  nodes: number;
  /** Characters of one string that are scanned. */
  stringLength: number;
}

export interface ValueScan {
  keys: SecretKeys;
  limits: RedactionLimits;
  /** Own paths, each as its segments; `*` is one segment, `**` any number. */
  paths: readonly (readonly string[])[];
  text(value: string): string;
  /** The name as it may be shown, and what it says about its value. */
  name(key: string): SafeName;
  replaced(kind: RedactionKind): string;
}

export interface SafeName {
  text: string;
  kind: RedactionKind | null;
}

interface Walk extends ValueScan {
  nodesLeft: number;
  path: string[];
  /** The structures around the value: fewer than a set would pay for. */
  open: object[];
}

/** Redacts a value at any depth. What needs no change is returned itself, never copied; nothing is changed in place. */
export function redactValue(value: unknown, scan: ValueScan): unknown {
  return visit(value, { ...scan, nodesLeft: scan.limits.nodes, path: [], open: [] }, 0);
}

function visit(value: unknown, walk: Walk, depth: number): unknown {
  if (typeof value === 'string') return takeNode(walk) ?? walk.text(value);
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (typeof value === 'number') return takeNode(walk) ?? redactNumber(value, walk);
  if (typeof value === 'bigint') return takeNode(walk) ?? walk.text(String(value));
  if (typeof value !== 'object') return `[${typeof value}]`;
  return takeNode(walk) ?? visitObject(value, walk, depth);
}

/** The mark to put instead when the structure has too many values; undefined while there is room. */
function takeNode(walk: Walk): string | undefined {
  if (walk.nodesLeft-- > 0) return undefined;
  return walk.nodesLeft === -1 ? walk.replaced('too-many') : markerOf('too-many');
}

/** Card numbers come as numbers too. */
function redactNumber(value: number, walk: Walk): unknown {
  if (!Number.isSafeInteger(value) || value < 1e12) return value;
  const text = String(value);
  const redacted = walk.text(text);
  return redacted === text ? value : redacted;
}

function visitObject(value: object, walk: Walk, depth: number): unknown {
  if (depth >= walk.limits.depth) return walk.replaced('too-deep');
  if (walk.open.includes(value)) return '[circular]';
  walk.open.push(value);
  const redacted = visitOpened(value, walk, depth + 1);
  walk.open.pop();
  return redacted;
}

function visitOpened(value: object, walk: Walk, depth: number): unknown {
  if (Array.isArray(value)) return visitArray(value, walk, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return walk.replaced('binary');
  if (value instanceof Map) return visitFields(value, fieldsOfMap(value), walk, depth);
  if (value instanceof Set) return visitArray([...value], walk, depth);
  if (value instanceof Error) return visitFields(value, fieldsOfError(value), walk, depth);
  return visitFields(value, readFields(value), walk, depth);
}

/** Names and values side by side: half the price of pairs. */
interface Fields {
  keys: string[];
  values: unknown[];
  /** The value itself cannot stand for them: it is no plain object, or a part of it cannot be read. */
  isForeign: boolean;
}

function keyText(key: unknown): string {
  return typeof key === 'string' ? key : typeof key === 'object' ? '[object]' : String(key);
}

function fieldsOfMap(map: ReadonlyMap<unknown, unknown>): Fields {
  return { keys: [...map.keys()].map(keyText), values: [...map.values()], isForeign: true };
}

function fieldsOfError(error: Error): Fields {
  const own = readFields(error);
  const fields = new Map<string, unknown>([
    ['name', error.name],
    ['message', error.message],
    ['stack', error.stack],
  ]);
  own.keys.forEach((key, index) => {
    if (!fields.has(key)) fields.set(key, own.values[index]);
  });
  if (error.cause !== undefined && !fields.has('cause')) fields.set('cause', error.cause);
  if (error instanceof AggregateError && !fields.has('errors')) fields.set('errors', error.errors);
  return { keys: [...fields.keys()], values: [...fields.values()], isForeign: true };
}

/** A getter that throws gives its failure instead of a value. */
function readFields(value: object): Fields {
  const keys = Object.keys(value);
  try {
    return { keys, values: Object.values(value), isForeign: false };
  } catch {
    const values = keys.map((key) => {
      try {
        return (value as Record<string, unknown>)[key];
      } catch {
        return '[unreadable]';
      }
    });
    return { keys, values, isForeign: true };
  }
}

function visitArray(values: readonly unknown[], walk: Walk, depth: number): unknown {
  let copy: unknown[] | null = null;
  const namesValues = walk.path.length > 0 && /^raw(?:headers|trailers)$/i.test(walk.path[walk.path.length - 1]!);
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    const name = namesValues && index % 2 === 1 ? values[index - 1] : undefined;
    const kind = typeof name === 'string' ? walk.keys.kindOf(name) : null;
    walk.path.push('*');
    const redacted = kind === null ? visit(value, walk, depth) : hideLeaves(value, kind, String(name), walk, depth);
    walk.path.pop();
    if (redacted === value) continue;
    copy ??= [...values];
    copy[index] = redacted;
    if (walk.nodesLeft < -1) {
      copy.length = index + 1;
      break;
    }
  }
  return copy ?? values;
}

function visitFields(original: object, fields: Fields, walk: Walk, depth: number): unknown {
  const { keys, values } = fields;
  const named = namedSecret(fields, walk);
  let changed: [string, unknown][] | null = fields.isForeign ? [] : null;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    const value = values[index];
    const name = walk.name(key);
    walk.path.push(key);
    const found = isOwnPath(walk) ? 'own-key' : key === named?.field ? named.kind : name.kind;
    const newValue = found === null ? visit(value, walk, depth) : hideLeaves(value, found, key, walk, depth);
    walk.path.pop();
    if (name.text !== key || newValue !== value) changed ??= firstFields(fields, index);
    changed?.push([name.text, newValue]);
    if (walk.nodesLeft < -1) {
      changed ??= firstFields(fields, index + 1);
      break;
    }
  }
  return changed === null ? original : Object.fromEntries(changed);
}

function firstFields({ keys, values }: Fields, count: number): [string, unknown][] {
  return keys.slice(0, count).map((key, index) => [key, values[index]]);
}

/** `{name: 'Authorization', value: '…'}`, as request recorders write headers. */
function namedSecret({ keys, values }: Fields, walk: Walk): { field: string; kind: RedactionKind } | null {
  if (keys.length < 2 || keys.length > 8 || !keys.includes('value')) return null;
  const at = keys.findIndex((key) => key === 'name' || key === 'key');
  const name = values[at];
  if (typeof name !== 'string' || name.length > 80) return null;
  const kind = walk.keys.kindOf(name);
  return kind === null ? null : { field: 'value', kind };
}

/** Under a secret's name every leaf is one: text, numbers, whatever is nested. */
function hideLeaves(value: unknown, kind: RedactionKind, key: string, walk: Walk, depth: number): unknown {
  if (typeof value === 'string') return hideText(value, kind, key, walk);
  if (typeof value === 'number' || typeof value === 'bigint') {
    return kind !== 'own-key' && isHarmlessValue(String(value), { kind, key }) ? value : walk.replaced(kind);
  }
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (depth >= walk.limits.depth) return walk.replaced('too-deep');
  if (Array.isArray(value))
    return same(
      value,
      value.map((inner) => takeNode(walk) ?? hideLeaves(inner, kind, key, walk, depth + 1)),
    );
  if (!isPlainObject(value)) return walk.replaced(kind);
  const { keys, values } = readFields(value);
  const hidden = keys.map((name, index): [string, unknown] => {
    const inner = values[index];
    if (isCounted(key) && typeof inner === 'number') return [name, inner];
    return [walk.text(name), takeNode(walk) ?? hideLeaves(inner, kind, key, walk, depth + 1)];
  });
  const hasChanged = hidden.some(([name, inner], index) => name !== keys[index] || inner !== values[index]);
  return hasChanged ? Object.fromEntries(hidden) : value;
}

function same(before: unknown[], after: unknown[]): unknown[] {
  return after.every((value, index) => value === before[index]) ? before : after;
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function hideText(value: string, kind: RedactionKind, key: string, walk: Walk): string {
  if (value === '' || isMarker(value)) return value;
  if (kind !== 'own-key' && (!/[\p{L}\p{N}]/u.test(value) || isHarmlessValue(value, { kind, key }))) return value;
  return walk.replaced(kind);
}

function isOwnPath(walk: Walk): boolean {
  return walk.paths.length > 0 && walk.paths.some((pattern) => matchesPath(pattern, walk.path));
}

/** Glob match of path segments, in O(pattern × path): the set of pattern positions that are reachable after each segment. */
function matchesPath(pattern: readonly string[], path: readonly string[]): boolean {
  let reachable = skipStars([true], pattern);
  for (const segment of path) {
    const next: boolean[] = [];
    for (let index = 0; index < pattern.length; index++) {
      if (!reachable[index]) continue;
      if (pattern[index] === '**') next[index] = true;
      else if (pattern[index] === '*' || pattern[index] === segment) next[index + 1] = true;
    }
    reachable = skipStars(next, pattern);
  }
  return reachable[pattern.length] === true;
}

/** `**` may stand for nothing. */
function skipStars(reachable: boolean[], pattern: readonly string[]): boolean[] {
  for (let index = 0; index < pattern.length; index++) {
    if (reachable[index] && pattern[index] === '**') reachable[index + 1] = true;
  }
  return reachable;
}
