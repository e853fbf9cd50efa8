/** Numbers of a sender that are missing, first and last included. */
export interface Gap {
  first: number;
  last: number;
  /** When the number behind them was let go: epoch ms. */
  at: number;
}

/** Numbers of a sender that came, first and last included, and when the first was let go. */
export type HeardNumbers = Gap;

/**
 * What is missing once these numbers came: `gaps` are all those known from the lowest of them to the highest, `highest` is the highest number
 * heard so far. In whatever order numbers come, and however often, the same are missing in the end. Each list is walked once.
 */
export function gapsAfter(
  heard: readonly HeardNumbers[],
  { gaps, highest }: { gaps: readonly Gap[]; highest: number },
): { gaps: Gap[]; highest: number } {
  const ordered = [...heard].sort((a, b) => a.first - b.first);
  const left = stillMissing(
    [...gaps].sort((a, b) => a.first - b.first),
    ordered,
  );
  let reached = highest;
  for (const { first, last, at } of ordered) {
    if (first > reached + 1) left.push({ first: reached + 1, last: first - 1, at });
    reached = Math.max(reached, last);
  }
  return { gaps: left, highest: reached };
}

/** Both in the order of their numbers. */
function stillMissing(gaps: readonly Gap[], heard: readonly HeardNumbers[]): Gap[] {
  const left: Gap[] = [];
  let passed = 0;
  for (const gap of gaps) {
    let { first } = gap;
    while (passed < heard.length && heard[passed]!.last < first) passed++;
    for (let index = passed; index < heard.length && heard[index]!.first <= gap.last; index++) {
      const came = heard[index]!;
      if (came.first > first) left.push({ first, last: came.first - 1, at: came.at });
      first = Math.max(first, came.last + 1);
    }
    if (first <= gap.last) left.push({ ...gap, first });
  }
  return left;
}
