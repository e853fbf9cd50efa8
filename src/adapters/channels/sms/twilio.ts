import type { Channel } from '../../../core/notify/index.ts';
import type { HttpChannelOptions } from '../http/channel-options.ts';
import { callOnce } from '../http/post.ts';
import { cutToSegments } from './segments.ts';

export interface TwilioOptions extends HttpChannelOptions {
  accountSid: string;
  authToken: string;
  /** A number, or a messaging service (`MG…`). */
  from: string;
  endpoint: string;
}

/** https://www.twilio.com/docs/messaging/api/message-resource. A message is up to three segments: more is dear, and read by nobody on a phone. */
export function createTwilioChannel({ timeoutMs, accountSid, authToken, from, endpoint }: TwilioOptions): Channel {
  const account = `${endpoint}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}`;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  return {
    kind: 'sms',
    async send(message, address, { signal }) {
      const form = new URLSearchParams({ To: address, Body: cutToSegments(message.short, 3) });
      form.set(from.startsWith('MG') ? 'MessagingServiceSid' : 'From', from);
      const { text } = await callOnce({
        url: `${account}/Messages.json`,
        headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
        timeoutMs,
        signal,
        name: 'Twilio',
      });
      const sid = /"sid"\s*:\s*"([A-Za-z0-9]+)"/.exec(text)?.[1] ?? null;
      const status = /"status"\s*:\s*"([a-z_]+)"/.exec(text)?.[1] ?? 'accepted';
      return { outcome: 'sent', detail: status, providerId: sid };
    },
    async check() {
      const { signal } = new AbortController();
      await callOnce({
        method: 'GET',
        url: `${account}.json`,
        headers: { authorization },
        timeoutMs,
        signal,
        name: 'Twilio',
      });
    },
    close: () => {},
  };
}
