import { asObject, type JsonObject } from './read-value.ts';

/** Levels of nesting that are kept; what lies deeper no person reads, and recursion further on must end. */
const DEEPEST = 32;
const TOO_DEEP = '[cut: too deep]';

/** The JSON of a client: bytes that are no UTF-8 become U+FFFD, `NaN` and `Infinity` null, what is nested too deep is cut. Undefined when it is no JSON. */
export function readJson(bytes: Uint8Array): unknown {
  const value = parse(textOf(bytes));
  return value === null || typeof value !== 'object' ? value : withoutDepth(value, DEEPEST);
}

export function readJsonObject(bytes: Uint8Array): JsonObject | null {
  return asObject(readJson(bytes));
}

export function textOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return /NaN|Infinity/.test(text) ? parseStrict(withoutNumberWords(text)) : undefined;
  }
}

function parseStrict(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Python's and others' JSON writers print numbers that JSON has no word for. Only what stands outside strings is replaced. */
function withoutNumberWords(text: string): string {
  const pieces: string[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('"', at);
    const end = open < 0 ? text.length : open;
    pieces.push(text.slice(at, end).replace(/-?\b(?:NaN|Infinity)\b/g, 'null'));
    if (open < 0) break;
    const close = endOfString(text, open);
    pieces.push(text.slice(open, close));
    at = close;
  }
  return pieces.join('');
}

function endOfString(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 92) at++;
    else if (code === 34) return at + 1;
  }
  return text.length;
}

/** In place: the value was just read and is nobody else's. The parser itself needs no stack. */
function withoutDepth(value: object, levels: number): unknown {
  if (levels === 0) return TOO_DEEP;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const inner: unknown = value[index];
      if (inner !== null && typeof inner === 'object' && withoutDepth(inner, levels - 1) === TOO_DEEP) {
        value[index] = TOO_DEEP;
      }
    }
    return value;
  }
  const object = value as JsonObject;
  for (const key in object) {
    const inner = object[key];
    if (inner !== null && typeof inner === 'object' && withoutDepth(inner, levels - 1) === TOO_DEEP) {
      object[key] = TOO_DEEP;
    }
  }
  return value;
}
