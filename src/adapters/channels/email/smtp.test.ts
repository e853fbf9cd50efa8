import { createServer } from 'node:net';
import { simpleParser } from 'mailparser';
import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { type Mailbox, openMailbox, TEST_AUTHORITY } from '../../../../test/fixtures/smtp-mailbox.ts';
import type { MailMessage } from '../../../core/notify/index.ts';
import { createSmtpChannel, type SmtpOptions } from './smtp.ts';

const message: MailMessage = {
  subject: '🚨 [CODEX GPT] Production CRITICAL - Boutique « été » (19/10 14:30)',
  text: 'Panne à l’étage : cœur brisé.',
  html: '<p>Panne à l’étage</p>',
  attachments: [{ filename: 'report.json', contentType: 'application/json', content: '{"é":1}' }],
  date: Date.UTC(2025, 9, 19, 12, 30),
  language: 'fr',
};

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function mailbox(options?: SMTPServerOptions): Promise<Mailbox> {
  const box = await openMailbox(options);
  closing.push(box.close);
  return box;
}

function channel(port: number, options: Partial<SmtpOptions> = {}) {
  const made = createSmtpChannel({
    host: '127.0.0.1',
    port,
    user: null,
    password: null,
    encryption: 'starttls',
    timeoutMs: 5_000,
    certificateAuthority: TEST_AUTHORITY,
    sender: { address: 'guardian@example.org', name: 'Guardian « garde »' },
    ...options,
  });
  closing.push(made.close);
  return made;
}

describe('mail over SMTP', () => {
  it('delivers text, HTML and attachments as UTF-8, with Date and Message-ID, over STARTTLS', async () => {
    const box = await mailbox();
    const receipt = await channel(box.port).send(message, 'dev@example.org');
    expect(receipt.outcome).toBe('sent');
    expect(box.messages).toMatchObject([{ from: 'guardian@example.org', to: ['dev@example.org'], isEncrypted: true }]);
    const mail = await simpleParser(box.messages[0]!.raw);
    expect(mail).toMatchObject({
      subject: message.subject,
      messageId: receipt.messageId,
      date: new Date(message.date),
    });
    expect(mail.text?.trim()).toBe(message.text);
    expect(mail.html).toContain('Panne à l’étage');
    expect(mail.from?.value).toEqual([{ address: 'guardian@example.org', name: 'Guardian « garde »' }]);
    expect(mail.attachments[0]?.content.toString()).toBe('{"é":1}');
  });

  it('speaks implicit TLS, and authenticates', async () => {
    const box = await mailbox({ secure: true, authOptional: false });
    await channel(box.port, { encryption: 'implicit', user: 'guardian', password: 'right password' }).send(
      message,
      'dev@example.org',
    );
    expect(box.messages).toMatchObject([{ isEncrypted: true, user: 'guardian' }]);
  });

  it('refuses to go on unencrypted when the server offers no STARTTLS', async () => {
    const box = await mailbox({ disabledCommands: ['STARTTLS'] });
    await expect(channel(box.port).send(message, 'dev@example.org')).rejects.toMatchObject({
      code: 'mail_refused',
    });
    expect(box.messages).toEqual([]);
  });

  it('refuses a certificate that nobody it trusts has signed', async () => {
    const box = await mailbox();
    await expect(
      channel(box.port, { certificateAuthority: null }).send(message, 'dev@example.org'),
    ).rejects.toMatchObject({ code: 'mail_unreachable' });
    expect(box.messages).toEqual([]);
  });

  it('tells a refusal from an outage', async () => {
    const wrongPassword = await mailbox({ authOptional: false });
    const login = channel(wrongPassword.port, { user: 'guardian', password: 'old password' });
    await expect(login.send(message, 'dev@example.org')).rejects.toMatchObject({ code: 'mail_login_refused' });
    await expect(login.verify()).rejects.toMatchObject({ code: 'mail_login_refused' });

    const noSuchUser = await mailbox({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no such user'), { responseCode: 550 })),
    });
    await expect(channel(noSuchUser.port).send(message, 'nobody@example.org')).rejects.toMatchObject({
      code: 'mail_refused',
    });

    const busy = await mailbox({
      onMailFrom: (_address, _session, done) => done(Object.assign(new Error('try later'), { responseCode: 451 })),
    });
    await expect(channel(busy.port).send(message, 'dev@example.org')).rejects.toMatchObject({
      code: 'mail_unreachable',
    });
  });

  it('gives up on a server that is silent, drips, or closes in the middle', async () => {
    const silent = await listen(() => {});
    await expect(channel(silent, { timeoutMs: 150 }).send(message, 'dev@example.org')).rejects.toMatchObject({
      code: 'mail_unreachable',
    });

    const dripping = await listen((socket) => {
      const drip = setInterval(() => socket.write('2'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    await expect(channel(dripping, { timeoutMs: 200 }).send(message, 'dev@example.org')).rejects.toMatchObject({
      code: 'mail_unreachable',
    });

    const abrupt = await listen((socket) => {
      socket.write('220 hello\r\n');
      socket.on('data', (bytes) => {
        if (bytes.toString().startsWith('DATA')) socket.destroy();
        else socket.write('250 ok\r\n');
      });
    });
    await expect(channel(abrupt, { encryption: 'none' }).send(message, 'dev@example.org')).rejects.toMatchObject({
      code: 'mail_unreachable',
    });

    const early = await listen((socket) => socket.end('220 hello\r\n'));
    await expect(channel(early).send(message, 'dev@example.org')).rejects.toMatchObject({ code: 'mail_unreachable' });
  });

  it('says that nobody listens', async () => {
    const port = await listen(() => {});
    await closing.pop()!();
    await expect(channel(port).send(message, 'dev@example.org')).rejects.toMatchObject({ code: 'mail_unreachable' });
  });
});

/** A bare TCP listener for what no well-behaved server does. */
async function listen(onConnection: (socket: import('node:net').Socket) => void): Promise<number> {
  const sockets = new Set<import('node:net').Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return (server.address() as import('node:net').AddressInfo).port;
}
