import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../../adapters/executors/executor-fixtures.ts';
import { freePort } from '../../adapters/free-port.ts';
import { drainExecSpool } from '../../app/exec.ts';
import { type ExecReply, type ExecRequest, execRequest } from '../../contracts/api/exec.ts';
import { GuardianError } from '../../core/shared/index.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const NODE = process.execPath;

let folder: string;
const servers: Server[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-exec-'));
});
afterEach(async () => {
  for (const child of children.splice(0))
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Guardian {
  url: string;
  requests: ExecRequest[];
  headers: Record<string, string | string[] | undefined>[];
  answer: (request: ExecRequest) => ExecReply | { status: number } | 'nothing';
}

/** Answers as the server does; what it is told is checked against the contract. */
async function guardian(): Promise<Guardian> {
  const told: Guardian = {
    url: '',
    requests: [],
    headers: [],
    answer: ({ phase }) =>
      phase === 'start'
        ? { decision: 'run', runId: 'run-1', timeoutMs: null }
        : { decision: 'recorded', runId: 'run-1' },
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = execRequest.parse(JSON.parse(Buffer.concat(chunks).toString()));
    expect(request.url).toBe('/behind/api/runs/exec');
    told.headers.push(request.headers);
    const answer = told.answer(body);
    if (answer === 'nothing') return;
    told.requests.push(body);
    const status = 'status' in answer ? answer.status : 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  told.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/behind/`;
  return told;
}

/** Where nobody listens. */
async function nobody(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}/behind/`;
}

function start(url: string, args: string[], environment: Record<string, string> = {}) {
  const child = spawn(NODE, [MAIN, 'exec', ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, GUARDIAN_URL: url, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  const out: Buffer[] = [];
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<{ status: number | null; signal: string | null; stdout: Buffer; stderr: string }>(
    (resolve) => {
      child.once('close', (status, signal) => resolve({ status, signal, stdout: Buffer.concat(out), stderr: errors }));
    },
  );
  return {
    child,
    ended,
    written: (text: string) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (Buffer.concat(out).includes(text)) resolve();
        };
        child.stdout.on('data', look);
        look();
      }),
  };
}

const spool = () => readdirSync(join(folder, '.guardian', 'exec')).sort();
const states = () => spool().map((name) => name.split('.').at(-1));
const finishes = ({ requests }: Guardian) => requests.filter((request) => request.phase === 'finish');
/** The requests of the one record that waits. */
const kept = () =>
  readFileSync(join(folder, '.guardian', 'exec', spool()[0]!), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object)
    .filter((line) => 'phase' in line)
    .map((line) => execRequest.parse(line));
const textOf = (requests: readonly ExecRequest[]) =>
  requests
    .flatMap((request) => (request.phase === 'output' ? request.chunks : []))
    .map(({ text }) => text)
    .join('');

describe('guardian exec', () => {
  it('passes output and exit status on unchanged, and tells Guardian of the run', async () => {
    const server = await guardian();
    const script = 'echo "$GUARDIAN_RUN_ID $GUARDIAN_JOB"; echo \'guardian:stats {"rows":3}\'; echo oops >&2; exit 42';
    const { status, stdout, stderr } = await start(server.url, ['--job', 'nightly', '--', 'sh', '-c', script], {
      GUARDIAN_API_KEY: 'key-1',
    }).ended;
    expect([status, stdout.toString(), stderr]).toEqual([42, 'run-1 nightly\nguardian:stats {"rows":3}\n', 'oops\n']);
    expect(server.requests.map(({ phase }) => phase)).toEqual(['start', 'output', 'finish']);
    expect(server.headers.every(({ authorization }) => authorization === 'Bearer key-1')).toBe(true);
    expect(server.requests[0]).toMatchObject({ job: 'nightly', isLate: false, timeoutMs: null });
    expect(textOf(server.requests)).toBe('run-1 nightly\nguardian:stats {"rows":3}\noops\n');
    expect(finishes(server)[0]).toMatchObject({
      how: 'exited',
      exitStatus: 42,
      signal: null,
      error: 'oops',
      stats: { rows: 3 },
    });
    expect(new Set(server.requests.map(({ clientId }) => clientId)).size).toBe(1);
    expect(spool()).toEqual([]);
  });

  it('passes bytes that are no text on, and standard input too', async () => {
    const server = await guardian();
    const run = start(server.url, ['--job', 'bytes', '--', 'cat']);
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256));
    run.child.stdin.end(bytes);
    const { status, stdout } = await run.ended;
    expect(status).toBe(0);
    expect(stdout.equals(bytes)).toBe(true);
  });

  it('hands a signal on to the command, whose own end it is', async () => {
    const server = await guardian();
    const script = 'trap "echo got TERM; exit 9" TERM; echo ready; while :; do sleep 0.05; done';
    const run = start(server.url, ['--job', 'nightly', '--', 'sh', '-c', script]);
    await run.written('ready');
    run.child.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ status: 9, signal: null });
    expect(finishes(server)[0]).toMatchObject({ how: 'exited', exitStatus: 9 });
  });

  it('ends by the signal that ended the command', async () => {
    const server = await guardian();
    const run = start(server.url, ['--job', 'nightly', '--', 'sh', '-c', 'echo ready; exec sleep 1000']);
    await run.written('ready');
    run.child.kill('SIGHUP');
    expect(await run.ended).toMatchObject({ status: null, signal: 'SIGHUP', stderr: '' });
    expect(finishes(server)[0]).toMatchObject({ how: 'signalled', exitStatus: null, signal: 'SIGHUP' });
  });

  it.each([
    ['no-such-command-at-all', 127],
    ['/etc/passwd', 126],
  ])('has the status of a shell for %s', async (command, expected) => {
    const server = await guardian();
    const { status, stderr } = await start(server.url, ['--job', 'nightly', '--', command]).ended;
    expect(status).toBe(expected);
    expect(stderr).toContain('guardian exec: the command could not be started');
    expect(finishes(server)[0]).toMatchObject({ how: 'not-started', exitStatus: expected });
  });

  it('takes no option of the command for its own', async () => {
    const server = await guardian();
    const { stdout } = await start(server.url, ['--job', 'a', '--', 'echo', '--help', '-v', '--lang', 'xx', '--'])
      .ended;
    expect(stdout.toString()).toBe('--help -v --lang xx --\n');
  });

  it('does not run the command beside an open run', async () => {
    const server = await guardian();
    server.answer = () => ({ decision: 'refused', inWay: 'run-7', inWaySince: '2026-01-31T08:15:30.123Z' });
    const file = join(folder, 'made');
    const { status, stderr } = await start(server.url, ['--job', 'nightly', '--', 'touch', file]).ended;
    expect(status).toBe(75);
    expect(stderr).toBe('guardian exec: nightly was not run: run run-7 is open since 2026-01-31T08:15:30.123Z\n');
    expect(readdirSync(folder)).not.toContain('made');
    expect(spool()).toEqual([]);
  });

  it.each([
    ['of the command line', ['--timeout', '1s'], null],
    ['of the job', [], 300],
  ])('ends the command, and what it started, after the time limit %s', async (_, options, timeoutMs) => {
    const server = await guardian();
    const { answer } = server;
    server.answer = (request) =>
      request.phase === 'start' ? { decision: 'run', runId: 'run-1', timeoutMs } : answer(request);
    const { status, stderr } = await start(server.url, [
      '--job',
      'nightly',
      ...options,
      '--',
      'sh',
      '-c',
      'sleep 1000 & wait',
    ]).ended;
    expect(status).toBe(124);
    expect(stderr).toMatch(/^guardian exec: nightly took longer than [\d.]+ s and was ended\n$/);
    expect(finishes(server)[0]).toMatchObject({ how: 'timeout', exitStatus: null, signal: 'SIGTERM' });
  });

  it.each([
    [[], 'Say which job'],
    [['--job', 'Nightly Backup', '--', 'true'], 'is no name of a job'],
    [['--job', 'a'], 'Say what to run'],
    [['--job', 'a', 'true'], 'Say what to run'],
    [['--job', 'a', '--timeout', 'soon', '--', 'true'], 'is not a duration'],
    [['--job', 'a', '--url', 'ftp://x', '--', 'true'], 'no http'],
  ])('refuses %j before anything runs', async (args, reason) => {
    const { status, stderr } = await start('http://127.0.0.1:1', args).ended;
    expect(status).toBe(64);
    expect(stderr).toContain(reason);
  });

  it('runs the command though the configuration is broken, and says so', async () => {
    writeFileSync(join(folder, 'guardian.config.ts'), 'export default { nonsense: 1 };\n');
    const server = await guardian();
    const { status, stdout, stderr } = await start(server.url, ['--job', 'a', '--', 'echo', 'ran']).ended;
    expect([status, stdout.toString()]).toEqual([0, 'ran\n']);
    expect(stderr).toContain('the configuration was passed over');
  });
});

