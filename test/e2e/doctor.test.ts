import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startReceiver } from '../fixtures/receiver.ts';
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

describe('guardian doctor, of jobs and messages', () => {
  const route = `{ name: 'all', on: ['job_failed'], to: ['nico'], over: ['slack'] }`;

  it('C4: tries every channel that somebody has, and sends a test over each when asked', async () => {
    const receiver = await startReceiver();
    try {
      const folder = workspace();
      const configuration = `export default { jobs: { sync: { shell: 'true', cron: '0 1 * * *' } },
        recipients: { nico: { name: 'Nico', language: 'fr', slack: '${receiver.url}/slack', webhook: '${receiver.url}/hook' } }, routes: [${route}] };`;
      put(folder, 'guardian.config.ts', configuration);
      const { status, stdout } = await runGuardian(['doctor', '--send-test'], { folder });
      expect(stdout).toMatch(/^ok {6}Jobs +1 in order$/m);
      expect(stdout).toMatch(/^ok {6}Channel slack +set up, for Nico$/m);
      expect(stdout).toMatch(/^ok {6}Test slack → Nico +the other side accepted a test message/m);
      expect(stdout).toMatch(/^ok {6}Test webhook → Nico/m);
      expect(status).toBe(0);
      expect(receiver.received.map(({ path }) => path).sort()).toEqual(['/hook', '/slack']);
      expect(receiver.received.find(({ path }) => path === '/slack')!.body).toContain('Message d’essai');
      expect(stdout).not.toContain(`${receiver.url}/slack`);
    } finally {
      await receiver.stop();
    }
  });

  it('F2: says which function it cannot load, and of those it can that they are in order', async () => {
    const folder = workspace();
    put(folder, 'jobs.ts', 'export const nightly = async () => ({ rows: 1 });\n');
    const one = (name: string) =>
      `export default { jobs: { sync: { function: { module: './jobs.ts', export: '${name}' } } } };`;
    put(folder, 'guardian.config.ts', one('nightly'));
    expect((await runGuardian(['doctor'], { folder })).stdout).toMatch(/^ok {6}Jobs +1 in order$/m);
    put(folder, 'guardian.config.ts', one('weekly'));
    const { status, stdout } = await runGuardian(['doctor'], { folder });
    expect(status).toBe(69);
    expect(stdout).toMatch(/^FAILED {2}Jobs .*jobs\.sync\.function\.export: .*jobs\.ts exports no function "weekly"/m);
  });

  it('F10: says what the other side answered when a channel no longer works, and what is wrong with jobs and routes', async () => {
    const receiver = await startReceiver({ kind: 'answer', status: 403, body: 'no_service' });
    try {
      const folder = workspace();
      const configuration = `export default { jobs: { a: { shell: 'true', after: ['b'] }, b: { shell: 'true', after: ['a'] } },
        recipients: { nico: { slack: '${receiver.url}/slack' } }, routes: [${route}, { name: 'x', on: ['job_failed'], to: ['bob'], over: ['slack'] }] };`;
      put(folder, 'guardian.config.ts', configuration);
      const { status, stdout } = await runGuardian(['doctor', '--send-test'], { folder });
      expect(status).toBe(69);
      expect(stdout).toMatch(/^FAILED {2}Jobs .*a → b → a/m);
      expect(stdout).toMatch(/^FAILED {2}Routes .*"bob" is nobody/m);
      expect(stdout).toMatch(/^FAILED {2}Test slack → nico .*HTTP 403: no_service/m);
    } finally {
      await receiver.stop();
    }
  });
});
