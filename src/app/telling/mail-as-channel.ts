import type { Channel, MailChannel } from '../../core/notify/index.ts';

/** Mail as one channel among others. What was stored in a folder has not been sent: it is `simulated`. */
export function mailAsChannel(mail: MailChannel): Channel {
  return {
    kind: 'email',
    async send(message, address) {
      const { outcome, detail, messageId } = await mail.send(message, address);
      return { outcome: outcome === 'stored' ? 'simulated' : outcome, detail, providerId: messageId };
    },
    check: async () => {},
    close: () => mail.close(),
  };
}
