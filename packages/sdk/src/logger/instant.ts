const THREE_DIGITS: readonly string[] = Array.from({ length: 1_000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`);
/** The last instant a date can hold. */
const LAST_INSTANT = 8.64e15;

/** RFC 3339 in UTC with milliseconds; remembers the last second, in which most calls fall. */
export function createInstantWriter(): (epochMs: number) => string {
  let second = Number.NaN;
  let prefix = '';
  return (epochMs) => {
    const instant = epochMs >= -LAST_INSTANT && epochMs <= LAST_INSTANT ? Math.floor(epochMs) : 0;
    const current = Math.floor(instant / 1_000);
    if (current !== second) {
      second = current;
      prefix = new Date(current * 1_000).toISOString().slice(0, -4);
    }
    return prefix + THREE_DIGITS[instant - current * 1_000];
  };
}
