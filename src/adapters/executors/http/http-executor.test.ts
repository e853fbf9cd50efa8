import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Job, JobWork } from '../../../core/jobs/job.ts';
import { runs as texts } from '../../../core/shared/i18n/en/runs.ts';
import { executing, runOf } from '../executor-fixtures.ts';
import { createHttpExecutor } from './http-executor.ts';

const closes: (() => void)[] = [];
afterEach(() => {
  for (const close of closes.splice(0)) close();
});

async function listen(server: Server) {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  closes.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  closes.push(() => server.closeAllConnections());
  return listen(server);
}

function http(url: string, work: Partial<Extract<JobWork, { kind: 'http' }>> = {}, job: Partial<Job> = {}) {
  let now = 0;
  const clock = { now: () => now };
  const run = executing(
    createHttpExecutor({ texts, clock, userAgent: 'guardian/1' }),
    runOf(
      {
        kind: 'http',
        method: 'GET',
        url,
        headers: {},
        body: null,
        expectedStatus: [],
        expectedText: null,
        slowAfterMs: null,
        ...work,
      },
      { job, run: { timeoutMs: 30_000 } },
    ),
  );
  return Object.assign(run, {
    pass: (ms: number) => {
      now += ms;
    },
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('an http job', () => {
  it('makes one call as configured, and succeeds with the expected answer', async () => {
    const seen: string[] = [];
    const url = await serve(async (request, response) => {
      const { authorization, 'user-agent': agent, 'content-length': length } = request.headers;
      seen.push(`${request.method} ${request.url} ${authorization} ${agent} ${length} ${await bodyOf(request)}`);
      response.end('{"state":"ok","stats":{"pianos":12}}');
    });
    const run = http(`${url}/sync?since=2026-03-08T06:00:00%2B00:00`, {
      method: 'POST',
      headers: { authorization: 'Bearer t' },
      body: '{"é":1}',
      expectedText: '"state":"ok"',
    });
    expect(await run.outcome).toMatchObject({ status: 'success', stats: { pianos: 12 }, message: null });
    expect(seen).toEqual(['POST /sync?since=2026-03-08T06:00:00%2B00:00 Bearer t guardian/1 8 {"é":1}']);
    expect(run.output('log')).toBe(`POST ${url}/sync: HTTP 200, 0 ms\n`);
    expect(run.output('stdout')).toContain('"pianos":12');
  });

  it.each([400, 409, 404, 500, 503, 429])('F20: HTTP %i is an error, asked once', async (status) => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.writeHead(status, { 'retry-after': '0' }).end('{"error":"client 811 exists"}');
    });
    expect(await http(url).outcome).toMatchObject({
      status: 'error',
      reason: 'unexpected_answer',
      message: `The answer was HTTP ${status}; expected was any from 200 to 299`,
      error: expect.stringContaining('{"error":"client 811 exists"}'),
    });
    expect(asked).toBe(1);
  });

  it('takes only the configured statuses where there are any', async () => {
    const url = await serve((_, response) => response.writeHead(200).end());
    expect(await http(url, { expectedStatus: [201, 204] }).outcome).toMatchObject({
      status: 'error',
      message: 'The answer was HTTP 200; expected was 201, 204',
    });
    const gone = await serve((_, response) => response.writeHead(404).end());
    expect((await http(gone, { expectedStatus: [404] }).outcome).status).toBe('success');
  });

  it('does not follow redirects, and tells where they lead', async () => {
    let asked = 0;
    const url = await serve((request, response) => {
      asked += 1;
      if (request.url === '/') response.writeHead(302, { location: '/login' });
      response.end();
    });
    expect(await http(`${url}/`).outcome).toMatchObject({
      status: 'error',
      error: expect.stringContaining('Location: /login'),
    });
    expect(asked).toBe(1);
  });

  it('fails without the expected text, and says when it looked at a part only', async () => {
    const url = await serve((_, response) => response.end('{"state":"degraded"}'));
    expect(await http(url, { expectedText: '"ok"' }).outcome).toMatchObject({
      status: 'error',
      reason: 'unexpected_answer',
      message: 'The answer does not contain ""ok""',
    });
    const endless = await serve((_, response) => {
      const more = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    const run = http(endless, { expectedText: '"ok"' });
    expect((await run.outcome).message).toBe('The first 1048576 bytes of the answer do not contain ""ok""');
    expect(run.output('stdout').length).toBe(1024 * 1024 + 1);
  });

  it('is a warning when slower than it should be', async () => {
    let pass = (_: number) => {};
    const url = await serve((_, response) => {
      pass(2_500);
      response.end();
    });
    const run = http(url, { slowAfterMs: 2_000 });
    pass = run.pass;
    expect(await run.outcome).toMatchObject({
      status: 'warning',
      reason: 'slow',
      message: 'The answer took 2.5 s, longer than 2 s',
    });
  });

  it('keeps the underlying error of what could not be reached', async () => {
    const closed = createSocketServer();
    const url = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    expect(await http(`${url}/x?token=secret`).outcome).toMatchObject({
      status: 'error',
      reason: 'exception',
      message: `No answer from ${url}/x`,
      error: expect.stringContaining('ECONNREFUSED'),
    });
    const unknown = await http('http://guardian-test.invalid/').outcome;
    expect(unknown.error).toMatch(/ENOTFOUND|EAI_AGAIN/);
  });

  it('is an error when the answer is cut, or is no HTTP', async () => {
    const cut = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('part');
      setImmediate(() => response.destroy());
    });
    expect(await http(cut).outcome).toMatchObject({ status: 'error', reason: 'exception' });
    const other = await listen(createSocketServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')));
    expect((await http(other).outcome).error).toMatch(/Parse Error/);
  });

  it('ends with the run when nobody answers', async () => {
    const arrived = Promise.withResolvers<void>();
    const url = await serve(() => arrived.resolve());
    const run = http(url);
    await arrived.promise;
    run.abort('timeout');
    expect(await run.outcome).toMatchObject({
      status: 'timed_out',
      reason: 'timeout',
      message: 'It took longer than 30 s and was ended',
    });
  });

  it.each(['ftp://example.test/', 'no address', ''])('cannot ask %j', async (url) => {
    expect(await http(url).outcome).toMatchObject({ status: 'error', reason: 'exception' });
  });

  it('is an error with a header that cannot be sent', async () => {
    const url = await serve((_, response) => response.end());
    expect(await http(url, { headers: { 'x-name': 'a\r\nb' } }).outcome).toMatchObject({
      status: 'error',
      error: expect.stringContaining('Invalid character in header'),
    });
  });
});
