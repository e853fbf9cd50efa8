import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGuardian } from '../../../test/e2e/run-guardian.ts';
import { workspace } from '../../../test/e2e/workspace.ts';
import { type RunningServer, startGuardian } from '../../../test/fixtures/running-server.ts';

const folder = workspace();
const CONFIGURATION = `export default {
  jobs: {
    greet: { label: 'Greeting', shell: 'echo hello; echo oh >&2; printf "\\\\033[31mred\\\\033[0m"', cron: '0 1 * * *', timeZone: 'America/Montreal' },
    report: { shell: 'true', after: ['greet'] },
    wait: { shell: 'echo begun; exec sleep 60' },
    elsewhere: { watched: {}, cron: '0 3 * * *' },
  },
};
`;

let server: RunningServer;

beforeAll(async () => {
  writeFileSync(join(folder, 'guardian.config.ts'), CONFIGURATION);
  server = await startGuardian({ folder });
});
afterAll(() => server.stop());

const jobs = (...args: string[]) =>
  runGuardian(['jobs', ...args], { folder, environment: { GUARDIAN_URL: server.url } });

describe('`guardian jobs`', () => {
  it('lists jobs with their schedule, Guardian’s own only when asked for', async () => {
    const { status, stdout, stderr } = await jobs('list');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^greet +no run yet +0 1 \* \* \* \(America\/Montreal\) +next \d{4}-\d\d-\d\dT0[56]:00:00\.000Z\n {6}Greeting$/m,
    );
    expect(stdout).toMatch(/^report +no run yet +after greet$/m);
    expect(stdout).not.toContain('guardian-retention');
    expect((await jobs('list', '--all')).stdout).toContain('guardian-retention');
    const { items } = JSON.parse((await jobs('list', '--json')).stdout) as { items: { id: string }[] };
    expect(items.map(({ id }) => id)).toContain('greet');
  });

  it('says in French, all of it, what it cannot ask', async () => {
    const french = async (url: string) => (await jobs('list', '--lang', 'fr', '--url', url)).stderr.split('\n')[0];
    expect(await french('ftp://x')).toBe('guardian : --url (GUARDIAN_URL) n’est pas une adresse http:// ou https://');
    // The page of a dashboard, where its API is meant.
    expect(await french(`${server.url}/somewhere`)).toMatch(
      /^guardian : http:\/\/127\.0\.0\.1:\d+\/somewhere n’a pas répondu : ce qui répond là n’est pas ce Guardian\.$/,
    );
  });

  it('runs one, and prints what it wrote, with nothing in it that moves a terminal', async () => {
    const started = await jobs('run', 'greet');
    expect(started.status).toBe(0);
    const id = /^Started: greet, run (\S+)$/m.exec(started.stdout)![1]!;
    const { status, stdout } = await jobs('logs', id, '--follow');
    expect(status).toBe(0);
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['hello', 'oh']));
    expect(stdout).toContain('\\u{1b}[31mred');
    expect(stdout).not.toContain('\u001b');
    // The job's name stands for its newest run.
    expect((await jobs('logs', 'greet')).stdout).toBe(stdout);
    const lines = (await jobs('logs', id, '--json')).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { stream: string });
    expect(lines.map(({ stream }) => stream)).toContain('stderr');
    expect((await jobs('show', 'greet')).stdout).toContain(id);
  });

  it('shows one with its facts, and its next times with the changes of the clock', async () => {
    const shown = (await jobs('show', 'report', '--lang', 'fr')).stdout;
    expect(shown).toMatch(/^ {2}Vient après +greet$/m);
    expect((await jobs('show', 'elsewhere')).stdout).toMatch(/Tells of itself at +http:\/\/\S+\/ping\/\S+/);
    const { stdout } = await jobs('next', 'greet');
    expect(stdout.match(/^\d{4}-\d\d-\d\dT0[56]:00:00\.000Z$/gm)).toHaveLength(10);
    expect(stdout).toContain('an hour is left out: ');
    expect((await jobs('next', 'report')).stdout).toContain('No time');
  });

  it('F23: pauses for a night, for all, and resumes with what is caught up', async () => {
    const paused = await jobs('pause', 'greet', '--until', '8h', '--reason', 'stock-taking');
    expect(paused).toMatchObject({ status: 0, stderr: '' });
    expect(paused.stdout).toMatch(/^greet: paused by open until \S+Z: stock-taking$/m);
    expect((await jobs('list')).stdout).toContain('paused by open until ');
    expect((await jobs('resume', 'greet')).stdout).toBe('Resumed: greet\n0 missed runs are caught up, 0 left out.\n');
    expect((await jobs('resume', 'greet')).stdout).toBe('Nothing changed: it was so already.\n');
    expect((await jobs('pause', '--all')).stdout.trim().split('\n')).toHaveLength(4);
    expect((await jobs('resume', '--all')).stdout.trim().split('\n')).toHaveLength(4);
    expect(await jobs('pause', 'greet', '--until', 'tonight')).toMatchObject({ status: 64 });
  });

  it('cancels by the job’s name, and says what is in the way of a second run', async () => {
    const id = /run (\S+)$/m.exec((await jobs('run', 'wait')).stdout)![1]!;
    const second = await jobs('run', 'wait');
    expect([second.status, second.stdout]).toEqual([73, '']);
    expect(second.stderr).toContain(`run ${id} is open`);
    expect((await jobs('cancel', 'wait', '--reason', 'wrong night')).stdout).toBe(`Told to end: wait, run ${id}\n`);
    expect((await jobs('logs', id, '--follow')).stdout).toBe('begun\n');
    expect(await jobs('cancel', id)).toMatchObject({ status: 73 });
    expect(await jobs('cancel', 'wait')).toMatchObject({ status: 66 });
  });

  it('F6: says what is not there, and what it does not know', async () => {
    for (const args of [
      ['show', 'nobody'],
      ['run', 'nobody'],
      ['logs', 'nobody'],
      ['cancel', 'nobody'],
      ['pause', '../alerts'],
    ])
      expect([args, (await jobs(...args)).status]).toEqual([args, 66]);
    for (const args of [
      [],
      ['list', 'greet'],
      ['run'],
      ['run', '--all'],
      ['stop', 'greet'],
      ['show', 'greet', 'report'],
    ])
      expect([args, (await jobs(...args)).status]).toEqual([args, 64]);
    expect((await jobs('run', 'elsewhere')).stderr).toContain('it runs elsewhere');
  });

  it('is told by its key what it may', async () => {
    const wrong = await jobs('list', '--api-key', 'gk_wrong');
    expect([wrong.status, wrong.stdout]).toEqual([77, '']);
  });
});

