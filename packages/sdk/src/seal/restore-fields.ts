import type { Field } from './envelope.ts';

const SLOT = /\[redacted:[a-z][a-z0-9-]{0,31}:(\d{1,5})\]/g;
const DEEPEST = 128;

/** A copy in which the marks of sealed values are the values again. What is a mark as a whole becomes the value as it was, a number a number. */
export function restoreFields(value: unknown, fields: readonly Field[], depth = 0): unknown {
  if (typeof value === 'string') return restoreText(value, fields);
  if (value === null || typeof value !== 'object' || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((inner) => restoreFields(inner, fields, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, restoreFields(inner, fields, depth + 1)]),
  );
}

function restoreText(text: string, fields: readonly Field[]): unknown {
  if (!text.includes('[redacted:')) return text;
  const slots = [...text.matchAll(SLOT)];
  const only = slots[0];
  if (slots.length === 1 && only?.[0] === text) {
    const field = fields[Number(only[1]) - 1];
    return field === undefined ? text : field.value;
  }
  return text.replace(SLOT, (mark, slot: string) => {
    const field = fields[Number(slot) - 1];
    if (field === undefined) return mark;
    return typeof field.value === 'string' ? field.value : JSON.stringify(field.value);
  });
}
