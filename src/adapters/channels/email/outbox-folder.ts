import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { MailChannel } from '../../../core/notify/index.ts';
import { GuardianError, shortHash } from '../../../core/shared/index.ts';
import { type Sender, toNodemailer } from './message.ts';

/** Without a mail server the finished message goes into a folder as `.eml`, to be opened by any mail program. It is NOT sent. */
export function createOutboxFolder({ folder, sender }: { folder: string; sender: Sender }): MailChannel {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return {
    async send(message, recipient) {
      const mail = toNodemailer(message, sender, recipient);
      const { message: bytes } = await composer.sendMail(mail);
      const instant = new Date(message.date).toISOString().replace(/[:.]/g, '-');
      const path = join(folder, `${instant}-${shortHash(mail.messageId, 8)}.eml`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(path, bytes as Buffer, { mode: 0o600, flag: 'wx' });
      } catch (cause) {
        throw new GuardianError('output_unwritable', { path, reason: (cause as Error).message, cause });
      }
      return { outcome: 'stored', detail: path, messageId: mail.messageId };
    },
    close: () => composer.close(),
  };
}
