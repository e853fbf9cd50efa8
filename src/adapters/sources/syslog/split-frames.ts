/** One message: the bytes are the receiver's. */
export interface SyslogFrame {
  bytes: Buffer;
  /** Bytes that the bound left out. */
  skippedBytes: number;
}

const LF = 10;
const CR = 13;
const SPACE = 32;
const LESS_THAN = 60;
/** Digits of a length and the two bytes behind it: `1048576 <`. */
const HEAD_BYTES = 10;

/**
 * Cuts a stream of bytes into syslog messages: `LENGTH SP MESSAGE` (octet counting) or a line that ends with LF, told apart at each message by its first
 * bytes, as senders may change after a reconnect behind one relay. A message over the bound is given with its first bytes; the rest is skipped, so memory
 * stays flat. The same bytes give the same messages however they are cut into chunks. RFC 6587 section 3.4.
 */
export class FrameSplitter {
  readonly #messageBytes: number;
  readonly #give: (frame: SyslogFrame) => void;
  #parts: Buffer[] = [];
  #keptBytes = 0;
  #skippedBytes = 0;
  /** Bytes of a counted message that are still to come; null inside a line, or before a message. */
  #left: number | null = null;
  #isInLine = false;
  /** The first bytes of a message, as long as its framing is not known. */
  #head: Buffer = Buffer.alloc(0);

  constructor(messageBytes: number, give: (frame: SyslogFrame) => void) {
    this.#messageBytes = messageBytes;
    this.#give = give;
  }

  /** A message began and is not complete. */
  get hasPartial(): boolean {
    return this.#isInLine || this.#left !== null || this.#head.length > 0;
  }

  push(chunk: Buffer): void {
    let bytes = chunk;
    if (this.#head.length > 0) {
      bytes = Buffer.concat([this.#head, chunk]);
      this.#head = Buffer.alloc(0);
    }
    let at = 0;
    while (at < bytes.length) {
      if (!this.#isInLine && this.#left === null) {
        at = skipFillers(bytes, at);
        if (at === bytes.length) return;
        const start = this.#readHead(bytes, at);
        if (start < 0) {
          this.#head = Buffer.from(bytes.subarray(at));
          return;
        }
        at = start;
      }
      at = this.#left === null ? this.#readLine(bytes, at) : this.#readCounted(bytes, at, this.#left);
    }
  }

  /** The end of the stream: a message that is not complete, as far as it came. */
  finish(): void {
    if (this.#head.length > 0) this.#keep(this.#head, 0, this.#head.length);
    this.#head = Buffer.alloc(0);
    if (this.#left !== null) this.#skippedBytes += this.#left;
    this.#end();
  }

  /** Where the message starts, its framing known; -1 when more bytes are needed to know. */
  #readHead(bytes: Buffer, at: number): number {
    const limit = at + HEAD_BYTES;
    let length = 0;
    let end = at;
    // A length does not begin with 0.
    for (; end < limit && isDigit(bytes[end]!) && bytes[at] !== 48; end++) length = length * 10 + bytes[end]! - 48;
    if (end >= bytes.length && end < limit) return -1;
    const isBehindNumber = end > at && end < limit && bytes[end] === SPACE;
    if (isBehindNumber && end + 1 >= bytes.length) return -1;
    // A time may stand first, too; behind a length there is a priority.
    if (isBehindNumber && bytes[end + 1] === LESS_THAN) {
      this.#left = length;
      return end + 1;
    }
    this.#isInLine = true;
    return at;
  }

  #readLine(bytes: Buffer, at: number): number {
    const lf = bytes.indexOf(LF, at);
    const end = lf < 0 ? bytes.length : lf;
    this.#keep(bytes, at, end);
    if (lf < 0) return end;
    this.#end();
    return lf + 1;
  }

  #readCounted(bytes: Buffer, at: number, left: number): number {
    const end = Math.min(bytes.length, at + left);
    this.#keep(bytes, at, end);
    this.#left = left - (end - at);
    if (this.#left === 0) this.#end();
    return end;
  }

  #keep(bytes: Buffer, from: number, to: number): void {
    const room = Math.max(0, Math.min(to - from, this.#messageBytes - this.#keptBytes));
    // A copy, so that a short message does not hold on to its whole chunk.
    if (room > 0) this.#parts.push(Buffer.from(bytes.subarray(from, from + room)));
    this.#keptBytes += room;
    this.#skippedBytes += to - from - room;
    // Many tiny chunks of one message: joined before the list itself becomes large.
    if (this.#parts.length >= 1_024) this.#parts = [Buffer.concat(this.#parts)];
  }

  #end(): void {
    const skippedBytes = this.#skippedBytes;
    const [first] = this.#parts;
    const bytes = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#keptBytes = 0;
    this.#skippedBytes = 0;
    this.#left = null;
    this.#isInLine = false;
    if (bytes.length > 0) this.#give({ bytes, skippedBytes });
  }
}

/** Between messages some senders put line ends or NUL. */
function skipFillers(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === LF || bytes[at] === CR || bytes[at] === 0) at++;
  return at;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
