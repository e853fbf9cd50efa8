import { expect, it } from 'vitest';
import { readEnvironment } from './environment.ts';
import { configurationSchema } from './schema.ts';

it('the names of the predecessor’s environment reach their channels, trimmed', () => {
  const { mail, channels } = configurationSchema.parse(
    readEnvironment({
      SMTP_URL: ' smtps://guardian%40piano.ca:pass%20word@mail.piano.ca ',
      EMAIL_FROM: 'guardian@piano.ca',
      EMAIL_FROM_NAME: 'Guardian of pianos',
      SENDGRID_API_KEY: ' SG.key ',
      TWILIO_ACCOUNT_SID: 'AC1 ',
      TWILIO_AUTH_TOKEN: ' token',
      TWILIO_FROM_NUMBER: '+15145550100',
      PAGERDUTY_ROUTING_KEY: ' routing ',
    }),
  );
  expect(mail.smtp).toMatchObject({
    host: 'mail.piano.ca',
    port: 465,
    user: 'guardian@piano.ca',
    password: 'pass word',
    encryption: 'implicit',
  });
  expect([mail.from, mail.fromName]).toEqual(['guardian@piano.ca', 'Guardian of pianos']);
  expect(channels.sendgrid.apiKey).toBe('SG.key');
  expect(channels.twilio).toMatchObject({ accountSid: 'AC1', authToken: 'token', from: '+15145550100' });
  expect(channels.pagerduty.routingKey).toBe('routing');
});
