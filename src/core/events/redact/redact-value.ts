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
  replaced(kind: RedactionKind): string;
}

interface Walk extends ValueScan {
  nodesLeft: number;
  path: string[];
  open: Set<object>;
}

/** Redacts a value at any depth. What needs no change is returned itself, never copied; nothing is changed in place. */
export function redactValue(value: unknown, scan: ValueScan): unknown {
  return visit(value, { ...scan, nodesLeft: scan.limits.nodes, path: [], open: new Set() }, 0);
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
  if (walk.open.has(value)) return '[circular]';
  walk.open.add(value);
  try {
    return visitOpened(value, walk, depth + 1);
  } finally {
    walk.open.delete(value);
  }
}

function visitOpened(value: object, walk: Walk, depth: number): unknown {
  if (Array.isArray(value)) return visitArray(value, walk, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return walk.replaced('binary');
  if (value instanceof Map)
    return visitEntries(
      value,
      [...value].map(([key, inner]) => [keyText(key), inner]),
      walk,
      depth,
      true,
    );
  if (value instanceof Set) return visitArray([...value], walk, depth);
  if (value instanceof Error) return visitEntries(value, errorEntries(value), walk, depth, true);
  const { entries, isUnreadable } = readEntries(value);
  return visitEntries(value, entries, walk, depth, isUnreadable);
}

function keyText(key: unknown): string {
  return typeof key === 'string' ? key : typeof key === 'object' ? '[object]' : String(key);
}

function errorEntries(error: Error): [string, unknown][] {
  const named: [string, unknown][] = [
    ['name', error.name],
    ['message', error.message],
    ['stack', error.stack],
  ];
  const own = ownEntries(error).filter(([key]) => key !== 'name' && key !== 'message' && key !== 'stack');
  if (error.cause !== undefined && !own.some(([key]) => key === 'cause')) own.push(['cause', error.cause]);
  if (error instanceof AggregateError && !own.some(([key]) => key === 'errors')) own.push(['errors', error.errors]);
  return [...named, ...own];
}

function ownEntries(value: object): [string, unknown][] {
  return readEntries(value).entries;
}

/** A getter that throws gives its failure instead of a value. */
function readEntries(value: object): { entries: [string, unknown][]; isUnreadable: boolean } {
  try {
    return { entries: Object.entries(value), isUnreadable: false };
  } catch {
    const entries = Object.keys(value).map((key): [string, unknown] => {
      try {
        return [key, (value as Record<string, unknown>)[key]];
      } catch {
        return [key, '[unreadable]'];
      }
    });
    return { entries, isUnreadable: true };
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

function visitEntries(
  original: object,
  entries: [string, unknown][],
  walk: Walk,
  depth: number,
  isForeign: boolean,
): unknown {
  const named = namedSecret(entries, walk);
  let changed: [string, unknown][] | null = isForeign ? [] : null;
  for (let index = 0; index < entries.length; index++) {
    const [key, value] = entries[index]!;
    const newKey = key.length > 2 ? walk.text(key) : key;
    const kind = (key === named?.field ? named.kind : null) ?? walk.keys.kindOf(key);
    walk.path.push(key);
    const found = isOwnPath(walk) ? 'own-key' : kind;
    const newValue = found === null ? visit(value, walk, depth) : hideLeaves(value, found, key, walk, depth);
    walk.path.pop();
    if (newKey !== key || newValue !== value) changed ??= entries.slice(0, index);
    changed?.push([newKey, newValue]);
    if (walk.nodesLeft < -1) {
      changed ??= entries.slice(0, index + 1);
      break;
    }
  }
  return changed === null ? original : Object.fromEntries(changed);
}

/** `{name: 'Authorization', value: '…'}`, as request recorders write headers. */
function namedSecret(entries: [string, unknown][], walk: Walk): { field: string; kind: RedactionKind } | null {
  if (entries.length < 2 || entries.length > 8) return null;
  if (!entries.some(([key]) => key === 'value')) return null;
  const name = entries.find(([key]) => key === 'name' || key === 'key')?.[1];
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
  const entries = ownEntries(value);
  const hidden = entries.map(([name, inner]): [string, unknown] => {
    if (isCounted(key) && typeof inner === 'number') return [name, inner];
    return [walk.text(name), takeNode(walk) ?? hideLeaves(inner, kind, key, walk, depth + 1)];
  });
  const hasChanged = hidden.some(([name, inner], index) => name !== entries[index]![0] || inner !== entries[index]![1]);
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
