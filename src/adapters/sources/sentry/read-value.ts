import { parseInstant } from '../cloud-logging/instant.ts';

/** Reading values of unknown shape out of a client's JSON: what is not there, or of another type, is null. Nothing here throws. */
export type JsonObject = Record<string, unknown>;

export function asObject(value: unknown): JsonObject | null {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** `{values: […]}`, a list, or one object: Sentry's protocol takes all three. */
export function asList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  const object = asObject(value);
  if (!object) return [];
  return Array.isArray(object.values) ? object.values : Object.hasOwn(object, 'values') ? [] : [object];
}

/** A text that holds more than space, as it stands. */
export function asText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

const CONTROL = /[\x00-\x1f\x7f-\x9f]/;
const CONTROLS = /[\x00-\x1f\x7f-\x9f]+/g;

/** Longest name of anything: a service, a type, a function, a path. */
const LONGEST_NAME = 1_024;

/** A name on one line: a text or a number, without control characters, cut at the bound. */
export function asName(value: unknown, length = LONGEST_NAME): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || value === '') return null;
  const cut = value.length > length ? value.slice(0, length) : value;
  const plain = (CONTROL.test(cut) ? cut.replace(CONTROLS, ' ') : cut).trim();
  return plain === '' ? null : plain;
}

/** A text, or whatever else stands there as JSON: messages come as anything. */
export function asMessage(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') return jsonText(value);
  return asText(typeof value === 'string' ? value : String(value));
}

const LONGEST_JSON = 8_192;

/** JSON of a value, at most 8 KiB; null when it says nothing. */
export function jsonText(value: unknown): string | null {
  const text = JSON.stringify(value)?.slice(0, LONGEST_JSON);
  return text === undefined || text === '{}' || text === '[]' || text === 'null' ? null : text;
}

/** A finite number, also one in quotes. */
export function asNumber(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d{1,20}(?:\.\d{1,20})?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** A whole number from 0 up, at most `most`. */
export function asCount(value: unknown, most = Number.MAX_SAFE_INTEGER): number | null {
  const number = asNumber(value);
  return number !== null && Number.isInteger(number) && number >= 0 ? Math.min(number, most) : null;
}

const LAST_INSTANT = 8.64e15;

/** Epoch ms of an instant: RFC 3339 (without a zone: UTC), or an epoch number whose size tells its unit; fractions stay. */
export function asInstant(value: unknown): number | null {
  const number = asNumber(value);
  if (number !== null) {
    const time = msOfEpoch(number);
    return time > 0 && time < LAST_INSTANT ? Math.round(time * 1_000) / 1_000 : null;
  }
  if (typeof value !== 'string' || value.length > 64) return null;
  return parseInstant(value) ?? parseInstant(`${value}Z`);
}

/** 32 hex digits in lower case, dashes taken out; null for anything else, and for all zeros. */
export function asEventId(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 64) return null;
  const id = value.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(id) && !/^0+$/.test(id) ? id : null;
}

/** 16 or 32 hex digits in lower case; all zeros is none. */
export function asHexId(value: unknown, digits: 16 | 32): string | null {
  if (typeof value !== 'string' || value.length > 64) return null;
  const id = value.replaceAll('-', '').toLowerCase();
  return id.length === digits && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id) ? id : null;
}

/** Pairs of a map, of a list of pairs, or of a list of `{key, value}`; keys are names. At most `most`. */
export function asPairs(value: unknown, most: number): [string, unknown][] {
  if (Array.isArray(value)) return pairsOfList(value, most);
  const pairs: [string, unknown][] = [];
  const object = asObject(value);
  for (const key in object) {
    if (pairs.length >= most) break;
    if (Object.hasOwn(object, key)) addPair(pairs, key, object[key]);
  }
  return pairs;
}

function pairsOfList(list: readonly unknown[], most: number): [string, unknown][] {
  const pairs: [string, unknown][] = [];
  for (const entry of list) {
    if (pairs.length >= most) break;
    const object = asObject(entry);
    if (Array.isArray(entry)) addPair(pairs, entry[0], entry[1]);
    else if (object) addPair(pairs, object.key, object.value);
  }
  return pairs;
}

function addPair(pairs: [string, unknown][], key: unknown, value: unknown): void {
  const name = asName(key, 256);
  if (name !== null && value !== null && value !== undefined) pairs.push([name, value]);
}

/** Seconds, milliseconds, microseconds or nanoseconds: for centuries to come their sizes tell them apart. */
function msOfEpoch(instant: number): number {
  if (instant < 1e11) return instant * 1_000;
  if (instant < 1e14) return instant;
  return instant < 1e17 ? instant / 1_000 : instant / 1e6;
}
