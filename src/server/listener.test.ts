import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../adapters/free-port.ts';
import type { WireReply } from '../core/ingest/index.ts';
import { GuardianError } from '../core/shared/index.ts';
import { makeShop, openTestServer, type TestServer, type TestServerOptions } from './server-fixtures.ts';

const opened: TestServer[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

async function start(options?: TestServerOptions) {
  const server = await openTestServer(options);
  opened.push(server);
  const { key } = await makeShop(server);
  const { url } = await server.start();
  return { server, key, url, port: Number(new URL(url).port) };
}

/** All that the server says on a connection until it ends it. */
async function told(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (piece) => {
    text += piece;
  });
  socket.on('error', () => {});
  await once(socket, 'close');
  return text;
}

/** Whether nobody listens there. */
function refused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(false));
    socket.once('connect', () => socket.destroy()).once('error', () => resolve(true));
  });
}

function head(key: string, length: number): string {
  return `POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\nContent-Length: ${length}\r\n\r\n`;
}

describe('a listening server', () => {
  it('stores what a client sends over a socket, chunked and without a length', async () => {
    const { url, key, server } = await start();
    const line = JSON.stringify({ id: 'a', message: 'cart is empty', service: 'cart' });
    const body = new ReadableStream({
      async start(controller) {
        for (const piece of line) controller.enqueue(new TextEncoder().encode(piece));
        controller.close();
      },
    });
    const init = { method: 'POST', body, duplex: 'half', headers: { authorization: `Bearer ${key}` } };
    const response = await fetch(`${url}/api/events`, init as RequestInit);
    expect(await response.json()).toMatchObject({ accepted: 1 });
    expect(new TextDecoder().decode(server.requests[0]!.body)).toBe(line);
  });

  it('cuts a client that sends a byte at a time, answers it, and counts it', async () => {
    const { server, key, port } = await start({ knobs: { bodyTimeoutMs: 300 } });
    const socket = connect(port, '127.0.0.1');
    socket.write(head(key, 1_000));
    const drip = setInterval(() => socket.writable && socket.write('x'), 50);
    const text = await told(socket);
    clearInterval(drip);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(server.dropped).toMatchObject([{ reason: 'slow', source: 'native' }]);
    expect(server.requests).toEqual([]);
  });

  it('ends a connection whose head does not come', async () => {
    const { port } = await start({ knobs: { headerTimeoutMs: 100 } });
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ');
    expect(await told(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('stops reading a body that grows over its bound', async () => {
    const { key, port, server } = await start({
      knobs: { bodyBytes: { ...(await import('./knobs.ts')).DEFAULT_SERVER_KNOBS.bodyBytes, native: 1_000 } },
    });
    const socket = connect(port, '127.0.0.1');
    const text = told(socket);
    socket.write(head(key, 0).replace('Content-Length: 0', 'Transfer-Encoding: chunked'));
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
    const flood = setInterval(() => socket.writable && socket.write(chunk), 5);
    expect(await text).toMatch(/^HTTP\/1\.1 413 /);
    clearInterval(flood);
    expect(server.dropped).toMatchObject([{ reason: 'too-large' }]);
  });

  it('counts a body that broke off, and goes on', async () => {
    const { server, key, port, url } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.write(`${head(key, 1_000)}half`);
    await pause(100);
    socket.destroy();
    await expect.poll(() => server.dropped.map(({ reason }) => reason)).toEqual(['aborted']);
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
  });

  it('answers what is no HTTP with 400', async () => {
    const { port } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.write('hello\r\n\r\n');
    expect(await told(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('says which port is taken', async () => {
    const { port } = await start();
    const other = await openTestServer({ knobs: { port } });
    opened.push(other);
    await expect(other.start()).rejects.toMatchObject({ code: 'configuration_invalid', about: { key: 'server.port' } });
  });
});

describe('a port for OTLP of its own', () => {
  const LOGS = JSON.stringify({
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'cart is empty' } }] }] }],
  });
  const post = (url: string, key: string, body = LOGS) =>
    fetch(url, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    });

  async function startBoth(more: TestServerOptions = {}) {
    const otlp = { host: '127.0.0.1', port: await freePort() };
    const started = await start({ ...more, knobs: { ...more.knobs, otlp } });
    return { ...started, otlp: `http://127.0.0.1:${otlp.port}`, otlpPort: otlp.port };
  }

  it('takes logs, traces and metrics with the keys and limits of the server, and its own port goes on taking them', async () => {
    const bodyBytes = { ...(await import('./knobs.ts')).DEFAULT_SERVER_KNOBS.bodyBytes, 'otlp-logs': 1_000 };
    const { otlp, url, key, server } = await startBoth({ knobs: { bodyBytes } });
    for (const at of [otlp, url]) {
      expect((await post(`${at}/v1/logs`, key)).status).toBe(200);
      expect((await post(`${at}/v1/traces`, key, '{}')).status).toBe(200);
      expect((await post(`${at}/v1/metrics`, key, '{}')).status).toBe(200);
      expect((await post(`${at}/v1/logs`, 'no-key-of-ours')).status).toBe(401);
      expect((await post(`${at}/v1/logs`, key, LOGS.padEnd(1_100))).status).toBe(413);
    }
    expect(server.requests.map(({ format }) => format)).toEqual([
      ...['otlp-logs', 'otlp-traces', 'otlp-logs'],
      ...['otlp-logs', 'otlp-traces', 'otlp-logs'],
    ]);
  });

  it('has neither pages nor the API nor other clients’ paths', async () => {
    const { otlp, key } = await startBoth();
    for (const path of ['/', '/api/health', '/api/me', '/metrics', '/api/live', '/api/1/integration/otlp/v1/logs'])
      expect((await fetch(`${otlp}${path}`)).status).toBe(404);
    expect((await post(`${otlp}/api/events`, key, '{"message":"x"}')).status).toBe(404);
    expect((await post(`${otlp}/v1/other`, key)).status).toBe(404);
  });

  it('lets a running request end when the server stops, and accepts no other', async () => {
    let answer: (reply: WireReply) => void = () => {};
    const accept = () =>
      new Promise<WireReply>((resolve) => {
        answer = resolve;
      });
    const { otlp, otlpPort, key, server } = await startBoth({ accept });
    const running = post(`${otlp}/v1/logs`, key);
    await expect.poll(() => server.requests.length).toBe(1);
    const stopped = server.stop();
    await expect.poll(() => refused(otlpPort)).toBe(true);
    answer({ status: 200, headers: {}, body: '{}' });
    expect((await running).status).toBe(200);
    await stopped;
  });

  it('that is taken stops the start with its key and what to do, and nothing listens', async () => {
    const { port } = await start();
    const own = await freePort();
    const other = await openTestServer({ knobs: { port: own, otlp: { host: '127.0.0.1', port } } });
    opened.push(other);
    await expect(other.start()).rejects.toMatchObject({
      code: 'configuration_invalid',
      about: {
        key: 'sources.otlp.port',
        reason: `127.0.0.1:${port}: EADDRINUSE`,
        remedy: expect.stringContaining('another port'),
      },
    });
    expect(await refused(own)).toBe(true);
  });
});

