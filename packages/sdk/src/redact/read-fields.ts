/** Names and values side by side: half the price of pairs. */
export interface Fields {
  keys: string[];
  values: unknown[];
  /** The value itself cannot stand for them: it is no plain object, or a part of it cannot be read, or not twice the same. */
  isForeign: boolean;
}

const UNREADABLE = '[unreadable]';

/** What writing the value as JSON would show: the answer of its `toJSON`, the text inside a boxed one. Errors and bytes stand for themselves. */
export function plainForm(value: object): unknown {
  if (value instanceof Error || ArrayBuffer.isView(value)) return value;
  if (value instanceof String || value instanceof Number || value instanceof Boolean) return value.valueOf();
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON !== 'function') return value;
  return toJSON.call(value, '') as unknown;
}

export function fieldsOfMap(map: ReadonlyMap<unknown, unknown>): Fields {
  return { keys: [...map.keys()].map(keyText), values: [...map.values()], isForeign: true };
}

function keyText(key: unknown): string {
  return typeof key === 'string' ? key : typeof key === 'object' ? '[object]' : String(key);
}

export function fieldsOfError(error: Error): Fields {
  const own = readFields(error, false);
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
export function readFields(value: object, isLive: boolean): Fields {
  const keys = Object.keys(value);
  try {
    const values = Object.values(value);
    return { keys, values, isForeign: isLive && !isPlainData(value, keys) };
  } catch {
    const values = keys.map((key) => {
      try {
        return (value as Record<string, unknown>)[key];
      } catch {
        return UNREADABLE;
      }
    });
    return { keys, values, isForeign: true };
  }
}

/** Reading it again gives the same: no class, no getter. */
function isPlainData(value: object, keys: readonly string[]): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const key of keys) if (Object.getOwnPropertyDescriptor(value, key)?.get !== undefined) return false;
  return true;
}
