import type { MailChannel } from '../../../core/notify/index.ts';
import type { Sender } from './message.ts';
import type { SmtpChannel, SmtpOptions } from './smtp.ts';

export interface MailChannelOptions {
  /** Null: no server, messages go to the outbox folder. */
  smtp: Omit<SmtpOptions, 'sender'> | null;
  sender: Sender;
  outboxFolder: string;
}

/** The mail library is loaded when a mail is written, not when a report is read. */
export async function openMailChannel({ smtp, sender, outboxFolder }: MailChannelOptions): Promise<MailChannel> {
  if (smtp) return openSmtpChannel({ ...smtp, sender });
  const { createOutboxFolder } = await import('./outbox-folder.ts');
  return createOutboxFolder({ folder: outboxFolder, sender });
}

export async function openSmtpChannel(options: SmtpOptions): Promise<SmtpChannel> {
  const { createSmtpChannel } = await import('./smtp.ts');
  return createSmtpChannel(options);
}
