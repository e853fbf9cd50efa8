import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lintExposition } from '../adapters/metrics/lint-exposition.ts';
import { METRICS_PATH, OWN_LOOK } from '../contracts/metrics.ts';
import { openTestServer, type TestServer, type TestServerOptions } from './server-fixtures.ts';

let server: TestServer;

const TOKEN = 'prometheus-reads-this';

interface Asked {
  /** Of the socket; left out: there is none. */
  from?: string;
  headers?: Record<string, string>;
  path?: string;
}

function ask({ from, headers = {}, path = METRICS_PATH }: Asked = {}) {
  const bindings = from === undefined ? {} : { incoming: { socket: { remoteAddress: from } } };
  return server.app.request(path, { headers: { host: '127.0.0.1', ...headers } }, bindings as never);
}

describe('the figures', () => {
  beforeEach(async () => {
    server = await openTestServer();
  });
  afterEach(() => server.close());

  it('count requests by route and class of status, before anybody read and after', async () => {
    const health = 'guardian_http_requests_total{method="GET",route="/api/health",status_class="2xx"}';
    await ask({ path: '/api/health' });
    await ask({ path: '/api/health' });
    expect(await (await ask()).text()).toContain(`${health} 2\n`);
    await ask({ path: '/api/health' });
    expect(await (await ask()).text()).toContain(`${health} 3\n`);
  });

  it('count no read of Guardian’s own looks, but every one that is refused', async () => {
    const own = { [OWN_LOOK]: 'yes' };
    const reads = (status: string) => `{method="GET",route="${METRICS_PATH}",status_class="${status}"}`;
    for (let look = 0; look < 2; look++) await ask({ headers: own });
    expect(await (await ask({ headers: own })).text()).toContain(`${reads('2xx')} 0\n`);
    await ask({ from: '203.0.113.9', headers: own });
    await ask();
    const text = await (await ask()).text();
    expect(text).toContain(`${reads('4xx')} 1\n`);
    expect(text).toContain(`${reads('2xx')} 1\n`);
  });

  it('stand at 0 for every route that is served, and pass every rule', async () => {
    const text = await (await ask()).text();
    expect(lintExposition(text)).toEqual([]);
    expect(text).toContain(
      'guardian_http_requests_total{method="POST",route="ingest:otlp-logs",status_class="5xx"} 0\n',
    );
    expect(text).toMatch(
      /^guardian_http_requests_total\{method="GET",route="\/api\/issues\/:[a-z]+",status_class="4xx"\} 0$/m,
    );
    const series = text.split('\n').filter((line) => line.startsWith('guardian_http_requests_total{'));
    expect(series.length).toBeGreaterThan(200);
    expect(series.length).toBeLessThan(1_000);
    expect(series.filter((line) => line.includes('"other"'))).toEqual([]);
  });

  it('never name an address that was asked for', async () => {
    await ask({ path: '/api/issues/issue-of-ann@example.com' });
    await ask({ path: '/nowhere/ann@example.com' });
    expect(await (await ask()).text()).not.toContain('ann@example.com');
  });

  it('tell of the process itself, and their content type', async () => {
    const reply = await ask();
    expect(reply.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await reply.text()).toMatch(/^process_resident_memory_bytes \d{7,}$/m);
  });
});

describe('who may read', () => {
  const open = async (options: TestServerOptions) => {
    server = await openTestServer(options);
  };
  afterEach(() => server.close());
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  /** Reachable from elsewhere: nobody is let in for being there. */
  const elsewhere = { host: '0.0.0.0', metrics: { token: TOKEN, networks: ['127.0.0.0/8', '::1', '10.1.0.0/16'] } };

  it('has the token, from anywhere', async () => {
    await open({ knobs: elsewhere });
    expect((await ask({ from: '203.0.113.9', headers: bearer(TOKEN) })).status).toBe(200);
    expect((await ask({ from: '203.0.113.9', headers: bearer(`${TOKEN}x`) })).status).toBe(401);
    expect((await ask({ from: '203.0.113.9', headers: { authorization: TOKEN } })).status).toBe(401);
    expect((await ask({ from: '203.0.113.9' })).status).toBe(401);
  });

  it('comes from an allowed network, IPv4 through an IPv6 socket too', async () => {
    await open({ knobs: elsewhere });
    expect((await ask({ from: '127.0.0.1' })).status).toBe(200);
    expect((await ask({ from: '::1' })).status).toBe(200);
    expect((await ask({ from: '::ffff:10.1.2.3' })).status).toBe(200);
    expect((await ask({ from: '10.2.0.1' })).status).toBe(401);
    expect((await ask({})).status).toBe(401);
  });

  it('is not whoever a proxy on an allowed address passes on, unless the proxy is believed', async () => {
    await open({ knobs: elsewhere });
    expect((await ask({ from: '127.0.0.1', headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(401);
    expect((await ask({ from: '127.0.0.1', headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(401);
    await server.close();
    await open({ knobs: { ...elsewhere, trustedProxies: 1 } });
    expect((await ask({ from: '127.0.0.1', headers: { 'x-forwarded-for': '10.1.2.3' } })).status).toBe(200);
    expect((await ask({ from: '127.0.0.1', headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(401);
  });

  it('is asked for the token everywhere when no network is allowed', async () => {
    await open({ knobs: { ...elsewhere, metrics: { token: TOKEN, networks: [] } } });
    expect((await ask({ from: '127.0.0.1' })).status).toBe(401);
    expect((await ask({ from: '127.0.0.1', headers: bearer(TOKEN) })).status).toBe(200);
    await server.close();
    await open({ knobs: { metrics: { token: TOKEN, networks: [] } } });
    expect((await ask({ from: '127.0.0.1' })).status).toBe(401);
    expect((await ask({ from: '127.0.0.1', path: '/api/overview' })).status).toBe(200);
  });

  it('may have an API key in its place, and without either is nobody from elsewhere by default', async () => {
    await open({});
    const made = await server.app.request('http://localhost/api/keys', {
      method: 'POST',
      headers: { host: 'localhost', 'content-type': 'application/json' },
      body: JSON.stringify({ label: 'prometheus', scope: 'read' }),
    });
    const { key } = (await made.json()) as { key: string };
    const store = server.options;
    expect((await ask({ from: '203.0.113.9', headers: { via: '1.1 proxy' } })).status).toBe(401);
    expect((await ask({ from: '203.0.113.9', headers: bearer(key) })).status).toBe(200);
    expect(store.knobs.metrics).toEqual({ token: null, networks: ['127.0.0.0/8', '::1'] });
  });
});
