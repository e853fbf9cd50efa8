import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import type { SMTPServerOptions } from 'smtp-server';
import { afterAll, describe, expect, it } from 'vitest';
import { reportSchema } from '../../src/contracts/report.ts';
import { type Mailbox, openMailbox, TEST_AUTHORITY } from '../fixtures/smtp-mailbox.ts';
import { failures, line } from './log-lines.ts';
import { runGuardian } from './run-guardian.ts';
import { put, SHOP_LOG, workspace } from './workspace.ts';

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

interface Post {
  folder: string;
  mailbox: Mailbox;
  environment: Record<string, string>;
  send(...args: string[]): ReturnType<typeof runGuardian>;
}

/** A folder with logs of each status, a mail server of its own, and the predecessor's names for it in the environment. */
async function post(behaviour: SMTPServerOptions = {}, more: Record<string, string> = {}): Promise<Post> {
  const folder = workspace();
  put(folder, 'ok.log', `${line('order placed', { severity: 'INFO' })}\n`);
  put(folder, 'degraded.log', failures(3));
  put(folder, 'critical.log', failures(9));
  const mailbox = await openMailbox(behaviour);
  closing.push(mailbox.close);
  const environment = {
    EMAIL_ENABLED: '1',
    SMTP_HOST: '127.0.0.1',
    SMTP_PORT: String(mailbox.port),
    SMTP_USER: 'guardian@example.org',
    SMTP_PASSWORD: 'right password',
    SMTP_FROM_EMAIL: 'watch@example.org',
    SMTP_FROM_NAME: 'Émergence « garde »',
    SMTP_USE_TLS: '1',
    SMTP_CA_FILE: TEST_AUTHORITY,
    CODEX_GPT_EMAIL: 'agent@example.org',
    ...more,
  };
  return { folder, mailbox, environment, send: (...args) => runGuardian(['send', ...args], { folder, environment }) };
}

