import { describe, expect, it } from 'vitest';
import type { CronTrigger } from '../job.ts';
import { dstPreview } from './index.ts';

const cron = (pattern: string, more: Partial<CronTrigger> = {}): CronTrigger => ({
  kind: 'cron',
  pattern,
  timeZone: 'America/Montreal',
  gap: 'run-after',
  overlap: 'once',
  ...more,
});
const after = Date.parse('2026-01-15T00:00Z');
const brief = (trigger: CronTrigger) =>
  dstPreview(trigger, after).map(({ date, kind, ticks, leftOut }) => ({
    date,
    kind,
    ticks: ticks.map(({ local, is }) => `${local.slice(11, 16)} ${is}`),
    leftOut: leftOut.map((local) => local.slice(11, 16)),
  }));

describe('the next two days on which the clock changes', () => {
  it('show what is made up for after the gap, and what runs once in the overlap', () => {
    expect(brief(cron('0,30 1,2 * * *'))).toEqual([
      { date: '2026-03-08', kind: 'gap', ticks: ['01:00 plain', '01:30 plain', '03:00 moved'], leftOut: [] },
      {
        date: '2026-11-01',
        kind: 'overlap',
        ticks: ['01:00 plain', '01:30 plain', '02:00 plain', '02:30 plain'],
        leftOut: ['01:00', '01:30'],
      },
    ]);
    const [gap] = dstPreview(cron('0,30 1,2 * * *'), after);
    expect(gap).toMatchObject({
      from: '2026-03-08T02:00:00',
      to: '2026-03-08T03:00:00',
      offsetBefore: -300,
      offsetAfter: -240,
    });
    expect(gap!.ticks[2]!.movedFrom).toEqual(['2026-03-08T02:00:00', '2026-03-08T02:30:00']);
  });

  it('show what is left out, and what runs twice', () => {
    expect(brief(cron('30 1,2 * * *', { gap: 'skip', overlap: 'both' }))).toEqual([
      { date: '2026-03-08', kind: 'gap', ticks: ['01:30 plain'], leftOut: ['02:30'] },
      { date: '2026-11-01', kind: 'overlap', ticks: ['01:30 first', '01:30 second', '02:30 plain'], leftOut: [] },
    ]);
  });

  it('show the gap that takes midnight with it, and the overlap that ends a day', () => {
    expect(brief(cron('30 0,23 * * *', { timeZone: 'Africa/Cairo', overlap: 'both' }))).toEqual([
      { date: '2026-04-24', kind: 'gap', ticks: ['01:00 moved', '23:30 plain'], leftOut: [] },
      { date: '2026-10-29', kind: 'overlap', ticks: ['00:30 plain', '23:30 first', '23:30 second'], leftOut: [] },
    ]);
  });

  it('of a schedule of every minute show a hundred ticks about the change, and the true count', () => {
    const [gap, overlap] = dstPreview(cron('* * * * *'), after);
    expect([gap!.tickCount, gap!.ticks.length, gap!.leftOutCount]).toEqual([23 * 60, 100, 60]);
    expect([overlap!.tickCount, overlap!.ticks.length, overlap!.leftOutCount]).toEqual([25 * 60, 100, 0]);
    expect(gap!.ticks[50]!.local).toBe('2026-03-08T03:00:00');
    expect(overlap!.ticks[50]).toMatchObject({ local: '2026-11-01T01:00:00', is: 'second' });
  });

  it('are none where no clock changes, and for intervals', () => {
    expect(dstPreview(cron('0 1 * * *', { timeZone: 'Asia/Tokyo' }), after)).toEqual([]);
    expect(dstPreview({ kind: 'interval', everyMs: 60_000, anchor: 0 }, after)).toEqual([]);
  });
});
