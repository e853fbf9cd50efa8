/** Bounds of what one record may carry (PROTOCOLS: common to all sources). Bytes are UTF-8. */
export const DEFAULT_TEXT_BOUNDS = {
  /** Bytes of the message and of a stack text: a longest real trace is far shorter. */
  bodyBytes: 256 * 1024,
  /** Bytes of one attribute's text. */
  valueBytes: 8 * 1024,
  /** Names of one object, items of one list. */
  attributes: 128,
  /** Levels of nested objects and lists. */
  depth: 8,
  /** Levels of a JSON object kept whole as payload. */
  payloadDepth: 32,
} as const;

/** The text cut to that many UTF-8 bytes at a character's border. */
export function cutText(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || (text.length <= bytes && Buffer.byteLength(text) <= bytes)) return text;
  let end = Math.min(text.length, bytes);
  const sample = Buffer.from(text.slice(0, end));
  if (sample.length > bytes) {
    let cut = bytes;
    while (cut > 0 && ((sample[cut] ?? 0) & 0xc0) === 0x80) cut--;
    return sample.toString('utf8', 0, cut);
  }
  const last = text.charCodeAt(end - 1);
  if (last >= 0xd800 && last <= 0xdbff) end--;
  return text.slice(0, end);
}

export interface Bounded {
  value: unknown;
  /** Something was cut. */
  truncated: boolean;
}

/** A copy of a JSON value within the bounds for attributes. */
export function boundValue(value: unknown): Bounded {
  const state = { truncated: false };
  return { value: copy(value, DEFAULT_TEXT_BOUNDS.depth, state), truncated: state.truncated };
}

function copy(value: unknown, depth: number, state: { truncated: boolean }): unknown {
  if (typeof value === 'string') {
    const kept = cutText(value, DEFAULT_TEXT_BOUNDS.valueBytes);
    if (kept.length < value.length) state.truncated = true;
    return kept;
  }
  if (value === null || typeof value !== 'object') return value;
  if (depth === 0) {
    state.truncated = true;
    return Array.isArray(value) ? [] : {};
  }
  if (Array.isArray(value)) {
    if (value.length > DEFAULT_TEXT_BOUNDS.attributes) state.truncated = true;
    return value.slice(0, DEFAULT_TEXT_BOUNDS.attributes).map((item) => copy(item, depth - 1, state));
  }
  const names = Object.keys(value);
  if (names.length > DEFAULT_TEXT_BOUNDS.attributes) state.truncated = true;
  const kept: Record<string, unknown> = {};
  for (const name of names.slice(0, DEFAULT_TEXT_BOUNDS.attributes)) {
    setOwn(kept, cutText(name, 256), copy((value as Record<string, unknown>)[name], depth - 1, state));
  }
  return kept;
}

/** Sets a name that came from outside: `__proto__` becomes an ordinary field. */
export function setOwn(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else target[name] = value;
}

/** Whether a parsed JSON value nests deeper than that: such a one must not reach code that recurses. */
export function isDeeperThan(value: unknown, depth: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (depth === 0) return true;
  for (const inner of Object.values(value)) {
    if (inner !== null && typeof inner === 'object' && isDeeperThan(inner, depth - 1)) return true;
  }
  return false;
}
