import { describe, expect, it } from 'vitest';
import type { CronTrigger, Trigger } from '../job.ts';
import { isFixedTime, newestTicks, nextTick, nextTicks, ticksBetween } from './index.ts';

const cron = (pattern: string, policy: Partial<CronTrigger> = {}): CronTrigger => ({
  kind: 'cron',
  pattern,
  timeZone: 'America/Montreal',
  gap: 'run-after',
  overlap: 'once',
  ...policy,
});
const at = (text: string): number => Date.parse(text);
const texts = (ticks: readonly number[]): string[] =>
  ticks.map((tick) => new Date(tick).toISOString().replace(':00.000Z', 'Z'));

describe('a cron', () => {
  it('keeps its local time over both changes of the clock (F21: no drift of an hour)', () => {
    expect(texts(nextTicks(cron('0 1 * * *'), at('2026-03-07T00:00Z'), 3))).toEqual([
      '2026-03-07T06:00Z',
      '2026-03-08T06:00Z',
      '2026-03-09T05:00Z',
    ]);
    expect(texts(nextTicks(cron('30 8 * * *'), at('2026-10-31T00:00Z'), 2))).toEqual([
      '2026-10-31T12:30Z',
      '2026-11-01T13:30Z',
    ]);
  });

  it('runs once after a gap for all that the gap left out, or not at all', () => {
    const gap = [at('2026-03-08T06:00Z'), at('2026-03-08T08:00Z')] as const;
    expect(texts(ticksBetween(cron('0,15,30 2,3 * * *'), ...gap))).toEqual([
      '2026-03-08T07:00Z',
      '2026-03-08T07:15Z',
      '2026-03-08T07:30Z',
    ]);
    expect(texts(ticksBetween(cron('10,20 2 * * *'), ...gap))).toEqual(['2026-03-08T07:00Z']);
    expect(ticksBetween(cron('10,20 2 * * *', { gap: 'skip' }), ...gap)).toEqual([]);
    expect(ticksBetween(cron('*/10 2 * * *'), ...gap)).toEqual([]);
  });

  it('runs a list of hours once in an overlap, where croner by itself would run it twice', () => {
    const overlap = [at('2026-11-01T04:00Z'), at('2026-11-01T07:00Z')] as const;
    expect(texts(ticksBetween(cron('0 1,13 * * *'), ...overlap))).toEqual(['2026-11-01T05:00Z']);
    expect(texts(ticksBetween(cron('0 1,13 * * *', { overlap: 'both' }), ...overlap))).toEqual([
      '2026-11-01T05:00Z',
      '2026-11-01T06:00Z',
    ]);
    expect(texts(ticksBetween(cron('*/30 * * * *'), at('2026-11-01T04:59Z'), at('2026-11-01T06:59Z')))).toEqual([
      '2026-11-01T05:00Z',
      '2026-11-01T05:30Z',
      '2026-11-01T06:00Z',
      '2026-11-01T06:30Z',
    ]);
  });

  it('runs at the first instant after a gap that takes midnight or a whole date with it', () => {
    const cairo = cron('30 0 * * *', { timeZone: 'Africa/Cairo' });
    expect(texts(ticksBetween(cairo, at('2026-04-23T12:00Z'), at('2026-04-24T12:00Z')))).toEqual(['2026-04-23T22:00Z']);
    const apia = cron('0 9 * * *', { timeZone: 'Pacific/Apia' });
    expect(texts(ticksBetween(apia, at('2011-12-29T12:00Z'), at('2011-12-31T12:00Z')))).toEqual([
      '2011-12-29T19:00Z',
      '2011-12-30T10:00Z',
      '2011-12-30T19:00Z',
    ]);
  });

  it('has its first tick after an instant within a second, and none twice, whatever ms are asked for', () => {
    const every = cron('* * * * * *', { timeZone: 'UTC' });
    expect(nextTick(every, 1_700_000_000_001)).toBe(1_700_000_001_000);
    expect(nextTick(every, 1_700_000_000_999)).toBe(1_700_000_001_000);
    expect(nextTick(every, 1_700_000_001_000)).toBe(1_700_000_002_000);
  });

  it('comes on the last day, a numbered weekday, and either of day and weekday', () => {
    const utc = { timeZone: 'UTC' };
    expect(texts(nextTicks(cron('0 6 L * *', utc), at('2028-01-30T00:00Z'), 2))).toEqual([
      '2028-01-31T06:00Z',
      '2028-02-29T06:00Z',
    ]);
    expect(texts(nextTicks(cron('0 6 * * FRI#2', utc), at('2026-05-01T00:00Z'), 1))).toEqual(['2026-05-08T06:00Z']);
    expect(texts(nextTicks(cron('0 6 13 * FRI', utc), at('2026-05-01T12:00Z'), 3))).toEqual([
      '2026-05-08T06:00Z',
      '2026-05-13T06:00Z',
      '2026-05-15T06:00Z',
    ]);
  });

  it('finds 29 February on a Monday over forty years, and gives up on 30 February', () => {
    const utc = { timeZone: 'UTC' };
    expect(texts(nextTicks(cron('0 0 29 2 +MON', utc), at('2072-03-01T00:00Z'), 1))).toEqual(['2112-02-29T00:00Z']);
    expect(nextTick(cron('0 0 30 2 *', utc), at('2026-01-01T00:00Z'))).toBeNull();
    expect(ticksBetween(cron('0 0 30 2 *', utc), at('2026-01-01T00:00Z'), at('2126-01-01T00:00Z'))).toEqual([]);
  });

  it('gives the newest of a long standstill, and says that there were more', () => {
    const { ticks, hasEarlier } = newestTicks(cron('* * * * * *'), at('2020-01-01T00:00Z'), at('2026-01-01T00:00Z'), {
      limit: 3,
    });
    expect(ticks).toEqual([1_767_225_598_000, 1_767_225_599_000, 1_767_225_600_000]);
    expect(hasEarlier).toBe(true);
    const yearly = newestTicks(
      cron('0 0 1 1 *', { timeZone: 'UTC' }),
      at('2020-06-01T00:00Z'),
      at('2026-06-01T00:00Z'),
    );
    expect(texts(yearly.ticks)).toEqual([2021, 2022, 2023, 2024, 2025, 2026].map((year) => `${year}-01-01T00:00Z`));
    expect(yearly.hasEarlier).toBe(false);
  });
});

