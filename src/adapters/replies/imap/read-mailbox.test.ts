import { afterEach, describe, expect, it } from 'vitest';
import { type ImapBehaviour, type ImapMailbox, openImapMailbox } from '../../../../test/fixtures/imap-mailbox.ts';
import type { ArrivedMail } from '../arrived-mail.ts';
import { mailOf } from '../replies-fixtures.ts';
import { type ImapMailboxOptions, readMailbox } from './read-mailbox.ts';

let mailbox: ImapMailbox;
afterEach(() => mailbox.close());

async function open(raws: string[], behaviour: ImapBehaviour = {}): Promise<void> {
  mailbox = await openImapMailbox(behaviour);
  mailbox.mails.push(...raws.map((raw) => ({ raw, isSeen: false })));
}

async function look(more: Partial<ImapMailboxOptions> = {}, take?: (mail: ArrivedMail) => Promise<void>) {
  const mails: ArrivedMail[] = [];
  const keep = async (mail: ArrivedMail) => void mails.push(mail);
  const options: ImapMailboxOptions = {
    ...{ host: '127.0.0.1', port: mailbox.port, user: 'guardian', password: 'right password', encryption: 'none' },
    ...{ certificateAuthority: null, mailbox: 'INBOX', timeoutMs: 2_000, mailBytes: 10_000, most: 10 },
    ...more,
  };
  const counted = await readMailbox(options, take ?? keep, new AbortController().signal);
  return { mails, counted };
}

describe('a look into the mailbox', () => {
  it('hands over what was not seen, oldest first, and marks each as seen', async () => {
    await open([mailOf({ text: 'MERGED\r\n' }), mailOf({ text: 'DEPLOYED r-2\r\n' })]);
    mailbox.mails.unshift({ raw: mailOf({ text: 'seen before' }), isSeen: true });
    const { mails, counted } = await look();
    expect(mails.map(({ text }) => text.trim())).toEqual(['MERGED', 'DEPLOYED r-2']);
    expect(counted).toEqual({ read: 2, passedOver: 0 });
    expect(mailbox.mails.every(({ isSeen }) => isSeen)).toBe(true);
    expect((await look()).mails).toEqual([]);
    expect(mailbox.commands).toContain('LOGIN guardian');
    expect(mailbox.commands.at(-1)).toBe('LOGOUT');
  });

  it('reads so many of them at a time', async () => {
    await open([mailOf(), mailOf(), mailOf()]);
    expect((await look({ most: 2 })).counted.read).toBe(2);
    expect(mailbox.mails.map(({ isSeen }) => isSeen)).toEqual([true, true, false]);
  });

  it('never fetches a large one, nor more than it may of one that lies about its size', async () => {
    await open([mailOf({ text: 'x'.repeat(20_000) }), mailOf()]);
    expect((await look()).counted).toEqual({ read: 1, passedOver: 1 });
    expect(mailbox.commands.filter((command) => /FETCH 101 .*BODY/.test(command))).toEqual([]);
    mailbox.mails.forEach((mail) => {
      mail.isSeen = false;
    });
    mailbox.behaviour.does = 'lie';
    const { mails } = await look();
    expect(mails.map(({ text }) => text.length <= 10_000)).toEqual([true, true]);
  });

  it('leaves a mail unseen that could not be taken: the next look brings it again', async () => {
    await open([mailOf()]);
    const away = new Error('the store is away');
    await expect(look({}, () => Promise.reject(away))).rejects.toBe(away);
    expect(mailbox.mails[0]?.isSeen).toBe(false);
    expect((await look()).mails).toHaveLength(1);
  });

  it.each([
    [{ password: 'another' }, {}, 'mail_login_refused'],
    [{ does: 'bye' }, {}, 'mail_unreachable'],
    [{ does: 'silent' }, { timeoutMs: 200 }, 'mail_unreachable'],
    [{ does: 'cut' }, {}, 'mail_unreachable'],
    [{}, { mailbox: 'Nowhere' }, 'mail_unreachable'],
    [{}, { port: 1 }, 'mail_unreachable'],
    [{}, { encryption: 'starttls' }, 'mail_unreachable'],
  ] as const)('fails by its code where the server does %j, or is asked %j: %s', async (behaviour, more, code) => {
    await open([mailOf()], behaviour);
    await expect(look(more)).rejects.toMatchObject({ code });
    expect(mailbox.mails[0]?.isSeen).toBe(false);
  });
});
