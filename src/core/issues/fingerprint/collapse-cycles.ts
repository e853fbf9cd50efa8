const LONGEST_CYCLE = 4;

/**
 * Equal frames and cycles of up to 4 frames count once, so that the depth of a recursion does not split an issue. Returns the
 * indices of what is kept. Linear: each key is compared with at most 10 others.
 */
export function collapseCycles(keys: readonly string[]): number[] {
  const kept: number[] = [];
  for (let index = 0; index < keys.length; index++) {
    kept.push(index);
    for (let length = 1; length <= LONGEST_CYCLE; length++) {
      if (!endsInRepeat(keys, kept, length)) continue;
      kept.length -= length;
      break;
    }
  }
  return kept;
}

function endsInRepeat(keys: readonly string[], kept: readonly number[], length: number): boolean {
  if (kept.length < 2 * length) return false;
  for (let back = 1; back <= length; back++) {
    const late = kept[kept.length - back] as number;
    const early = kept[kept.length - back - length] as number;
    if (keys[late] !== keys[early]) return false;
  }
  return true;
}
