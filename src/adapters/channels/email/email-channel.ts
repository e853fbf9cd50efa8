import type { Channel, MailChannel, Message } from '../../../core/notify/index.ts';

/** Mail as one of the channels, over what sends mails already: a server, or the outbox folder (then nothing is sent, and it says so). */
export function createEmailChannel(mail: MailChannel & { verify?(): Promise<void> }): Channel {
  return {
    kind: 'email',
    async send(message: Message, address) {
      const { outcome, detail, messageId } = await mail.send(message, address);
      return { outcome, detail, providerId: messageId };
    },
    check: async () => mail.verify?.(),
    close: () => mail.close(),
  };
}
