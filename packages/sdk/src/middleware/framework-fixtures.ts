import { once } from 'node:events';
import { type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createUsage, type Identity, type TrackOptions, type Usage } from '../usage/index.ts';
import { type Answered, type Asked, ask, openWire, type Wire } from '../usage/usage-fixtures.ts';
import type { RequestRecord } from '../usage/usage-record.ts';
import { plantedRequest, setTraps } from './planted-fixtures.ts';
import { guardianUpgrades } from './upgrades.ts';

/** An application of a real framework with the routes below, installed as its users install it. */
export interface FrameworkApp {
  server: Server;
  /** The framework's own way to stop. */
  stop(): Promise<void>;
}

/** What the contract needs; `identify` gets what the application's authentication left on the request. */
export interface AppOptions extends Pick<TrackOptions<unknown>, 'features' | 'messages'> {
  identify?: (authenticated: Identity | undefined) => Identity | null | undefined;
  /** Called with the request objects of the framework before anything else sees them. */
  first?: (...requests: object[]) => void;
}

export interface Framework {
  name: string;
  start(usage: Usage, options: AppOptions): Promise<FrameworkApp>;
  /** Template of a router mounted below a parameter, where the framework has such. */
  mounted: string | null;
}

/** What a user wrote, and no record may hold. */
const USER_TEXT = 'the piano of aunt Augusta';

/** What the applications throw: a text of the user's in message, cause and a line that looks like a frame. */
export class PaymentError extends Error {
  constructor() {
    super(`cannot charge for ${USER_TEXT}\n    at ${USER_TEXT.replaceAll(' ', '_')} (/secret/augusta.ts:1:1)`, {
      cause: new RangeError(`card of ${USER_TEXT}`),
    });
  }
}

/** The route `/api/echo/:id` of every application: what came in goes out again, or is thrown with it in every place. */
export function echo(id: string, body: string): { status: number; text: string } {
  if (!id.startsWith('throw')) return { status: id.startsWith('refuse') ? 422 : 200, text: `${id} ${body}` };
  const cause = Object.assign(new RangeError(`cause ${id} ${body}`), { name: id, code: id, detail: body });
  const error = new PaymentError();
  error.message = `${id} ${body}`;
  throw Object.assign(error, { cause, name: id, code: 'E_ECHO', detail: { id, body } });
}

export async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  return text;
}

/** The test's own authentication: `Bearer ann` is ann@example.com, `Bearer ann/phone` with a session. */
export function authenticate(authorization: string | undefined): Identity | undefined {
  const [name, session] = authorization?.replace('Bearer ', '').split('/') ?? [];
  if (name === undefined || name === '') return undefined;
  const user = `${name}@example.com`;
  return session === undefined ? user : { user, session };
}

interface Running {
  url: string;
  usage: Usage;
  wire: Wire;
  ask(path: string, asked?: Asked): Promise<Answered>;
  /** The records of the requests so far, once `count` are there. */
  records(count: number): Promise<RequestRecord[]>;
}

async function startApp({ start }: Framework, options: AppOptions = {}): Promise<Running> {
  const wire = await openWire();
  const usage = createUsage({ delivery: wire.delivery, service: 'shop', revision: '4f2a91c' });
  const app = await start(usage, { identify: (authenticated) => authenticated, ...options });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  onTestFinished(async () => {
    app.server.closeAllConnections();
    await app.stop();
    usage.stop();
  });
  return {
    url,
    usage,
    wire,
    ask: (path, asked) => ask(url + path, asked),
    records: (count) => recordsOnWire(usage, wire, count),
  };
}

/** What the server has of requests, once it has so many. */
async function recordsOnWire(usage: Usage, { delivery, server }: Wire, count: number): Promise<RequestRecord[]> {
  for (;;) {
    usage.drain();
    await delivery.flush();
    const records = server.requests();
    if (records.length >= count) return records;
    await new Promise((passed) => setTimeout(passed, 5));
  }
}

const ANN = { authorization: 'Bearer ann' };

