import { markerOf } from '../../../../packages/sdk/src/redact/index.ts';
import type { Event } from '../event.ts';

/** Hides the lines of a private key that was printed one line per record: alone, a line of base64 shows nothing of what it is. */
export interface KeyBlockGuard {
  /** The event itself, or a copy without the key's text. */
  apply(event: Event): Event;
  /** Lines hidden so far. */
  count(): number;
}

/** A 16,384-bit RSA key has about 210 lines. */
const LONGEST_BLOCK = 400;
/** Streams inside a key block at once. */
const STREAMS = 1_000;

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY/;
const KEY_LINE = /^\s*(?:[A-Za-z0-9+/=]{1,200}|(?:Proc-Type|DEK-Info|Comment|Version): .{0,100})\s*$/;

export function createKeyBlockGuard(): KeyBlockGuard {
  const linesLeft = new Map<string, number>();
  let hidden = 0;
  return {
    apply(event) {
      const { body } = event;
      const { stream } = event.source;
      if (body.includes('PRIVATE KEY')) {
        const begin = body.search(BEGIN);
        if (begin >= 0 && body.slice(begin).search(END) < 0) linesLeft.set(stream, LONGEST_BLOCK);
        else linesLeft.delete(stream);
        if (linesLeft.size > STREAMS) linesLeft.delete(linesLeft.keys().next().value!);
        return event;
      }
      const left = linesLeft.size === 0 ? undefined : linesLeft.get(stream);
      if (left === undefined || !body.split('\n').every((line) => KEY_LINE.test(line))) return event;
      if (left > 1) linesLeft.set(stream, left - 1);
      else linesLeft.delete(stream);
      hidden++;
      return hideBody(event);
    },
    count: () => hidden,
  };
}

/** The record as a whole repeats the line: nothing of it may stay. */
function hideBody(event: Event): Event {
  const marker = markerOf('private-key');
  const secret = event.body.trim();
  return {
    ...event,
    body: marker,
    payload: event.payload === null ? null : (withoutText(event.payload, secret, 0) as Event['payload']),
  };
}

const DEPTH = 8;

function withoutText(value: unknown, secret: string, depth: number): unknown {
  if (typeof value === 'string') return value.includes(secret) ? markerOf('private-key') : value;
  if (value === null || typeof value !== 'object' || depth > DEPTH) return value;
  if (Array.isArray(value)) return value.map((inner) => withoutText(inner, secret, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withoutText(inner, secret, depth + 1)]),
  );
}
