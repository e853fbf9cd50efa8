import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { createCheckRunner } from './check-runner.ts';

const runner = createCheckRunner({
  environment: { PATH: process.env.PATH ?? '', GUARDIAN_GITHUB_TOKEN: 'hidden' },
  folder: tmpdir(),
  clock: { now: () => Date.now() },
});
const server = createServer((request, response) => {
  if (request.url === '/moved') response.writeHead(302, { location: '/elsewhere' }).end();
  else if (request.url === '/endless') {
    const timer = setInterval(() => response.write('x'.repeat(10_000)), 1);
    response.on('close', () => clearInterval(timer));
  } else if (request.url !== '/silent') request.pipe(response);
});
let address = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.closeAllConnections());
afterAll(() => server.close());

const probe = (path: string, given: { method?: 'GET' | 'POST'; body?: string; timeoutMs?: number } = {}) =>
  runner.request({
    url: `${address}${path}`,
    method: given.method ?? 'GET',
    headers: {},
    body: given.body ?? null,
    timeoutMs: given.timeoutMs ?? 5_000,
    maximumBytes: 1_000,
  });
const node = (script: string, timeoutMs = 10_000) =>
  runner.run({ command: process.execPath, arguments: ['-e', script], environment: { NAME: 'shop' }, timeoutMs });

describe('a request of a check', () => {
  it('gives status and body', async () => {
    expect(await probe('/', { method: 'POST', body: 'hello' })).toMatchObject({
      status: 200,
      body: 'hello',
      problem: null,
    });
  });

  it('takes a redirect for an answer', async () => {
    expect(await probe('/moved')).toMatchObject({ status: 302 });
  });

  it('reads no more than it may', async () => {
    expect((await probe('/endless')).body).toHaveLength(1_000);
  });

  it('says why there was no answer, and throws nothing', async () => {
    expect(await probe('/silent', { timeoutMs: 50 })).toMatchObject({
      status: null,
      problem: expect.stringMatching(/timeout/),
    });
    const closed = { url: `http://127.0.0.1:${await freePort()}/`, method: 'GET', headers: {}, body: null } as const;
    expect(await runner.request({ ...closed, timeoutMs: 5_000, maximumBytes: 10 })).toMatchObject({
      status: null,
      problem: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('a command of a check', () => {
  it('gives its exit status and what it printed, without a shell', async () => {
    expect(await node("console.log(process.env.NAME, '$HOME'); console.error('two'); process.exit(3)")).toMatchObject({
      exitStatus: 3,
      output: expect.stringMatching(/shop \$HOME/),
      problem: null,
    });
  });

  it('knows nothing of Guardian’s environment but where programs are', async () => {
    process.env.CHECK_RUNNER_SECRET = 'hidden';
    expect((await node('console.log(JSON.stringify(process.env))')).output).not.toContain('hidden');
    delete process.env.CHECK_RUNNER_SECRET;
  });

  it('is ended with all it started when its time is over', async () => {
    const outcome = await node("require('child_process').spawn('sleep', ['60']); setInterval(() => {}, 1000)", 300);
    expect(outcome).toMatchObject({ exitStatus: null, problem: 'not done within 300 ms' });
  });

  it('that does not exist is a problem', async () => {
    const missing = { command: '/no/such/program', arguments: [], environment: {}, timeoutMs: 1_000 };
    expect(await runner.run(missing)).toMatchObject({ exitStatus: null, problem: expect.stringContaining('ENOENT') });
  });
});