describe('the API over a socket', () => {
  it('takes bodies, refuses what is too large, and reads none where none comes', async () => {
    const asked: unknown[] = [];
    const { url } = await start({
      options: {
        trigger: { token: 'a-trigger-token-of-ours', verify: null },
        makeReport: async (request) => {
          asked.push(request);
          throw new GuardianError('source_unavailable');
        },
        mcp: async (request) => new Response(`${request.method} ${await request.text()}`),
      },
    });
    const json = { 'content-type': 'application/json' };
    const project = (body: string) => fetch(`${url}/api/projects`, { method: 'POST', headers: json, body });
    expect((await project('{"name":"Other"}')).status).toBe(201);
    expect((await project(JSON.stringify({ name: 'x'.repeat(2_000_000) }))).status).toBe(413);
    const authorization = 'Bearer a-trigger-token-of-ours';
    const trigger = (init: RequestInit) => fetch(`${url}/api/trigger/report`, { method: 'POST', ...init });
    expect((await trigger({ headers: { authorization } })).status).toBe(503);
    expect((await trigger({ headers: { authorization }, body: '{"freshness":"2h"}' })).status).toBe(503);
    expect(asked).toMatchObject([{ freshness: '1h' }, { freshness: '2h' }]);
    const mcp = await fetch(`${url}/mcp`, { method: 'POST', headers: json, body: '{"id":1}' });
    expect(await mcp.text()).toBe('POST {"id":1}');
  });

  it('signs people in and out', async () => {
    const { url, server } = await start();
    const json = { 'content-type': 'application/json', origin: url };
    const ada = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password' };
    const post = (path: string, body: object, headers = {}) =>
      fetch(url + path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) });
    expect((await post('/api/setup', ada)).status).toBe(201);
    const signedIn = await post('/api/auth/sign-in/email', ada);
    const cookie = signedIn.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const me = await fetch(`${url}/api/me`, { headers: { cookie } });
    expect(await me.json()).toMatchObject({ kind: 'user', name: 'Ada' });
    const sessions = await server.store.kysely
      .selectFrom('session' as never)
      .selectAll()
      .execute();
    expect(sessions).toMatchObject([{ ipAddress: '127.0.0.1' }, { ipAddress: '127.0.0.1' }]);
    expect((await post('/api/auth/sign-out', {}, { cookie })).status).toBe(200);
    expect((await fetch(`${url}/api/me`, { headers: { cookie } })).status).toBe(401);
  });
});

