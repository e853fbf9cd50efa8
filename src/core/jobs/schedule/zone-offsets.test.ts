import { Temporal } from '@js-temporal/polyfill';
import { describe, expect, it } from 'vitest';
import { lastTransition, nextTransition, offsetAt, type ZoneTransition } from './zone-offsets.ts';

const FROM = Date.UTC(1970, 0, 1);
const UNTIL = Date.UTC(2038, 0, 1);

describe('the changes of a zone’s clock', () => {
  it.each([
    'Africa/Cairo',
    'Africa/Casablanca',
    'Africa/Monrovia',
    'America/Argentina/San_Luis',
    'America/Caracas',
    'Antarctica/Casey',
    'Asia/Gaza',
    'Europe/Dublin',
    'Europe/Lisbon',
    'Pacific/Apia',
    'UTC',
  ])('are those that Temporal knows from 1970 to 2037, however close together: %s', (timeZone) => {
    const expected: ZoneTransition[] = [];
    const begin = Temporal.Instant.fromEpochMilliseconds(FROM).toZonedDateTimeISO(timeZone);
    for (let next = begin.getTimeZoneTransition('next'); next && next.epochMilliseconds < UNTIL; ) {
      const before = next.subtract({ nanoseconds: 1 }).offsetNanoseconds / 1e6;
      expected.push({ at: next.epochMilliseconds, before, after: next.offsetNanoseconds / 1e6 });
      next = next.getTimeZoneTransition('next');
    }
    const found: ZoneTransition[] = [];
    for (let next = nextTransition(timeZone, FROM, UNTIL); next; next = nextTransition(timeZone, next.at, UNTIL)) {
      found.push(next);
    }
    expect(found).toEqual(expected);
    for (const { at, before, after } of expected) {
      expect([offsetAt(timeZone, at - 1), offsetAt(timeZone, at)]).toEqual([before, after]);
    }
  });

  it('are found backwards as well, with both ends of the window in it', () => {
    const at = Date.UTC(2026, 2, 8, 7);
    const transition = { at, before: -5 * 3_600_000, after: -4 * 3_600_000 };
    expect(lastTransition('America/Montreal', at, at)).toEqual(transition);
    expect(lastTransition('America/Montreal', at - 1, at + 1_000)).toEqual(transition);
    expect(lastTransition('America/Montreal', at + 1, at + 1_000)).toBeNull();
    expect(nextTransition('America/Montreal', at, at + 1_000)).toBeNull();
  });
});
