import type { ReadProblem, ReadProblemKind } from '../../../core/events/index.ts';

const MAX_DETAIL = 80;

/** Counts problems by kind; each keeps where it happened first. */
export class ProblemTally {
  readonly #name: string;
  readonly #problems = new Map<ReadProblemKind, ReadProblem>();

  constructor(name: string) {
    this.#name = name;
  }

  /** `detail` is shown to people as it is given first: one line. */
  add(kind: ReadProblemKind, position: string, detail: string, count = 1): void {
    const known = this.#problems.get(kind);
    if (known) known.count += count;
    else this.#problems.set(kind, { kind, name: this.#name, position, count, detail });
  }

  has(kind: ReadProblemKind): boolean {
    return this.#problems.has(kind);
  }

  list(): ReadProblem[] {
    return [...this.#problems.values()].map((problem) => ({ ...problem }));
  }
}

/** Bytes that an excerpt is made of; waited for, so that how the input is cut into chunks changes nothing. */
export const EXCERPT_BYTES = 320;

/** The excerpt of what begins at `start`, of the bytes up to `limit`; with `isLine`, up to the end of its line. */
export function excerptAt(bytes: Buffer, start: number, limit: number, isLine = false): string {
  const lineEnd = isLine ? bytes.subarray(0, limit).indexOf(0x0a, start) : -1;
  return excerpt(bytes.subarray(start, Math.min(lineEnd < 0 ? limit : lineEnd, start + EXCERPT_BYTES)));
}

/** The beginning of some input as one line of 80 characters, without control characters. */
export function excerpt(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > MAX_DETAIL ? `${line.slice(0, MAX_DETAIL - 1).replace(/[\ud800-\udbff]$/, '')}…` : line;
}
