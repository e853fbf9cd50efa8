import { describe, expect, it } from 'vitest';
import { escalationLimit } from './escalation.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const AT = Date.UTC(2031, 3, 9, 10, 25);
const THIS_HOUR = Date.UTC(2031, 3, 9, 10);

/** The full hours before, by the hour of the day. */
function week(countOf: (hourOfDay: number) => number, hours = 168) {
  return Array.from({ length: hours }, (_, index) => {
    const hour = THIS_HOUR - (index + 1) * HOUR_MS;
    return { hour, incidents: countOf(new Date(hour).getUTCHours()) };
  });
}

function limit(
  hours: { hour: number; incidents: number }[],
  more: Partial<Parameters<typeof escalationLimit>[0]> = {},
) {
  return escalationLimit({ hours, highestEarlierHour: 0, firstSeen: AT - 30 * DAY_MS, at: AT, ...more });
}

describe('how many incidents an ignored issue may have in an hour', () => {
  it.each([
    ['10 every hour', () => 10, 60],
    ['240 in one hour a day, else none', (hour: number) => (hour === 3 ? 240 : 0), 480],
    ['20 from 8 to 20 h, else 2', (hour: number) => (hour >= 8 && hour < 20 ? 20 : 2), 67],
  ])('%s', (_, countOf, expected) => {
    expect(limit(week(countOf))).toBe(expected);
  });

  it('counts only the 168 full hours before: not this one, none older', () => {
    const usual = week(() => 10);
    const more = [
      { hour: THIS_HOUR, incidents: 9_000 },
      { hour: THIS_HOUR - 169 * HOUR_MS, incidents: 9_000 },
    ];
    expect(limit([...usual, ...more])).toBe(60);
  });

  it('weighs the hours of the same weekday double', () => {
    const today = new Date(THIS_HOUR).getUTCDay();
    const on = (isToday: boolean) =>
      week(() => 10).map(({ hour }) => ({
        hour,
        incidents: (new Date(hour).getUTCDay() === today) === isToday ? 12 : 10,
      }));
    expect(limit(on(true))).toBeGreaterThan(limit(week(() => 10)));
  });

  it('is ten times the highest hour for an issue younger than 7 days, and none in its first hour', () => {
    const young = { firstSeen: AT - 3 * DAY_MS };
    expect(
      limit(
        week((hour) => (hour === 4 ? 7 : 1), 60),
        young,
      ),
    ).toBe(70);
    expect(limit([{ hour: THIS_HOUR, incidents: 500 }], { firstSeen: THIS_HOUR })).toBe(Number.POSITIVE_INFINITY);
  });

  it('is the highest hour ever after a week of silence', () => {
    expect(limit([], { highestEarlierHour: 33 })).toBe(33);
    expect(
      limit(
        [
          { hour: THIS_HOUR, incidents: 90 },
          { hour: THIS_HOUR - 200 * HOUR_MS, incidents: 40 },
        ],
        { highestEarlierHour: 33 },
      ),
    ).toBe(40);
  });
});
