import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_SERVER_KNOBS, type ProtectionKnobs } from './knobs.ts';
import { makeShop, openTestServer, type TestServer } from './server-fixtures.ts';

const opened: TestServer[] = [];
const agents: Agent[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy();
  for (const server of opened.splice(0)) await server.close();
});

async function start(over: Partial<ProtectionKnobs> = {}, trustedProxies = 0) {
  const protection = { ...DEFAULT_SERVER_KNOBS.protection, ...over };
  const server = await openTestServer({ knobs: { protection, trustedProxies } });
  opened.push(server);
  const { key } = await makeShop(server);
  const { url } = await server.start();
  return { server, key, url };
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

interface Asked {
  /** The address it comes from: all of 127.0.0.0/8 is this machine. */
  from?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

function ask(url: string, { from = '127.0.0.1', method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
  const agent = new Agent({ keepAlive: false });
  agents.push(agent);
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method, headers, localAddress: from }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function times(count: number, work: () => Promise<Answer>): Promise<number[]> {
  const statuses: number[] = [];
  for (let done = 0; done < count; done++) statuses.push((await work()).status);
  return statuses;
}

const eventsOf = (key: string, from: string, id = 'a', count = 1): Asked => ({
  from,
  method: 'POST',
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
  body: Array.from({ length: count }, (_, index) => JSON.stringify({ id: `${id}${index}`, message: 'm' })).join('\n'),
});

describe('an address that asks too often', () => {
  it('is refused with when to come again, and nobody else is', async () => {
    const { url, server } = await start({ addressRequestsPerSecond: 2, addressRequestBurst: 4 });
    const health = (from: string) => ask(`${url}/api/health`, { from });
    expect(await times(5, () => health('127.0.0.2'))).toEqual([200, 200, 200, 200, 429]);
    const refused = await health('127.0.0.2');
    expect(refused.headers['retry-after']).toBe('1');
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'rate_limited', status: 429 });
    expect((await health('127.0.0.3')).status).toBe(200);
    server.clock.pass(1_000);
    expect(await times(3, () => health('127.0.0.2'))).toEqual([200, 200, 429]);
  });

  it('gets its pages all the same', async () => {
    const { url } = await start({ addressRequestBurst: 1 });
    await ask(`${url}/api/health`);
    expect((await ask(`${url}/api/health`)).status).toBe(429);
    expect((await ask(`${url}/issues`)).status).not.toBe(429);
  });

  it('is refused in the manner of its protocol, and the refusals are counted', async () => {
    const { url, server } = await start({ addressRequestBurst: 1 });
    await ask(`${url}/api/health`);
    const post = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
    const sentry = await ask(`${url}/api/1/envelope/`, post);
    expect([sentry.status, sentry.headers['x-sentry-rate-limits']]).toEqual([429, '1::key:quota']);
    const elastic = await ask(`${url}/elastic/_bulk`, post);
    expect(elastic.headers['x-elastic-product']).toBe('Elasticsearch');
    expect(JSON.parse(elastic.body)).toMatchObject({ status: 429, error: { type: 'es_rejected_execution_exception' } });
    const otlp = await ask(`${url}/v1/logs`, post);
    expect([otlp.status, JSON.parse(otlp.body)]).toEqual([429, { message: expect.stringContaining('address') }]);
    await server.stop();
    const reasons = server.dropped.map(({ source, reason, quantity }) => [source, reason, quantity]);
    expect(reasons).toContainEqual(['otlp-logs', 'address-limited', 1]);
    const { text } = await metrics(server);
    expect(text).toContain('guardian_ingest_refused_total{format="elastic-bulk",reason="address-limited"} 1');
  });

  it('is the one that a named proxy tells of, and whoever else names one is not believed', async () => {
    const { url } = await start({ addressRequestBurst: 1, proxies: ['127.0.0.9', '10.0.0.0/8'] });
    const from = (socket: string, forwarded: string) =>
      ask(`${url}/api/health`, { from: socket, headers: { 'x-forwarded-for': forwarded } }).then(
        ({ status }) => status,
      );
    expect(await from('127.0.0.9', '203.0.113.1')).toBe(200);
    expect(await from('127.0.0.9', '203.0.113.1, 10.1.1.1')).toBe(429);
    expect(await from('127.0.0.9', '203.0.113.1, 203.0.113.2')).toBe(200);
    expect(await from('127.0.0.5', '203.0.113.3')).toBe(200);
    expect(await from('127.0.0.5', '203.0.113.4')).toBe(429);
  });
});

async function metrics(server: TestServer): Promise<{ text: string }> {
  const response = await server.app.request('http://localhost:4400/api/metrics', {
    headers: { host: 'localhost:4400' },
  });
  return { text: await response.text() };
}

async function secondKey(server: TestServer): Promise<string> {
  const headers = { host: 'localhost:4400', 'content-type': 'application/json' };
  const made = await server.app.request('http://localhost:4400/api/projects', {
    ...{ method: 'POST', headers, body: JSON.stringify({ name: 'Desk' }) },
  });
  const { id } = (await made.json()) as { id: number };
  const keys = await server.app.request(`http://localhost:4400/api/projects/${id}/keys`, { headers });
  return ((await keys.json()) as { items: { key: string }[] }).items[0]!.key;
}

describe('a key that sends too much', () => {
  it('is refused above its requests a second, wherever they come from, while another goes on', async () => {
    const { url, key, server } = await start({ keyRequestsPerSecond: 2, keyRequestBurst: 3 });
    const other = await secondKey(server);
    let sender = 10;
    const send = () => ask(`${url}/api/events`, eventsOf(key, `127.0.0.${sender++}`, `s${sender}-`));
    expect(await times(4, send)).toEqual([200, 200, 200, 429]);
    const refused = await send();
    expect(refused.headers['retry-after']).toBe('1');
    expect((await ask(`${url}/api/events`, eventsOf(other, '127.0.0.9'))).status).toBe(200);
    server.clock.pass(1_000);
    expect(await times(3, send)).toEqual([200, 200, 429]);
  });

  it('is refused above its events a second, once what came is made up for', async () => {
    const { url, key, server } = await start({ keyEventsPerSecond: 10 });
    expect((await ask(`${url}/api/events`, eventsOf(key, '127.0.0.1', 'a', 50))).status).toBe(200);
    const refused = await ask(`${url}/api/events`, eventsOf(key, '127.0.0.1', 'b'));
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '4']);
    server.clock.pass(4_000);
    expect((await ask(`${url}/api/events`, eventsOf(key, '127.0.0.1', 'b'))).status).toBe(200);
  });
});

