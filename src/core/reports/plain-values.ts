import { toInstant } from '../shared/index.ts';

const MOST_DEPTH = 64;
const EARLIEST = Date.UTC(1, 0, 1);
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** RFC 3339 of any number: what no calendar holds is moved to its nearest end, not-a-number to 1970. */
export function reportInstant(epochMs: number): string {
  if (Number.isNaN(epochMs)) return toInstant(0);
  return toInstant(Math.min(Math.max(epochMs, EARLIEST), LATEST));
}

/** A count, a line or a status as the report shows it; null for what is none (negative, fractional, unsafe). */
export function wholeNumber(value: number | null | undefined): number | null {
  return value != null && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** At most `limit` UTF-16 units, never half a character; `…` shows that something is missing. */
export function excerpt(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = text.slice(0, Math.max(0, limit - 1));
  const last = end.charCodeAt(end.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? end.slice(0, -1) : end}…`;
}

/** The value as JSON can carry it, at most 64 levels deep: what JSON has no word for becomes text or null. */
export function plainJson(value: unknown, depth = 0): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object') return null;
  if (depth >= MOST_DEPTH) return '…';
  if (value instanceof Date) return reportInstant(value.getTime());
  if (Array.isArray(value)) return value.map((item) => plainJson(item, depth + 1));
  return plainObject(value, depth);
}

/** The same for a record's fields. */
export function plainRecord(record: object | null): Record<string, unknown> | null {
  return record === null ? null : plainObject(record, 0);
}

function plainObject(record: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(record).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, plainJson(inner, depth + 1)]));
}

/** The record as one line of JSON. */
export function payloadText(record: object): string {
  return JSON.stringify(plainObject(record, 0));
}
