import { describe, expect, it } from 'vitest';
import { configurationSchema } from '../../config/schema.ts';
import { nextTicks } from '../../core/jobs/index.ts';
import type { OwnWorkOptions } from '../own-work.ts';
import { ownWork } from '../own-work.ts';
import { reportsDueAfter, reportTrigger } from './report-schedule.ts';

const HOUR = 3_600_000;
const at = (instant: string) => Date.parse(instant);

function given(reports: object, timeZone = 'UTC') {
  return configurationSchema.parse({ reports, timeZone });
}

describe('the schedule of the reports', () => {
  it('is a span, two hours unless told', () => {
    const due = reportsDueAfter(given({}));
    expect(reportTrigger(given({}))).toEqual({ kind: 'interval', everyMs: 2 * HOUR, anchor: null });
    expect(due(at('2026-01-31T08:00:00Z'))).toBe(at('2026-01-31T10:00:00Z'));
  });

  it('is a cron expression in a named zone, across a change of its clock', () => {
    const configuration = given({ cron: '0 */2 * * *', timeZone: 'Europe/Paris' }, 'America/Montreal');
    const trigger = reportTrigger(configuration)!;
    // Midnight, four and six in Paris: on 29 March 2026 two o'clock is left out, and from then on it is two hours ahead.
    expect(nextTicks(trigger, at('2026-03-28T22:30:00Z'), 3).map((tick) => new Date(tick).toISOString())).toEqual([
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T02:00:00.000Z',
      '2026-03-29T04:00:00.000Z',
    ]);
    expect(reportsDueAfter(configuration)(at('2026-07-01T07:59:00Z'))).toBe(at('2026-07-01T08:00:00Z'));
  });

  it('is meant in the zone of the installation where it names none', () => {
    const configuration = given({ cron: '0 8 * * 1-5' }, 'America/Montreal');
    // Friday's is valid until Monday's.
    expect(reportsDueAfter(configuration)(at('2026-01-30T13:00:01Z'))).toBe(at('2026-02-02T13:00:00Z'));
  });

  it('is none where nobody wants any', () => {
    expect(reportTrigger(given({ everyMs: null }))).toBeNull();
    expect(reportsDueAfter(given({ everyMs: null }))(0)).toBeNull();
  });
});

describe('the job of the reports', () => {
  const works = (reports: object) =>
    ownWork({
      configuration: given(reports),
      telling: {},
      store: {},
      usageReport: { name: 'usage', label: 'usage', trigger: { kind: 'none' }, timeoutMs: 1, run: async () => ({}) },
    } as unknown as OwnWorkOptions);

  it('comes by it', () => {
    const job = works({ cron: '30 7 * * *', timeZone: 'Europe/Paris' }).find(({ name }) => name === 'reports');
    expect(job?.trigger).toMatchObject({ kind: 'cron', pattern: '30 7 * * *', timeZone: 'Europe/Paris' });
    expect(works({ everyMs: null }).map(({ name }) => name)).not.toContain('reports');
  });

  it.each([
    [{ cron: '0 25 * * *' }, 'reports.cron'],
    [{ cron: '0 8 * * *', timeZone: 'Mars/Olympus' }, 'reports.timeZone'],
  ])('is refused at the start when it can never come: %j', (reports, key) => {
    expect(() => works(reports)).toThrow(
      expect.objectContaining({ code: 'configuration_invalid', about: expect.objectContaining({ key }) }),
    );
  });
});
