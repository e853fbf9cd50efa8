import { Temporal } from '@js-temporal/polyfill';
import { describe, expect, it } from 'vitest';
import { ticksBetween } from './index.ts';
import { type WallClockTimes, wallClockTimes } from './wall-clock-fixtures.ts';

/** Each with what its year holds. */
const ZONES: [timeZone: string, year: number, what: string][] = [
  ['America/Montreal', 2026, 'an hour at 02:00, an alias of Toronto'],
  ['Europe/London', 2026, 'an hour at 01:00'],
  ['Australia/Lord_Howe', 2026, 'half an hour at 02:00'],
  ['America/Santiago', 2026, 'a gap and an overlap at midnight, southern summer'],
  ['Africa/Cairo', 2026, 'a gap at midnight, an overlap before it'],
  ['Africa/Cairo', 2014, 'the hour back for five weeks within summer'],
  ['Asia/Beirut', 2026, 'a gap at midnight, an overlap before it'],
  ['Asia/Tokyo', 2026, 'no change'],
  ['Pacific/Apia', 2011, 'a date left out, and an hour twice'],
  ['Africa/Casablanca', 2026, 'the hour back for Ramadan'],
  ['Antarctica/Troll', 2026, 'two hours'],
  ['America/St_Johns', 2010, 'an hour at one minute past midnight'],
  ['Asia/Pyongyang', 2015, 'half an hour back, once, for good'],
  ['America/Havana', 2026, 'a gap at midnight, an overlap after it'],
  ['America/Scoresbysund', 2024, 'a change of the standard time over a day border'],
];

const PATTERNS = [
  '30 2 * * *',
  '0 0 * * *',
  '0 1,13 * * *',
  '0,15,30,45 0-3 * * *',
  '5,35 0,1,2,3,22-23 * * 0-6',
  '59 59 23 L * *',
  '10,20 30 0-2 13 3,4,9-11 SUN,FRI#1',
  '* * * * *',
  '*/15 * * * *',
  '0 */2 1,L * *',
  '*/10 0-2 * * *',
  '0 0-40/20 0-3,23 * * 0,5,6',
  '45 ? 2 * * SUN',
];

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

describe('a year with its clock changes', () => {
  it.each(ZONES)('runs as an independent implementation says in %s %i: %s', (timeZone, year) => {
    const independent = independentOf(timeZone, year);
    const from = Date.UTC(year, 0, 1) - DAY_MS;
    const until = Date.UTC(year + 1, 0, 1) + DAY_MS;
    for (const pattern of PATTERNS) {
      for (const gap of ['run-after', 'skip'] as const) {
        for (const overlap of ['once', 'both'] as const) {
          const expected = independent.ticks(pattern, gap, overlap).filter((tick) => tick > from && tick <= until);
          const trigger = { kind: 'cron', pattern, timeZone, gap, overlap } as const;
          const found = ticksBetween(trigger, from, until, { limit: Number.POSITIVE_INFINITY });
          expect(found.length, `${pattern} ${gap} ${overlap}`).toBeGreaterThan(0);
          expect(differences(found, expected), `${pattern} ${gap} ${overlap}`).toEqual([]);
        }
      }
    }
  });

  it.each(ZONES)('runs the same in windows of 20 minutes, about each change of %s %i', (timeZone, year) => {
    const independent = independentOf(timeZone, year);
    for (const change of changesOf(timeZone, year)) {
      const [from, until] = [change - 27 * HOUR_MS, change + 27 * HOUR_MS];
      for (const pattern of PATTERNS) {
        for (const [gap, overlap] of [
          ['run-after', 'once'],
          ['skip', 'both'],
        ] as const) {
          const expected = independent.ticks(pattern, gap, overlap).filter((tick) => tick > from && tick <= until);
          const trigger = { kind: 'cron', pattern, timeZone, gap, overlap } as const;
          const found: number[] = [];
          for (let begin = from; begin < until; begin += HOUR_MS / 3) {
            found.push(...ticksBetween(trigger, begin, begin + HOUR_MS / 3));
          }
          expect(differences(found, expected), `${pattern} ${gap} ${overlap}`).toEqual([]);
        }
      }
    }
  });

  it('tells the policies apart: the same year differs between them where a clock changes, and nowhere else', () => {
    const count = (timeZone: string, gap: 'run-after' | 'skip', overlap: 'once' | 'both') =>
      ticksBetween(
        { kind: 'cron', pattern: '0,30 1,2 * * *', timeZone, gap, overlap },
        Date.UTC(2026, 0, 1),
        Date.UTC(2026, 11, 31),
        { limit: Number.POSITIVE_INFINITY },
      ).length;
    const plain = count('Asia/Tokyo', 'skip', 'once');
    expect(count('Asia/Tokyo', 'run-after', 'both')).toBe(plain);
    expect(count('Europe/Paris', 'skip', 'once')).toBe(plain - 2);
    expect(count('Europe/Paris', 'run-after', 'once')).toBe(plain - 1);
    expect(count('Europe/Paris', 'skip', 'both')).toBe(plain);
    expect(count('Europe/Paris', 'run-after', 'both')).toBe(plain + 1);
  });
});

const independents = new Map<string, WallClockTimes>();

/** Both looks at a year are compared with one walk through it. */
function independentOf(timeZone: string, year: number): WallClockTimes {
  const key = `${timeZone} ${year}`;
  const independent = independents.get(key) ?? wallClockTimes(timeZone, `${year - 1}-12-28`, `${year + 1}-01-04`);
  independents.set(key, independent);
  return independent;
}

function changesOf(timeZone: string, year: number): number[] {
  const changes: number[] = [];
  let next = Temporal.Instant.from(`${year}-01-01T00:00Z`).toZonedDateTimeISO(timeZone).getTimeZoneTransition('next');
  while (next && next.year === year) {
    changes.push(next.epochMilliseconds);
    next = next.getTimeZoneTransition('next');
  }
  return changes;
}

/** Only what differs: a failed comparison of half a million instants would be written out whole. */
function differences(found: readonly number[], expected: readonly number[]): string[] {
  const differing: string[] = [];
  for (let index = 0; index < Math.max(found.length, expected.length) && differing.length < 5; index++) {
    if (found[index] === expected[index]) continue;
    differing.push(`${index}: ${toText(found[index])}, not ${toText(expected[index])}`);
  }
  return differing;
}

function toText(instant: number | undefined): string {
  return instant === undefined ? 'nothing' : new Date(instant).toISOString();
}
