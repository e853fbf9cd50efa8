/** Own paths: segments of names, where `*` is one segment and `**` any number, also none. */

/** Glob match of path segments, in O(pattern × path): the set of pattern positions that are reachable after each segment. */
export function matchesPath(pattern: readonly string[], path: readonly string[]): boolean {
  let reachable = skipStars([true], pattern);
  for (const segment of path) {
    const next: boolean[] = [];
    for (let index = 0; index < pattern.length; index++) {
      if (!reachable[index]) continue;
      if (pattern[index] === '**') next[index] = true;
      else if (pattern[index] === '*' || pattern[index] === segment) next[index + 1] = true;
    }
    reachable = skipStars(next, pattern);
  }
  return reachable[pattern.length] === true;
}

/** `**` may stand for nothing. */
function skipStars(reachable: boolean[], pattern: readonly string[]): boolean[] {
  for (let index = 0; index < pattern.length; index++) {
    if (reachable[index] && pattern[index] === '**') reachable[index + 1] = true;
  }
  return reachable;
}
