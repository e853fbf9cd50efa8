import { Reader } from 'protobufjs/minimal.js';
import { setOwn } from '../text/bounds.ts';
import { type Attributes, addAttribute, emptyAttributes, READ_BOUNDS } from './items.ts';

/**
 * Reading protocol buffers of the OTLP messages, by the field numbers of https://github.com/open-telemetry/opentelemetry-proto. A tag is
 * `number << 3 | wire type`; a field that comes with another wire type than its own is skipped as unknown, as protobuf demands.
 *
 * Every function that reads a message expects `reader.len` at the end of it, and leaves `reader.pos` there: nothing is read past a message.
 */
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

export function varintTag(field: number): number {
  return (field << 3) | WIRE.varint;
}

export function fixed64Tag(field: number): number {
  return (field << 3) | WIRE.fixed64;
}

/** Texts, bytes and messages. */
export function bytesTag(field: number): number {
  return (field << 3) | WIRE.bytes;
}

export function readerOf(body: Buffer): Reader {
  return Reader.create(body);
}

/** Skips a field that nobody here knows. Throws on what is no field, and on groups that nest deeper than the library allows. */
export function skipField(reader: Reader, tag: number): void {
  reader.skipType(tag & 7, 0, tag >>> 3);
}

/** The end of the message of which the length comes next. Throws when it lies behind the message around it. */
export function messageEnd(reader: Reader): number {
  const length = reader.size();
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError('a length reaches past the end');
  return end;
}

/** Reads the message that comes next with `read`, which sees nothing behind it. */
export function readMessage<T>(reader: Reader, read: (reader: Reader) => T): T {
  const end = messageEnd(reader);
  const outer = reader.len;
  reader.len = end;
  const value = read(reader);
  reader.pos = end;
  reader.len = outer;
  return value;
}

const LONGEST_KNOWN = 64;

/** A text; bytes that are not UTF-8 become U+FFFD. */
export function readText(reader: Reader): string {
  const end = messageEnd(reader);
  const start = reader.pos;
  reader.pos = end;
  return textAt(reader.buf as Buffer, start, end);
}

function textAt(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('utf8', start, end);
}

/** Names repeat from record to record: each is decoded once while it is remembered, and found by its bytes. */
const SLOTS = 1024;
const nameOfSlot: string[] = Array.from({ length: SLOTS }, () => '');

function readName(reader: Reader): string {
  const end = messageEnd(reader);
  const start = reader.pos;
  const bytes = reader.buf as Buffer;
  reader.pos = end;
  if (end - start > LONGEST_KNOWN) return textAt(bytes, start, end);
  let slot = end - start;
  for (let at = start; at < end; at++) slot = (slot * 31 + bytes[at]!) & 0xffffff;
  slot &= SLOTS - 1;
  const known = nameOfSlot[slot]!;
  if (known.length === end - start && equalsAscii(bytes, start, known)) return known;
  const name = textAt(bytes, start, end);
  nameOfSlot[slot] = name;
  return name;
}

function equalsAscii(bytes: Uint8Array, start: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const byte = bytes[start + index]!;
    if (byte !== text.charCodeAt(index) || byte > 127) return false;
  }
  return true;
}

/** An id of that many bytes as lower-case hex; null for another length, and for zeros, which stand for "none". */
export function readId(reader: Reader, length: number): string | null {
  const end = messageEnd(reader);
  const start = reader.pos;
  reader.pos = end;
  if (end - start !== length) return null;
  const bytes = reader.buf as Buffer;
  let sum = 0;
  for (let at = start; at < end; at++) sum |= bytes[at]!;
  return sum === 0 ? null : bytes.toString('hex', start, end);
}

const KEY_VALUE = { key: bytesTag(1), value: bytesTag(2) } as const;

/** One KeyValue into the attributes. */
export function readAttribute(reader: Reader, attributes: Attributes): void {
  const end = messageEnd(reader);
  const outer = reader.len;
  reader.len = end;
  let key = '';
  let value: unknown = null;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === KEY_VALUE.key) key = readName(reader);
    else if (tag === KEY_VALUE.value) value = readAnyValue(reader, attributes, READ_BOUNDS.depth);
    else skipField(reader, tag);
  }
  reader.len = outer;
  addAttribute(attributes, key, value);
}

