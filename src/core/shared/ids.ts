import { hash } from 'node:crypto';

/** First `length` hex digits of the SHA-256 of the text (UTF-8). */
export function shortHash(text: string, length = 16): string {
  return hash('sha256', text).slice(0, length);
}

/** JSON with object keys in code-unit order at every depth: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
