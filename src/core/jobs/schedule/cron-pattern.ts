import { CronDate, CronPattern } from 'croner';

/** A pattern that was read: which days it names, and which times on them. */
export interface ReadPattern {
  /** No `*`, `?` or step in seconds, minutes or hours: such a pattern names times, the others a rhythm. */
  isFixedTime: boolean;
  /** Ascending. */
  hours: readonly number[];
  minutes: readonly number[];
  seconds: readonly number[];
  /** Months that are in it at all, from 0. */
  months: readonly boolean[];
  /** Bit n: day n + 1 of the month. `month` counts from January 1970. */
  daysOf(month: number): number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Masks of months that are kept: a search over years passes by, a running schedule needs two. */
const MOST_MONTHS = 64;

/** croner reads the fields and says which days match (lists, names, `L`, `W`, `#`, day of month or day of week). Throws its TypeError or RangeError. */
export function readPattern(pattern: string): ReadPattern {
  const read = new CronPattern(pattern, undefined, { mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' });
  // Ten thousand years, 80 KB, that a pattern without a field for them never looks at.
  read.year = [];
  const hours = indexesOf(read.hour);
  const minutes = indexesOf(read.minute);
  const seconds = indexesOf(read.second);
  const months = read.month.map(Boolean);
  const masks = new Map<number, number>();
  const firstTime = ((hours[0] ?? 0) * 60 + (minutes[0] ?? 0)) * MINUTE_MS + (seconds[0] ?? 0) * 1_000;

  function measureDays(month: number): number {
    let mask = 0;
    const year = 1970 + Math.floor(month / 12);
    const days = new Date(Date.UTC(year, (month % 12) + 1, 0)).getUTCDate();
    const first = Date.UTC(year, month % 12, 1) + firstTime;
    for (let day = 0; day < days; day++) {
      // As UTC (offset 0) a date is only a date: zones are none of the pattern's business.
      if (new CronDate(new Date(first + day * DAY_MS), 0).match(read, {})) mask |= 1 << day;
    }
    return mask;
  }

  return {
    isFixedTime: read.isFixedTime,
    hours,
    minutes,
    seconds,
    months,
    daysOf(month) {
      if (!months[month % 12]) return 0;
      let mask = masks.get(month);
      if (mask === undefined) {
        if (masks.size >= MOST_MONTHS) masks.clear();
        mask = measureDays(month);
        masks.set(month, mask);
      }
      return mask;
    },
  };
}

/**
 * The wall-clock times (epoch ms as if they were UTC) that match in [from, to), in order, until `visit` says false.
 * False when it was stopped.
 */
export function visitWallTimes(
  pattern: ReadPattern,
  from: number,
  to: number,
  visit: (wall: number) => boolean,
): boolean {
  const start = new Date(from);
  for (let month = (start.getUTCFullYear() - 1970) * 12 + start.getUTCMonth(); ; month++) {
    const first = Date.UTC(1970 + Math.floor(month / 12), month % 12, 1);
    if (first >= to) return true;
    if (!visitDays(pattern, first, pattern.daysOf(month), from, to, visit)) return false;
  }
}

/** The days of the month that begins at `first`: bits of `mask`. */
function visitDays(
  pattern: ReadPattern,
  first: number,
  mask: number,
  from: number,
  to: number,
  visit: (wall: number) => boolean,
): boolean {
  for (let day = 0; mask >> day !== 0; day++) {
    if ((mask & (1 << day)) === 0) continue;
    const midnight = first + day * DAY_MS;
    if (midnight >= to) return true;
    if (midnight + DAY_MS <= from) continue;
    if (!visitTimesOfDay(pattern, midnight, from, to, visit)) return false;
  }
  return true;
}

export function hasWallTime(pattern: ReadPattern, from: number, to: number): boolean {
  return !visitWallTimes(pattern, from, to, () => false);
}

function visitTimesOfDay(
  pattern: ReadPattern,
  midnight: number,
  from: number,
  to: number,
  visit: (wall: number) => boolean,
): boolean {
  for (const hour of pattern.hours) {
    const atHour = midnight + hour * HOUR_MS;
    if (atHour >= to) return true;
    if (atHour + HOUR_MS <= from) continue;
    if (!visitTimesOfHour(pattern, atHour, from, to, visit)) return false;
  }
  return true;
}

function visitTimesOfHour(
  pattern: ReadPattern,
  atHour: number,
  from: number,
  to: number,
  visit: (wall: number) => boolean,
): boolean {
  for (const minute of pattern.minutes) {
    const atMinute = atHour + minute * MINUTE_MS;
    if (atMinute >= to) return true;
    if (atMinute + MINUTE_MS <= from) continue;
    for (const second of pattern.seconds) {
      const wall = atMinute + second * 1_000;
      if (wall >= to) return true;
      if (wall >= from && !visit(wall)) return false;
    }
  }
  return true;
}

function indexesOf(values: readonly unknown[]): number[] {
  return values.flatMap((value, index) => (value ? [index] : []));
}

/** A pattern without `*`, `?` or step in seconds, minutes and hours; lists and ranges are fixed-time. Throws for what is no pattern. */
export function isFixedTime(pattern: string): boolean {
  return readPattern(pattern).isFixedTime;
}
