import { describe, expect, it } from 'vitest';
import { signalOfCheckIn } from './index.ts';

const record = (payload: Record<string, unknown>) => ({ projectId: 7, time: 1_700_000_000_000, payload });
const base = {
  checkInId: '4bd7ba3ac2d84b8a9aae1cc2a3ab0c1d',
  monitor: 'nightly-export',
  status: 'in_progress',
  durationMs: null,
  environment: 'production',
  config: null,
};

describe('signalOfCheckIn', () => {
  it('tells start, success and failure of the monitor of a project', () => {
    expect(signalOfCheckIn(record(base))).toMatchObject({
      kind: 'start',
      protocol: 'check-in',
      job: { by: 'slug', projectId: 7, slug: 'nightly-export' },
      at: 1_700_000_000_000,
      clientId: base.checkInId,
      environment: 'production',
      definition: null,
    });
    expect(signalOfCheckIn(record({ ...base, status: 'ok', durationMs: 1_500, stats: { rows: 3 } }))).toMatchObject({
      kind: 'success',
      durationMs: 1_500,
      facts: { stats: { rows: 3 } },
    });
    expect(signalOfCheckIn(record({ ...base, status: 'error', checkInId: null }))).toMatchObject({
      kind: 'fail',
      clientId: null,
    });
  });

  it('reads a crontab and its margins', () => {
    const config = {
      schedule: { type: 'crontab', value: ' 0 3  * * * ', unit: null },
      timeZone: 'America/Montreal',
      checkInMarginMinutes: 5,
      maxRuntimeMinutes: 120,
      failureIssueThreshold: 2,
      recoveryThreshold: 3,
    };
    expect(signalOfCheckIn(record({ ...base, config }))?.definition).toEqual({
      isUpdate: true,
      trigger: {
        kind: 'cron',
        pattern: '0 3 * * *',
        timeZone: 'America/Montreal',
        gap: 'run-after',
        overlap: 'once',
      },
      graceMs: 300_000,
      maxRunMs: 7_200_000,
      failureThreshold: 2,
      recoveryThreshold: 3,
    });
  });

  it('reads intervals and named patterns, UTC without a time zone', () => {
    const definition = (schedule: unknown, timeZone: unknown = null) =>
      signalOfCheckIn(record({ ...base, config: { schedule, timeZone } }))?.definition;
    expect(definition({ type: 'interval', value: 2, unit: 'hour' })?.trigger).toEqual({
      kind: 'interval',
      everyMs: 7_200_000,
      anchor: null,
    });
    expect(definition({ type: 'crontab', value: '@daily' })?.trigger).toMatchObject({
      pattern: '0 0 * * *',
      timeZone: 'UTC',
    });
  });

  it.each([
    ['an unknown zone', { schedule: { type: 'crontab', value: '0 3 * * *' }, timeZone: 'Mars/Olympus' }],
    ['no pattern', { schedule: { type: 'crontab', value: 'every night' }, timeZone: null }],
    ['an unknown unit', { schedule: { type: 'interval', value: 2, unit: 'constructor' } }],
    ['an interval of nothing', { schedule: { type: 'interval', value: 0, unit: 'day' } }],
    ['no schedule', { schedule: null }],
  ])('gives no trigger for %s', (_, config) => {
    expect(signalOfCheckIn(record({ ...base, config }))?.definition).toMatchObject({ trigger: null });
  });

  it('is silent over what is no check-in', () => {
    expect(signalOfCheckIn(record({ ...base, status: 'toString' }))).toBeNull();
    expect(signalOfCheckIn(record({ ...base, monitor: '' }))).toBeNull();
  });
});