describe('`guardian report --all`', () => {
  const all = (...args: string[]) =>
    runGuardian(['report', '--all', ...args], { folder, environment: { GUARDIAN_URL: server.url } });

  it('prints the report over everything of the running server, and ends with its status', async () => {
    const id = /run (\S+)$/m.exec((await jobs('run', 'greet')).stdout)![1]!;
    await jobs('logs', id, '--follow');
    const text = await all();
    expect([text.status, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toMatch(/^Production report over everything — OK\n/);
    expect(text.stdout).toMatch(/^ {2}OK · Greeting · \d+ min ago$/m);
    const json = await all('--format', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({ schema: 'guardian.unified/1', status: 'OK', gaps: 0 });
    expect((await all('--format', 'markdown', '--lang', 'fr')).stdout).toMatch(/^# Rapport de production /);
    expect((await all('--quiet')).stdout).toBe('');
    await jobs('pause', 'greet');
    expect((await all()).status).toBe(3);
    await jobs('resume', 'greet');
  });

  it('could not look when the server does not answer, and reads no file', async () => {
    const away = await all('--url', 'http://127.0.0.1:1');
    expect([away.status, away.stdout]).toEqual([3, '']);
    expect((await all('shop.log')).status).toBe(64);
    expect((await all('--format', 'pdf')).status).toBe(64);
  });
});
