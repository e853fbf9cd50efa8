import { describe, expect, it } from 'vitest';
import { type ConfigurationInput, configurationSchema } from '../../config/schema.ts';
import { describeChannels, openChannels } from './channels.ts';
import { declaredDirectory, notifyKnobsOf } from './directory.ts';

const configurationOf = (input: ConfigurationInput) =>
  configurationSchema.parse({ timeZone: 'America/Montreal', language: 'fr', ...input });

describe('recipients, routes and rotations', () => {
  it('take zone and language of the installation where they have none', () => {
    const { recipients, routes, rotations } = declaredDirectory(
      configurationOf({
        recipients: {
          nicolas: {
            email: 'n@piano.ca, n2@piano.ca',
            roles: ['technicians'],
            quietHours: { from: '21:00', to: '07:00' },
          },
          allan: { name: 'Allan', timeZone: 'Europe/Paris', language: 'en', pagerduty: 'own-key' },
        },
        roles: { 'on-call': { rotation: ['nicolas', 'allan'], from: '2026-01-05T09:00:00-05:00' } },
        routes: [
          {
            name: 'night',
            on: ['job_failed'],
            severity: 'error',
            jobs: ['full_*'],
            labels: { place: 'hall' },
            to: ['role:on-call'],
            over: ['email'],
          },
        ],
        channels: { pagerduty: { routingKey: 'shared-key' } },
      }),
    );
    expect(recipients.map(({ id, name, timeZone, language }) => [id, name, timeZone, language])).toEqual([
      ['nicolas', 'nicolas', 'America/Montreal', 'fr'],
      ['allan', 'Allan', 'Europe/Paris', 'en'],
    ]);
    expect(recipients[0]!.addresses).toMatchObject({
      email: ['n@piano.ca', 'n2@piano.ca'],
      slack: [],
      pagerduty: ['shared-key'],
    });
    expect(recipients[1]!.addresses.pagerduty).toEqual(['own-key']);
    // What was held leaves when the quiet hours end, where no other time is said.
    expect(recipients[0]!.quietHours).toEqual({ from: '21:00', to: '07:00', release: '07:00' });
    expect(routes).toEqual([
      {
        name: 'night',
        occasions: ['job_failed'],
        match: { severityAtLeast: 'error', jobs: ['full_*'], types: [], services: [], labels: { place: 'hall' } },
        to: ['role:on-call'],
        channels: ['email'],
      },
    ]);
    expect(rotations).toEqual([
      {
        role: 'on-call',
        members: ['nicolas', 'allan'],
        from: Date.parse('2026-01-05T14:00:00Z'),
        everyMs: 604_800_000,
        timeZone: 'America/Montreal',
      },
    ]);
  });

  it('follow the policy of the requirements unless the configuration says another', () => {
    const minute = 60_000;
    const knobs = notifyKnobsOf(configurationOf({}));
    expect(knobs).toMatchObject({
      coolDownMs: 30 * minute,
      groupMs: 5 * minute,
      burst: { messages: 20, windowMs: 10 * minute },
      repeatMs: 240 * minute,
      acknowledgeMs: 240 * minute,
      undeliveredMs: 5 * minute,
      fallback: ['sms'],
      escalation: [],
    });
    // Ten attempts: nine waits between them, over a day.
    expect(knobs.retryWaitsMs).toHaveLength(9);
    const own = notifyKnobsOf(
      configurationOf({ notify: { repeat: null, escalation: [{ after: '15m', to: ['allan'], over: ['sms'] }] } }),
    );
    expect([own.repeatMs, own.escalation]).toEqual([
      null,
      [{ afterMs: 15 * minute, to: ['allan'], channels: ['sms'], severityAtLeast: null }],
    ]);
  });
});

describe('channels', () => {
  const open = (input: ConfigurationInput) => {
    const configuration = configurationOf(input);
    const mail = { send: async () => ({ kind: 'sent', receipt: 'ok' }), close: () => {} };
    const channels = openChannels(configuration, {
      mail: mail as never,
      sender: { address: 'guardian@piano.ca', name: 'Guardian' },
      webhookSecret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
      clock: { now: () => 0 },
    });
    return { channels, described: describeChannels(configuration, channels) };
  };

  it('are described without a secret, and say which are not set up', () => {
    const secrets = { apiKey: 'SG.secret', authToken: 'twilio-secret', password: 'smtp-secret', token: 'ntfy-secret' };
    const { described } = open({
      mail: { smtp: { host: 'smtp.piano.ca', user: 'u', password: secrets.password } },
      channels: {
        twilio: { accountSid: 'AC1', authToken: secrets.authToken, from: '+15145550100' },
        ntfy: { token: secrets.token },
      },
    });
    expect(JSON.stringify(described)).not.toMatch(/secret/);
    expect(described.map(({ kind, isConfigured, description }) => [kind, isConfigured, description])).toEqual([
      ['email', true, 'SMTP smtp.piano.ca:587'],
      ['slack', true, 'incoming webhooks'],
      ['webhook', true, 'Standard Webhooks'],
      ['sms', true, 'Twilio +15145550100'],
      ['pagerduty', true, 'events.pagerduty.com'],
      ['ntfy', true, 'ntfy.sh'],
    ]);
    const bare = open({}).described;
    expect(bare.filter(({ isConfigured }) => !isConfigured).map(({ kind }) => kind)).toEqual(['email', 'sms']);
    expect(bare[0]).toMatchObject({ isSimulated: false, isStored: true, description: 'outbox folder' });
  });

  it('F9: that must not send anything never say sent', async () => {
    const { channels, described } = open({ notify: { simulate: true } });
    expect(described.every(({ isSimulated, isStored }) => isSimulated && !isStored)).toBe(true);
    for (const channel of channels.values())
      expect((await channel.send({} as never, 'nobody' as never, AbortSignal.timeout(1_000) as never)).outcome).toBe(
        'simulated',
      );
  });
});
