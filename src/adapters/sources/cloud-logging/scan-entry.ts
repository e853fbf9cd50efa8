import {
  HTTP_REQUEST,
  INSERT_ID,
  JSON_PAYLOAD,
  LOG_NAME,
  memberOf,
  PLAIN,
  SEVERITY,
  TEXT_PAYLOAD,
  TIMESTAMP,
} from './entry-members.ts';
import {
  BACKSLASH,
  CLOSE_BRACE,
  COMMA,
  equalsAt,
  isDigit,
  OPEN_BRACE,
  QUOTE,
  skipColon,
  skipSpace,
  skipString,
  skipValue,
} from './json-bytes.ts';
import { examinePayload, type PayloadLimits } from './quiet-payload.ts';
import { examineText, IN_DOUBT, TRACE_LINE } from './quiet-text.ts';

export const WHOLE = 1;
export const INCOMPLETE = 0;
export const BROKEN = -1;

/** A piece of the bytes; `from` is -1 when the entry has none. */
export interface Span {
  from: number;
  to: number;
}

const key = (name: string): Uint8Array => Buffer.from(name);
const STATUS = key('status');
const LATENCY = key('latency');
const REQUEST_URL = key('requestUrl');
const REQUEST_METHOD = key('requestMethod');
const QUIET_SEVERITIES = ['INFO', 'DEFAULT', 'DEBUG', 'NOTICE'].map(key);
const SYSTEM_LOG = key('system');

/**
 * Reads one LogEntry on its bytes: where it ends, whether it is JSON, what identifies it, and whether a report can need anything of it.
 * One instance is used for all entries; its fields hold what the last `scan` found. Nothing is allocated.
 */
export class EntryScanner {
  /** Index after the closing brace; set when the entry is whole. */
  end = 0;
  /** Where it stopped being JSON; set when it is broken. */
  failedAt = 0;
  readonly timestamp: Span = { from: -1, to: -1 };
  readonly insertId: Span = { from: -1, to: -1 };
  readonly logName: Span = { from: -1, to: -1 };
  readonly severity: Span = { from: -1, to: -1 };
  readonly method: Span = { from: -1, to: -1 };
  readonly url: Span = { from: -1, to: -1 };
  readonly text: Span = { from: -1, to: -1 };
  /** HTTP status of `httpRequest`; 0 without one. */
  status = 0;
  /** It must be parsed: something may matter, or is not what this scanner knows. */
  isInDoubt = false;
  /** It surely matters: severity from WARNING on, status from 400 on, a slow request. */
  isInteresting = false;
  /** Its text may be one line of a trace that is spread over entries. */
  isTraceLine = false;

  #seen = 0;
  readonly #limits: PayloadLimits;

  constructor(limits: PayloadLimits) {
    this.#limits = limits;
  }

  /** `bytes[start]` is `{`; `bytes[limit]`, behind the last byte, must be 0. */
  scan(bytes: Uint8Array, start: number, limit: number): typeof WHOLE | typeof INCOMPLETE | typeof BROKEN {
    this.#reset();
    const end = this.#object(bytes, start);
    if (end >= 0) {
      this.end = end;
      if (this.timestamp.from < 0 || (this.#seen & PAYLOAD_SEEN) === 0) this.isInDoubt = true;
      if (this.isInteresting || this.isTraceLine) this.isInDoubt = true;
      return WHOLE;
    }
    this.failedAt = ~end;
    return this.failedAt >= limit ? INCOMPLETE : BROKEN;
  }

  #reset(): void {
    this.timestamp.from = this.insertId.from = this.logName.from = this.severity.from = -1;
    this.method.from = this.url.from = this.text.from = -1;
    this.status = 0;
    this.isInDoubt = this.isInteresting = this.isTraceLine = false;
    this.#seen = 0;
  }

  #object(bytes: Uint8Array, start: number): number {
    let at = skipSpace(bytes, start + 1);
    if (bytes[at] === CLOSE_BRACE) {
      this.isInDoubt = true;
      return at + 1;
    }
    for (;;) {
      if (bytes[at] !== QUOTE) return ~at;
      const keyFrom = at + 1;
      const keyEnd = skipString(bytes, keyFrom);
      if (keyEnd < 0) return keyEnd;
      at = skipColon(bytes, keyEnd);
      if (at < 0) return at;
      at = this.#member(bytes, keyFrom, keyEnd - 1, at);
      if (at < 0) return at;
      at = skipSpace(bytes, at);
      if (bytes[at] === CLOSE_BRACE) return at + 1;
      if (bytes[at] !== COMMA) return ~at;
      at = skipSpace(bytes, at + 1);
    }
  }

