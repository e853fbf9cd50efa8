import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openMailbox, TEST_AUTHORITY } from '../fixtures/smtp-mailbox.ts';
import { runGuardian } from './run-guardian.ts';
import { cloneShop, git, put, workspace } from './workspace.ts';

const mailbox = await openMailbox({ authOptional: false });
afterAll(() => mailbox.close());

const mailEnvironment = {
  SMTP_HOST: '127.0.0.1',
  SMTP_PORT: String(mailbox.port),
  SMTP_USER: 'guardian@example.org',
  SMTP_PASSWORD: 'right password',
  SMTP_CA_FILE: TEST_AUTHORITY,
  CODEX_GPT_EMAIL: 'dev@example.org',
};

describe('guardian doctor', () => {
  it('says that everything configured works, and sends a test message when asked', async () => {
    const folder = workspace();
    const shop = cloneShop(folder);
    put(folder, 'guardian.config.ts', 'export default { service: "shop" };');
    const { status, stdout, stderr } = await runGuardian(['doctor', '--repo', 'shop', '--send-test'], {
      folder,
      environment: mailEnvironment,
    });
    expect([status, stderr]).toEqual([0, '']);
    for (const part of [
      `read from ${join(folder, 'guardian.config.ts')}`,
      `${shop} at ${git(shop, 'rev-parse', 'HEAD').slice(0, 8)}`,
      `127.0.0.1:${mailbox.port} accepts the connection and the credentials`,
      'test message accepted for dev@example.org',
      'Everything configured works.',
    ])
      expect(stdout).toContain(part);
    expect(mailbox.messages).toHaveLength(1);
  });

  it('names what is not configured without calling it a failure', async () => {
    const folder = workspace();
    const { status, stdout } = await runGuardian(['doctor'], { folder });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^note {4}Repository/m);
    expect(stdout).toMatch(/^note {4}Mail/m);
    expect(stdout).not.toContain('FAILED');
    expect(existsSync(join(folder, '.guardian', 'deliveries.jsonl'))).toBe(false);
  });

  it('names each thing that fails, with its remedy, and goes on to the others', async () => {
    const folder = workspace();
    const environment = {
      ...mailEnvironment,
      SMTP_PASSWORD: 'wrong',
      GUARDIAN_REPO: 'nowhere',
      GOOGLE_CLOUD_PROJECT: 'demo',
    };
    const { status, stdout } = await runGuardian(['doctor'], { folder, environment });
    expect(status).toBe(69);
    expect(stdout).toMatch(/^FAILED {2}Repository .+nowhere.+\n {2}→ /m);
    expect(stdout).toMatch(/^FAILED {2}Cloud Logging .+demo.+\n {2}→ /m);
    expect(stdout).toMatch(/^FAILED {2}Mail .+Invalid login.+\n {2}→ Check SMTP_USER/m);
    expect(stdout).toContain('3 checks failed.');
    expect(stdout).not.toContain('wrong');
  });

  it('goes on past a mail configuration without a sender', async () => {
    const folder = workspace();
    const { SMTP_USER: _user, ...environment } = mailEnvironment;
    const { status, stdout } = await runGuardian(['doctor', '--send-test'], { folder, environment });
    expect(status).toBe(69);
    for (const part of ['Node', 'Repository', 'No sender is configured', 'SMTP_FROM_EMAIL'])
      expect(stdout).toContain(part);
  });

  it('says that a mail server does not answer', async () => {
    const folder = workspace();
    const { status, stdout } = await runGuardian(['doctor', '--lang', 'fr'], {
      folder,
      environment: { ...mailEnvironment, SMTP_PORT: '1' },
    });
    expect(status).toBe(69);
    expect(stdout).toMatch(/ÉCHEC +Courrier +.+127\.0\.0\.1:1.+\n {2}→ Vérifiez SMTP_HOST/);
    expect(stdout).toContain('1 vérification en échec.');
  });
});
