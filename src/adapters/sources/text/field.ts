export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The field by its dotted name, written flat (`"log.level"`) or nested (`{"log":{"level"}}`); undefined when absent or null. */
export function field(record: JsonObject, name: string): unknown {
  if (Object.hasOwn(record, name)) return record[name] ?? undefined;
  const dot = name.indexOf('.');
  if (dot < 0) return undefined;
  const outer = name.slice(0, dot);
  const inner = Object.hasOwn(record, outer) ? record[outer] : undefined;
  return isObject(inner) ? field(inner, name.slice(dot + 1)) : undefined;
}

/** The first of the names that holds a text that is not blank; numbers count as text where `numbers` says so. */
export function firstText(record: JsonObject, names: readonly string[], numbers = false): string | null {
  for (const name of names) {
    const value = field(record, name);
    if (typeof value === 'string' && value.trim() !== '') return value;
    if (numbers && typeof value === 'number') return String(value);
  }
  return null;
}

/** The first of the names that is present at all. */
export function firstPresent(record: JsonObject, names: readonly string[]): { name: string; value: unknown } | null {
  for (const name of names) {
    const value = field(record, name);
    if (value !== undefined && value !== '') return { name, value };
  }
  return null;
}

/** A number, or the digits of one. */
export function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' && value.length < 24 && /^-?\d{1,17}(?:\.\d{1,9})?$/.test(value)
    ? Number(value)
    : null;
}
