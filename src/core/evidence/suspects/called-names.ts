const NOT_A_CALL = new Set(
  'if for while switch catch return with and or not in elif except assert function def func fn fun class new super print len str int list dict set range require import typeof sizeof throw await async lambda'.split(
    ' ',
  ),
);
const MOST_NAMES = 15;
/** Lines before the failing one that are looked at: where its values come from. */
const LINES_BEFORE = 15;

/** Functions called on the failing line and on the lines of its function before it, nearest first. */
export function namesCalledBefore(lines: readonly string[], line: number, functionStart: number): string[] {
  const names = new Set<string>();
  for (let at = line; at >= Math.max(functionStart, line - LINES_BEFORE, 1) && names.size < MOST_NAMES; at--) {
    if (at === functionStart && at !== line) break;
    for (const [, name = ''] of (lines[at - 1] ?? '').slice(0, 400).matchAll(/([A-Za-z_$][\w$]{2,60})\s?\(/g)) {
      if (!NOT_A_CALL.has(name)) names.add(name);
    }
  }
  return [...names].slice(0, MOST_NAMES);
}
