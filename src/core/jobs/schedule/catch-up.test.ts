import { describe, expect, it } from 'vitest';
import type { CatchUp, Trigger } from '../job.ts';
import { catchUp, ticksOfVersions } from './index.ts';

const at = (text: string): number => Date.parse(text);
const HOUR_MS = 3_600_000;
const lookBackMs = 24 * HOUR_MS;
const hourly: Trigger = { kind: 'cron', pattern: '0 * * * *', timeZone: 'UTC', gap: 'run-after', overlap: 'once' };
const halfHourly: Trigger = { ...hourly, pattern: '*/30 * * * *' };

describe('ticks of a schedule that was changed', () => {
  const versions = [
    { job: { trigger: hourly }, version: 3, since: at('2026-05-01T00:00Z') },
    { job: { trigger: halfHourly }, version: 4, since: at('2026-05-02T02:00Z') },
    { job: { trigger: { kind: 'none' } as const }, version: 5, since: at('2026-05-02T03:30Z') },
    { job: { trigger: hourly }, version: 6, since: at('2026-05-02T04:15Z') },
  ];

  it('are those of the version that was in force, the instant of a change being the next one’s', () => {
    const { ticks, hasEarlier } = ticksOfVersions({
      versions,
      from: at('2026-05-01T23:30Z'),
      until: at('2026-05-02T05:00Z'),
    });
    expect(ticks.map(({ tick, version }) => `${new Date(tick).toISOString().slice(11, 16)} v${version}`)).toEqual([
      '00:00 v3',
      '01:00 v3',
      '02:00 v4',
      '02:30 v4',
      '03:00 v4',
      '05:00 v6',
    ]);
    expect(hasEarlier).toBe(false);
  });

  it('are the newest where there are too many, and says so', () => {
    const { ticks, hasEarlier } = ticksOfVersions({
      versions,
      from: at('2026-04-01T00:00Z'),
      until: at('2026-05-02T05:00Z'),
      limit: 4,
    });
    expect(ticks.map(({ version }) => version)).toEqual([4, 4, 4, 6]);
    expect(hasEarlier).toBe(true);
    const exact = ticksOfVersions({
      versions,
      from: at('2026-05-02T01:30Z'),
      until: at('2026-05-02T05:00Z'),
      limit: 4,
    });
    expect([exact.ticks.length, exact.hasEarlier]).toEqual([4, false]);
    const one = ticksOfVersions({ versions, from: at('2026-05-02T02:30Z'), until: at('2026-05-02T05:00Z'), limit: 1 });
    expect([one.ticks.length, one.hasEarlier]).toEqual([1, true]);
  });

  it('are none without a version', () => {
    expect(ticksOfVersions({ versions: [], from: 0, until: 1e12 })).toEqual({ ticks: [], hasEarlier: false });
  });
});

describe('catching up', () => {
  const now = at('2026-05-03T12:30Z');
  const missed = Array.from({ length: 40 }, (_, index) => ({
    tick: at('2026-05-03T12:00Z') - (39 - index) * HOUR_MS,
    version: 1,
  }));
  const outcome = (policy: CatchUp) => {
    const { run, missed: left } = catchUp({ missed, policy, now });
    expect([...left, ...run]).toEqual(missed);
    return run.map(({ tick }) => (at('2026-05-03T12:00Z') - tick) / HOUR_MS);
  };

  it('runs none, the last, or so many of the newest, in the order of their ticks; the others are missed', () => {
    expect(outcome({ kind: 'none', lookBackMs })).toEqual([]);
    expect(outcome({ kind: 'last', lookBackMs })).toEqual([0]);
    expect(outcome({ kind: 'all', limit: 3, lookBackMs })).toEqual([2, 1, 0]);
    expect(outcome({ kind: 'all', limit: 0, lookBackMs })).toEqual([]);
  });

  it('looks no farther back than it may (C14: no storm after a long standstill)', () => {
    expect(outcome({ kind: 'all', limit: 1_000, lookBackMs })).toHaveLength(24);
    expect(outcome({ kind: 'last', lookBackMs: 10 * 60_000 })).toEqual([]);
    expect(outcome({ kind: 'last', lookBackMs: 30 * 60_000 })).toEqual([0]);
  });

  it('never runs more than a thousand', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => ({ tick: now - (5_000 - index) * 1_000, version: 1 }));
    const { run, missed: left } = catchUp({ missed: many, policy: { kind: 'all', limit: 1e9, lookBackMs }, now });
    expect([run.length, left.length]).toEqual([1_000, 4_000]);
  });
});
