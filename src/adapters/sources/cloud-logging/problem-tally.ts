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

/** The beginning of some input as one line of 80 characters, without control characters. */
export function excerpt(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > MAX_DETAIL ? `${line.slice(0, MAX_DETAIL - 1).replace(/[\ud800-\udbff]$/, '')}…` : line;
}
