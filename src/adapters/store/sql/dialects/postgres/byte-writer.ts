/** Texts up to here are written character by character: a call into the engine's own encoder costs more than they do. */
const SHORT = 80;
/** U+FFFD */
const REPLACEMENT = 0xfffd;

/** Bytes of PostgreSQL's binary formats, big-endian, one behind the other. Grows as it must. */
export class ByteWriter {
  #bytes: Buffer;
  #end = 0;

  constructor(expectedBytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(expectedBytes);
  }

  get end(): number {
    return this.#end;
  }

  /** What was written there. A view: nothing is copied. */
  between(start: number, end: number): Buffer {
    return this.#bytes.subarray(start, end);
  }

  int8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#end++] = value;
  }

  int16(value: number): void {
    this.#reserve(2);
    this.#bytes[this.#end++] = value >>> 8;
    this.#bytes[this.#end++] = value;
  }

  int32(value: number): void {
    this.#reserve(4);
    this.#putInt32(this.#end, value);
    this.#end += 4;
  }

  /** Whole numbers that a number holds exactly. */
  int64(value: number): void {
    this.#reserve(8);
    const high = Math.floor(value / 0x1_0000_0000);
    this.#putInt32(this.#end, high);
    this.#putInt32(this.#end + 4, value - high * 0x1_0000_0000);
    this.#end += 8;
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#end = this.#bytes.writeDoubleBE(value, this.#end);
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#end);
    this.#end += value.length;
  }

  /** As UTF-8. What no text of PostgreSQL holds, NUL and halves of pairs, becomes the replacement character. */
  text(value: string): void {
    this.#reserve(value.length * 3 + 1);
    if (value.length <= SHORT) this.#end = this.#putShort(value, this.#end);
    else this.#end += this.#bytes.write(value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value, this.#end);
  }

  /** Leaves room for a length; `close` then says how long what follows has become. */
  open(): number {
    this.int32(0);
    return this.#end;
  }

  close(start: number): void {
    this.#putInt32(start - 4, this.#end - start);
  }

  #putInt32(at: number, value: number): void {
    const bytes = this.#bytes;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
  }

  #putShort(value: string, start: number): number {
    const bytes = this.#bytes;
    let at = start;
    for (let index = 0; index < value.length; index++) {
      let code = value.charCodeAt(index);
      if (code < 0x80 && code !== 0) {
        bytes[at++] = code;
        continue;
      }
      if (code >= 0xd800 && code <= 0xdfff) {
        code = value.codePointAt(index)!;
        if (code > 0xffff) index++;
        else code = REPLACEMENT;
      } else if (code === 0) code = REPLACEMENT;
      at = putWide(bytes, at, code);
    }
    return at;
  }

  #reserve(more: number): void {
    const wanted = this.#end + more;
    if (wanted <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafeSlow(Math.max(wanted, this.#bytes.length * 2));
    bytes.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = bytes;
  }
}

/** Two to four bytes of UTF-8; gives where the next one goes. */
function putWide(bytes: Buffer, at: number, code: number): number {
  if (code < 0x800) {
    bytes[at] = 0xc0 | (code >> 6);
    bytes[at + 1] = 0x80 | (code & 0x3f);
    return at + 2;
  }
  if (code < 0x1_0000) {
    bytes[at] = 0xe0 | (code >> 12);
    bytes[at + 1] = 0x80 | ((code >> 6) & 0x3f);
    bytes[at + 2] = 0x80 | (code & 0x3f);
    return at + 3;
  }
  bytes[at] = 0xf0 | (code >> 18);
  bytes[at + 1] = 0x80 | ((code >> 12) & 0x3f);
  bytes[at + 2] = 0x80 | ((code >> 6) & 0x3f);
  bytes[at + 3] = 0x80 | (code & 0x3f);
  return at + 4;
}
