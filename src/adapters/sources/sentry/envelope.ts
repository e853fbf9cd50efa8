import { asCount, asObject, type JsonObject } from './read-value.ts';

/** An envelope taken apart; payloads are views of its bytes. https://develop.sentry.dev/sdk/foundations/envelopes/ */
export interface Envelope {
  header: JsonObject;
  items: EnvelopeItem[];
  /** Items past the bound on their number, by type: their headers were read, their payloads passed over. */
  passedOver: Map<string, number>;
}

export interface EnvelopeItem {
  type: string;
  header: JsonObject;
  payload: Uint8Array;
}

/** The bytes are no envelope; the message says where, in words of our own. */
export class MalformedEnvelope extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MalformedEnvelope';
  }
}

/** 8 KiB: what an SDK writes into a header is below 1 KiB. */
export const LONGEST_HEADER = 8_192;
const LF = 10;
/** Distinct types remembered of items passed over. */
const REMEMBERED_TYPES = 50;

/**
 * Strict: a payload shorter than its `length`, a byte other than LF behind it, a header that is longer than 8 KiB or no JSON object on one line
 * throw `MalformedEnvelope`. LF is byte 10 alone. Blank lines are taken at the end only.
 */
export function parseEnvelope(bytes: Uint8Array, maxItems: number): Envelope {
  const first = readHeaderLine(bytes, 0, 'envelope header');
  const envelope: Envelope = { header: first.header, items: [], passedOver: new Map() };
  let at = first.next;
  while (at < bytes.length && !isBlankFrom(bytes, at)) {
    const { header, next } = readHeaderLine(bytes, at, 'item header');
    const end = endOfPayload(bytes, header, next);
    takeItem(
      envelope,
      { type: typeof header.type === 'string' ? header.type : '', header, next, end },
      bytes,
      maxItems,
    );
    at = end + 1;
  }
  return envelope;
}

interface Extent {
  type: string;
  header: JsonObject;
  next: number;
  end: number;
}

function takeItem(
  { items, passedOver }: Envelope,
  { type, header, next, end }: Extent,
  bytes: Uint8Array,
  maxItems: number,
): void {
  if (items.length < maxItems) {
    items.push({ type, header, payload: bytes.subarray(Math.min(next, bytes.length), end) });
    return;
  }
  const key = passedOver.has(type) || passedOver.size < REMEMBERED_TYPES ? type : '';
  passedOver.set(key, (passedOver.get(key) ?? 0) + 1);
}

/** Of the first line, with the position behind its LF (behind the last byte when it has none). */
function readHeaderLine(bytes: Uint8Array, from: number, what: string): { header: JsonObject; next: number } {
  const line = lineAt(bytes, from);
  if (line === null) throw new MalformedEnvelope(`${what} is longer than ${LONGEST_HEADER} bytes`);
  const header = parseHeader(line);
  if (header === null) throw new MalformedEnvelope(`${what} is not a JSON object on one line`);
  return { header, next: from + line.length + 1 };
}

/** The line that begins at `from`, without its LF; null when it is longer than a header may be. */
export function lineAt(bytes: Uint8Array, from: number): Uint8Array | null {
  const window = bytes.subarray(from, from + LONGEST_HEADER + 1);
  const length = window.indexOf(LF);
  if (length >= 0) return window.subarray(0, length);
  return window.length > LONGEST_HEADER ? null : window;
}

export function parseHeader(line: Uint8Array): JsonObject | null {
  try {
    return asObject(JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8')));
  } catch {
    return null;
  }
}

function endOfPayload(bytes: Uint8Array, header: JsonObject, from: number): number {
  if (header.length === undefined || header.length === null) {
    const end = bytes.indexOf(LF, from);
    return end < 0 ? bytes.length : end;
  }
  const length = typeof header.length === 'number' ? asCount(header.length) : null;
  if (length === null) throw new MalformedEnvelope('item length is not a whole number');
  const end = from + length;
  // An item of no bytes may end with its header's line.
  if (end > bytes.length && !(length === 0 && end === bytes.length + 1)) {
    throw new MalformedEnvelope('item payload is shorter than its length');
  }
  if (end < bytes.length && bytes[end] !== LF) throw new MalformedEnvelope('item payload is longer than its length');
  return end;
}

/** Stops at the first byte that is none, so all calls together read each blank once. */
function isBlankFrom(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < bytes.length; at++) if (bytes[at] !== LF) return false;
  return true;
}