describe('guardian exec without Guardian', () => {
  it('runs the command all the same, says nothing, and keeps the record', async () => {
    const { status, stdout, stderr } = await start(await nobody(), [
      '--job',
      'nightly',
      '--',
      'sh',
      '-c',
      'echo a; exit 3',
    ]).ended;
    expect([status, stdout.toString(), stderr]).toEqual([3, 'a\n', '']);
    expect(states()).toEqual(['waiting']);
    const requests = kept();
    expect(requests.map(({ phase }) => phase)).toEqual(['start', 'output', 'finish']);
    expect(requests[0]).toMatchObject({ isLate: true });
    expect(requests[2]).toMatchObject({ how: 'exited', exitStatus: 3 });
  });

  it('is not held up by one that takes connections and does not answer', async () => {
    const server = await guardian();
    server.answer = () => 'nothing';
    const run = start(server.url, ['--job', 'nightly', '--', 'echo', 'ran']);
    expect((await run.ended).stdout.toString()).toBe('ran\n');
    // Asked once, for the start: who has not answered that is not waited for again.
    expect(server.headers).toHaveLength(1);
    expect(states()).toEqual(['waiting']);
  });

  it('keeps what it could not tell any more when Guardian goes away meanwhile', async () => {
    const server = await guardian();
    const { answer } = server;
    server.answer = (request) => (request.phase === 'start' ? answer(request) : { status: 503 });
    expect((await start(server.url, ['--job', 'nightly', '--', 'echo', 'ran']).ended).status).toBe(0);
    expect(kept().map(({ phase }) => phase)).toEqual(['output', 'finish']);
  });

  it('says on standard error when Guardian will not take it, and keeps it for a better key', async () => {
    const server = await guardian();
    const { answer } = server;
    server.answer = () => ({ status: 401 });
    const refused = await start(server.url, ['--job', 'nightly', '--', 'echo', 'one']).ended;
    expect([refused.status, refused.stdout.toString()]).toEqual([0, 'one\n']);
    expect(refused.stderr).toContain('does not take the record of nightly: HTTP 401');
    server.answer = answer;
    server.requests.length = 0;
    expect((await start(server.url, ['--job', 'nightly', '--', 'echo', 'two']).ended).stderr).toBe('');
    expect(textOf(server.requests)).toBe('two\none\n');
    expect(spool()).toEqual([]);
  });

  it('sends what waited with the next command, oldest first, after its own', async () => {
    const url = await nobody();
    await start(url, ['--job', 'first', '--', 'echo', '1']).ended;
    await start(url, ['--job', 'second', '--', 'sh', '-c', 'exit 2']).ended;
    expect(states()).toEqual(['waiting', 'waiting']);
    const server = await guardian();
    await start(server.url, ['--job', 'third', '--', 'true']).ended;
    expect(server.requests.map(({ job, phase }) => `${job} ${phase}`)).toEqual([
      'third start',
      'third finish',
      'first start',
      'first output',
      'first finish',
      'second start',
      'second finish',
    ]);
    expect(spool()).toEqual([]);
  });

  it('leaves to the server what waited, and sets aside what that refuses', async () => {
    const url = await nobody();
    await start(url, ['--job', 'first', '--', 'echo', '1'], { GUARDIAN_API_KEY: 'key-1' }).ended;
    await start(url, ['--job', 'second', '--', 'true']).ended;
    const taken: string[] = [];
    const hash = createHash('sha256').update('key-1').digest('hex');
    const drain = (take: (request: ExecRequest, from: { keyHash: string | null }) => Promise<void>) =>
      drainExecSpool({ folder: join(folder, '.guardian', 'exec'), clock: { now: () => Date.now() }, take });
    const away = drain(() => Promise.reject(new GuardianError('store_unavailable')));
    expect(await away).toBe(0);
    expect(states()).toEqual(['waiting', 'waiting']);
    const count = await drain(async (request, { keyHash }) => {
      if (request.job === 'second') throw new GuardianError('conflict');
      taken.push(request.phase, String(keyHash === hash));
    });
    expect(count).toBe(1);
    expect(taken).toEqual(['start', 'true', 'output', 'true', 'finish', 'true']);
    expect(states()).toEqual(['refused']);
  });

  it('frees a job whose wrapper was killed, before it starts it again', async () => {
    const server = await guardian();
    const lost = start(server.url, ['--job', 'nightly', '--', 'sh', '-c', 'echo ready $$; exec sleep 1000']);
    await lost.written('ready');
    const clientId = server.requests[0]!.clientId;
    const running = start(server.url, ['--job', 'nightly', '--', 'true']);
    await running.ended;
    expect(finishes(server).map((finish) => finish.clientId)).not.toContain(clientId);
    lost.child.kill('SIGKILL');
    const { stdout } = await lost.ended;
    // The command itself goes on: the job is not free yet.
    await start(server.url, ['--job', 'nightly', '--', 'true']).ended;
    expect(finishes(server).map((finish) => finish.clientId)).not.toContain(clientId);
    const command = Number(/ready (\d+)/.exec(stdout.toString())![1]);
    process.kill(command, 'SIGKILL');
    await expect.poll(() => isAlive(command)).toBe(false);
    server.requests.length = 0;
    await start(server.url, ['--job', 'nightly', '--', 'true']).ended;
    expect(server.requests.map((request) => [request.phase, request.clientId === clientId])).toEqual([
      ['finish', true],
      ['start', false],
      ['finish', false],
    ]);
    expect(server.requests[0]).toMatchObject({ how: 'lost', exitStatus: null, durationMs: null });
    expect(spool()).toEqual([]);
  });

  it('runs the command where no record can be kept, and says so', async () => {
    writeFileSync(join(folder, '.guardian'), 'a file in the way');
    const { status, stdout, stderr } = await start(await nobody(), ['--job', 'nightly', '--', 'echo', 'ran']).ended;
    expect([status, stdout.toString()]).toEqual([0, 'ran\n']);
    expect(stderr).toContain('the run of nightly cannot be recorded');
  });
});
