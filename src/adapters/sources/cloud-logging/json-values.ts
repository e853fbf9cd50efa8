/** Reading values of unknown shape out of parsed JSON: what is not there, or of another type, is null. */
export type JsonObject = Record<string, unknown>;

export function asObject(value: unknown): JsonObject | null {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** A text that holds more than space, as it stands. */
export function asText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** A finite number, also one in quotes as protocol buffers print 64-bit numbers. */
export function asNumber(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d{1,20}(\.\d{1,20})?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** A text, or a number as text: identifiers come as both. */
export function asIdentifier(value: unknown): string | null {
  return typeof value === 'number' ? String(value) : asText(value);
}

const PARTS = new Map<string, readonly string[]>();

/** The parts of a dotted name; only names written in the code come here, so the map stays small. */
function partsOf(name: string): readonly string[] {
  const known = PARTS.get(name);
  if (known) return known;
  const parts = name.split('.');
  PARTS.set(name, parts);
  return parts;
}

/** The value under `name`; a dotted name is looked up as one key first, then level by level. */
export function valueAt(object: JsonObject | null, name: string): unknown {
  if (!object) return undefined;
  if (Object.hasOwn(object, name)) return object[name];
  const parts = partsOf(name);
  if (parts.length === 1) return undefined;
  let value: unknown = object;
  for (const part of parts) {
    const inner = asObject(value);
    if (!inner || !Object.hasOwn(inner, part)) return undefined;
    value = inner[part];
  }
  return value;
}

/** What `read` makes of the first of the names that gives anything. */
export function firstOf<T>(
  object: JsonObject | null,
  names: readonly string[],
  read: (value: unknown) => T | null,
): T | null {
  for (const name of names) {
    const value = read(valueAt(object, name));
    if (value !== null) return value;
  }
  return null;
}
