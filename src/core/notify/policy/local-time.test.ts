import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localClock, nextLocalTime, parseTime, timeOfDay } from './local-time.ts';
import { quietUntil } from './quiet-hours.ts';

const at = (instant: string) => Date.parse(instant);
const next = (from: string, time: string, zone = 'America/Montreal') =>
  new Date(nextLocalTime(at(from), time, zone)).toISOString();

describe('the next time that clocks of a zone show', () => {
  it('is that very moment, or the next day’s', () => {
    expect(next('2026-01-12T07:05:00-05:00', '07:05')).toBe('2026-01-12T12:05:00.000Z');
    expect(next('2026-01-12T07:05:00.001-05:00', '07:05')).toBe('2026-01-13T12:05:00.000Z');
  });

  it('is the first of a time that comes twice, and the moment after a gap of one that does not come', () => {
    expect(next('2026-11-01T00:00:00-04:00', '01:30')).toBe('2026-11-01T05:30:00.000Z');
    expect(next('2026-11-01T01:45:00-04:00', '01:30')).toBe('2026-11-02T06:30:00.000Z');
    expect(next('2026-03-08T00:00:00-05:00', '02:30')).toBe('2026-03-08T07:00:00.000Z');
    // A shift of half an hour, and a midnight that is left out.
    expect(next('2026-10-04T00:00:00+10:30', '02:15', 'Australia/Lord_Howe')).toBe('2026-10-03T15:30:00.000Z');
    expect(next('2026-04-23T12:00:00+02:00', '00:00', 'Africa/Cairo')).toBe('2026-04-23T22:00:00.000Z');
  });

  it('shows that time, is not before, and comes within two days, whatever the zone and the moment', () => {
    const zones = [
      'America/Montreal',
      'Europe/Paris',
      'Australia/Lord_Howe',
      'Africa/Cairo',
      'Asia/Kathmandu',
      'America/St_Johns',
      'Pacific/Apia',
      'UTC',
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
        fc.integer({ min: 0, max: 24 * 60 - 1 }),
        fc.constantFrom(...zones),
        (from, minute, zone) => {
          const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
          const found = nextLocalTime(from, time, zone);
          expect(found).toBeGreaterThanOrEqual(from);
          expect(found - from).toBeLessThan(49 * 60 * 60_000);
          const shown = timeOfDay(found, zone);
          // In a gap the clocks show a later time, and a moment before an earlier one.
          if (shown !== parseTime(time)) {
            expect(localClock(found, zone) - localClock(found - 1, zone)).toBeGreaterThan(1);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('quiet hours', () => {
  const ana = { timeZone: 'America/Montreal', quietHours: { from: '21:00', to: '07:00', release: '07:05' } };
  const until = (instant: string, severity: 'warning' | 'critical' = 'warning', person = ana) => {
    const found = quietUntil(person, severity, at(instant));
    return found === null ? null : new Date(found).toISOString();
  };

  it('C7: begin with their first moment and end before their last', () => {
    expect(until('2026-01-12T20:59:59.999-05:00')).toBeNull();
    expect(until('2026-01-12T21:00:00.000-05:00')).toBe('2026-01-13T12:05:00.000Z');
    expect(until('2026-01-13T06:59:59.999-05:00')).toBe('2026-01-13T12:05:00.000Z');
    expect(until('2026-01-13T07:00:00.000-05:00')).toBeNull();
  });

  it('let critical pass, and are off for who has none', () => {
    expect(until('2026-01-13T03:00:00-05:00', 'critical')).toBeNull();
    expect(quietUntil({ ...ana, quietHours: null }, 'info', at('2026-01-13T03:00:00-05:00'))).toBeNull();
  });

  it('within one day, released at their end', () => {
    const lunch = { ...ana, quietHours: { from: '12:00', to: '13:00', release: '13:00' } };
    expect(until('2026-01-13T12:30:00-05:00', 'warning', lunch)).toBe('2026-01-13T18:00:00.000Z');
    expect(until('2026-01-13T13:00:00-05:00', 'warning', lunch)).toBeNull();
  });
});
