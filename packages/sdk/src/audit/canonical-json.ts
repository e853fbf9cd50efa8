/**
 * JSON in one form only (RFC 8785, https://www.rfc-editor.org/rfc/rfc8785): names in the order of their UTF-16 code units, no spaces, numbers and
 * texts as ECMAScript writes them, so that equal values have equal bytes on every machine. Throws a TypeError for what is no JSON: undefined,
 * functions, symbols, BigInt, numbers that are not finite, a lone surrogate, circles and what nests deeper than 64.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

const DEEPEST = 64;

function write(value: unknown, depth: number): string {
  if (depth > DEEPEST) throw new TypeError(`nests deeper than ${DEEPEST}`);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('a number that is not finite');
    return JSON.stringify(value);
  }
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`a ${typeof value} is no JSON`);
  const names = Object.keys(value).sort();
  const of = value as Record<string, unknown>;
  return `{${names.map((name) => `${text(name)}:${write(of[name], depth + 1)}`).join(',')}}`;
}

function text(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('a text that is not Unicode');
  return JSON.stringify(value);
}
