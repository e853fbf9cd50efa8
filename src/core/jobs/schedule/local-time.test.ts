import { Temporal } from '@js-temporal/polyfill';
import { describe, expect, it } from 'vitest';
import type { Deadline } from '../job.ts';
import { deadlineInstant, localMidnightBefore } from './index.ts';

const at = (text: string): number => Date.parse(text);
const text = (instant: number | null): string | null => (instant === null ? null : new Date(instant).toISOString());

describe('a deadline', () => {
  const local = (time: string): Deadline => ({ kind: 'local', time, timeZone: 'America/Montreal' });

  it('is so long after the tick, over a change of the clock too', () => {
    expect(text(deadlineInstant({ kind: 'after', ms: 3 * 3_600_000 }, at('2026-03-08T06:00Z')))).toBe(
      '2026-03-08T09:00:00.000Z',
    );
  });

  it('is the next such local time, at the tick itself when it is that', () => {
    expect(text(deadlineInstant(local('05:00'), at('2026-03-09T05:00Z')))).toBe('2026-03-09T09:00:00.000Z');
    expect(text(deadlineInstant(local('01:00'), at('2026-03-09T05:00Z')))).toBe('2026-03-09T05:00:00.000Z');
    expect(text(deadlineInstant(local('00:30'), at('2026-03-09T05:00Z')))).toBe('2026-03-10T04:30:00.000Z');
    expect(text(deadlineInstant(local('05:00:30'), at('2026-03-09T05:00Z')))).toBe('2026-03-09T09:00:30.000Z');
  });

  it('is the first valid instant where a gap takes the time away, and the nearer of two where it comes twice', () => {
    expect(text(deadlineInstant(local('02:30'), at('2026-03-08T06:00Z')))).toBe('2026-03-08T07:00:00.000Z');
    expect(text(deadlineInstant(local('01:30'), at('2026-11-01T04:00Z')))).toBe('2026-11-01T05:30:00.000Z');
    expect(text(deadlineInstant(local('01:30'), at('2026-11-01T06:00Z')))).toBe('2026-11-01T06:30:00.000Z');
  });

  it('is none for what is no local time', () => {
    expect(deadlineInstant(local('25:00'), at('2026-03-08T06:00Z'))).toBeNull();
  });
});

describe('local midnight', () => {
  it('is that of the evening before, in the zone and not in UTC (F21: 19:00 to 24:00 local)', () => {
    expect(text(localMidnightBefore(at('2026-07-02T02:30Z'), 'America/Montreal'))).toBe('2026-07-01T04:00:00.000Z');
    expect(text(localMidnightBefore(at('2026-07-02T12:30Z'), 'America/Montreal'))).toBe('2026-07-02T04:00:00.000Z');
    expect(text(localMidnightBefore(at('2026-07-02T04:00Z'), 'America/Montreal'))).toBe('2026-07-01T04:00:00.000Z');
  });

  it.each([
    ['Africa/Cairo', '2026-04-22'],
    ['Africa/Cairo', '2026-10-28'],
    ['America/Santiago', '2026-04-03'],
    ['America/Santiago', '2026-09-04'],
    ['America/Havana', '2026-03-06'],
    ['America/Havana', '2026-10-30'],
    ['America/St_Johns', '2010-03-12'],
    ['America/St_Johns', '2010-11-05'],
    ['Pacific/Apia', '2011-12-28'],
    ['Australia/Lord_Howe', '2026-04-03'],
    ['Europe/London', '2026-10-23'],
  ])(
    'is the start of the day as Temporal has it, each quarter of an hour of five days in %s from %s',
    (timeZone, date) => {
      const begin = Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds;
      for (let instant = begin + 1; instant < begin + 5 * 86_400_000; instant += 900_000) {
        const start = Temporal.Instant.fromEpochMilliseconds(instant - 1)
          .toZonedDateTimeISO(timeZone)
          .startOfDay();
        expect(text(localMidnightBefore(instant, timeZone))).toBe(text(start.epochMilliseconds));
      }
    },
  );
});
