import type { Channel, Message } from '../../../core/notify/index.ts';
import type { HttpChannelOptions } from '../http/channel-options.ts';
import { callOnce } from '../http/post.ts';
import type { Sender } from './message.ts';

export interface SendGridOptions extends HttpChannelOptions {
  apiKey: string;
  endpoint: string;
  sender: Sender;
}

/** https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send: 202 says that it took the message. */
export function createSendGridChannel({ timeoutMs, apiKey, endpoint, sender }: SendGridOptions): Channel {
  const authorization = `Bearer ${apiKey}`;
  return {
    kind: 'email',
    async send(message, address, { id, signal }) {
      const { status, headers } = await callOnce({
        url: `${endpoint}/v3/mail/send`,
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(mailOf(message, { address, sender, id })),
        timeoutMs,
        signal,
        name: 'SendGrid',
      });
      return { outcome: 'sent', detail: `HTTP ${status}`, providerId: headers.get('x-message-id') };
    },
    async check() {
      const { signal } = new AbortController();
      const headers = { authorization };
      await callOnce({ method: 'GET', url: `${endpoint}/v3/scopes`, headers, timeoutMs, signal, name: 'SendGrid' });
    },
    close: () => {},
  };
}

function mailOf(message: Message, { address, sender, id }: { address: string; sender: Sender; id: string }) {
  return {
    personalizations: [{ to: [{ email: address }], custom_args: { guardian_delivery: id } }],
    from: { email: sender.address, ...(sender.name === null ? {} : { name: sender.name }) },
    ...(message.replyTo === undefined ? {} : { reply_to: { email: message.replyTo } }),
    subject: message.subject,
    content: [
      { type: 'text/plain', value: message.text },
      { type: 'text/html', value: message.html },
    ],
    ...(message.attachments.length === 0
      ? {}
      : {
          attachments: message.attachments.map(({ filename, contentType, content }) => ({
            filename,
            type: contentType.split(';')[0],
            content: Buffer.from(content).toString('base64'),
          })),
        }),
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': message.language },
    // Links are signed, and a pixel tells nobody anything.
    tracking_settings: { click_tracking: { enable: false, enable_text: false }, open_tracking: { enable: false } },
  };
}
