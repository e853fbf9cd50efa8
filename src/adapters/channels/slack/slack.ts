import type { Channel, Message, Severity } from '../../../core/notify/index.ts';
import { messagesFor, toPeopleLanguage } from '../../../core/shared/index.ts';
import type { HttpChannelOptions } from '../http/channel-options.ts';
import { callOnce } from '../http/post.ts';

const MARKS: Record<Severity, string> = {
  info: ':information_source:',
  warning: ':warning:',
  error: ':x:',
  critical: ':rotating_light:',
};
/** https://docs.slack.dev/reference/block-kit/blocks: a section holds 3,000 characters, a header 150. */
const SECTION = 2_900;
const HEADER = 150;

/** Incoming webhooks: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. The address is the webhook, and a secret. */
export function createSlackChannel({ timeoutMs }: HttpChannelOptions): Channel {
  return {
    kind: 'slack',
    async send(message, address, { signal }) {
      const { text } = await callOnce({
        url: address,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(slackBody(message)),
        timeoutMs,
        signal,
        name: 'Slack',
      });
      return { outcome: 'sent', detail: text, providerId: null };
    },
    // A webhook can only be tried by posting to it.
    check: async () => {},
    close: () => {},
  };
}

function slackBody(message: Message) {
  const { notify } = messagesFor(toPeopleLanguage(message.language) ?? 'en');
  const links = [
    message.url === null ? null : button('open', notify.open, message.url),
    message.acknowledgeUrl === null ? null : button('acknowledge', notify.acknowledge, message.acknowledgeUrl),
  ].filter((one) => one !== null);
  return {
    // What phones show in the notification.
    text: escaped(message.subject),
    blocks: [
      {
        type: 'header',
        text: { type: 'plain_text', text: cut(`${MARKS[message.severity]} ${message.subject}`, HEADER), emoji: true },
      },
      { type: 'section', text: { type: 'mrkdwn', text: cut(message.slack ?? escaped(message.text), SECTION) } },
      ...(links.length > 0 ? [{ type: 'actions', elements: links }] : []),
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

function button(id: string, label: string, url: string) {
  return { type: 'button', action_id: id, text: { type: 'plain_text', text: label }, url };
}

/**
 * The three characters that Slack reads as markup (https://docs.slack.dev/messaging/formatting-message-text): with them escaped no text can mention a channel
 * or hide a link. Signs of emphasis get a zero-width space before them: a text of others stays as it was written.
 */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`]/g, '\u200b$&');
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/&[a-z]{0,4}$/, '')}…`;
}
