import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleReport } from '../../../test/fixtures/sample-report.ts';
import { DEFAULT_MAIL_POLICY, decideMail, type MailOccasion, occasionOf } from './mail-policy.ts';
import type { ToldMail } from './ports.ts';

const HOUR = 3_600_000;
const occasion = (over: Partial<MailOccasion> = {}): MailOccasion => ({
  status: 'DEGRADED',
  issues: ['v1:app:a'],
  now: 100 * HOUR,
  ...over,
});
const told = (over: Partial<ToldMail> = {}): ToldMail => ({
  at: 99 * HOUR,
  status: 'DEGRADED',
  issues: ['v1:app:a'],
  ...over,
});
/** `before`: newest first. */
const decide = (over: Partial<MailOccasion>, before: ToldMail[] = [], policy = DEFAULT_MAIL_POLICY) =>
  decideMail(occasion(over), { told: before, policy, isForced: false });

describe('when a report is mailed', () => {
  it('is decided by what its report holds, so that subject and content agree (row 28)', () => {
    const report = sampleReport();
    const [issue, ...others] = report.issues.map((one) => ({ ...one, is_regression: false }));
    const fingerprints = report.issues.map(({ fingerprint }) => fingerprint);
    expect(occasionOf({ ...report, issues: [issue!, ...others] })).toEqual({
      status: report.status,
      issues: fingerprints,
    });
    const regressed = occasionOf({ ...report, issues: [{ ...issue!, is_regression: true }, ...others] });
    expect(new Set(regressed.issues)).toEqual(new Set([...fingerprints, `${issue!.fingerprint} regressed`]));
  });

  it('is silent on OK, and speaks on DEGRADED and CRITICAL', () => {
    expect(decide({ status: 'OK' })).toEqual({ isSent: false, reason: 'status below minimum' });
    expect(decide({ status: 'DEGRADED' })).toEqual({ isSent: true, reason: 'first' });
    expect(decide({ status: 'CRITICAL' })).toMatchObject({ isSent: true });
  });

  it('keeps DEGRADED from a recipient who asked for CRITICAL only', () => {
    const policy = { ...DEFAULT_MAIL_POLICY, minimumStatus: 'CRITICAL' as const };
    expect(decide({}, [], policy)).toMatchObject({ isSent: false });
    expect(decide({ status: 'CRITICAL' }, [], policy)).toMatchObject({ isSent: true });
  });

  it('says the same thing once in six hours', () => {
    expect(decide({}, [told()])).toEqual({ isSent: false, reason: 'cool-down', until: 105 * HOUR });
    expect(decide({ now: 105 * HOUR - 1 }, [told()])).toMatchObject({ isSent: false });
    expect(decide({ now: 105 * HOUR }, [told()])).toEqual({ isSent: true, reason: 'first' });
  });

  it('breaks the silence for a worse status, a new issue or a regression, not for an issue that went away', () => {
    expect(decide({ status: 'CRITICAL' }, [told()])).toMatchObject({ reason: 'worse status' });
    expect(decide({ issues: ['v1:app:a', 'v1:app:b'] }, [told()])).toMatchObject({ reason: 'new issue' });
    expect(decide({ issues: ['v1:app:a', 'v1:app:a regressed'] }, [told()])).toMatchObject({ reason: 'new issue' });
    expect(decide({ issues: [] }, [told()])).toMatchObject({ isSent: false });
    expect(decide({}, [told({ status: 'CRITICAL' })])).toMatchObject({ isSent: false });
  });

  it('says of issues that come by turns each once in six hours (row 30)', () => {
    const before = [told({ at: 98 * HOUR, issues: ['v1:app:b'] }), told({ at: 96 * HOUR })];
    expect(decide({}, before)).toEqual({ isSent: false, reason: 'cool-down', until: 102 * HOUR });
    expect(decide({ issues: ['v1:app:a', 'v1:app:b'] }, before)).toMatchObject({ until: 102 * HOUR });
    expect(decide({ issues: [] }, before)).toMatchObject({ isSent: false });
    expect(decide({ now: 102 * HOUR }, before)).toMatchObject({ isSent: true });
    expect(decide({ now: 102 * HOUR, issues: ['v1:app:b'] }, before)).toMatchObject({ isSent: false });
  });

  it('keeps back no status that is worse than the last one told, nor worse than one of its issues was told at', () => {
    const worse = { status: 'CRITICAL' as const };
    const critical = told({ at: 98 * HOUR, ...worse });
    const other = { issues: ['v1:app:b'] };
    expect(decide(worse, [told(other), critical])).toMatchObject({ reason: 'worse status' });
    expect(decide({ ...worse, issues: [] }, [told(other), critical])).toMatchObject({ reason: 'worse status' });
    const lighterFirst = [critical, told({ at: 97 * HOUR, ...other })];
    expect(decide({ ...worse, ...other }, lighterFirst)).toMatchObject({ reason: 'worse status' });
    expect(decide({ ...worse, issues: ['v1:app:a', 'v1:app:b'] }, lighterFirst)).toMatchObject({
      reason: 'worse status',
    });
    expect(decide(worse, lighterFirst)).toMatchObject({ isSent: false });
  });

  it('forgets what it said before all was well, or nothing could be seen', () => {
    expect(decide({}, [told({ status: 'OK', issues: [] }), told({ at: 98 * HOUR })])).toEqual({
      isSent: true,
      reason: 'worse status',
    });
    expect(decide({}, [told(), told({ at: 98 * HOUR, status: 'OK', issues: [] })])).toMatchObject({ isSent: false });
  });

  it('always sends when forced', () => {
    fc.assert(
      fc.property(fc.constantFrom('OK', 'DEGRADED', 'CRITICAL'), fc.boolean(), (status, isRecent) => {
        const before = isRecent ? [told({ at: occasion().now })] : [];
        expect(
          decideMail(occasion({ status }), { told: before, policy: DEFAULT_MAIL_POLICY, isForced: true }).isSent,
        ).toBe(true);
      }),
    );
  });
});
