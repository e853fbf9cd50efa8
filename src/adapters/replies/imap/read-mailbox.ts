import { readFileSync } from 'node:fs';
import type { ImapFlow } from 'imapflow';
import { GuardianError } from '../../../core/shared/index.ts';
import { type ArrivedMail, readMail } from '../arrived-mail.ts';

export interface ImapMailboxOptions {
  host: string;
  port: number;
  user: string;
  password: string;
  encryption: 'implicit' | 'starttls' | 'none';
  /** File of an authority to trust besides the system's; certificates are always verified. */
  certificateAuthority: string | null;
  mailbox: string;
  /** Bound on each step and, ten times, on the whole look, ms. */
  timeoutMs: number;
  /** Of one mail; larger ones are marked as seen and passed over. */
  mailBytes: number;
  /** Mails of one look. */
  most: number;
}

export interface MailboxLook {
  read: number;
  /** Too large, or nothing that can be read. */
  passedOver: number;
}

const WHOLE_LOOK = 10;

/**
 * One look into a mailbox: what was not seen is handed to `take`, oldest first, and marked as seen once `take` has resolved. When that rejects the mail stays
 * unseen, and the look ends. Rejects with `mail_login_refused` or `mail_unreachable`.
 */
export async function readMailbox(
  options: ImapMailboxOptions,
  take: (mail: ArrivedMail) => Promise<void>,
  signal: AbortSignal,
): Promise<MailboxLook> {
  const client = await clientOf(options);
  const server = `${options.host}:${options.port}`;
  let isTaking = false;
  const cut = () => client.close();
  const limit = setTimeout(cut, options.timeoutMs * WHOLE_LOOK);
  signal.addEventListener('abort', cut, { once: true });
  // Without a listener a lost connection would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    return await lookInto(client, options, async (mail) => {
      isTaking = true;
      await take(mail);
      isTaking = false;
    });
  } catch (thrown) {
    throw isTaking ? thrown : toMailError(thrown, server);
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', cut);
    await leave(client, options.timeoutMs);
  }
}

async function clientOf(options: ImapMailboxOptions): Promise<ImapFlow> {
  // Loaded with the first look.
  const { ImapFlow: Client } = await import('imapflow');
  const { host, port, user, password, encryption, certificateAuthority, timeoutMs } = options;
  return new Client({
    host,
    port,
    secure: encryption === 'implicit',
    doSTARTTLS: encryption === 'implicit' ? undefined : encryption === 'starttls',
    auth: { user, pass: password },
    logger: false,
    disableAutoIdle: true,
    disableCompression: true,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    tls: certificateAuthority === null ? {} : { ca: readFileSync(certificateAuthority) },
  });
}

async function lookInto(
  client: ImapFlow,
  { mailbox, mailBytes, most }: ImapMailboxOptions,
  take: (mail: ArrivedMail) => Promise<void>,
): Promise<MailboxLook> {
  const look: MailboxLook = { read: 0, passedOver: 0 };
  const lock = await client.getMailboxLock(mailbox);
  try {
    const unseen = (await client.search({ seen: false }, { uid: true })) || [];
    for (const uid of unseen.sort((a, b) => a - b).slice(0, most)) {
      const mail = await fetchOne(client, uid, mailBytes);
      if (mail === null) look.passedOver += 1;
      else {
        await take(mail);
        look.read += 1;
      }
      await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true });
    }
  } finally {
    lock.release();
  }
  return look;
}

/** Its size is asked first: a large one is never fetched. */
async function fetchOne(client: ImapFlow, uid: number, mailBytes: number): Promise<ArrivedMail | null> {
  const sized = await client.fetchOne(String(uid), { size: true }, { uid: true });
  if (!sized || (sized.size ?? Number.POSITIVE_INFINITY) > mailBytes) return null;
  const whole = await client.fetchOne(String(uid), { source: { maxLength: mailBytes } }, { uid: true });
  const source = whole ? whole.source : undefined;
  return source === undefined ? null : readMail(source);
}

async function leave(client: ImapFlow, timeoutMs: number): Promise<void> {
  const limit = setTimeout(() => client.close(), timeoutMs);
  await client.logout().catch(() => client.close());
  clearTimeout(limit);
}

function toMailError(thrown: unknown, server: string): GuardianError {
  if (thrown instanceof GuardianError) return thrown;
  const { message, code, authenticationFailed, responseText } = thrown as Error & {
    code?: string;
    authenticationFailed?: boolean;
    responseText?: string;
  };
  const reason = (responseText ?? code ?? message).replace(/\s+/g, ' ').trim().slice(0, 300);
  return new GuardianError(authenticationFailed ? 'mail_login_refused' : 'mail_unreachable', {
    path: server,
    reason,
    cause: thrown,
  });
}