describe('stopping', () => {
  it('lets a running request end, and accepts no other', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { server, key, url } = await start({
      accept: async () => {
        await held;
        return { status: 200, headers: {}, body: '{"accepted":1}' };
      },
    });
    const running = fetch(`${url}/api/events`, {
      method: 'POST',
      body: '{}',
      headers: { authorization: `Bearer ${key}` },
    });
    await expect.poll(() => server.requests.length).toBe(1);
    const stopping = server.stop();
    await expect(fetch(`${url}/api/health`)).rejects.toThrow();
    release();
    expect(await (await running).json()).toEqual({ accepted: 1 });
    await stopping;
  });

  it('cuts what does not end in time', async () => {
    const { server, key, url } = await start({ knobs: { drainMs: 100 }, accept: () => new Promise(() => {}) });
    const running = fetch(`${url}/api/events`, {
      method: 'POST',
      body: '{}',
      headers: { authorization: `Bearer ${key}` },
    });
    const outcome = running.then(
      () => 'answered',
      () => 'cut',
    );
    await expect.poll(() => server.requests.length).toBe(1);
    await server.stop();
    expect(await outcome).toBe('cut');
  });
});

describe('the stream of changes', () => {
  async function listen(url: string) {
    const response = await fetch(`${url}/api/changes`);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    return {
      response,
      async until(wanted: string): Promise<string> {
        while (!text.includes(wanted)) {
          const { done, value } = await reader.read();
          if (done) return `${text}[end]`;
          text += value;
        }
        return text;
      },
    };
  }

  it('tells each change to whoever listens, with comments in between, and ends when the server stops', async () => {
    const { server, url } = await start({ knobs: { pingMs: 30 } });
    const stream = await listen(url);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await stream.until(': ping');
    server.publish({ kind: 'report', id: 'r1', status: 'OK' });
    expect(await stream.until('"r1"')).toContain('event: change\ndata: {"kind":"report","id":"r1","status":"OK"}\n\n');
    await server.stop();
    expect(await stream.until('never')).toContain('[end]');
  });

  it('cuts off who does not keep up, and takes no more than may listen', async () => {
    const { server, url } = await start({ knobs: { listeners: 1, listenerQueue: 8 } });
    const stream = await listen(url);
    expect((await fetch(`${url}/api/changes`)).status).toBe(429);
    const long = 'x'.repeat(100_000);
    for (let count = 0; count < 2_000; count++) server.publish({ kind: 'report', id: long, status: 'OK' });
    expect(await stream.until('never')).toContain('[end]');
    expect((await listen(url)).response.status).toBe(200);
  });
});
