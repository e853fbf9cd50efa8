import type { FieldRules } from './field-rules.ts';
import type { RedactionLimits } from './limits.ts';
import { isMarker, markerOf, type RedactionKind } from './marker.ts';
import { matchesPath } from './own-paths.ts';
import { type Fields, fieldsOfError, fieldsOfMap, plainForm, readFields } from './read-fields.ts';
import { isCounted, isHarmlessValue } from './read-value.ts';
import type { SecretKeys } from './secret-keys.ts';

export interface ValueScan {
  keys: SecretKeys;
  limits: RedactionLimits;
  /** Own paths, each as its segments; `*` is one segment, `**` any number. */
  paths: readonly (readonly string[])[];
  text(value: string): string;
  /** The name as it may be shown, and what it says about its value. */
  name(key: string): SafeName;
  replaced(kind: RedactionKind): string;
  /** What is done with fields besides masking; null: all are masked. */
  rules: FieldRules | null;
  /**
   * Values of a running program, not of parsed JSON: what is no plain data (`toJSON`, instances of classes, getters) is replaced by a
   * plain copy of what was looked at, so that writing it down cannot show anything else.
   */
  isLive: boolean;
}

export interface SafeName {
  text: string;
  kind: RedactionKind | null;
}

interface Walk extends ValueScan {
  /** Set while leaves become pseudonyms instead of marks. */
  pseudonymised?: (kind: RedactionKind, secret: string) => string;
  nodesLeft: number;
  path: string[];
  /** The structures around the value: fewer than a set would pay for. */
  open: object[];
}

/**
 * Redacts a value at any depth. What needs no change is returned itself, never copied; nothing is changed in place. `path`: where the value
 * stands itself, for own paths; it grows and shrinks while the value is walked, so that others can see where the walk is.
 */
export function redactValue(value: unknown, scan: ValueScan, path: string[] = []): unknown {
  return visit(value, { ...scan, nodesLeft: scan.limits.nodes, path, open: [] }, 0);
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
  const { length } = walk.path;
  walk.open.push(value);
  try {
    return visitOpened(value, walk, depth + 1);
  } catch {
    // A proxy, an iterator or a `toJSON` of the application's that throws: what cannot be read is not shown.
    walk.path.length = length;
    return '[unreadable]';
  } finally {
    walk.open.pop();
  }
}

function visitOpened(original: object, walk: Walk, depth: number): unknown {
  const value = walk.isLive ? plainForm(original) : original;
  if (typeof value !== 'object' || value === null) return visit(value, walk, depth);
  if (Array.isArray(value)) return visitArray(value, walk, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return walk.replaced('binary');
  if (value instanceof Map) return visitFields(value, fieldsOfMap(value), walk, depth);
  if (value instanceof Set) return visitArray([...value], walk, depth);
  if (value instanceof Error) return visitFields(value, fieldsOfError(value), walk, depth);
  return visitFields(value, readFields(value, walk.isLive), walk, depth);
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
    const kind = key === named?.field ? named.kind : name.kind;
    const newValue = visitField({ value, key, kind }, walk, depth);
    walk.path.pop();
    if (name.text !== key || newValue !== value) changed ??= firstFields(fields, index);
    if (newValue !== REMOVED) changed?.push([name.text, newValue]);
    if (walk.nodesLeft < -1) {
      changed ??= firstFields(fields, index + 1);
      break;
    }
  }
  return changed === null ? original : Object.fromEntries(changed);
}

const REMOVED = Symbol('removed');

/** `kind`: what its name says of it. */
function visitField(
  { value, key, kind }: { value: unknown; key: string; kind: RedactionKind | null },
  walk: Walk,
  depth: number,
): unknown {
  const ownPath = walk.paths.length === 0 ? -1 : walk.paths.findIndex((pattern) => matchesPath(pattern, walk.path));
  const found = ownPath >= 0 ? 'own-key' : kind;
  if (found === null) return visit(value, walk, depth);
  if (walk.rules === null) return hideLeaves(value, found, key, walk, depth);
  return applyRule({ value, kind: found, key, ownPath, rules: walk.rules }, walk, depth);
}

interface FoundField {
  value: unknown;
  kind: RedactionKind;
  key: string;
  ownPath: number;
  rules: FieldRules;
}

function applyRule({ value, kind, key, ownPath, rules }: FoundField, walk: Walk, depth: number): unknown {
  const action = rules.actionOf(kind, key, ownPath);
  if (action === 'mask' || saysNothing(value, kind, key)) return hideLeaves(value, kind, key, walk, depth);
  if (action === 'keep') return visit(value, walk, depth);
  if (action === 'remove') {
    walk.replaced(kind);
    return REMOVED;
  }
  if (action === 'encrypt') return rules.seal(kind, plainValue(value, walk.limits)) ?? walk.replaced(kind);
  const hidden = { ...walk, pseudonymised: rules.pseudonymised };
  const result = hideLeaves(value, kind, key, hidden, depth);
  walk.nodesLeft = hidden.nodesLeft;
  return result;
}

/** Nothing, a boolean, a word of an error message: no rule has anything to do. */
function saysNothing(value: unknown, kind: RedactionKind, key: string): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (kind === 'own-key') return false;
  if (typeof value === 'boolean') return true;
  if (typeof value === 'string') return isMarker(value) || isHarmlessText(value, kind, key);
  return typeof value === 'number' && isHarmlessValue(String(value), { kind, key });
}

/** The value as JSON can hold it, with nothing taken out; for the sealer. */
function plainValue(value: unknown, limits: RedactionLimits): unknown {
  return redactValue(value, {
    keys: { kindOf: () => null, shortest: 1 },
    limits,
    paths: [],
    text: (text) => text,
    name: (text) => ({ text, kind: null }),
    replaced: markerOf,
    rules: null,
    isLive: true,
  });
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
    return kind !== 'own-key' && isHarmlessValue(String(value), { kind, key })
      ? value
      : hideLeaf(String(value), kind, walk);
  }
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (depth >= walk.limits.depth) return walk.replaced('too-deep');
  if (Array.isArray(value))
    return same(
      value,
      value.map((inner) => takeNode(walk) ?? hideLeaves(inner, kind, key, walk, depth + 1)),
    );
  if (!isPlainObject(value)) return walk.replaced(kind);
  const { keys, values } = readFields(value, walk.isLive);
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
  if (kind !== 'own-key' && isHarmlessText(value, kind, key)) return value;
  return hideLeaf(value, kind, walk);
}

function hideLeaf(value: string, kind: RedactionKind, walk: Walk): string {
  return walk.pseudonymised === undefined ? walk.replaced(kind) : walk.pseudonymised(kind, value);
}

function isHarmlessText(value: string, kind: RedactionKind, key: string): boolean {
  return !/[\p{L}\p{N}]/u.test(value) || isHarmlessValue(value, { kind, key });
}
