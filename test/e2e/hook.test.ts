import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openMailbox, TEST_AUTHORITY } from '../fixtures/smtp-mailbox.ts';
import { writeProgram } from '../fixtures/write-program.ts';
import { failures, line } from './log-lines.ts';
import { cleanEnvironment, type Run, runGuardian } from './run-guardian.ts';
import { git, put, workspace } from './workspace.ts';

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

/** A repository with one commit, a bare remote beside it, logs outside of it, and a configuration that names one of them. */
function place(log: string, hook: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  const folder = workspace();
  const remote = join(folder, 'remote.git');
  const work = join(folder, 'work');
  git(folder, 'init', '--quiet', '--bare', remote);
  git(folder, 'init', '--quiet', '--initial-branch=main', work);
  const settings = { hook: { inputs: [join(folder, log)], ...hook }, ...more };
  put(work, 'guardian.config.ts', `export default ${JSON.stringify(settings)};`);
  put(work, 'app.py', 'print(1)\n');
  git(work, 'add', '.');
  git(work, 'commit', '--quiet', '--message', 'Start');
  git(work, 'remote', 'add', 'origin', remote);
  put(folder, 'ok.log', `${line('order placed', { severity: 'INFO' })}\n`);
  put(folder, 'degraded.log', failures(3));
  put(folder, 'critical.log', failures(9));
  const script = join(work, '.git', 'hooks', 'pre-push');
  return {
    folder,
    work,
    script,
    guardian: (...args: string[]) => runGuardian(args, { folder: work }),
    push: (environment: Record<string, string> = {}, ...args: string[]) => push(work, { environment, args }),
    pushed: () => git(remote, 'for-each-ref', '--format=%(refname)'),
  };
}

