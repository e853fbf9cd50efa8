import { readFileSync } from 'node:fs';
import { createTransport, type Transporter } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import type { MailChannel } from '../../../core/notify/index.ts';
import { GuardianError } from '../../../core/shared/index.ts';
import { type Sender, toNodemailer } from './message.ts';

export interface SmtpOptions {
  host: string;
  port: number;
  user: string | null;
  password: string | null;
  /** `starttls`: refuses to go on unencrypted. `implicit`: TLS from the first byte. `none`: for a relay on this machine. */
  encryption: 'starttls' | 'implicit' | 'none';
  /** Bound on each step and, doubled, on the whole delivery, ms. */
  timeoutMs: number;
  /** File of a certificate authority to trust besides the system's; certificates are always verified. */
  certificateAuthority: string | null;
  sender: Sender;
}

export interface SmtpChannel extends MailChannel {
  /** Connects, encrypts and authenticates without sending; throws what `send` would. */
  verify(): Promise<void>;
}

/** A delivery is `sent` when the server took this one recipient and the data. Nothing is tried again here. */
export function createSmtpChannel(options: SmtpOptions): SmtpChannel {
  const transporter = createTransport({
    host: options.host,
    port: options.port,
    secure: options.encryption === 'implicit',
    requireTLS: options.encryption === 'starttls',
    ignoreTLS: options.encryption === 'none',
    auth: options.user ? { user: options.user, pass: options.password ?? '' } : undefined,
    connectionTimeout: options.timeoutMs,
    greetingTimeout: options.timeoutMs,
    socketTimeout: options.timeoutMs,
    dnsTimeout: options.timeoutMs,
    tls: options.certificateAuthority ? { ca: readAuthority(options.certificateAuthority) } : {},
  });
  const server = `${options.host}:${options.port}`;
  return {
    async send(message, recipient) {
      const mail = toNodemailer(message, options.sender, recipient);
      const info = await bounded(transporter.sendMail(mail), { transporter, options, server });
      if (info.accepted.length === 0) throw new GuardianError('mail_refused', { path: server, reason: info.response });
      return { outcome: 'sent', detail: info.response, messageId: mail.messageId };
    },
    async verify() {
      await bounded(transporter.verify(), { transporter, options, server });
    },
    close: () => transporter.close(),
  };
}

function readAuthority(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new GuardianError('configuration_invalid', {
      key: `mail.smtp.certificateAuthority (${path})`,
      reason,
      cause,
    });
  }
}

type Delivery<T> = { transporter: Transporter<T>; options: SmtpOptions; server: string };

/** A server that drips a byte now and then never idles: the whole exchange has its own bound. */
async function bounded<T>(
  exchange: Promise<T>,
  { transporter, options, server }: Delivery<SMTPTransport.SentMessageInfo>,
): Promise<T> {
  const limitMs = options.timeoutMs * 2;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      transporter.close();
      reject(new GuardianError('mail_unreachable', { path: server, reason: (m) => m.outward.noEnd(limitMs) }));
    }, limitMs);
  });
  exchange.catch(() => {});
  try {
    return await Promise.race([exchange, timeout]);
  } catch (error) {
    throw toMailError(error, server);
  } finally {
    clearTimeout(timer);
  }
}

function toMailError(error: unknown, server: string): GuardianError {
  if (error instanceof GuardianError) return error;
  const { message, code, responseCode } = error as Error & { code?: string; responseCode?: number };
  // Of the server's own answers, 4xx means later and 5xx never (RFC 5321 section 4.2.1).
  const isLogin = code === 'EAUTH' || code === 'ENOAUTH';
  const isFinal = responseCode !== undefined && responseCode >= 500;
  const reason = message.replace(/\s+/g, ' ').trim();
  // A rotated password is mended by a person; what waits must not be lost for it.
  const kind = isLogin ? 'mail_login_refused' : isFinal ? 'mail_refused' : 'mail_unreachable';
  return new GuardianError(kind, { path: server, reason, cause: error });
}
