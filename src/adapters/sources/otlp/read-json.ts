import { setOwn } from '../text/bounds.ts';
import { isObject, type JsonObject } from '../text/field.ts';
import { type Attributes, addAttribute, emptyAttributes, READ_BOUNDS } from './items.ts';

/** A text of the JSON encoding (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding); empty for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const HEX = /^[0-9a-fA-F]+$/;

/** An id of that many hex digits in lower case; null for anything else, and for zeros, which stand for "none". */
export function idOfJson(value: unknown, digits: number): string | null {
  if (typeof value !== 'string' || value.length !== digits || !HEX.test(value) || /^0+$/.test(value)) return null;
  return value.toLowerCase();
}

/** An enum's number; exporters that write its name (`SPAN_KIND_SERVER`) are understood by their list. 0 for anything else. */
export function enumOfJson(value: unknown, names: Readonly<Record<string, number>>): number {
  if (typeof value === 'number') return Number.isInteger(value) ? value : 0;
  return typeof value === 'string' && Object.hasOwn(names, value) ? (names[value] ?? 0) : 0;
}

/** A list of KeyValue. What is not one is left out and told as cut. */
export function attributesOfJson(list: unknown): Attributes {
  const attributes = emptyAttributes();
  if (!Array.isArray(list)) {
    attributes.isCut = list !== undefined && list !== null;
    return attributes;
  }
  for (let index = 0; index < list.length; index++) {
    if (index === READ_BOUNDS.members * 2) {
      attributes.isCut = true;
      break;
    }
    const pair: unknown = list[index];
    if (isObject(pair) && typeof pair.key === 'string')
      addAttribute(attributes, pair.key, valueOfJson(pair.value, attributes, READ_BOUNDS.depth));
    else attributes.isCut = true;
  }
  return attributes;
}

/** An AnyValue as a plain value; `state` learns of cuts and sizes. Integers beyond what a number holds stay text, so do NaN and infinities. */
export function valueOfJson(value: unknown, state: Attributes, depth: number): unknown {
  if (!isObject(value)) return null;
  if (value.stringValue !== undefined) return sized(textOf(value.stringValue), state);
  if (value.intValue !== undefined) return integerOf(value.intValue);
  if (value.boolValue !== undefined) return value.boolValue === true;
  if (value.doubleValue !== undefined) return doubleOf(value.doubleValue);
  if (value.arrayValue !== undefined) return listOf(value.arrayValue, state, depth);
  if (value.kvlistValue !== undefined) return objectOf(value.kvlistValue, state, depth);
  if (value.bytesValue !== undefined) return sized(textOf(value.bytesValue), state);
  return null;
}

function sized(text: string, state: Attributes): string {
  state.size += text.length;
  return text;
}

function integerOf(value: unknown): number | string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) return null;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function doubleOf(value: unknown): number | string | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return null;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return value;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : null;
}

function listOf(value: unknown, state: Attributes, depth: number): unknown[] {
  const values: unknown = isObject(value) ? value.values : null;
  if (!Array.isArray(values)) return [];
  if (depth === 0) return cutAt(state, []);
  const kept: unknown[] = [];
  for (const item of values) {
    if (kept.length === READ_BOUNDS.members) return cutAt(state, kept);
    kept.push(valueOfJson(item, state, depth - 1));
  }
  return kept;
}

function objectOf(value: unknown, state: Attributes, depth: number): JsonObject {
  const pairs: unknown = isObject(value) ? value.values : null;
  if (!Array.isArray(pairs)) return {};
  if (depth === 0) return cutAt(state, {});
  const object: JsonObject = {};
  let count = 0;
  for (const pair of pairs) {
    if (count++ === READ_BOUNDS.members) return cutAt(state, object);
    if (!isObject(pair) || typeof pair.key !== 'string') continue;
    setOwn(object, sized(pair.key, state), valueOfJson(pair.value, state, depth - 1));
  }
  return object;
}

function cutAt<T>(state: Attributes, kept: T): T {
  state.isCut = true;
  return kept;
}
