/** One line of the input: `bytes.subarray(start, end)`, valid until the call returns. */
export interface Line {
  bytes: Buffer;
  start: number;
  end: number;
  /** Where it stands in the input, bytes. */
  offset: number;
  /** From 1. */
  number: number;
  /** Bytes that the bound left out. */
  skippedBytes: number;
}

/** Where a splitter stands: the beginning of the line that is not complete, and the lines before it. */
export interface SplitterPlace {
  offset: number;
  lines: number;
}

const LF = 10;
const CR = 13;

/**
 * Cuts chunks of bytes into lines that end with LF, CR LF or a lone CR. A line over the bound is given with its first `lineBytes` bytes; the rest is
 * skipped, so memory stays flat. NUL bytes at a line's start (the hole that truncating an open log leaves) take no part in the bound.
 * The same bytes give the same lines however they are cut into chunks.
 */
export class LineSplitter {
  readonly #lineBytes: number;
  readonly #give: (line: Line) => void;
  #parts: Buffer[] = [];
  #keptBytes = 0;
  #skippedBytes = 0;
  #lineOffset: number;
  #offset: number;
  #number: number;
  #isAfterCr = false;

  /** `from`: the bytes pushed are the input's from there on. */
  constructor(lineBytes: number, give: (line: Line) => void, from: SplitterPlace = { offset: 0, lines: 0 }) {
    this.#lineBytes = lineBytes;
    this.#give = give;
    this.#lineOffset = from.offset;
    this.#offset = from.offset;
    this.#number = from.lines;
  }

  get place(): SplitterPlace {
    return { offset: this.#lineOffset, lines: this.#number };
  }

  /** Bytes of a line that has no end yet. */
  get hasPartial(): boolean {
    return this.#keptBytes + this.#skippedBytes > 0;
  }

  push(chunk: Buffer): void {
    let at = this.#isAfterCr ? this.#skipRestOfCrLf(chunk) : 0;
    let lf = chunk.indexOf(LF, at);
    let cr = chunk.indexOf(CR, at);
    while (lf >= 0 || cr >= 0) {
      const end = nearest(lf, cr);
      this.#endLine(chunk, at, end);
      at = end + 1;
      if (end === cr) {
        if (at === chunk.length) this.#isAfterCr = true;
        else if (chunk[at] === LF) at++;
        cr = chunk.indexOf(CR, at);
      }
      if (lf >= 0 && lf < at) lf = chunk.indexOf(LF, at);
      this.#lineOffset = this.#offset + at;
    }
    this.#keep(chunk, at, chunk.length);
    this.#offset += chunk.length;
  }

  /** Gives where the next line begins. */
  #skipRestOfCrLf(chunk: Buffer): number {
    if (chunk.length === 0) return 0;
    this.#isAfterCr = false;
    const start = chunk[0] === LF ? 1 : 0;
    this.#lineOffset = this.#offset + start;
    return start;
  }

  /** The end of the input: the last line, if no line end stands behind it. */
  finish(): void {
    if (this.hasPartial) this.#endLine(Buffer.alloc(0), 0, 0);
    this.#lineOffset = this.#offset;
  }

  #endLine(chunk: Buffer, from: number, end: number): void {
    this.#number++;
    let start = from;
    if (!this.hasPartial) while (start < end && chunk[start] === 0) start++;
    if (this.#parts.length === 0 && this.#skippedBytes === 0 && end - start <= this.#lineBytes) {
      this.#give({ bytes: chunk, start, end, offset: this.#lineOffset, number: this.#number, skippedBytes: 0 });
      return;
    }
    this.#keep(chunk, start, end);
    const bytes =
      this.#parts.length === 1 && this.#parts[0] !== undefined ? this.#parts[0] : Buffer.concat(this.#parts);
    const skippedBytes = this.#skippedBytes;
    this.#parts = [];
    this.#keptBytes = 0;
    this.#skippedBytes = 0;
    this.#give({ bytes, start: 0, end: bytes.length, offset: this.#lineOffset, number: this.#number, skippedBytes });
  }

  #keep(chunk: Buffer, from: number, end: number): void {
    let start = from;
    if (!this.hasPartial) while (start < end && chunk[start] === 0) start++;
    const room = Math.min(end - start, this.#lineBytes - this.#keptBytes);
    if (room > 0) {
      // A copy, so that a short rest does not hold on to its whole chunk.
      this.#parts.push(Buffer.from(chunk.subarray(start, start + room)));
      this.#keptBytes += room;
    }
    this.#skippedBytes += Math.max(0, end - start - Math.max(0, room));
  }
}

/** The smaller of two indices of which one may be -1. */
function nearest(lf: number, cr: number): number {
  if (lf < 0) return cr;
  return cr < 0 || lf < cr ? lf : cr;
}