describe('an address that fails to authenticate', () => {
  it('is refused for five minutes after sixty in a minute, with a right key too', async () => {
    const { url, key, server } = await start({ addressRequestBurst: 1_000, failuresPerMinute: 5 });
    const wrong = () => ask(`${url}/api/events`, eventsOf('wrong', '127.0.0.6'));
    expect(await times(6, wrong)).toEqual([401, 401, 401, 401, 401, 401]);
    const refused = await wrong();
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '300']);
    expect((await ask(`${url}/api/events`, eventsOf(key, '127.0.0.6'))).status).toBe(429);
    expect((await ask(`${url}/api/events`, eventsOf(key, '127.0.0.7'))).status).toBe(200);
    server.clock.pass(300_000);
    expect((await ask(`${url}/api/events`, eventsOf(key, '127.0.0.6', 'c'))).status).toBe(200);
  });

  it('counts wrong API keys, and nothing that came without any', async () => {
    const { url } = await start({ addressRequestBurst: 1_000, failuresPerMinute: 2 });
    const read = (headers: Record<string, string>) => ask(`${url}/api/issues`, { headers });
    expect(await times(5, () => read({ 'x-forwarded-for': '203.0.113.1' }))).toEqual([401, 401, 401, 401, 401]);
    expect(await times(4, () => read({ authorization: 'Bearer gdn_wrong' }))).toEqual([401, 401, 401, 429]);
  });
});

describe('an address that guesses the addresses of pings', () => {
  it('is refused, its guesses cost the store one look a second, and are counted together', async () => {
    const { server } = await start({}, 1);
    const list = vi.spyOn(server.store.jobs, 'list');
    const ping = (name: string, from = '203.0.113.1') =>
      server.app.request(`http://localhost:4400/ping/${name}`, {
        headers: { host: 'localhost:4400', 'x-forwarded-for': from },
      });
    const statuses: number[] = [];
    for (let count = 0; count < 1_000; count++) statuses.push((await ping(randomUUID())).status);
    // Sixty wrong ones a minute, and the one that was too many.
    expect(statuses).toEqual(Array.from({ length: 1_000 }, (_, index) => (index < 61 ? 404 : 429)));
    expect(list).toHaveBeenCalledTimes(1);
    // Another node may have made it meanwhile.
    server.clock.pass(1_000);
    await ping(randomUUID(), '203.0.113.3');
    expect(list).toHaveBeenCalledTimes(2);
    const refused = await ping(randomUUID());
    expect([refused.headers.get('retry-after'), await refused.text()]).toEqual(['299', 'rate limit exceeded']);
    await server.stop();
    const quantityOf = (reason: string) =>
      server.dropped
        .filter((one) => one.source === 'ping' && one.reason === reason)
        .reduce((sum, { quantity }) => sum + quantity, 0);
    expect([quantityOf('unknown-job'), quantityOf('failures-limited')]).toEqual([62, 940]);
  });

  it('is not who pings a job of its project before it is there', async () => {
    const { server, key } = await start({ failuresPerMinute: 2 }, 1);
    const ping = (name: string) =>
      server.app.request(`http://localhost:4400/ping/${name}`, {
        headers: { host: 'localhost:4400', 'x-forwarded-for': '203.0.113.2' },
      });
    const statuses: number[] = [];
    for (let count = 0; count < 5; count++) statuses.push((await ping(`${key}/nightly`)).status);
    expect(statuses).toEqual([404, 404, 404, 404, 404]);
    expect((await ping(`${key}/nightly?create=1`)).status).toBe(200);
    for (let count = 0; count < 3; count++) statuses.push((await ping(`no-such-key/nightly`)).status);
    expect((await ping(`${key}/nightly`)).status).toBe(429);
  });
});

