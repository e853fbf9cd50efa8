import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTime, toEpochMs } from './read-time.ts';
import { toUtcFrom } from './zone.ts';

const context = { toUtc: toUtcFrom('UTC'), referenceTime: Date.UTC(2025, 9, 21) };
const at = Date.UTC(2025, 9, 20, 16, 1, 18);

describe('readTime', () => {
  it.each([
    ['2025-10-20T16:01:18Z', at],
    ['2025-10-20 16:01:18', at],
    ['2025-10-20 16:01:18,121', at + 121],
    ['2025-10-20T18:01:18.121+02:00', at + 121],
    ['2025-10-20T18:01:18.121+0200', at + 121],
    ['2025-10-20 18:01:18.121 +0200', at + 121],
    ['2025-10-20 18:01:18 CEST', at],
    ['2025-10-20 16:01:18.121 UTC', at + 121],
    ['2025/10/20 16:01:18', at],
    ['20/Oct/2025:18:01:18 +0200', at],
    ['20-Oct-2025 16:01:18', at],
    ['Oct 20 16:01:18', at],
    ['Oct 20 2025 16:01:18', at],
    ['Oct 20, 2025 4:01:18 PM', at],
    ['Mon Oct 20 16:01:18 2025', at],
    ['2025-10-20T16:01:18.123456789Z', at + 123.456789],
  ])('reads %j to its end', (text, time) => {
    expect(readTime(text, 0, context)).toEqual({ time, end: text.length });
  });

  it.each([
    '2025-13-20 16:01:18',
    '2025-10-20 25:01:18',
    '2025-10-20',
    '10.0.0.1',
    'May be',
    'Oct 32 16:01:18',
    '1234-5678',
  ])('finds none in %j', (text) => {
    expect(readTime(text, 0, context)).toBeNull();
  });

  it('takes no word behind it for a zone', () => {
    expect(readTime('2025-10-20 16:01:18 INFO x', 0, context)?.end).toBe(19);
    expect(readTime('2025-10-20 16:01:18 EST x', 0, context)?.time).toBe(at + 5 * 3_600_000);
  });

  it('reads every instant that is written out', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
        (date) => {
          expect(readTime(date.toISOString(), 0, context)).toEqual({ time: date.getTime(), end: 24 });
        },
      ),
    );
  });
});

describe('toEpochMs', () => {
  it.each([
    [1_760_976_078, at],
    [1_760_976_078.5, at + 500],
    [1_760_976_078_000, at],
    [1_760_976_078_000_000, at],
    ['1760976078000000000', at],
    ['2025-10-20T16:01:18Z', at],
    [12.5, null],
    ['yesterday', null],
    [null, null],
    [Number.NaN, null],
  ])('reads %j by its size', (value, time) => {
    expect(toEpochMs(value, context)).toBe(time);
  });
});

describe('zones', () => {
  it('follows summer time, also where a time is skipped or happens twice', () => {
    const paris = toUtcFrom('Europe/Paris');
    expect(paris(Date.UTC(2025, 0, 1, 12))).toBe(Date.UTC(2025, 0, 1, 11));
    expect(paris(Date.UTC(2025, 6, 1, 12))).toBe(Date.UTC(2025, 6, 1, 10));
    expect(paris(Date.UTC(2025, 2, 30, 2, 30))).toBe(Date.UTC(2025, 2, 30, 1, 30));
    expect(paris(Date.UTC(2025, 9, 26, 2, 30))).toBe(Date.UTC(2025, 9, 26, 0, 30));
  });

  it('agrees with the calendar of the platform', () => {
    const zones = fc.constantFrom('America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia');
    fc.assert(
      fc.property(zones, fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) }), (zone, epoch) => {
        const second = Math.floor(epoch / 1000) * 1000;
        const parts = new Intl.DateTimeFormat('sv-SE', {
          timeZone: zone,
          dateStyle: 'short',
          timeStyle: 'medium',
        }).format(second);
        const wall = Date.parse(`${parts.replace(' ', 'T')}Z`);
        const back = toUtcFrom(zone)(wall);
        // In the hour that happens twice either instant is right.
        expect([0, 3_600_000, 1_800_000]).toContain(Math.abs(back - second));
      }),
      { numRuns: 200 },
    );
  });

  it('refuses a name that is no zone', () => {
    expect(() => toUtcFrom('Europe/Nowhere')).toThrow(RangeError);
  });
});
