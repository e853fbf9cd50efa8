import { createHash } from 'node:crypto';
import type { ArrivedMail } from '../../../adapters/replies/index.ts';
import type { FixReply, ReplyResult } from '../../../core/fixes/index.ts';
import { readAnswer } from './read-answer.ts';
import type { ReplyTokens } from './reply-tokens.ts';

/** Why a mail moved and noted nothing. */
export type IgnoredMail = 'not-ours' | 'unknown-sender' | 'automatic' | 'replay' | 'empty' | 'gone';

export type MailOutcome =
  | { isTaken: true; fixId: string; by: string; action: FixReply['action'] }
  | { isTaken: false; reason: IgnoredMail };

export interface TakeMailOptions {
  tokens: ReplyTokens;
  /** Who may answer, in lower case. */
  knownAddresses: ReadonlySet<string>;
  /** Guardian's own, in lower case: what comes from them is an echo. */
  ownAddresses: ReadonlySet<string>;
  reply(fixId: string, reply: FixReply, by: string): Promise<ReplyResult>;
}

/**
 * One mail that came. The fix it is about is known by a signed token in its headers; its sender must be somebody the configuration names. It moves the fix on by
 * clear words, or is a note of it; nothing of it is ever run, or followed.
 */
export function createMailTaker(options: TakeMailOptions) {
  return async (mail: ArrivedMail): Promise<MailOutcome> => {
    const [from, ...others] = mail.from.map((address) => address.toLowerCase());
    if (isAutomatic(mail) || (from !== undefined && options.ownAddresses.has(from))) return ignored('automatic');
    const fixId = await options.tokens.fixOf([...mail.to, ...mail.references]);
    if (fixId === null) return ignored('not-ours');
    if (from === undefined || others.length > 0 || !options.knownAddresses.has(from)) return ignored('unknown-sender');
    const marks = marksOf(mail, { fixId, from });
    return answer(fixId, { ...readAnswer(mail.text), marks }, `mail:${from}`);
  };

  async function answer(fixId: string, given: FixReply, by: string): Promise<MailOutcome> {
    const result = await options.reply(fixId, given, by);
    if (!result.isRefused) return { isTaken: true, fixId, by, action: given.action };
    if (result.reason === 'not-found') return ignored('gone');
    if (result.reason === 'repeated') return ignored('replay');
    if (given.action === 'note') return ignored('empty');
    // What it says cannot be done (it ended, it is further already): it is kept all the same.
    const noted = await options.reply(fixId, { action: 'note', text: given.text, marks: given.marks }, by);
    if (noted.isRefused && noted.reason === 'repeated') return ignored('replay');
    return noted.isRefused ? ignored('empty') : { isTaken: true, fixId, by, action: 'note' };
  }
}

function ignored(reason: IgnoredMail): MailOutcome {
  return { isTaken: false, reason };
}

/** Answers of programs, bounces and lists: https://www.rfc-editor.org/rfc/rfc3834 and what others write. */
function isAutomatic({ headers, from }: ArrivedMail): boolean {
  const of = (name: string) => headers.get(name)?.trim().toLowerCase();
  const submitted = of('auto-submitted');
  return (
    (submitted !== undefined && submitted !== 'no') ||
    /^(?:bulk|junk|list|auto_reply)\b/.test(of('precedence') ?? '') ||
    ['x-autoreply', 'x-autorespond', 'x-auto-reply', 'list-id', 'list-unsubscribe'].some((name) => headers.has(name)) ||
    of('return-path') === '<>' ||
    /^multipart\/report\b/.test(of('content-type') ?? '') ||
    from.some((address) => /^(?:mailer-daemon|postmaster|no-?reply)@/i.test(address))
  );
}

/** A mail that is sent again has its Message-ID, or, where somebody changed that, its sender, date and text. */
function marksOf(mail: ArrivedMail, about: { fixId: string; from: string }): string[] {
  const hash = (parts: unknown[]) =>
    createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
  const content = hash([about.fixId, about.from, mail.date, mail.text]);
  return mail.messageId === null ? [content] : [hash([mail.messageId]), content];
}
