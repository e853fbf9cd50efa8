import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MAIL_POLICY, decideMail, type MailOccasion } from './mail-policy.ts';
import type { DeliveryRow } from './ports.ts';

const HOUR = 3_600_000;
const occasion = (over: Partial<MailOccasion> = {}): MailOccasion => ({
  status: 'DEGRADED',
  issues: ['v1:app:a'],
  hasRegression: false,
  now: 100 * HOUR,
  ...over,
});
const delivered = (over: Partial<DeliveryRow> = {}): DeliveryRow => ({
  at: 99 * HOUR,
  service: 'shop',
  recipient: 'dev@example.org',
  outcome: 'sent',
  status: 'DEGRADED',
  issues: ['v1:app:a'],
  detail: '',
  ...over,
});
const decide = (over: Partial<MailOccasion>, last: DeliveryRow | null, policy = DEFAULT_MAIL_POLICY) =>
  decideMail(occasion(over), { last, policy, isForced: false });

describe('when a report is mailed', () => {
  it('is silent on OK, and speaks on DEGRADED and CRITICAL', () => {
    expect(decide({ status: 'OK' }, null)).toEqual({ isSent: false, reason: 'status below minimum' });
    expect(decide({ status: 'DEGRADED' }, null)).toEqual({ isSent: true, reason: 'first' });
    expect(decide({ status: 'CRITICAL' }, null)).toMatchObject({ isSent: true });
  });

  it('keeps DEGRADED from a recipient who asked for CRITICAL only', () => {
    const policy = { ...DEFAULT_MAIL_POLICY, minimumStatus: 'CRITICAL' as const };
    expect(decide({}, null, policy)).toMatchObject({ isSent: false });
    expect(decide({ status: 'CRITICAL' }, null, policy)).toMatchObject({ isSent: true });
  });

  it('says the same thing once in six hours', () => {
    expect(decide({}, delivered())).toEqual({ isSent: false, reason: 'cool-down', until: 105 * HOUR });
    expect(decide({ now: 105 * HOUR }, delivered())).toEqual({ isSent: true, reason: 'cool-down over' });
  });

  it('breaks the silence for a worse status, a new issue or a regression, not for an issue that went away', () => {
    expect(decide({ status: 'CRITICAL' }, delivered())).toMatchObject({ reason: 'worse status' });
    expect(decide({ issues: ['v1:app:a', 'v1:app:b'] }, delivered())).toMatchObject({ reason: 'new issue' });
    expect(decide({ hasRegression: true }, delivered())).toMatchObject({ reason: 'regression' });
    expect(decide({ issues: [] }, delivered())).toMatchObject({ isSent: false });
    expect(decide({}, delivered({ status: 'CRITICAL' }))).toMatchObject({ isSent: false });
  });

  it('always sends when forced', () => {
    fc.assert(
      fc.property(fc.constantFrom('OK', 'DEGRADED', 'CRITICAL'), fc.boolean(), (status, isRecent) => {
        const last = isRecent ? delivered({ at: occasion().now }) : null;
        expect(decideMail(occasion({ status }), { last, policy: DEFAULT_MAIL_POLICY, isForced: true }).isSent).toBe(
          true,
        );
      }),
    );
  });
});
