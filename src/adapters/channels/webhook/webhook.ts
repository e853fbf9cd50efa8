import { createHmac } from 'node:crypto';
import type { Channel, Message } from '../../../core/notify/index.ts';
import { type Clock, toInstant } from '../../../core/shared/index.ts';
import type { HttpChannelOptions } from '../http/channel-options.ts';
import { callOnce } from '../http/post.ts';

export interface WebhookOptions extends HttpChannelOptions {
  /** Plain text, or base64 behind `whsec_`. */
  secret: string;
  clock: Clock;
}

/** Signed calls as Standard Webhooks says (https://www.standardwebhooks.com): one id over all attempts, so that receivers can tell a repeat. */
export function createWebhookChannel({ timeoutMs, secret, clock }: WebhookOptions): Channel {
  return {
    kind: 'webhook',
    atOnce: 8,
    async send(message, address, { id, signal }) {
      const body = JSON.stringify(webhookBody(message));
      const timestamp = String(Math.floor(clock.now() / 1_000));
      const { status, text } = await callOnce({
        url: address,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Guardian',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signatureOf({ id, timestamp, body }, secret)}`,
        },
        body,
        timeoutMs,
        signal,
        name: 'The webhook',
      });
      return { outcome: 'sent', detail: `HTTP ${status} ${text}`.trim(), providerId: id };
    },
    check: async () => {},
    close: () => {},
  };
}

/** Base64 of the HMAC-SHA256 over `id.timestamp.body`. */
function signatureOf({ id, timestamp, body }: { id: string; timestamp: string; body: string }, secret: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
}

function webhookBody(message: Message) {
  const [first] = message.notifications;
  return {
    type: first?.occasion ?? 'test',
    timestamp: toInstant(message.date),
    data: {
      subject: message.subject,
      text: message.text,
      severity: message.severity,
      action: message.action,
      dedupe_key: message.dedupeKey,
      url: message.url,
      acknowledge_url: message.acknowledgeUrl,
      notifications: message.notifications.map(({ at, ...notification }) => ({ ...notification, at: toInstant(at) })),
    },
  };
}