describe('connections', () => {
  it('are bounded for each address, and refused ones are told', async () => {
    const { url, server } = await start({ connectionsPerAddress: 3 });
    const port = Number(new URL(url).port);
    const sockets = await Promise.all(
      Array.from({ length: 3 }, () => {
        const socket = connect(port, '127.0.0.1');
        return new Promise<typeof socket>((resolve) => socket.once('connect', () => resolve(socket)));
      }),
    );
    expect((await ask(`${url}/api/health`)).status).toBe(429);
    expect((await ask(`${url}/api/health`, { from: '127.0.0.2' })).status).toBe(200);
    const closed = new Promise((resolve) => sockets[0]!.once('close', resolve));
    sockets[0]!.end();
    await closed;
    await expect.poll(async () => (await ask(`${url}/api/health`)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    expect((await metrics(server)).text).toContain('format="http",reason="address-connections"');
  });

  it('are bounded in all', async () => {
    const { url, server } = await start({ connections: 2 });
    const port = Number(new URL(url).port);
    const sockets = ['127.0.0.2', '127.0.0.3'].map((localAddress) =>
      connect({ port, host: '127.0.0.1', localAddress }),
    );
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    await expect(ask(`${url}/api/health`, { from: '127.0.0.4' })).rejects.toThrow(/ECONNRESET|socket hang up/);
    for (const socket of sockets) socket.destroy();
    expect((await metrics(server)).text).toContain('format="http",reason="connections"');
  });
});

it('protects nothing where it is off', async () => {
  const { url } = await start({ enabled: false, addressRequestBurst: 1, connectionsPerAddress: 1 });
  expect(await times(5, () => ask(`${url}/api/health`))).toEqual([200, 200, 200, 200, 200]);
});

it('holds who goes on asking off everything else, answers late and closes, and lets it in again', async () => {
  const { url, server } = await start({ addressRequestBurst: 1 });
  const health = (from: string) => ask(`${url}/api/health`, { from });
  const statuses = await times(22, () => health('127.0.0.8'));
  expect(statuses.slice(1)).toEqual(Array.from({ length: 21 }, () => 429));
  const held = await health('127.0.0.8');
  expect(held).toMatchObject({ status: 429, headers: { 'retry-after': '1', connection: 'close' } });
  expect(JSON.parse(held.body)).toEqual({ status: 429, code: 'rate_limited', detail: 'too many requests' });
  expect((await health('127.0.0.7')).status).toBe(200);
  expect((await metrics(server)).text).toContain('guardian_ingest_refused_total{format="http",reason="held"} 1');
  server.clock.pass(2_000);
  expect((await health('127.0.0.8')).status).toBe(200);
});

it('lets through what the limit of who is held allows, one request at a time, and holds it for as long as it goes on', async () => {
  const { url, server } = await start({ addressRequestsPerSecond: 10, addressRequestBurst: 1 });
  const health = async () => (await ask(`${url}/api/health`, { from: '127.0.0.8' })).status;
  expect(
    (await times(22, () => ask(`${url}/api/health`, { from: '127.0.0.8' }))).filter((status) => status === 200),
  ).toEqual([200]);
  for (let turn = 0; turn < 3; turn++) {
    // Its bucket has room for one, and it was refused within the last two seconds.
    server.clock.pass(1_900);
    expect([await health(), await health()]).toEqual([200, 429]);
  }
  const held = (await metrics(server)).text;
  expect(held).toContain('guardian_ingest_refused_total{format="http",reason="held"} 3');
  server.clock.pass(2_000);
  expect([await health(), await health()]).toEqual([200, 429]);
  // That one was told in the manner of the protocol: it is free again.
  expect((await metrics(server)).text).toContain('guardian_ingest_refused_total{format="http",reason="held"} 3');
});