/** The same for every framework. Each name that ends in quotes is a row of "What the predecessor got wrong". */
export function describeFramework(framework: Framework): void {
  const { name } = framework;

  test(`${name}: one installed line records a request with template, feature, identity and status ("second middleware instance without a store: 0 rows, silently")`, async () => {
    const { ask, records } = await startApp(framework);
    await ask('/api/threads/4711', { headers: { ...ANN, 'user-agent': 'Mozilla/5.0 Gecko/20100101 Firefox/144.0' } });
    const [record] = await records(1);
    expect(record).toMatchObject({
      kind: 'request',
      service: 'shop',
      revision: '4f2a91c',
      sequence: 2,
      user: 'ann@example.com',
      userAgent: 'Firefox',
      method: 'GET',
      endpoint: '/api/threads/:id',
      feature: 'thread_get',
      group: 'threads',
      status: 200,
    });
    expect(record).not.toHaveProperty('error');
    expect(record).not.toHaveProperty('ip');
  });

  test(`${name}: names uses by method and template ("ids in feature names, method ignored, / = unknown")`, async () => {
    const { ask, records } = await startApp(framework, {
      features: { 'GET /api/threads': { name: 'inbox', group: 'mail' } },
    });
    await ask('/');
    await ask('/api/threads', { method: 'POST' });
    await ask('/api/threads');
    await ask('/api/chat/message', { method: 'POST' });
    const found = (await records(4)).map(({ endpoint, feature, group, status }) => [endpoint, feature, group, status]);
    expect(found).toEqual([
      ['/', 'home', undefined, 200],
      ['/api/threads', 'thread_create', 'threads', 201],
      ['/api/threads', 'inbox', 'mail', 200],
      ['/api/chat/message', 'chat_message', 'chat', 200],
    ]);
  });

  test(`${name}: asks for the identity when the answer has ended ("asked for the user before authentication had run")`, async () => {
    const { ask, records } = await startApp(framework);
    await ask('/api/private/1', { headers: ANN });
    await ask('/api/private/1');
    const found = (await records(2)).map(({ endpoint, status, user }) => ({ endpoint, status, user }));
    expect(found).toEqual([
      { endpoint: '/api/private/:id', status: 200, user: 'ann@example.com' },
      { endpoint: '/api/private/:id', status: 401, user: null },
    ]);
  });

  test(`${name}: makes a user error of every 4xx and 5xx ("error row only if an exception escaped: breakdown knew 500 only")`, async () => {
    const { ask, records } = await startApp(framework, {
      messages: { 'POST /api/documents/upload 413': 'File too large' },
    });
    await ask('/api/documents/upload', { method: 'POST', headers: ANN });
    await ask('/api/gone/7', { headers: ANN });
    await ask('/nowhere/at/all', { headers: ANN });
    const found = (await records(3)).map(({ endpoint, status, error }) => ({ endpoint, status, error }));
    expect(found).toEqual([
      { endpoint: '/api/documents/upload', status: 413, error: { type: 'PayloadTooLarge', message: 'File too large' } },
      { endpoint: '/api/gone/:id', status: 404, error: undefined },
      { endpoint: '(unmatched)', status: 404, error: undefined },
    ]);
  });

  test(`${name}: of what is thrown, tells class and frames, never the text ("stored exception text, which carries user input")`, async () => {
    const { ask, records } = await startApp(framework);
    expect((await ask('/api/fails/9', { headers: ANN })).status).toBe(500);
    const [record] = await records(1);
    expect(record).toMatchObject({
      endpoint: '/api/fails/:id',
      status: 500,
      error: { type: 'PaymentError', message: 'PaymentError 500' },
    });
    expect(record?.error?.stack).toMatch(/^at .*-fixtures\.ts:\d+:\d+\)?|^at .*\.test\.ts:\d+:\d+\)?/);
    expect(record?.error?.stack).toContain('caused by RangeError');
    expect(JSON.stringify(record).toLowerCase()).not.toContain('augusta');
  });

  test(`${name}: waits for the end of a stream, and calls a client that left 499`, async () => {
    const { ask, url, records } = await startApp(framework);
    expect((await ask('/api/stream/1', { headers: ANN })).body).toBe('one two three');
    await leave(`${url}/api/endless/1`);
    const found = await records(2);
    expect(found.map(({ endpoint, status }) => [endpoint, status])).toEqual([
      ['/api/stream/:id', 200],
      ['/api/endless/:id', 499],
    ]);
    expect(found[0]?.durationMs).toBeGreaterThanOrEqual(15);
    expect(found[1]).not.toHaveProperty('error');
  });

  test(`${name}: skips whole segments ("skipped /healthz by prefix, yet tracked /api/health and /ready")`, async () => {
    const { ask, records, usage } = await startApp(framework);
    for (const path of ['/health', '/api/health', '/ready', '/static/site.css', '/favicon.ico', '/robots.txt'])
      await ask(path);
    await ask('/api/threads', { method: 'OPTIONS' });
    await ask('/api/threads', { headers: { 'user-agent': 'kube-probe/1.31' } });
    await ask('/healthcare');
    const found = await records(1);
    expect(found.map(({ endpoint }) => endpoint)).toEqual(['/healthcare']);
    expect(usage.counters()).toMatchObject({ skipped: 8, requests: 1 });
  });

  test(`${name}: counts without identity where nobody is known, the resolver fails, or DNT stands ("anonymous was an active user")`, async () => {
    const { ask, records, usage } = await startApp(framework, {
      identify: (authenticated) => {
        if (authenticated === 'broken@example.com') throw new Error(USER_TEXT);
        return authenticated;
      },
    });
    await ask('/api/threads');
    await ask('/api/threads', { headers: { authorization: 'Bearer broken' } });
    await ask('/api/threads', { headers: { ...ANN, dnt: '1' } });
    await ask('/api/threads', { headers: { ...ANN, 'sec-gpc': '1' } });
    const found = await records(4);
    for (const record of found) expect(record).toMatchObject({ user: null, status: 200 });
    for (const record of found) expect(record).not.toHaveProperty('userAgent');
    expect(usage.counters()).toMatchObject({ requests: 4, anonymous: 4, identityFailed: 1, optedOut: 2 });
  });

  test(`${name}: an identity header that anyone can set is nobody ("took the user from a header anyone can set")`, async () => {
    const { ask, records } = await startApp(framework);
    const forged = {
      'x-user-email': 'boss@example.com',
      'x-forwarded-user': 'boss@example.com',
      cookie: 'user=boss@example.com',
    };
    await ask('/api/threads', { headers: forged });
    expect(await records(1)).toMatchObject([{ user: null }]);
  });

  test(`${name}: tells two clients of one user apart, without their session id`, async () => {
    const { ask, records } = await startApp(framework);
    await ask('/api/threads', { headers: { authorization: 'Bearer ann/phone-secret' } });
    await ask('/api/threads', { headers: { authorization: 'Bearer ann/laptop-secret' } });
    const found = await records(2);
    expect(new Set(found.map(({ client }) => client)).size).toBe(2);
    for (const { client } of found) expect(client).toMatch(/^s:[\w-]{22}$/);
    expect(JSON.stringify(found)).not.toContain('secret');
  });

  test(`${name}: keeps the trace id of a valid traceparent as request id`, async () => {
    const { ask, records } = await startApp(framework);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await ask('/api/threads', { headers: { traceparent } });
    await ask('/api/threads', { headers: { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` } });
    const [valid, zero] = await records(2);
    expect(valid).toMatchObject({ requestId: '4bf92f3577b34da6a3ce929d0e0e4736' });
    expect(zero).not.toHaveProperty('requestId');
  });

  test(`${name}: a second installation records nothing twice`, async () => {
    const { ask, records } = await startApp(framework);
    await ask('/api/threads');
    await ask('/');
    expect(await records(2)).toHaveLength(2);
  });

  test(`${name}: a WebSocket is one record when it ends, with the status of its handshake`, async () => {
    const { server, records } = await startWithSockets(framework);
    const { port } = server.address() as AddressInfo;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/live/room-7`);
    await once(socket, 'open');
    socket.send('hello');
    await once(socket, 'message');
    socket.close();
    await once(socket, 'close');
    const refused = new WebSocket(`ws://127.0.0.1:${port}/live/refused`);
    await once(refused, 'error');
    const found = (await records(2)).map(({ endpoint, status, user }) => ({ endpoint, status, user }));
    expect(found).toEqual([
      { endpoint: '/live/:room', status: 101, user: 'ann@example.com' },
      { endpoint: '/live/:room', status: 401, user: 'ann@example.com' },
    ]);
  });

  test(`${name}: canaries in 1,000 requests of every shape occur 0 times on the wire and on disk ("stored exception text, which carries user input")`, async () => {
    const { ask, records, usage, wire } = await startApp(framework);
    wire.server.isDown = true;
    for (let index = 0; index < 1_000; index += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, step) => ask(...plantedRequest(index + step))));
    }
    usage.drain();
    await wire.delivery.persisted();
    const spilled = wire.spilled();
    expect(spilled).toContain('/api/echo/:id');
    expect(spilled.match(/canary/gi)).toBeNull();
    wire.server.isDown = false;
    const found = await records(1_000);
    expect(wire.server.received().match(/canary/gi)).toBeNull();
    expect(found).toHaveLength(1_000);
    expect(new Set(found.map(({ endpoint }) => endpoint))).toEqual(new Set(['/api/echo/:id', '(unmatched)']));
    expect(new Set(found.map(({ status }) => status))).toEqual(new Set([200, 404, 422, 500]));
  });

  test(`${name}: traps on body, query, cookies and files never fire`, async () => {
    const fired: string[] = [];
    const { ask, records } = await startApp(framework, { first: (...requests) => setTraps(requests, fired) });
    const body = 'piano=1';
    const headers = { ...ANN, 'content-type': 'application/x-www-form-urlencoded', cookie: 'a=b' };
    await ask('/api/echo/1?q=1', { method: 'POST', headers, body });
    await ask('/api/echo/throw?q=1', { method: 'POST', headers, body });
    await ask('/nowhere?q=1', { headers });
    await ask('/api/threads/7?q=1', { headers });
    await records(4);
    expect(fired).toEqual([]);
  });

  if (framework.mounted !== null) {
    const template = framework.mounted;
    test(`${name}: a router mounted below a parameter has a template, not a path`, async () => {
      const { ask, records } = await startApp(framework);
      await ask('/t/acme/notes/1');
      await ask('/t/api/notes/2');
      await ask('/t/notes/notes/fails');
      await ask('/t/t/notes/3');
      expect((await records(4)).map(({ endpoint }) => endpoint)).toEqual([template, template, template, template]);
    });
  }
}

