import { Temporal } from '@js-temporal/polyfill';

/**
 * An implementation of the seed's DST row of its own, for the tests: it walks through every wall-clock time of every date and asks Temporal's
 * disambiguation what becomes of it. It shares neither the reading of patterns nor the zones' changes with what is tested.
 */
export interface WallClockTimes {
  /** All ticks (epoch ms) of the dates, ascending. */
  ticks(pattern: string, gap: 'run-after' | 'skip', overlap: 'once' | 'both'): number[];
}

type Meaning = { kind: 'single' | 'overlap'; instants: number[] } | { kind: 'gap'; after: number };

/** What becomes of a time that does not come, and of one that comes twice. */
interface Policy {
  isAfterGap: boolean;
  isFirstOnly: boolean;
}

const DAY_MS = 86_400_000;

export function wallClockTimes(timeZone: string, first: string, last: string): WallClockTimes {
  const days: { date: Temporal.PlainDate; start: number | null }[] = [];
  for (
    let date = Temporal.PlainDate.from(first);
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  ) {
    days.push({ date, start: startOfPlainDay(date, timeZone) });
  }
  const meanings = new Map<number, Meaning>();
  const found = new Map<string, number[]>();

  function meaningOf(day: number, hour: number, minute: number, second: number): Meaning {
    const key = ((day * 24 + hour) * 60 + minute) * 60 + second;
    let meaning = meanings.get(key);
    if (!meaning) {
      meaning = disambiguate(days[day]!.date.toPlainDateTime({ hour, minute, second }), timeZone);
      meanings.set(key, meaning);
    }
    return meaning;
  }

  function addTimesOf(day: number, fields: Fields, { isAfterGap, isFirstOnly }: Policy, ticks: Set<number>): void {
    const { start } = days[day]!;
    for (const [hour, minute, second] of timesOf(fields)) {
      if (start !== null) {
        ticks.add(start + ((hour * 60 + minute) * 60 + second) * 1_000);
        continue;
      }
      const meaning = meaningOf(day, hour, minute, second);
      if (meaning.kind !== 'gap') addInstants(meaning.instants, isFirstOnly, ticks);
      else if (isAfterGap) ticks.add(meaning.after);
    }
  }

  return {
    ticks(pattern, gap, overlap) {
      const fields = readFields(pattern);
      // The policy is for fixed-time patterns: the others need not be walked through for each.
      const key = fields.isFixedTime ? `${pattern} ${gap} ${overlap}` : pattern;
      const known = found.get(key);
      if (known) return known;
      const policy: Policy = {
        isAfterGap: fields.isFixedTime && gap === 'run-after',
        isFirstOnly: fields.isFixedTime && overlap === 'once',
      };
      const ticks = new Set<number>();
      for (const [day, { date }] of days.entries()) {
        if (isDayOf(fields, date)) addTimesOf(day, fields, policy, ticks);
      }
      const sorted = [...Float64Array.from(ticks).sort()];
      found.set(key, sorted);
      return sorted;
    },
  };
}

function addInstants(instants: readonly number[], isFirstOnly: boolean, ticks: Set<number>): void {
  for (const instant of isFirstOnly ? instants.slice(0, 1) : instants) ticks.add(instant);
}

/** Start of a date that no change of the clock is near, so that its times can be counted from there; else null. */
function startOfPlainDay(date: Temporal.PlainDate, timeZone: string): number | null {
  const before = date.subtract({ days: 1 }).toZonedDateTime(timeZone);
  const change = before.getTimeZoneTransition('next');
  const end = before.epochMilliseconds + 3 * DAY_MS;
  return change && change.epochMilliseconds < end ? null : date.toZonedDateTime(timeZone).epochMilliseconds;
}

function disambiguate(wall: Temporal.PlainDateTime, timeZone: string): Meaning {
  const earlier = wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const later = wall.toZonedDateTime(timeZone, { disambiguation: 'later' });
  if (earlier.equals(later)) return { kind: 'single', instants: [earlier.epochMilliseconds] };
  if (earlier.toPlainDateTime().equals(wall)) {
    return { kind: 'overlap', instants: [earlier.epochMilliseconds, later.epochMilliseconds] };
  }
  return { kind: 'gap', after: earlier.getTimeZoneTransition('next')!.epochMilliseconds };
}

interface Fields {
  isFixedTime: boolean;
  seconds: Set<number>;
  minutes: Set<number>;
  hours: Set<number>;
  days: Set<number>;
  isLastDay: boolean;
  months: Set<number>;
  /** Weekday from 0, Sunday; with `nth`, only that one of the month. */
  weekdays: { weekday: number; nth: number | null }[];
  isAnyDay: boolean;
  isAnyWeekday: boolean;
}

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function readFields(pattern: string): Fields {
  const parts = pattern.split(' ');
  if (parts.length === 5) parts.unshift('0');
  const [second, minute, hour, day, month, weekday] = parts as [string, string, string, string, string, string];
  const dayParts = day.split(',');
  return {
    isFixedTime: [second, minute, hour].every((part) => !/[*?/]/.test(part)),
    seconds: numbers(second, 0, 59),
    minutes: numbers(minute, 0, 59),
    hours: numbers(hour, 0, 23),
    days: numbers(dayParts.filter((part) => part !== 'L').join(','), 1, 31),
    isLastDay: dayParts.includes('L'),
    months: numbers(month, 1, 12),
    weekdays: readWeekdays(weekday),
    isAnyDay: day === '*',
    isAnyWeekday: weekday === '*',
  };
}

function numbers(text: string, lowest: number, highest: number): Set<number> {
  const found = new Set<number>();
  for (const part of text.split(',').filter(Boolean)) {
    const [range, step] = part.split('/') as [string, string | undefined];
    const [from, to] = range === '*' || range === '?' ? [lowest, highest] : range.split('-').map(Number);
    for (let value = from!; value <= (to ?? from!); value += Number(step ?? 1)) found.add(value);
  }
  return found;
}

function readWeekdays(text: string): Fields['weekdays'] {
  const named = text.replace(/[A-Z]{3}/g, (name) => String(WEEKDAYS.indexOf(name)));
  return named.split(',').flatMap((part) => {
    const [range, nth] = part.split('#') as [string, string | undefined];
    return [...numbers(range, 0, 6)].map((weekday) => ({ weekday, nth: nth ? Number(nth) : null }));
  });
}

/** Day of the month and weekday: either where both are given, else the one that is. */
function isDayOf(fields: Fields, date: Temporal.PlainDate): boolean {
  if (!fields.months.has(date.month)) return false;
  const isDay = fields.days.has(date.day) || (fields.isLastDay && date.day === date.daysInMonth);
  const isWeekday = fields.weekdays.some(
    ({ weekday, nth }) => date.dayOfWeek % 7 === weekday && (nth === null || Math.ceil(date.day / 7) === nth),
  );
  if (fields.isAnyDay) return isWeekday;
  return fields.isAnyWeekday ? isDay : isDay || isWeekday;
}

function* timesOf({ hours, minutes, seconds }: Fields): Generator<[number, number, number]> {
  for (const hour of hours) for (const minute of minutes) for (const second of seconds) yield [hour, minute, second];
}
