import { createEmailChannel } from '../../adapters/channels/email/email-channel.ts';
import { createSendGridChannel } from '../../adapters/channels/email/sendgrid.ts';
import { createNtfyChannel } from '../../adapters/channels/ntfy/ntfy.ts';
import { createPagerDutyChannel } from '../../adapters/channels/pagerduty/pagerduty.ts';
import { createSlackChannel } from '../../adapters/channels/slack/slack.ts';
import { createTwilioChannel } from '../../adapters/channels/sms/twilio.ts';
import { createWebhookChannel } from '../../adapters/channels/webhook/webhook.ts';
import type { Configuration } from '../../config/index.ts';
import { CHANNEL_KINDS, type Channel, type ChannelKind, type MailChannel } from '../../core/notify/index.ts';
import type { Clock } from '../../core/shared/index.ts';

export interface ChannelParts {
  /** What sends mails over SMTP, or keeps them in the outbox folder. */
  mail: MailChannel;
  sender: { address: string; name: string | null };
  /** Of signed webhooks, where the configuration names none. */
  webhookSecret: string;
  clock: Clock;
}

/** Every way out that is set up, by kind. */
export function openChannels(
  { channels, notify }: Configuration,
  { mail, sender, webhookSecret, clock }: ChannelParts,
): Map<ChannelKind, Channel> {
  const { timeoutMs, sendgrid, twilio, pagerduty, ntfy, webhook } = channels;
  const { accountSid, authToken, from } = twilio;
  const open: Channel[] = [
    sendgrid.apiKey === null
      ? createEmailChannel(mail)
      : createSendGridChannel({ timeoutMs, apiKey: sendgrid.apiKey, endpoint: sendgrid.endpoint, sender }),
    createSlackChannel({ timeoutMs }),
    createWebhookChannel({ timeoutMs, secret: webhook.secret ?? webhookSecret, clock }),
    createPagerDutyChannel({ timeoutMs, endpoint: pagerduty.endpoint }),
    createNtfyChannel({ timeoutMs, ...ntfy }),
  ];
  if (accountSid !== null && authToken !== null && from !== null)
    open.push(createTwilioChannel({ timeoutMs, accountSid, authToken, from, endpoint: twilio.endpoint }));
  return new Map(open.map((channel) => [channel.kind, notify.simulate ? simulated(channel) : channel]));
}

/** The configuration asks that nothing leaves: each message is marked so, and never as sent. */
function simulated(channel: Channel): Channel {
  return {
    ...channel,
    send: async () => ({ outcome: 'simulated', detail: 'notify.simulate', providerId: null }),
    check: async () => {},
  };
}

/** Each kind, set up or not, in words that hold no secret. */
export function describeChannels({ channels, mail, notify }: Configuration, open: ReadonlyMap<ChannelKind, Channel>) {
  const { sendgrid, twilio, pagerduty, ntfy } = channels;
  const smtp = mail.smtp.host === null ? null : `SMTP ${mail.smtp.host}:${mail.smtp.port}`;
  const words: Record<ChannelKind, string | null> = {
    email: sendgrid.apiKey === null ? smtp : `SendGrid ${new URL(sendgrid.endpoint).host}`,
    slack: 'incoming webhooks',
    webhook: 'Standard Webhooks',
    sms: twilio.from === null ? null : `Twilio ${twilio.from}`,
    pagerduty: new URL(pagerduty.endpoint).host,
    ntfy: new URL(ntfy.server).host,
  };
  return CHANNEL_KINDS.map((kind) => ({
    kind,
    isConfigured: open.has(kind) && words[kind] !== null,
    isSimulated: notify.simulate,
    isStored: !notify.simulate && kind === 'email' && words.email === null,
    description: words[kind] ?? (kind === 'email' ? 'outbox folder' : ''),
  }));
}
