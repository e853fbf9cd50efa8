import { openMailChannel } from '../adapters/channels/email/index.ts';
import * as settings from '../config/index.ts';
import type { MailChannel } from '../core/notify/index.ts';
import { messagesFor } from '../core/shared/index.ts';

/** The configured channel, opened when the first mail leaves: its library takes memory that a quiet night does not need. */
export function mailChannel(configuration: settings.Configuration, folder: string): MailChannel {
  // What is wrong with the settings shows at the start, not with the first mail.
  const sending = settings.mailOptionsOf(configuration, messagesFor(configuration.language));
  const { outbox } = settings.placesOf(configuration, folder);
  let opened: Promise<MailChannel> | null = null;
  return {
    async send(message, recipient) {
      opened ??= openMailChannel({ ...sending, outboxFolder: outbox }).catch((error) => {
        // The next message tries again.
        opened = null;
        throw error;
      });
      return (await opened).send(message, recipient);
    },
    close() {
      void opened?.then(
        (channel) => channel.close(),
        () => undefined,
      );
    },
  };
}
