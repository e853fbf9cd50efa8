import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { makePeople } from '../jobs/run-fixtures.ts';
import { ask, openTestServer, type TestServer, type TestServerOptions } from '../server-fixtures.ts';

const opened: TestServer[] = [];
const sockets: WebSocket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  for (const server of opened.splice(0)) await server.close();
});

async function start(options?: TestServerOptions) {
  const server = await openTestServer(options);
  opened.push(server);
  const { url } = await server.start();
  return { server, url, port: Number(new URL(url).port) };
}

function listen(url: string, options: ClientOptions = {}, path = '/api/live'): WebSocket {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, options);
  // Refused ones are cut at the end of the test.
  socket.on('error', () => {});
  sockets.push(socket);
  return socket;
}

/** The status it was refused with. */
async function refusal(socket: WebSocket): Promise<number> {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
  return response.statusCode;
}

async function message(socket: WebSocket): Promise<unknown> {
  const [data] = (await once(socket, 'message')) as [Buffer];
  return JSON.parse(data.toString());
}

async function makeKey(server: TestServer, scope: string): Promise<string> {
  const made = await ask(server, '/api/keys', { method: 'POST', json: { label: 'a', scope } });
  return ((await made.json()) as { key: string }).key;
}

const STATUS = { session_id: 'talk', status: 'completed', reason: null, error: null, retry_after: null };

describe('live events', () => {
  it('go over WebSocket and as named server-sent events, changes beside them', async () => {
    const { server, url } = await start();
    const socket = listen(url);
    await once(socket, 'open');
    const stream = (await fetch(`${url}/api/changes`)).body!.pipeThrough(new TextDecoderStream()).getReader();
    await stream.read();
    const first = message(socket);
    server.live.publish({ event: 'analysis_status', data: STATUS });
    expect(await first).toEqual({ event: 'analysis_status', data: STATUS });
    expect((await stream.read()).value).toBe(`event: analysis_status\ndata: ${JSON.stringify(STATUS)}\n\n`);
    const second = message(socket);
    server.publish({ kind: 'issue', id: 'i-1', action: 'opened' });
    expect(await second).toEqual({ event: 'change', data: { kind: 'issue', id: 'i-1', action: 'opened' } });
    await stream.cancel();
  });

  it('tell of a conversation that is analysed', async () => {
    const { server, url } = await start();
    const socket = listen(url);
    await once(socket, 'open');
    const told = message(socket);
    const messages = [
      { content: 'The payment service in Lyon timed out. We have rolled the release back to version 2.4.1.' },
    ];
    await ask(server, '/api/memory/analyze', { method: 'POST', json: { session_id: 'talk', messages } });
    expect(await told).toEqual({ event: 'analysis_status', data: STATUS });
  });
});

describe('who may listen over WebSocket', () => {
  it('is who may read: by key, or on the machine itself where there are no users', async () => {
    const { server, url } = await start();
    const headers = { authorization: `Bearer ${await makeKey(server, 'read')}` };
    await once(listen(url, { headers }), 'open');
    expect(await refusal(listen(url, { headers: { authorization: 'Bearer gk_wrong' } }))).toBe(401);
    const closed = await start({ knobs: { isOpen: false } });
    expect(await refusal(listen(closed.url))).toBe(401);
  });

  it('is no page of another site, no name that was made to point here, and nobody whom a proxy passed on', async () => {
    const { server, url } = await start();
    await once(listen(url, { origin: url }), 'open');
    expect(await refusal(listen(url, { origin: 'https://evil.example' }))).toBe(403);
    expect(await refusal(listen(url, { origin: 'null' }))).toBe(403);
    expect(await refusal(listen(url, { headers: { host: 'evil.example', origin: 'http://evil.example' } }))).toBe(403);
    expect(await refusal(listen(url, { headers: { 'x-forwarded-for': '203.0.113.9' } }))).toBe(401);
    // A key is no browser's: it goes along with nothing by itself.
    const headers = { authorization: `Bearer ${await makeKey(server, 'read')}` };
    await once(listen(url, { headers, origin: 'https://dashboard.example' }), 'open');
  });

  it('is a signed-in user from our own pages only: browsers send cookies along whoever opens the socket', async () => {
    const { server, url } = await start();
    const ada = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password' };
    const made = await ask(server, '/api/setup', { method: 'POST', json: ada });
    const cookie = made.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    await once(listen(url, { headers: { cookie }, origin: url }), 'open');
    expect(await refusal(listen(url, { headers: { cookie }, origin: 'https://evil.example' }))).toBe(403);
    expect(await refusal(listen(url, { headers: { cookie } }))).toBe(403);
    expect(await refusal(listen(url, { origin: url }))).toBe(401);
  });

  it('is not more than may listen; who leaves makes room', async () => {
    const { url } = await start({ knobs: { listeners: 1 } });
    const first = listen(url);
    await once(first, 'open');
    expect(await refusal(listen(url))).toBe(429);
    first.close();
    await once(first, 'close');
    await expect
      .poll(async () => {
        const socket = listen(url);
        return Promise.race([once(socket, 'open').then(() => 101), refusal(socket)]);
      })
      .toBe(101);
  });
});

