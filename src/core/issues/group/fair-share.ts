/** The largest number that each may keep so that all together keep at most `total`; at least 1. */
export function fairShare(counts: readonly number[], total: number): number {
  const ascending = [...counts].sort((a, b) => a - b);
  let left = total;
  for (let at = 0; at < ascending.length; at++) {
    const count = ascending[at] as number;
    const share = Math.floor(left / (ascending.length - at));
    if (count > share) return Math.max(1, share);
    left -= count;
  }
  return ascending.at(-1) ?? 1;
}
