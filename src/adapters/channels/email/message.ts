import { randomUUID } from 'node:crypto';
import type { SendMailOptions } from 'nodemailer';
import type { MailMessage } from '../../../core/notify/index.ts';

export interface Sender {
  address: string;
  name: string | null;
}

/** The message as nodemailer takes it: one recipient, Date and Message-ID set, everything UTF-8. */
export function toNodemailer(
  message: MailMessage,
  sender: Sender,
  recipient: string,
): SendMailOptions & { messageId: string } {
  const domain = sender.address.split('@')[1] ?? 'guardian.invalid';
  return {
    from: sender.name ? { name: sender.name, address: sender.address } : sender.address,
    to: recipient,
    subject: message.subject,
    text: message.text,
    html: message.html,
    attachments: message.attachments,
    date: new Date(message.date),
    messageId: message.messageId ?? `<${randomUUID()}@${domain}>`,
    ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': message.language },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
