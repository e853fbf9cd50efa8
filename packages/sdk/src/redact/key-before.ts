/** Reads backwards what stands in front of a separator. */

/** JSON in JSON doubles the backslashes of a quote at each level: 31 at the fifth. */
const LONGEST_GAP = 40;

/** Index behind the key in front of the separator at `at`, past blanks, quotes and brackets; -1 when there is none. */
export function keyEnd(text: string, at: number, floor: number): number {
  let end = at;
  for (let steps = 0; end > floor && steps < LONGEST_GAP; steps++) {
    const code = text.charCodeAt(end - 1);
    if (isKeyCharacter(code)) return end;
    if (code !== 32 && code !== 34 && code !== 39 && code !== 92 && code !== 93 && code !== 96) return -1;
    end--;
  }
  return -1;
}

/** Index where the key that ends at `end` begins, looked for down to `limit`; `end` when none stands there. */
export function keyStart(text: string, end: number, limit: number): number {
  let from = end;
  while (from > limit && isKeyCharacter(text.charCodeAt(from - 1))) from--;
  return from;
}

function isKeyCharacter(code: number): boolean {
  return isWord(code) || code === 45 || code === 46 || code === 36;
}

export function isWord(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}