  #member(bytes: Uint8Array, keyFrom: number, keyTo: number, at: number): number {
    switch (memberOf(bytes, keyFrom, keyTo)) {
      case PLAIN:
        return skipValue(bytes, at);
      case LOG_NAME:
        return this.#logName(bytes, at);
      case SEVERITY:
        return this.#severity(bytes, at);
      case INSERT_ID:
        return this.#string(bytes, at, this.insertId, 2);
      case TIMESTAMP:
        return this.#string(bytes, at, this.timestamp, 4);
      case HTTP_REQUEST:
        return this.#request(bytes, at);
      case TEXT_PAYLOAD:
        return this.#text(bytes, at);
      case JSON_PAYLOAD:
        return this.#payload(bytes, at);
      default:
        this.isInDoubt = true;
        return skipValue(bytes, at);
    }
  }

  /** Notes that a member was met; JSON.parse keeps the last of equal keys, so a second one leaves the entry in doubt. */
  #meet(bit: number): void {
    if (this.#seen & bit) this.isInDoubt = true;
    this.#seen |= bit;
  }

  #string(bytes: Uint8Array, at: number, into: Span, bit: number): number {
    this.#meet(bit);
    if (bytes[at] !== QUOTE) {
      this.isInDoubt = true;
      return skipValue(bytes, at);
    }
    const end = skipString(bytes, at + 1);
    if (end < 0) return end;
    into.from = at + 1;
    into.to = end - 1;
    return end;
  }

  #logName(bytes: Uint8Array, at: number): number {
    const end = this.#string(bytes, at, this.logName, 1);
    // The platform's own log: starts, exits, probes, memory.
    if (end > 0 && equalsAt(bytes, end - 1 - SYSTEM_LOG.length, SYSTEM_LOG)) this.isInDoubt = true;
    return end;
  }

  #severity(bytes: Uint8Array, at: number): number {
    const end = this.#string(bytes, at, this.severity, 8);
    if (end < 0 || this.severity.from < 0) return end;
    const { from, to } = this.severity;
    for (const quiet of QUIET_SEVERITIES) if (to - from === quiet.length && equalsAt(bytes, from, quiet)) return end;
    this.isInteresting = true;
    return end;
  }

  #text(bytes: Uint8Array, at: number): number {
    const end = this.#string(bytes, at, this.text, 16);
    if (end < 0 || this.text.from < 0) return end;
    const found = examineText(bytes, this.text.from, this.text.to, this.#limits, true);
    if (found & IN_DOUBT) this.isInDoubt = true;
    if (found & TRACE_LINE) this.isTraceLine = true;
    return end;
  }

  #payload(bytes: Uint8Array, at: number): number {
    this.#meet(32);
    const end = skipValue(bytes, at);
    if (end < 0) return end;
    if (bytes[at] !== OPEN_BRACE) this.isInDoubt = true;
    const found = examinePayload(bytes, at, this.#limits);
    if (found & IN_DOUBT) this.isInDoubt = true;
    if (found & TRACE_LINE) this.isTraceLine = true;
    return end;
  }

  #request(bytes: Uint8Array, start: number): number {
    this.#meet(64);
    if (bytes[start] !== OPEN_BRACE) {
      this.isInDoubt = true;
      return skipValue(bytes, start);
    }
    let at = skipSpace(bytes, start + 1);
    if (bytes[at] === CLOSE_BRACE) return at + 1;
    for (;;) {
      if (bytes[at] !== QUOTE) return ~at;
      const keyFrom = at + 1;
      const keyEnd = skipString(bytes, keyFrom);
      if (keyEnd < 0) return keyEnd;
      at = skipColon(bytes, keyEnd);
      if (at < 0) return at;
      const end = skipValue(bytes, at, 1);
      if (end < 0) return end;
      this.#requestMember(bytes, keyFrom, keyEnd - 1, at, end);
      at = skipSpace(bytes, end);
      if (bytes[at] === CLOSE_BRACE) return at + 1;
      if (bytes[at] !== COMMA) return ~at;
      at = skipSpace(bytes, at + 1);
    }
  }

  #requestMember(bytes: Uint8Array, keyFrom: number, keyTo: number, at: number, end: number): void {
    const length = keyTo - keyFrom;
    if (bytes[keyFrom] === BACKSLASH) this.isInDoubt = true;
    else if (length === 6 && equalsAt(bytes, keyFrom, STATUS)) this.#status(bytes, at);
    else if (length === 7 && equalsAt(bytes, keyFrom, LATENCY)) {
      this.#meet(256);
      if (!isQuickLatency(bytes, at, this.#limits.slowRequestMs)) this.isInteresting = true;
    } else if (length === 10 && equalsAt(bytes, keyFrom, REQUEST_URL)) this.#take(bytes, at, end, this.url, 512);
    else if (length === 13 && equalsAt(bytes, keyFrom, REQUEST_METHOD)) this.#take(bytes, at, end, this.method, 1024);
  }

  #take(bytes: Uint8Array, at: number, end: number, into: Span, bit: number): void {
    this.#meet(bit);
    if (bytes[at] !== QUOTE) {
      this.isInDoubt = true;
      return;
    }
    into.from = at + 1;
    into.to = end - 1;
  }

  /** A number, or a number in quotes as protocol buffers print 64-bit ones. */
  #status(bytes: Uint8Array, from: number): void {
    this.#meet(128);
    let at = bytes[from] === QUOTE ? from + 1 : from;
    let status = 0;
    for (; isDigit(bytes[at]!) && status < 1_000; at++) status = status * 10 + (bytes[at]! - 0x30);
    this.status = status;
    const isEnd = bytes[at] === QUOTE || bytes[at] === COMMA || bytes[at] === CLOSE_BRACE || bytes[at]! <= 0x20;
    if (!isEnd || status < 100) this.isInDoubt = true;
    if (status >= 400) this.isInteresting = true;
  }
}

const PAYLOAD_SEEN = 16 | 32 | 64;

/** `"0.123s"` under the limit; every other shape is not. */
function isQuickLatency(bytes: Uint8Array, from: number, slowRequestMs: number): boolean {
  if (bytes[from] !== QUOTE) return false;
  let at = from + 1;
  let seconds = 0;
  for (; isDigit(bytes[at]!); at++) seconds = seconds * 10 + (bytes[at]! - 0x30);
  if (at === from + 1) return false;
  let scale = 1;
  if (bytes[at] === 0x2e) {
    for (at++; isDigit(bytes[at]!); at++) {
      scale /= 10;
      seconds += scale * (bytes[at]! - 0x30);
    }
  }
  return bytes[at] === 0x73 && bytes[at + 1] === QUOTE && seconds * 1_000 < slowRequestMs;
}