describe('an interval', () => {
  it('counts whole spans from its stored anchor, unmoved by restarts', () => {
    const trigger: Trigger = { kind: 'interval', everyMs: 300_000, anchor: at('2026-01-01T00:02:00Z') };
    expect(texts(ticksBetween(trigger, at('2026-05-01T11:59:30Z'), at('2026-05-01T12:10:00Z')))).toEqual([
      '2026-05-01T12:02Z',
      '2026-05-01T12:07Z',
    ]);
    expect(texts(nextTicks(trigger, at('2025-12-01T00:00Z'), 2))).toEqual(['2026-01-01T00:02Z', '2026-01-01T00:07Z']);
  });

  it('without an anchor counts from when it was first seen, one span later at the earliest', () => {
    const trigger: Trigger = { kind: 'interval', everyMs: 300_000, anchor: null };
    const firstSeenAt = at('2026-05-01T12:01:00Z');
    expect(texts(nextTicks(trigger, 0, 2, { firstSeenAt }))).toEqual(['2026-05-01T12:06Z', '2026-05-01T12:11Z']);
    expect(nextTick(trigger, 0)).toBeNull();
  });
});

it('has no ticks for jobs that run after others or by hand', () => {
  const after: Trigger = { kind: 'after', rule: 'all_success', edges: [{ job: 'full_sync', isStrict: false }] };
  expect(ticksBetween(after, 0, Date.UTC(2026, 0, 1))).toEqual([]);
  expect(nextTicks({ kind: 'none' }, 0, 3)).toEqual([]);
});

it('calls a pattern fixed-time that has no wildcard or step in seconds, minutes and hours', () => {
  expect(['0 1 * * *', '0 1,13 * * *', '0-30 1-3 * * 1-5', '15 30 2 */2 * *', '@daily'].map(isFixedTime)).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(['* 1 * * *', '0 ? * * *', '0 */2 * * *', '0-30/10 1 * * *', '* 0 1 * * *', '@hourly'].some(isFixedTime)).toBe(
    false,
  );
});