async function startWithSockets({ start }: Framework) {
  const wire = await openWire();
  const usage = createUsage({ delivery: wire.delivery, service: 'shop' });
  const { server, stop } = await start(usage, {});
  guardianUpgrades(server, usage, { endpoint: () => '/live/:room', identify: () => 'ann@example.com' });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (incoming: IncomingMessage, socket, head) => {
    if (incoming.url === '/live/refused') {
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(incoming, socket, head, (peer) => peer.on('message', (message) => peer.send(message)));
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await stop();
    usage.stop();
  });
  return { server, records: (count: number) => recordsOnWire(usage, wire, count) };
}

/** Asks, waits for the first bytes, and hangs up. */
async function leave(url: string): Promise<void> {
  const asked = request(url, { headers: ANN, agent: false });
  asked.on('error', () => undefined);
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  await once(answer, 'data');
  asked.destroy();
}

/** A stream of three words over 20 ms, for the applications. */
export async function* threeWords(): AsyncGenerator<string> {
  for (const word of ['one ', 'two ', 'three']) {
    await new Promise((passed) => setTimeout(passed, 10));
    yield word;
  }
}

/** Bytes without end, until the reader has gone. */
export async function* endless(): AsyncGenerator<string> {
  for (;;) {
    yield 'tick\n';
    await new Promise((passed) => setTimeout(passed, 5));
  }
}

export async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
