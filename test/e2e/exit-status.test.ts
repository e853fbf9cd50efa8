import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { entry, failures, line } from './log-lines.ts';
import { ended, runGuardian, startGuardian } from './run-guardian.ts';
import { put, workspace } from './workspace.ts';

const folder = workspace();
put(folder, 'one.log', failures(1));
put(folder, 'three.log', failures(3));
put(folder, 'nine.log', failures(9));
put(folder, 'quiet.log', `${line('order placed', { severity: 'INFO' })}\n`);

const run = (...args: string[]) => runGuardian(args, { folder });

describe('the exit status', () => {
  it.each([
    ['quiet.log', 0, 'OK'],
    ['one.log', 0, 'OK'],
    ['three.log', 1, 'DEGRADED'],
    ['nine.log', 2, 'CRITICAL'],
  ])('of %s is %d: %s', async (name, status, word) => {
    const result = await run('report', name);
    expect(result).toMatchObject({ status, stderr: '' });
    expect(result.stdout.startsWith(`■ ${word}  Production report · demo`)).toBe(true);
  });

  it.each([
    ['report', 'missing.log'],
    ['report', 'missing.log', '--out', 'kept'],
    ['report', '--project', 'demo', '--since', '1h', '--out', 'kept'],
  ])('is 3 when it could not look: no report, and an older one stays as it was (%s %s)', async (...args) => {
    const older = put(folder, 'kept/report.html', 'the report of yesterday');
    const result = await run(...args);
    expect(result).toMatchObject({ status: 3, stdout: '' });
    expect(result.stderr).toMatch(/^guardian: .+\.\n {2}→ .+\n$/);
    expect(readFileSync(older, 'utf8')).toBe('the report of yesterday');
  });

  it.each([
    [['report'], 'Nothing to read'],
    [['report', 'one.log', '--frmat', 'json'], '--frmat'],
    [['report', 'one.log', '--since', 'yesterday'], '"yesterday" is neither a duration'],
    [['report', 'one.log', '--since', ''], 'is neither a duration'],
    [['report', 'one.log', '--format', 'pdf'], '"pdf" is not a format'],
    [['report', 'one.log', '--format', 'text,json'], 'Several formats need --out'],
    [['report', 'one.log', '--lang', 'de'], 'English (en) and French (fr)'],
    [['report', '--follow', '-'], '--follow needs a file'],
    [['reprot'], 'There is no command "reprot"'],
    [['hook'], 'install, uninstall or run'],
  ])('is 64 for a command line that is wrong: %j', async (args, words) => {
    const result = await run(...args);
    expect(result).toMatchObject({ status: 64, stdout: '' });
    expect(result.stderr).toContain(words);
    expect(result.stderr).toContain('→ Run "guardian --help"');
  });

  it.each([
    ['an unknown key', `export default { report: { criticalAbove: 3 } }`, 'report.criticalAbove'],
    ['a wrong value', `export default { mail: { smtp: { port: 'x' } } }`, 'mail.smtp.port'],
    ['a file that is no program', 'export default {', 'wrong.config.ts'],
  ])('is 78 for a configuration with %s, which it names', async (_what, text, key) => {
    put(folder, 'wrong.config.ts', text);
    const result = await run('report', 'one.log', '--config', 'wrong.config.ts');
    expect(result).toMatchObject({ status: 78, stdout: '' });
    expect(result.stderr).toContain(key);
  });

  it('is 78 for a format that nobody knows, naming those there are', async () => {
    const result = await run('report', 'one.log', '--source-format', 'bogus');
    expect(result).toMatchObject({ status: 78, stdout: '' });
    expect(result.stderr).toContain('cloud-logging');
  });

  it('is 73 when the report cannot be written', async () => {
    const result = await run('report', 'one.log', '--out', 'one.log/under-a-file');
    expect(result).toMatchObject({ status: 73, stdout: '' });
    expect(result.stderr).toContain('--out');
  });

  it('is 130 after an interruption, with nothing said of a log that was not read to its end', async () => {
    const child = startGuardian(['report', '-'], { folder });
    child.stdin?.write(failures(9));
    const end = ended(child);
    setTimeout(() => child.kill('SIGINT'), 700);
    expect(await end).toMatchObject({ status: 130, stdout: '' });
  });

  it('speaks the language asked for in errors too', async () => {
    const result = await run('report', 'missing.log', '--lang', 'fr');
    expect(result.stderr).toContain('il n’y a pas de tel fichier');
    expect(result.status).toBe(3);
  });
});