function push(work: string, { environment, args }: { environment: Record<string, string>; args: string[] }): Run {
  const { status, stdout, stderr } = spawnSync('git', ['push', ...args, 'origin', 'main'], {
    cwd: work,
    env: cleanEnvironment({ folder: work, environment }),
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('the hook before a push', () => {
  it('blocks on CRITICAL, says why and how to go on, and lets --no-verify past', async () => {
    const { guardian, push, pushed, work } = place('critical.log');
    const installed = await guardian('hook', 'install');
    expect(installed).toMatchObject({ status: 0, stderr: '' });
    expect(installed.stdout).toContain('a push is blocked on CRITICAL only');
    const { status, stderr } = push();
    expect(status).toBe(1);
    expect(stderr).toContain('guardian: production is CRITICAL; this push is blocked.');
    expect(stderr).toContain('9 errors, more than 5');
    expect(stderr).toMatch(/· order \d+ could not be placed/);
    expect(stderr).toContain('git push --no-verify');
    expect(pushed()).toBe('');
    expect(git(work, 'status', '--porcelain')).toBe('');
    expect(push({}, '--no-verify').status).toBe(0);
    expect(pushed()).toBe('refs/heads/main');
  });

  it.each([
    ['ok.log', 'production is OK'],
    ['degraded.log', 'production is DEGRADED'],
    ['missing.log', 'could not look at production'],
  ])('lets a push through with one line about %s', async (log, words) => {
    const { guardian, push, pushed, work } = place(log);
    await guardian('hook', 'install');
    const { status, stderr } = push();
    expect(status).toBe(0);
    expect(stderr).toContain(words);
    expect(stderr).toContain('the push goes on.');
    expect(pushed()).toBe('refs/heads/main');
    expect(git(work, 'status', '--porcelain')).toBe('');
  });

  it('blocks on DEGRADED where the knob says so', async () => {
    const { guardian, push } = place('degraded.log', { blockOn: 'DEGRADED' });
    await guardian('hook', 'install');
    expect(push().status).toBe(1);
  });

  it('never blocks because its own configuration is wrong, and says so', async () => {
    const { guardian, push, work } = place('critical.log');
    await guardian('hook', 'install');
    put(work, 'guardian.config.ts', 'export default { hook: { blockUpon: 1 } };');
    const { status, stderr } = push();
    expect(status).toBe(0);
    expect(stderr).toContain('hook.blockUpon');
  });

  it('lets a push through at its time limit', async () => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const { guardian } = place(
      'ok.log',
      { inputs: [], timeLimitMs: 400 },
      {
        cloudLogging: { project: 'demo', accessToken: 'token', endpoint: `http://127.0.0.1:${port}` },
      },
    );
    const { status, stderr } = await guardian('hook', 'run');
    expect(status).toBe(0);
    expect(stderr).toContain('no answer within 0.4 s');
  });

  it('says what to configure when it has nothing to look at', async () => {
    const folder = workspace();
    const { status, stderr } = await runGuardian(['hook', 'run'], { folder });
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^guardian: could not look at production \(neither .+\); the push goes on\.\n {2}→ Set hook\.inputs/,
    );
  });

  it('mails on CRITICAL where asked to, and a mail that fails changes nothing about the push', async () => {
    const mailbox = await openMailbox();
    closing.push(mailbox.close);
    const smtp = { host: '127.0.0.1', port: mailbox.port, certificateAuthority: TEST_AUTHORITY };
    const mail = { from: 'watch@example.org', recipients: ['dev@example.org'], smtp };
    const { guardian, work } = place('critical.log', { mailOnCritical: true }, { mail });
    const mailed = await guardian('hook', 'run');
    expect(mailed.status).toBe(86);
    expect(mailed.stderr).toContain('Sent to dev@example.org');
    expect(mailbox.messages).toHaveLength(1);
    const { folder } = place('critical.log');
    const settings = {
      hook: { inputs: [join(folder, 'critical.log')], mailOnCritical: true },
      mail: { ...mail, smtp: { ...smtp, certificateAuthority: '/nowhere' } },
    };
    put(work, 'guardian.config.ts', `export default ${JSON.stringify(settings)};`);
    const failed = await guardian('hook', 'run');
    expect(failed.status).toBe(86);
    expect(failed.stderr).toContain('/nowhere');
  });
});

describe('installing the hook', () => {
  it('keeps a hook that stood there, runs it first, and puts it back', async () => {
    const { guardian, push, script } = place('ok.log');
    const own = '#!/bin/sh\necho "own hook: $1" >&2\ntest ! -e refuse\n';
    mkdirSync(join(script, '..'), { recursive: true });
    writeProgram(script, own);
    expect((await guardian('hook', 'install')).stdout).toContain('runs first');
    expect((await guardian('hook', 'install')).stdout).toContain('Already installed');
    const { status, stderr } = push();
    expect(status).toBe(0);
    expect(stderr.indexOf('own hook: origin')).toBeLessThan(stderr.indexOf('production is OK'));
    expect(stderr.indexOf('own hook: origin')).toBeGreaterThanOrEqual(0);
    expect((await guardian('hook', 'uninstall')).stdout).toContain('your own hook stands again');
    expect(readFileSync(script, 'utf8')).toBe(own);
    expect(statSync(script).mode & 0o111).not.toBe(0);
  });

  it('lets the own hook refuse, too', async () => {
    const { guardian, push, script, work } = place('ok.log');
    writeProgram(script, '#!/bin/sh\nexit 7\n');
    await guardian('hook', 'install');
    expect(push().status).toBe(1);
    expect(git(work, 'status', '--porcelain')).toBe('');
  });

  it('is taken away without a trace', async () => {
    const { guardian, script } = place('ok.log');
    await guardian('hook', 'install');
    expect(existsSync(script)).toBe(true);
    expect((await guardian('hook', 'uninstall')).stdout).toContain('Removed');
    expect(existsSync(script)).toBe(false);
    expect(await guardian('hook', 'uninstall')).toMatchObject({
      status: 0,
      stdout: 'No hook of Guardian is installed here.\n',
    });
  });

  it('refuses a hooks folder that git tracks, changes nothing, and says what to do instead', async () => {
    const { guardian, work } = place('ok.log');
    put(work, 'hooks/pre-commit', '#!/bin/sh\n');
    git(work, 'add', '.');
    git(work, 'commit', '--quiet', '--message', 'Hooks');
    git(work, 'config', 'core.hooksPath', 'hooks');
    const refused = await guardian('hook', 'install');
    expect(refused).toMatchObject({ status: 73, stdout: '' });
    expect(refused.stderr).toContain('core.hooksPath points to hooks');
    expect(refused.stderr).toContain('npx guardian hook run || [ $? -ne 86 ] || exit 1');
    expect(git(work, 'status', '--porcelain')).toBe('');
  });

  it('needs a repository', async () => {
    const folder = workspace();
    expect(await runGuardian(['hook', 'install'], { folder })).toMatchObject({ status: 73, stdout: '' });
  });
});
