import { describe, expect, it } from 'vitest';
import { GuardianError, messagesFor } from '../../shared/index.ts';
import type { CronTrigger, Trigger } from '../job.ts';
import { checkDeadline, checkTrigger } from './index.ts';

const cron = (pattern: string, more: Partial<CronTrigger> = {}): CronTrigger => ({
  kind: 'cron',
  pattern,
  timeZone: 'America/New_York',
  gap: 'run-after',
  overlap: 'once',
  ...more,
});

function refusalOf(trigger: Trigger): { code: string; key: string | undefined; reason: string | undefined } {
  try {
    checkTrigger(trigger, { key: 'jobs.full_sync' });
  } catch (thrown) {
    if (thrown instanceof GuardianError)
      return { code: thrown.code, key: thrown.about.key, reason: thrown.about.reason };
    throw thrown;
  }
  throw new Error('it was accepted');
}

describe('a trigger is refused with its place and what is wrong', () => {
  it.each([
    ['* * *', '"* * *" is no cron pattern: five or six fields are needed, not 3'],
    ['0 0 0 1 1 * 2026', 'five or six fields are needed, not 7'],
    ['61 * * * *', 'Invalid value for minute: 61'],
    ['0 5-1 * * *', 'From value is larger than to value'],
    ['*/0 * * * *', 'illegal stepping: 0'],
    ['nonsense', 'five or six fields are needed, not 1'],
    ['', 'five or six fields are needed, not 0'],
    ['\u0007 * * * *', '"\\u0007 * * * *" is no cron pattern: configuration entry 1 (?) contains'],
    ['0 0 * * SUN#6', 'nth weekday out of range'],
    ['0 0 * * FOO', 'illegal characters'],
    ['@reboot', '@reboot is not supported'],
    [`0 ${'1,'.repeat(400)}1 * * *`, 'the pattern has'],
  ])('%s', (pattern, reason) => {
    const refusal = refusalOf(cron(pattern));
    expect(refusal).toMatchObject({ code: 'configuration_invalid', key: 'jobs.full_sync.cron' });
    expect(refusal.reason).toContain(reason);
  });

  it.each(['Nowhere/Land', '+05:00', '', 'America/New York', 'x'.repeat(10_000)])('the zone %s', (timeZone) => {
    const refusal = refusalOf(cron('0 1 * * *', { timeZone }));
    expect(refusal).toMatchObject({ code: 'configuration_invalid', key: 'jobs.full_sync.timeZone' });
    expect(refusal.reason).toContain('is not an IANA time zone');
    expect(refusal.reason!.length).toBeLessThan(200);
  });

  it('when it never comes: a date that no year has, a time that its gap policy leaves out each year', () => {
    expect(refusalOf(cron('0 0 30 2 *')).reason).toBe('"0 0 30 2 *" never comes in America/New_York');
    expect(refusalOf(cron('0 0 31 4,6,9,11 *')).reason).toContain('never comes');
    expect(refusalOf(cron('30 2 * 3 +SUN#2', { gap: 'skip' })).reason).toContain('never comes');
    expect(refusalOf(cron('*/5 2 * 3 SUN#2')).reason).toContain('never comes');
    expect(() => checkTrigger(cron('30 2 * 3 SUN#2'))).not.toThrow();
    expect(() => checkTrigger(cron('*/5 2 * 3 SUN#2', { timeZone: 'Europe/Paris' }))).not.toThrow();
  });

  it('when its span is none', () => {
    for (const everyMs of [0, -5, 999, Number.NaN, Number.POSITIVE_INFINITY, 1.5e13]) {
      expect(refusalOf({ kind: 'interval', everyMs, anchor: null }).key).toBe('jobs.full_sync.every');
    }
    expect(refusalOf({ kind: 'interval', everyMs: 60_000, anchor: Number.NaN }).key).toBe('jobs.full_sync.anchor');
    expect(refusalOf({ kind: 'after', rule: 'all_success', edges: [] }).key).toBe('jobs.full_sync.after');
  });
});

it('accepts the patterns that people write, six fields, nicknames, aliases of zones', () => {
  for (const pattern of [
    '0 1 * * *',
    '*/5 * * * *',
    '30 0 1 * * *',
    '0 0 29 2 *',
    '0 9 * * MON-FRI',
    '@daily',
    '0 0 L * *',
  ]) {
    expect(() => checkTrigger(cron(pattern, { timeZone: 'America/Montreal' }))).not.toThrow();
  }
  expect(() => checkTrigger({ kind: 'none' })).not.toThrow();
});

it('says of a client that its payload is wrong', () => {
  expect(() => checkTrigger(cron('no'), { code: 'payload_invalid' })).toThrow('payload_invalid');
});

it('checks deadlines: their span, local time and zone', () => {
  checkDeadline({ kind: 'after', ms: 60_000 });
  checkDeadline({ kind: 'local', time: '05:00', timeZone: 'Europe/Paris' });
  for (const time of ['5:00', '24:00', '05:60', '05:00:61', '', 'noon']) {
    expect(() => checkDeadline({ kind: 'local', time, timeZone: 'Europe/Paris' })).toThrow('is no local time');
  }
  expect(() => checkDeadline({ kind: 'after', ms: 0 })).toThrow('is no span');
  expect(() => checkDeadline({ kind: 'local', time: '05:00', timeZone: 'Mars/Base' })).toThrow(
    'is not an IANA time zone',
  );
});

it('says in French what is wrong and what to do; the words of what reads patterns stay as they are', () => {
  const french = (pattern: string) => {
    try {
      checkTrigger(cron(pattern), { key: 'jobs.full_sync' });
    } catch (thrown) {
      return (thrown as GuardianError).explain(messagesFor('fr'));
    }
    return null;
  };
  expect(french('* * *')).toEqual({
    message:
      'La configuration est fausse à jobs.full_sync.cron : "* * *" n’est pas un motif cron : il faut cinq ou six champs, et non 3.',
    remedy: messagesFor('fr').declarations.triggers.noPatternRemedy,
  });
  expect(french('0 0 30 2 *')!.message).toBe(
    'La configuration est fausse à jobs.full_sync.cron : « 0 0 30 2 * » ne vient jamais dans America/New_York.',
  );
  expect(french('61 * * * *')!.message).toContain('n’est pas un motif cron : Invalid value for minute: 61');
});
