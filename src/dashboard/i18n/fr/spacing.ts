/**
 * French puts a space before `: ; ? ! »` and after `«`. There a line must not end: each is made one that does not break, at any depth, also in what
 * the functions of the catalogue return.
 */
export function keepTogether<T>(value: T): T {
  if (typeof value === 'string') return value.replace(/ (?=[:;?!»])|(?<=«) /g, '\u00a0') as T;
  if (typeof value === 'function')
    return ((...given: unknown[]) => keepTogether((value as (...given: unknown[]) => unknown)(...given))) as T;
  if (Array.isArray(value)) return value.map(keepTogether) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, keepTogether(inner)])) as T;
}