describe('who listens', () => {
  /** Both ways at once; `ended`: how either ended. */
  async function listenBothWays(url: string, headers: Record<string, string> = {}) {
    const socket = listen(url, { headers, origin: url });
    await once(socket, 'open');
    const stream = await fetch(`${url}/api/changes`, { headers });
    const closed = once(socket, 'close').then(([code]) => code);
    return { ended: Promise.all([closed, stream.text().then((text) => text.startsWith('retry:'))]) };
  }

  it('hears no more once the key is revoked, the account disabled, the session over, or the server has users', async () => {
    const { server, url } = await start({ knobs: { accessMs: 20 } });
    const authorization = `Bearer ${await makeKey(server, 'read')}`;
    const byKey = await listenBothWays(url, { authorization });
    const byTrust = await listenBothWays(url);
    const [key] = await server.store.apiKeys.list();
    // On another node: this one believes the key for a while.
    await server.store.apiKeys.revoke(key!.id, server.clock.now());
    server.clock.pass(5_000);
    expect(await byKey.ended).toEqual([1008, true]);
    const people = await makePeople(server);
    expect(await byTrust.ended).toEqual([1008, true]);
    const [admin, member, viewer] = [
      await listenBothWays(url, people.admin),
      await listenBothWays(url, people.member),
      await listenBothWays(url, people.viewer),
    ];
    const { items } = (await (await ask(server, '/api/users', { headers: people.admin })).json()) as {
      items: { id: string; role: string }[];
    };
    const { id } = items.find(({ role }) => role === 'member')!;
    const disabled = await ask(server, `/api/users/${id}`, {
      ...{ method: 'PATCH', headers: people.admin, json: { isDisabled: true } },
    });
    expect([disabled.status, await member.ended]).toEqual([200, [1008, true]]);
    expect((await ask(server, '/api/auth/sign-out', { method: 'POST', headers: people.viewer })).status).toBe(200);
    expect(await viewer.ended).toEqual([1008, true]);
    // Whoever still may hears of it until the server stops.
    await server.stop();
    expect(await admin.ended).toEqual([1001, true]);
  });
});

describe('a server with WebSockets', () => {
  it('answers clients that offer HTTP/2, and asks for an upgrade where none was asked for', async () => {
    const { url, port } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n',
    );
    const [reply] = (await once(socket, 'data')) as [Buffer];
    expect(reply.toString()).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
    expect((await fetch(`${url}/api/live`)).status).toBe(426);
    const elsewhere = listen(url, {}, '/api/health');
    expect(await refusal(elsewhere)).toBe(200);
  });

  it('cuts a listener that sends too much, and goes on', async () => {
    const { server, url } = await start();
    const loud = listen(url);
    const quiet = listen(url);
    await Promise.all([once(loud, 'open'), once(quiet, 'open')]);
    loud.send('x'.repeat(5_000));
    expect((await once(loud, 'close'))[0]).toBe(1009);
    const told = message(quiet);
    server.live.publish({ event: 'analysis_status', data: STATUS });
    expect(await told).toMatchObject({ event: 'analysis_status' });
  });

  it('says good-bye to listeners when it stops', async () => {
    const { server, url } = await start();
    const socket = listen(url);
    await once(socket, 'open');
    const closed = once(socket, 'close');
    await server.stop();
    expect((await closed)[0]).toBe(1001);
  });

  it('cuts a listener that no longer answers', async () => {
    const { server, url } = await start({ knobs: { pingMs: 20 } });
    const socket = listen(url, { autoPong: false });
    await once(socket, 'open');
    expect((await once(socket, 'close'))[0]).toBe(1006);
    expect(server.options.knobs.pingMs).toBe(20);
  });
});
