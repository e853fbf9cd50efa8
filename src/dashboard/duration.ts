export interface DurationWords {
  ms: string;
  s: string;
  min: string;
  h: string;
  d: string;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `850 ms`, `12.4 s`, `4 min 5 s`, `2 h 10 min`, `3 d 4 h`: two units at most. Spaces do not break. */
export function durationText(ms: number, words: DurationWords, number: Intl.NumberFormat): string {
  const rounded = Math.round(ms);
  if (rounded < SECOND) return `${rounded}\u00a0${words.ms}`;
  if (rounded < MINUTE - 50) return `${number.format(Math.round(rounded / 100) / 10)}\u00a0${words.s}`;
  const whole = Math.round(rounded / SECOND) * SECOND;
  if (whole < HOUR) return two(whole, [MINUTE, words.min], [SECOND, words.s]);
  if (whole < DAY) return two(whole, [HOUR, words.h], [MINUTE, words.min]);
  return two(whole, [DAY, words.d], [HOUR, words.h]);
}

type Unit = [ms: number, word: string];

function two(ms: number, [large, largeWord]: Unit, [small, smallWord]: Unit): string {
  const rest = Math.floor((ms % large) / small);
  const first = `${Math.floor(ms / large)}\u00a0${largeWord}`;
  return rest === 0 ? first : `${first}\u00a0${rest}\u00a0${smallWord}`;
}

/** Steps of a scale of durations, ms: people count them in sixties. */
export const DURATION_STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100].map((count) => count * DAY),
];
