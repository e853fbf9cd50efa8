import type { ReadProblem, ReadProblemKind } from '../../../core/events/index.ts';

const DETAIL_CHARACTERS = 80;

/** Counts what could not be read of one input: each kind once, with its first place and how often. */
export class ProblemTally {
  readonly #name: string;
  #problems = new Map<ReadProblemKind, ReadProblem>();

  constructor(name: string) {
    this.#name = name;
  }

  add(kind: ReadProblemKind, position: string, detail: string, count = 1): void {
    const known = this.#problems.get(kind);
    if (known) known.count += count;
    else this.#problems.set(kind, { kind, name: this.#name, position, count, detail: excerpt(detail) });
  }

  /** What was counted since the last call. */
  take(): ReadProblem[] {
    const problems = [...this.#problems.values()];
    this.#problems = new Map();
    return problems;
  }
}

/** Text of the input as one short line without control characters. */
function excerpt(text: string): string {
  const plain = text
    .slice(0, 4 * DETAIL_CHARACTERS)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return plain.length <= DETAIL_CHARACTERS
    ? plain
    : `${plain.slice(0, DETAIL_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
