/** Deeper than any stats that somebody reads; what is below is left out, as `…`. */
const DEEPEST = 64;

/** Every text in a JSON value; the names of members stay. */
export function redactTexts(value: unknown, redact: (text: string) => string, depth = 0): unknown {
  if (typeof value === 'string') return redact(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= DEEPEST) return '…';
  if (Array.isArray(value)) return value.map((item) => redactTexts(item, redact, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, redactTexts(inner, redact, depth + 1)]),
  );
}
