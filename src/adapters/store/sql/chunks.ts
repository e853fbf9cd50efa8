/** Rows of one statement: the widest table has 27 columns, and SQLite takes 32,766 parameters. */
const ROWS = 500;

/** Slices of a list, for statements that take so many; none for an empty one. */
export function chunksOf<T>(items: readonly T[], size = ROWS): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, chunk) =>
    items.slice(chunk * size, (chunk + 1) * size),
  );
}

/** The first of each list, then the second of each, until none has more. */
export function inRounds<T>(lists: readonly (readonly T[])[]): T[][] {
  const rounds = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, round) => lists.flatMap((list) => list.slice(round, round + 1)));
}
