import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trigger } from '../job.ts';
import { newestTicks, nextTick, nextTicks, ticksBetween } from './index.ts';

const HOUR_MS = 3_600_000;
const ALL = { limit: Number.POSITIVE_INFINITY, firstSeenAt: Date.UTC(2024, 1, 29, 12, 0, 0, 123) };

const field = (lowest: number, highest: number): fc.Arbitrary<string> => {
  const value = fc.integer({ min: lowest, max: highest });
  return fc.oneof(
    fc.constant('*'),
    value.map(String),
    fc.uniqueArray(value, { minLength: 1, maxLength: 4 }).map((values) => values.join(',')),
    fc.tuple(value, value).map(([one, other]) => `${Math.min(one, other)}-${Math.max(one, other)}`),
    fc.integer({ min: 2, max: highest }).map((step) => `*/${step}`),
  );
};

const cron: fc.Arbitrary<Trigger> = fc.record({
  kind: fc.constant('cron' as const),
  pattern: fc
    .tuple(
      fc.constantFrom('', '0 ', '30 ', '5,35 '),
      field(0, 59),
      field(0, 23),
      fc.oneof(fc.constant('*'), field(1, 31)),
      field(0, 6),
    )
    .map(([second, minute, hour, day, weekday]) => `${second}${minute} ${hour} ${day} * ${weekday}`),
  timeZone: fc.constantFrom(
    'UTC',
    'Europe/Paris',
    'Australia/Lord_Howe',
    'America/Santiago',
    'Africa/Cairo',
    'Asia/Kolkata',
  ),
  gap: fc.constantFrom('run-after' as const, 'skip' as const),
  overlap: fc.constantFrom('once' as const, 'both' as const),
});

const interval: fc.Arbitrary<Trigger> = fc.record({
  kind: fc.constant('interval' as const),
  everyMs: fc.integer({ min: 60_000, max: 40 * HOUR_MS }),
  anchor: fc.oneof(fc.constant(null), fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2027, 0, 1) })),
});

const trigger = fc.oneof({ weight: 4, arbitrary: cron }, { weight: 1, arbitrary: interval });

/** Three instants in order, half of the time about a change of the clock. */
const window = fc
  .tuple(
    fc.oneof(
      fc
        .constantFrom(
          '2026-03-28T20:00Z',
          '2026-10-24T20:00Z',
          '2026-04-03T20:00Z',
          '2026-09-06T00:00Z',
          '2026-04-23T12:00Z',
        )
        .map(Date.parse),
      fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) }),
    ),
    fc.integer({ min: 0, max: 60 * HOUR_MS }),
    fc.integer({ min: 0, max: 60 * HOUR_MS }),
  )
  .map(([from, first, second]) => [from, from + first, from + first + second] as const);

describe('ticks', () => {
  it('of adjoining windows are those of the whole, however it is cut', () => {
    fc.assert(
      fc.property(trigger, window, (of, [from, middle, until]) => {
        const whole = ticksBetween(of, from, until, ALL);
        expect([...ticksBetween(of, from, middle, ALL), ...ticksBetween(of, middle, until, ALL)]).toEqual(whole);
        // Asked again, once the schedule knows what comes next.
        expect(ticksBetween(of, from, until, ALL)).toEqual(whole);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are in the window, ascending, none twice', () => {
    fc.assert(
      fc.property(trigger, window, (of, [from, , until]) => {
        let last = from;
        for (const tick of ticksBetween(of, from, until, ALL)) {
          expect(tick).toBeGreaterThan(last);
          last = tick;
        }
        expect(last).toBeLessThanOrEqual(until);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are the same one after the other, in pages, and from the end', () => {
    fc.assert(
      fc.property(trigger, window, fc.integer({ min: 1, max: 20 }), (of, [from, , until], limit) => {
        const whole = ticksBetween(of, from, until, ALL);
        expect(nextTicks(of, from, whole.length, ALL)).toEqual(whole);
        const after = nextTick(of, until, ALL);
        if (after !== null) expect(after).toBeGreaterThan(until);
        const page = ticksBetween(of, from, until, { ...ALL, limit });
        expect(page).toEqual(whole.slice(0, limit));
        expect(ticksBetween(of, page.at(-1) ?? from, until, { ...ALL, limit })).toEqual(whole.slice(limit, 2 * limit));
        const hasEarlier = whole.length > limit;
        expect(newestTicks(of, from, until, { ...ALL, limit })).toEqual({ ticks: whole.slice(-limit), hasEarlier });
      }),
      { numRuns: 1_000 },
    );
  });
});