describe('a mail about production', () => {
  it('has text, HTML, the data and the hand-off, and is said to be sent when the server took it', async () => {
    const { mailbox, send } = await post();
    const sent = await send(SHOP_LOG);
    expect(sent).toMatchObject({ status: 0, stderr: '' });
    expect(sent.stdout).toMatch(/^Sent to agent@example\.org \(the server said: 250 .+\)\n$/);
    expect(mailbox.messages).toMatchObject([
      { from: 'watch@example.org', to: ['agent@example.org'], isEncrypted: true, user: 'guardian@example.org' },
    ]);
    const mail = await simpleParser(mailbox.messages[0]!.raw);
    expect(mail.subject).toMatch(/^🚨 \[CODEX GPT\] Production CRITICAL - shop \(\d\d\/\d\d \d\d:\d\d\)$/);
    expect(mail.from?.value).toEqual([{ address: 'watch@example.org', name: 'Émergence « garde »' }]);
    expect(Math.abs(Date.now() - mail.date!.getTime())).toBeLessThan(60_000);
    expect(mail.messageId).toMatch(/@example\.org>$/);
    expect(mail.text).toContain('TypeError: Cannot read properties of undefined');
    expect(String(mail.html)).toContain('CRITICAL');
    expect(Buffer.byteLength(String(mail.html))).toBeLessThan(102_400);
    const [json, markdown, ...rest] = mail.attachments;
    expect([json?.filename, markdown?.filename, rest.length]).toEqual(['report.json', 'report.md', 0]);
    expect(reportSchema.safeParse(JSON.parse(json!.content.toString())).success).toBe(true);
    expect(markdown!.content.toString()).toContain('## 1. Verdict');
  });

  it('goes out on DEGRADED and CRITICAL, not on OK; --force sends whatever the status', async () => {
    const { mailbox, send } = await post();
    const ok = await send('ok.log');
    expect(ok).toMatchObject({ status: 0, stdout: 'Nothing due for agent@example.org: the status is OK\n' });
    expect(mailbox.messages).toHaveLength(0);
    expect((await send('degraded.log')).stdout).toContain('Sent to agent@example.org');
    expect((await send('critical.log')).stdout).toContain('Sent to agent@example.org');
    expect((await send('ok.log', '--force')).stdout).toContain('Sent to agent@example.org');
    const subjects = await Promise.all(mailbox.messages.map(async ({ raw }) => (await simpleParser(raw)).subject));
    expect(subjects.map((subject) => subject?.slice(0, 34))).toEqual(
      [
        expect.stringContaining('⚠️ [CODEX GPT] Production DEGRADED'),
        expect.stringContaining('🚨 [CODEX GPT] Production CRITICAL'),
        expect.stringContaining('✅ [CODEX GPT] Production OK - demo'),
      ].map((matcher) => matcher),
    );
  });

  it('is not repeated within the cool-down, unless something got worse or new', async () => {
    const { mailbox, folder, send } = await post();
    await send('degraded.log');
    const again = await send('degraded.log');
    expect(again).toMatchObject({ status: 0 });
    expect(again.stdout).toMatch(/^Nothing due for agent@example\.org: same issues, quiet until \d{4}-.+Z\n$/);
    await send('critical.log');
    appendFileSync(join(folder, 'critical.log'), `${line('something else broke entirely', { at: 60 })}\n`);
    await send('critical.log');
    expect(mailbox.messages).toHaveLength(3);
    expect(statSync(join(folder, '.guardian', 'deliveries.jsonl')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, '.guardian', 'deliveries.jsonl'), 'utf8')).not.toContain('right password');
  });

  it('goes to each recipient by itself, as their severity asks', async () => {
    const { folder, mailbox, send } = await post();
    put(
      folder,
      'guardian.config.ts',
      `export default { mail: { tag: 'SHOP', name: 'The shop', recipients: [
        'dev@example.org', { address: 'chief@example.org', minimumStatus: 'CRITICAL' } ] } };`,
    );
    const degraded = await send('degraded.log');
    expect(degraded.stdout).toContain('Nothing due for chief@example.org: the status is DEGRADED');
    await send('critical.log');
    expect(mailbox.messages.map(({ to }) => to.join())).toEqual([
      'dev@example.org',
      'agent@example.org',
      'dev@example.org',
      'chief@example.org',
      'agent@example.org',
    ]);
    const mail = await simpleParser(mailbox.messages[0]!.raw);
    expect(mail.subject).toContain('[SHOP] Production DEGRADED - The shop (');
    expect(mailbox.messages[0]!.raw).not.toContain('chief@example.org');
  });

  it('is only described by --dry-run, which remembers nothing', async () => {
    const { folder, mailbox, send } = await post();
    const dry = await send('critical.log', '--dry-run');
    expect(dry).toMatchObject({ status: 0 });
    expect(dry.stdout).toMatch(/^Would send to agent@example\.org: 🚨 \[CODEX GPT\] Production CRITICAL - demo \(/);
    expect(mailbox.messages).toHaveLength(0);
    expect(readdirSync(folder)).not.toContain('.guardian');
  });

  it('is stored, and clearly NOT sent, without a mail server; a server set up later still sends it', async () => {
    const { folder, environment, mailbox, send } = await post();
    const { SMTP_HOST: _none, ...without } = environment;
    const stored = await runGuardian(['send', 'critical.log'], { folder, environment: without });
    expect(stored.status).toBe(75);
    expect(stored.stdout).toMatch(/^NOT sent: no mail server is configured\. .+\.eml\n$/);
    const outbox = join(folder, '.guardian', 'outbox');
    const [name] = readdirSync(outbox);
    const mail = await simpleParser(readFileSync(join(outbox, name!)));
    expect(mail.attachments.map(({ filename }) => filename)).toEqual(['report.json', 'report.md']);
    expect(statSync(outbox).mode & 0o777).toBe(0o700);
    expect((await send('critical.log')).stdout).toContain('Sent to agent@example.org');
    expect(mailbox.messages).toHaveLength(1);
  });

  it('is switched off by EMAIL_ENABLED=0, and asks for a recipient when there is none', async () => {
    const { folder, environment, mailbox } = await post();
    const off = await runGuardian(['send', 'critical.log'], {
      folder,
      environment: { ...environment, EMAIL_ENABLED: '0' },
    });
    expect(off).toMatchObject({ status: 0, stdout: 'Mail is switched off (EMAIL_ENABLED); nothing was sent.\n' });
    const nobody = await runGuardian(['send', 'critical.log'], {
      folder,
      environment: { ...environment, CODEX_GPT_EMAIL: '' },
    });
    expect(nobody).toMatchObject({ status: 78, stdout: '' });
    expect(nobody.stderr).toContain('CODEX_GPT_EMAIL');
    expect(mailbox.messages).toHaveLength(0);
  });

  it('is no mail when it could not look', async () => {
    const { mailbox, send } = await post();
    expect(await send('missing.log')).toMatchObject({ status: 3, stdout: '' });
    expect(mailbox.messages).toHaveLength(0);
  });
});

