import { describe, expect, it } from 'vitest';
import { type GuardianError, messagesFor } from '../core/shared/index.ts';
import { checkTelling } from './check-telling.ts';
import { readEnvironment } from './environment.ts';
import { type ConfigurationInput, configurationSchema } from './schema.ts';

const check = (input: ConfigurationInput) => () => checkTelling(configurationSchema.parse(input));
const route = { name: 'syncs', on: ['job_failed' as const], to: ['role:administrators'], over: ['slack' as const] };
const hook = 'https://hooks.slack.com/services/T/B/x';

describe('who is told', () => {
  it('takes addresses of people and administrators from the environment, each a delivery of its own', () => {
    const { recipients } = configurationSchema.parse(
      readEnvironment({
        EMAIL_NICOLAS: ' nicolas@piano.ca , n2@piano.ca',
        SLACK_WEBHOOK_ALLAN: hook,
        SLACK_WEBHOOK_ADMIN_1: `${hook}1`,
        SLACK_WEBHOOK_ADMIN_2: `${hook}2`,
      }),
    );
    expect(recipients.nicolas!.email).toEqual(['nicolas@piano.ca', 'n2@piano.ca']);
    expect(recipients.allan!.slack).toEqual([hook]);
    expect(recipients.admin).toMatchObject({ roles: ['administrators'], slack: [`${hook}1`, `${hook}2`] });
  });

  it('starts with routes whose recipients can be reached', () => {
    expect(
      check({ recipients: { nicolas: { roles: ['administrators'], slack: hook } }, routes: [route] }),
    ).not.toThrow();
  });

  it.each<[string, ConfigurationInput, RegExp]>([
    ['F15: an unknown recipient', { routes: [{ ...route, to: ['bob'] }] }, /"bob" is nobody/],
    ['F15: a role that nobody has', { recipients: { a: { slack: hook } }, routes: [route] }, /role:administrators/],
    [
      'F18: an unset variable in use',
      { recipients: { allan: { roles: ['administrators'] } }, routes: [route] },
      /has no address for slack/,
    ],
    [
      'F15: an address at a reserved domain',
      {
        recipients: { a: { email: 'a@example.com' } },
        routes: [{ ...route, to: ['a'], over: ['email'] }],
        mail: { smtp: { host: 'mail.piano.ca' } },
      },
      /reserved/,
    ],
    [
      'F15: a placeholder',
      { recipients: { a: { slack: 'your-webhook-here' } }, routes: [{ ...route, to: ['a'] }] },
      /placeholder/,
    ],
    [
      'F18: mail without a server',
      { recipients: { a: { email: 'a@piano.ca' } }, routes: [{ ...route, to: ['a'], over: ['email'] }] },
      /no server/,
    ],
    [
      'SMS without Twilio',
      { recipients: { a: { sms: '+15145550100' } }, routes: [{ ...route, to: ['a'], over: ['sms'] }] },
      /Twilio/,
    ],
    [
      'a rotation of strangers',
      { roles: { oncall: { rotation: ['x'], from: '2026-01-05T09:00:00Z' } } },
      /"x" is nobody/,
    ],
  ])('refuses %s, with the key and the reason', (_, input, reason) => {
    expect(check(input)).toThrow(reason);
  });

  it('never repeats a mail server’s address with its password', () => {
    expect(() => readEnvironment({ SMTP_URL: 'http://user:hunter2@host' })).toThrow(/^(?!.*hunter2).*smtp/);
  });

  it('says in French what is wrong and what to do', () => {
    const french = (input: ConfigurationInput) => {
      try {
        check(input)();
      } catch (thrown) {
        return (thrown as GuardianError).explain(messagesFor('fr'));
      }
      return null;
    };
    expect(french({ routes: [{ ...route, to: ['bob'] }] })!.message).toBe(
      'La configuration est fausse à routes[0] (syncs) : « bob » n’est personne ; sont connus : aucun.',
    );
    expect(french({ recipients: { allan: { roles: ['administrators'] } }, routes: [route] })).toEqual({
      message: 'La configuration est fausse à routes[0] (syncs) : « allan » n’a pas d’adresse pour slack.',
      remedy: 'Donnez SLACK_WEBHOOK_ALLAN, ou recipients.allan.slack.',
    });
  });
});