const ANY_VALUE = {
  string: bytesTag(1),
  bool: varintTag(2),
  int: varintTag(3),
  double: fixed64Tag(4),
  array: bytesTag(5),
  kvlist: bytesTag(6),
  bytes: bytesTag(7),
} as const;

/** The AnyValue that comes next as a plain value; `state` learns of cuts and sizes. */
export function readAnyValue(reader: Reader, state: Attributes, depth: number): unknown {
  const end = messageEnd(reader);
  const outer = reader.len;
  reader.len = end;
  let value: unknown = null;
  while (reader.pos < end) {
    const tag = reader.tag();
    switch (tag) {
      case ANY_VALUE.string:
        value = sized(readText(reader), state);
        break;
      case ANY_VALUE.bool:
        value = reader.bool();
        break;
      case ANY_VALUE.int:
        value = readInteger(reader);
        break;
      case ANY_VALUE.double:
        value = finiteOrText(reader.double());
        break;
      case ANY_VALUE.array:
        value = readList(reader, state, depth);
        break;
      case ANY_VALUE.kvlist:
        value = readObject(reader, state, depth);
        break;
      case ANY_VALUE.bytes:
        value = sized(readBase64(reader), state);
        break;
      default:
        skipField(reader, tag);
    }
  }
  reader.len = outer;
  return value;
}

function sized(text: string, state: Attributes): string {
  state.size += text.length;
  return text;
}

/** Integers beyond what a number holds exactly stay text. */
function readInteger(reader: Reader): number | string {
  const first = reader.buf[reader.pos]!;
  if (first < 128 && reader.pos < reader.len) {
    reader.pos++;
    return first;
  }
  const long = reader.int64();
  if (typeof long === 'number') return long;
  const number = long.high * 2 ** 32 + (long.low >>> 0);
  return Number.isSafeInteger(number) ? number : String((BigInt(long.high) << 32n) | BigInt(long.low >>> 0));
}

function finiteOrText(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function readBase64(reader: Reader): string {
  const end = messageEnd(reader);
  const start = reader.pos;
  reader.pos = end;
  return (reader.buf as Buffer).toString('base64', start, end);
}

const VALUES = bytesTag(1);

/** ArrayValue. Too deep, or too long: the rest is skipped unread. */
function readList(reader: Reader, state: Attributes, depth: number): unknown[] {
  const kept: unknown[] = [];
  const isWhole = readValues(reader, () => {
    if (depth === 0 || kept.length === READ_BOUNDS.members) return false;
    kept.push(readAnyValue(reader, state, depth - 1));
    return true;
  });
  if (!isWhole) state.isCut = true;
  return kept;
}

/** KeyValueList. */
function readObject(reader: Reader, state: Attributes, depth: number): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  let count = 0;
  const isWhole = readValues(reader, () => {
    if (depth === 0 || count++ === READ_BOUNDS.members) return false;
    readMember(reader, object, state, depth);
    return true;
  });
  if (!isWhole) state.isCut = true;
  return object;
}

function readMember(reader: Reader, object: Record<string, unknown>, state: Attributes, depth: number): void {
  readMessage(reader, () => {
    let key = '';
    let value: unknown = null;
    while (reader.pos < reader.len) {
      const tag = reader.tag();
      if (tag === KEY_VALUE.key) key = sized(readName(reader), state);
      else if (tag === KEY_VALUE.value) value = readAnyValue(reader, state, depth - 1);
      else skipField(reader, tag);
    }
    setOwn(object, key, value);
  });
}

/** Whether all of the list that comes next was taken by `take`. */
function readValues(reader: Reader, take: () => boolean): boolean {
  return readMessage(reader, () => {
    while (reader.pos < reader.len) {
      const tag = reader.tag();
      if (tag !== VALUES) skipField(reader, tag);
      else if (!take()) return false;
    }
    return true;
  });
}

/** A Resource: its attributes. */
export function readResource(reader: Reader): Attributes {
  const attributes = emptyAttributes();
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    if (tag === bytesTag(1)) readAttribute(reader, attributes);
    else skipField(reader, tag);
  }
  return attributes;
}

/** An InstrumentationScope: its name. */
export function readScopeName(reader: Reader): string {
  let name = '';
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    if (tag === bytesTag(1)) name = readText(reader);
    else skipField(reader, tag);
  }
  return name;
}