describe('a mail server that misbehaves', () => {
  const refuses: SMTPServerOptions = {
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('gone') ? done(Object.assign(new Error('no such user'), { responseCode: 550 })) : done(),
  };

  it('refuses one recipient: the others get theirs, and the refused one is due again', async () => {
    const { mailbox, send } = await post(refuses, { GUARDIAN_RECIPIENTS: 'gone@example.org dev@example.org' });
    const sent = await send('critical.log');
    expect(sent.status).toBe(69);
    expect(mailbox.messages.map(({ to }) => to.join())).toEqual(['agent@example.org', 'dev@example.org']);
    expect(sent.stderr).toMatch(/^NOT sent to gone@example\.org: .*550 no such user/);
    expect(sent.stderr).toContain('→');
    expect((await send('critical.log')).stderr).toContain('NOT sent to gone@example.org');
  });

  it('refuses the password, which is shown nowhere', async () => {
    const { mailbox, send } = await post({ authOptional: false }, { SMTP_PASSWORD: 'an old password' });
    const sent = await send('critical.log', '--verbose');
    expect(sent).toMatchObject({ status: 69, stdout: '' });
    expect(sent.stderr).toContain('Check SMTP_USER and SMTP_PASSWORD');
    expect(sent.stderr).not.toContain('an old password');
    expect(mailbox.messages).toHaveLength(0);
  });

  it('offers no encryption: nothing is sent in the clear', async () => {
    const { mailbox, send } = await post({ disabledCommands: ['STARTTLS'] });
    expect(await send('critical.log')).toMatchObject({ status: 69, stdout: '' });
    expect(mailbox.messages).toHaveLength(0);
  });

  it.each([
    ['is silent', () => {}],
    [
      'closes in the middle',
      (socket: Socket) => {
        socket.write('220 hello\r\n');
        socket.on('data', (bytes) =>
          bytes.toString().startsWith('EHLO') ? socket.write('250 ok\r\n') : socket.destroy(),
        );
      },
    ],
  ])('%s: it is NOT sent, within the time limit, and due again', async (_what, behave) => {
    const { folder, environment } = await post();
    put(folder, 'guardian.config.ts', `export default { mail: { smtp: { timeoutMs: 400, encryption: 'none' } } };`);
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => {}));
      behave(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const { SMTP_USE_TLS: _none, ...rest } = environment;
    const sent = await runGuardian(['send', 'critical.log'], {
      folder,
      environment: { ...rest, SMTP_PORT: String(port) },
    });
    expect(sent).toMatchObject({ status: 69, stdout: '' });
    expect(sent.stderr).toMatch(/^NOT sent to agent@example\.org: .+could not be reached: .+\n {2}→ Check SMTP_HOST/);
    expect(readFileSync(join(folder, '.guardian', 'deliveries.jsonl'), 'utf8')).toContain('"outcome":"failed"');
  });

  it('cannot be trusted: the authority file that is missing is named', async () => {
    const { send } = await post({}, { SMTP_CA_FILE: '/nowhere/authority.pem' });
    const sent = await send('critical.log');
    expect(sent.status).toBe(78);
    expect(sent.stderr).toContain('/nowhere/authority.pem');
  });
});