describe('Cloud Logging over its API', () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });

  /** Speaks `entries:list`; answers with the statuses and pages in turn. */
  async function logging(answers: { status?: number; body: unknown }[]) {
    const requests: { authorization: string | undefined; body: Record<string, unknown> }[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        const { status = 200, body } = answers[Math.min(requests.length, answers.length - 1)]!;
        requests.push({ authorization: request.headers.authorization, body: JSON.parse(text) });
        response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' });
        response.end(JSON.stringify(body));
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const environment = {
      GUARDIAN_LOGGING_ENDPOINT: `http://127.0.0.1:${port}`,
      GOOGLE_OAUTH_ACCESS_TOKEN: 'token-of-the-test',
      GOOGLE_CLOUD_PROJECT: 'demo',
    };
    return { requests, look: (...args: string[]) => runGuardian(['report', ...args], { folder, environment }) };
  }

  const recent = (index: number) => entry(index, { timestamp: new Date(Date.now() - index * 1000).toISOString() });

  it('reads every page of the last hour, through a busy answer, and says the window was read whole', async () => {
    const { requests, look } = await logging([
      { body: { entries: [recent(1), recent(2)], nextPageToken: 'more' } },
      { status: 429, body: { error: { message: 'quota' } } },
      { status: 503, body: { error: { message: 'busy' } } },
      { body: { entries: [recent(3)] } },
    ]);
    const result = await look('--service', 'demo', '--format', 'json');
    expect(result).toMatchObject({ status: 1, stderr: '' });
    const report = JSON.parse(result.stdout);
    expect(report).toMatchObject({ logs_analyzed: 3, freshness: '1h', window: { complete: true, reason: null } });
    expect(requests).toHaveLength(4);
    expect(requests[0]!.authorization).toBe('Bearer token-of-the-test');
    expect(requests[0]!.body).toMatchObject({ resourceNames: ['projects/demo'] });
    expect(requests.at(-1)!.body).toMatchObject({ pageToken: 'more' });
    expect(Date.parse(report.window.to) - Date.parse(report.window.from)).toBeLessThanOrEqual(3_600_000);
  });

  it('is OK with "no entries" when it could look and nothing was there', async () => {
    const { look } = await logging([{ body: {} }]);
    const result = await look();
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout).toContain('no entries');
  });

  it('could not look when access is refused, and says whose and what to do', async () => {
    const { look } = await logging([{ status: 403, body: { error: { message: 'Permission denied on resource' } } }]);
    const result = await look();
    expect(result).toMatchObject({ status: 3, stdout: '' });
    expect(result.stderr).toContain('project demo: 403 Permission denied on resource');
    expect(result.stderr).toContain('roles/logging.viewer');
  });

  it('could not look without credentials', async () => {
    const result = await runGuardian(['report', '--project', 'demo'], { folder });
    expect(result).toMatchObject({ status: 3, stdout: '' });
    expect(result.stderr).toContain('gcloud auth application-default login');
    expect(result.stderr).not.toMatch(/Warning|\.\.\n/);
  });
});

it('leaves nothing in the folder it was started in', async () => {
  const place = workspace();
  put(place, 'three.log', failures(3));
  await runGuardian(['report', 'three.log'], { folder: place });
  const { readdirSync } = await import('node:fs');
  expect(readdirSync(join(place))).toEqual(['three.log']);
});
