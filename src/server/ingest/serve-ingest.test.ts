import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { unsaidReply } from '../../core/ingest/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { DEFAULT_SERVER_KNOBS } from '../knobs.ts';
import { ask, makeProject, makeShop, openTestServer, type TestServer } from '../server-fixtures.ts';

let server: TestServer;
let key: string;
let id: number;

beforeAll(async () => {
  server = await openTestServer();
  ({ key, id } = await makeShop(server));
});
afterAll(() => server.close());
afterEach(() => {
  vi.restoreAllMocks();
  server.requests.length = 0;
  server.dropped.length = 0;
});

const EVENT_ID = '9ec79c33ec9942ab8353589fcb2e04dc';
const EVENT = JSON.stringify({ event_id: EVENT_ID, message: 'cart is empty', level: 'error', platform: 'node' });
const envelope = (header: object) => `${JSON.stringify(header)}\n{"type":"event"}\n${EVENT}\n`;
const post = (path: string, body: string | Uint8Array = '', headers: Record<string, string> = {}) =>
  ask(server, path, { method: 'POST', body, headers });
const reasons = () => server.dropped.map(({ reason, projectId }) => [reason, projectId]);

describe('Sentry clients', () => {
  it.each([
    ['the query', (k: string) => [`?sentry_key=${k}&sentry_version=7`, {}]],
    [
      'X-Sentry-Auth',
      (k: string) => [
        '',
        { 'x-sentry-auth': `Sentry sentry_version=7, sentry_key=${k}, sentry_client=sentry.python/2.0` },
      ],
    ],
    ['Authorization', (k: string) => ['', { authorization: `Sentry sentry_key=${k},sentry_version=7` }]],
  ] as [string, (k: string) => [string, Record<string, string>]][])(
    'are known by the key of %s',
    async (_place, how) => {
      const [query, headers] = how(key);
      const response = await post(`/prefix/api/${id}/envelope/${query}`, envelope({ event_id: EVENT_ID }), headers);
      expect([response.status, await response.json()]).toEqual([200, { id: EVENT_ID }]);
      const [request] = server.requests;
      expect(request).toMatchObject({
        format: 'sentry-envelope',
        path: '/envelope/',
        project: { id, slug: 'shop' },
        trust: 'server',
      });
      expect(JSON.stringify([request!.headers, request!.query])).not.toContain(key);
    },
  );

  it('are known by the DSN in a tunnelled envelope, packed or not', async () => {
    const body = envelope({ event_id: EVENT_ID, dsn: `https://${key}@errors.example.com/${id}` });
    expect((await post(`/api/${id}/envelope/`, body)).status).toBe(200);
    expect((await post(`/api/${id}/envelope/`, gzipSync(body), { 'content-encoding': 'gzip' })).status).toBe(200);
    const other = envelope({ dsn: `https://${key}@errors.example.com/${id + 1}` });
    expect((await post(`/api/${id}/envelope/`, other)).status).toBe(403);
  });

  it('are refused when the keys they carry contradict each other, wherever each stands', async () => {
    const desk = await makeProject(server, 'Desk');
    const auth = (k: string) => ({ 'x-sentry-auth': `Sentry sentry_version=7, sentry_key=${k}` });
    const unknown = '0'.repeat(32);
    const pairs: [query: string, header: string][] = [
      [key, desk.key],
      [desk.key, key],
      [unknown, key],
      [key, unknown],
    ];
    for (const [query, header] of pairs) {
      const response = await post(`/api/store/?sentry_key=${query}`, EVENT, auth(header));
      expect([query, response.status]).toEqual([query, 403]);
    }
    const dsn = (k: string, project: number) => envelope({ dsn: `https://${k}@errors.example.com/${project}` });
    const path = `/api/${id}/envelope/?sentry_key=${key}`;
    for (const body of [dsn(desk.key, desk.id), dsn(desk.key, id), dsn(unknown, id), dsn(key, desk.id)]) {
      expect((await post(path, gzipSync(body), { 'content-encoding': 'gzip' })).status).toBe(403);
    }
    expect(server.requests).toEqual([]);
    expect(new Set(server.dropped.map(({ reason }) => reason))).toEqual(new Set(['other-project']));
    // The same key twice is none the less one key; a Bearer that stands beside a Sentry key is somebody else's, a proxy's maybe.
    expect((await post(path, dsn(key.toUpperCase(), id), auth(key))).status).toBe(200);
    expect((await post(path, envelope({}), { authorization: 'Bearer of-a-proxy' })).status).toBe(200);
  });

  it('may name the project by the key alone at /api/store/', async () => {
    const response = await post(`/api/store/?sentry_key=${key}`, EVENT);
    expect(response.status).toBe(200);
    expect(server.requests[0]).toMatchObject({ format: 'sentry-store', project: { id } });
  });

  it.each([
    ['no key', () => `/api/${id}/store/`, 'no-key', 'no key came with the request'],
    [
      'an unknown key',
      () => `/api/${id}/store/?sentry_key=${'0'.repeat(32)}`,
      'unknown-key',
      'the key is unknown or revoked',
    ],
    [
      'the key of another project',
      () => `/api/${id + 7}/store/?sentry_key=${key}`,
      'other-project',
      'the key may not write to this project',
    ],
  ])(
    'are refused with 403 for %s, in words that pages of other sites may read',
    async (_what, path, reason, detail) => {
      const response = await post(path(), EVENT);
      expect([response.status, await response.json()]).toEqual([403, { detail }]);
      expect(response.headers.get('x-sentry-error')).toBe(detail);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-expose-headers')).toContain('X-Sentry-Error');
      expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      expect(reasons()).toEqual([[reason, reason === 'other-project' ? id : 0]]);
    },
  );

  it('get the preflight of their browsers answered', async () => {
    const response = await ask(server, `/api/${id}/envelope/?sentry_key=${key}`, { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-methods')).toBe('POST, OPTIONS');
    expect(response.headers.get('access-control-allow-headers')).toContain('X-Sentry-Auth');
    expect(response.headers.get('access-control-max-age')).toBe('3600');
  });

  it('are trusted less when a browser’s page speaks', async () => {
    await post(`/api/${id}/envelope/?sentry_key=${key}`, envelope({}), { origin: 'https://shop.example' });
    expect(server.requests[0]!.trust).toBe('public');
  });

  it('are told to wait when their key’s limit is reached', async () => {
    const made = await ask(server, `/api/projects/${id}/keys`, {
      method: 'POST',
      json: { label: 'slow', ratePerMinute: 2 },
    });
    const slow = ((await made.json()) as { key: string }).key;
    const send = () => post(`/api/${id}/store/?sentry_key=${slow}`, EVENT);
    expect([(await send()).status, (await send()).status]).toEqual([200, 200]);
    const limited = await send();
    expect(limited.status).toBe(429);
    expect(limited.headers.get('retry-after')).toBe('30');
    expect(limited.headers.get('x-sentry-rate-limits')).toBe('30::key:quota');
    const tunnelled = await post(`/api/${id}/envelope/`, envelope({ dsn: `https://${slow}@errors.example.com/${id}` }));
    expect([tunnelled.status, tunnelled.headers.get('retry-after')]).toEqual([429, '30']);
    expect(tunnelled.headers.get('x-sentry-rate-limits')).toBe('30::key:quota');
    // Those that follow are told together, now and then.
    expect(reasons()[0]).toEqual(['rate-limited', id]);
  });

  it('lose a key at once when it is revoked', async () => {
    const made = await ask(server, `/api/projects/${id}/keys`, { method: 'POST', json: { label: 'old' } });
    const old = ((await made.json()) as { key: string }).key;
    expect((await post(`/api/store/?sentry_key=${old}`, EVENT)).status).toBe(200);
    expect((await ask(server, `/api/projects/${id}/keys/${old}`, { method: 'DELETE' })).status).toBe(200);
    expect((await post(`/api/store/?sentry_key=${old}`, EVENT)).status).toBe(403);
  });

  it('are refused what is larger than the bound, by what they declare and by what they send', async () => {
    const declared = await post(`/api/${id}/security/?sentry_key=${key}`, EVENT, { 'content-length': '70000' });
    expect([declared.status, declared.headers.get('connection')]).toEqual([413, 'close']);
    expect((await post(`/api/${id}/security/?sentry_key=${key}`, 'x'.repeat(70_000))).status).toBe(413);
    expect(reasons()).toEqual([
      ['too-large', id],
      ['too-large', id],
    ]);
    expect(server.requests).toEqual([]);
  });
});

describe('OTLP clients', () => {
  const LOG = JSON.stringify({
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'cart is empty' } }] }] }],
  });
  const bearer = () => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });

  it('send logs, traces and metrics with the key as Bearer', async () => {
    const response = await post('/v1/logs', LOG, bearer());
    expect([response.status, await response.json()]).toEqual([200, {}]);
    expect((await post('/v1/metrics', '{"resourceMetrics":[]}', bearer())).status).toBe(200);
    expect(server.requests.map(({ path }) => path)).toEqual(['/v1/logs', '/v1/metrics']);
  });

  it('get refusals in their own encoding', async () => {
    const json = await post('/v1/logs', LOG, { 'content-type': 'application/json' });
    expect([json.status, await json.json()]).toEqual([401, { message: 'no key came with the request' }]);
    for (const type of ['application/x-protobuf', 'Application/X-Protobuf; charset=utf-8']) {
      const protobuf = await post('/v1/logs', '', { 'content-type': type });
      expect([protobuf.status, protobuf.headers.get('content-type')]).toEqual([401, 'application/x-protobuf']);
      expect(statusMessage(await protobuf.arrayBuffer())).toBe('no key came with the request');
    }
    expect((await post('/v1/logs', LOG, { ...bearer(), 'content-type': 'text/plain' })).status).toBe(415);
  });

  it('are told in their own encoding when the store takes nothing, and when Guardian fails on their body', async () => {
    const send = () => post('/v1/logs', '', { ...bearer(), 'content-type': 'application/x-protobuf' });
    const append = vi.spyOn(server.store.events, 'append').mockRejectedValue(new GuardianError('store_full'));
    const full = await send();
    expect([full.status, full.headers.get('content-type')]).toEqual([503, 'application/x-protobuf']);
    expect(Number(full.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(statusMessage(await full.arrayBuffer())).toMatch(/store/);
    append.mockRestore();
    const failing = await openTestServer({ accept: async () => unsaidReply('failed') });
    const shop = await makeShop(failing);
    const headers = { authorization: `Bearer ${shop.key}`, 'content-type': 'application/x-protobuf' };
    const failed = await ask(failing, '/v1/logs', { method: 'POST', headers });
    expect([failed.status, failed.headers.get('content-type')]).toEqual([500, 'application/x-protobuf']);
    expect(statusMessage(await failed.arrayBuffer())).toMatch(/failed/);
    await failing.close();
  });

  it('may use a key of the API that writes, for a project it names', async () => {
    const make = async (scope: string) => {
      const made = await ask(server, '/api/keys', { method: 'POST', json: { label: scope, scope } });
      return { ...bearer(), authorization: `Bearer ${((await made.json()) as { key: string }).key}` };
    };
    const writer = await make('write');
    expect((await post('/v1/logs?project=shop', LOG, writer)).status).toBe(200);
    expect((await post('/v1/logs', LOG, { ...writer, 'x-guardian-project': 'shop' })).status).toBe(200);
    expect((await post('/v1/logs?project=nothing', LOG, writer)).status).toBe(404);
    expect((await post('/v1/logs', LOG, await make('read'))).status).toBe(403);
  });
});

describe('Elasticsearch clients', () => {
  const BULK = '{"create":{"_index":"logs"}}\n{"message":"cart is empty"}\n';
  const ndjson = { 'content-type': 'application/x-ndjson' };
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  it.each([
    ['Basic, as the password', () => `Basic ${base64(`elastic:${key}`)}`],
    ['ApiKey with an id', () => `ApiKey ${base64(`any-id:${key}`)}`],
    ['ApiKey alone', () => `ApiKey ${key}`],
    ['Bearer', () => `Bearer ${key}`],
  ])('are known by %s', async (_scheme, authorization) => {
    const headers = { ...ndjson, authorization: authorization() };
    const response = await post('/elastic/_bulk', BULK, headers);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch');
    expect(await response.json()).toMatchObject({ errors: false });
  });

  it('get their set-up answered, and refusals they understand', async () => {
    const accept = 'application/vnd.elasticsearch+json; compatible-with=9';
    const banner = await ask(server, '/elastic/', { headers: { authorization: `ApiKey ${key}`, accept } });
    expect(await banner.json()).toMatchObject({ tagline: 'You Know, for Search' });
    const refused = await post('/elastic/_bulk', BULK, { ...ndjson, accept });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('x-elastic-product')).toBe('Elasticsearch');
    expect(refused.headers.get('content-type')).toContain('compatible-with=9');
    expect(await refused.json()).toMatchObject({ status: 401, error: { type: 'security_exception' } });
    expect((await ask(server, '/elastic/logs', { method: 'DELETE' })).status).toBe(405);
    const spaced = 'application/vnd.elasticsearch+json ; compatible-with="8"';
    const quoted = await post('/elastic/_bulk', BULK, { ...ndjson, accept: spaced });
    expect(quoted.headers.get('content-type')).toBe('application/vnd.elasticsearch+json;compatible-with=8');
    const large = await post('/elastic/_bulk', BULK, {
      ...ndjson,
      authorization: `ApiKey ${key}`,
      'content-length': '1000000000',
    });
    expect(await large.json()).toMatchObject({ status: 413, error: { type: 'content_too_long_exception' } });
  });

  it('are told in their own words when the store cannot be asked, or takes nothing', async () => {
    const accept = 'application/vnd.elasticsearch+json; compatible-with=8';
    const type = 'application/vnd.elasticsearch+json;compatible-with=8';
    const failure = { status: 503, error: { type: 'unavailable_shards_exception', reason: expect.any(String) } };
    const find = vi.spyOn(server.store.apiKeys, 'find').mockRejectedValue(new Error('connection refused'));
    const byApiKey = await post('/elastic/_bulk', BULK, { ...ndjson, accept, authorization: 'ApiKey gk_nobody-knows' });
    expect(byApiKey.headers.get('x-elastic-product')).toBe('Elasticsearch');
    expect([byApiKey.status, byApiKey.headers.get('content-type')]).toEqual([503, type]);
    expect(await byApiKey.json()).toMatchObject(failure);
    expect(reasons()).toEqual([['store-away', 0]]);
    find.mockRestore();
    vi.spyOn(server.store.events, 'append').mockRejectedValue(new GuardianError('store_full'));
    const full = await post('/elastic/_bulk', BULK, { ...ndjson, accept, authorization: `ApiKey ${key}` });
    expect([full.status, full.headers.get('content-type')]).toEqual([503, type]);
    expect(full.headers.get('retry-after')).toBe('5');
    expect(await full.json()).toMatchObject(failure);
    const text = await (await ask(server, '/api/metrics')).text();
    expect(text).toContain('guardian_ingest_requests_total{format="elastic-bulk",status="503"} 2');
  });

  it('with a key of the API that was known are still let in while the store cannot be asked', async () => {
    const made = await ask(server, '/api/keys', { method: 'POST', json: { label: 'shipper', scope: 'write' } });
    const authorization = `ApiKey ${((await made.json()) as { key: string }).key}`;
    const send = () => post('/elastic/_bulk', BULK, { ...ndjson, authorization });
    expect((await send()).status).toBe(200);
    for (const call of ['find', 'used'] as const)
      vi.spyOn(server.store.apiKeys, call).mockRejectedValue(new GuardianError('store_unavailable'));
    server.clock.pass(60_000);
    expect((await send()).status).toBe(200);
  });
});

describe('clients of Guardian’s own format', () => {
  const LINE = JSON.stringify({
    id: 'a1',
    time: '2026-01-31T08:15:00.000Z',
    severity: 'error',
    message: 'cart is empty',
    service: 'cart',
  });

  it('send lines with the key as Bearer, and get problems', async () => {
    const sent = await post('/api/events', LINE, { authorization: `Bearer ${key}` });
    expect([sent.status, await sent.json()]).toMatchObject([200, { accepted: 1 }]);
    const refused = await post('/api/events', LINE, { authorization: 'Bearer nonsense', 'accept-language': 'fr' });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([
      401,
      'application/problem+json; charset=utf-8',
    ]);
    expect(await refused.json()).toMatchObject({ code: 'unauthorized', status: 401 });
  });

  it('are asked to come again when more waits than can be held', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const busy = await openTestServer({
      knobs: { waitingBytes: 1_000 },
      accept: async () => {
        await held;
        return { status: 200, headers: {}, body: '{}' };
      },
    });
    const shop = await makeShop(busy);
    const send = (bytes: number) =>
      ask(busy, '/api/events', {
        method: 'POST',
        body: 'x'.repeat(bytes),
        headers: { authorization: `Bearer ${shop.key}` },
      });
    // Larger than all that may wait, but alone.
    const first = send(2_000);
    await expect.poll(() => busy.requests.length).toBe(1);
    const second = await send(10);
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '5']);
    expect(busy.dropped).toMatchObject([{ reason: 'busy', projectId: shop.id, source: 'native' }]);
    release();
    expect((await first).status).toBe(200);
    expect((await send(10)).status).toBe(200);
    await busy.close();
  });
});

describe('Pub/Sub', () => {
  const PUSH = JSON.stringify({
    message: {
      data: Buffer.from(
        '{"textPayload":"cart is empty","insertId":"a","timestamp":"2026-01-31T08:15:00Z","logName":"projects/p/logs/x"}',
      ).toString('base64'),
      messageId: '1',
    },
    subscription: 's',
  });

  it('is known by an ingest key in the address, of that very project', async () => {
    expect((await post(`/api/pubsub/shop?key=${key}`, PUSH)).status).toBe(204);
    expect((await post(`/api/pubsub/other?key=${key}`, PUSH)).status).toBe(403);
    expect((await post('/api/pubsub/shop', PUSH)).status).toBe(401);
  });

  it('is known by its signed token where that is set up', async () => {
    const verifyPush = async (token: string) => {
      if (token === 'unverifiable') return 'unavailable' as const;
      return token === 'genuine' ? ('accepted' as const) : ('refused' as const);
    };
    const { wire } = server.options;
    const signed = await openTestServer({ options: { wire: { ...wire, verifyPush } } });
    const shop = await makeShop(signed);
    const push = (path: string, headers: Record<string, string>) =>
      ask(signed, path, { method: 'POST', body: PUSH, headers });
    expect((await push('/api/pubsub/shop', { authorization: 'Bearer genuine' })).status).toBe(204);
    expect((await push('/api/pubsub/nothing', { authorization: 'Bearer genuine' })).status).toBe(404);
    expect((await push('/api/pubsub/shop', { authorization: 'Bearer forged' })).status).toBe(401);
    expect((await push(`/api/pubsub/shop?key=${shop.key}`, {})).status).toBe(204);
    await signed.close();
  });

  it('is asked to come again, and nobody is blamed, while its token cannot be verified', async () => {
    const protection = { ...DEFAULT_SERVER_KNOBS.protection, failuresPerMinute: 1 };
    const verifyPush = async (token: string) =>
      token === 'genuine' ? ('accepted' as const) : ('unavailable' as const);
    const signed = await openTestServer({
      knobs: { protection, trustedProxies: 1 },
      options: { wire: { ...server.options.wire, verifyPush } },
    });
    await makeShop(signed);
    const push = (token: string) =>
      ask(signed, '/api/pubsub/shop', {
        method: 'POST',
        body: PUSH,
        headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.7' },
      });
    for (let count = 0; count < 5; count++) {
      const response = await push('unverifiable');
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    }
    expect((await push('genuine')).status).toBe(204);
    await signed.close();
  });
});

describe('a key for web pages', () => {
  let page: string;
  beforeAll(async () => {
    const made = await ask(server, `/api/projects/${id}/keys`, {
      method: 'POST',
      json: { label: 'the shop front', kind: 'page' },
    });
    expect(made.status).toBe(201);
    const view = (await made.json()) as { key: string; kind: string };
    page = view.key;
    expect(view.kind).toBe('page');
  });

  it('lets events, logs and spans of its project in, and trusts them no more than the page they came from', async () => {
    const authorization = `Bearer ${page}`;
    expect((await post(`/api/${id}/envelope/?sentry_key=${page}`, envelope({}))).status).toBe(200);
    expect((await post(`/api/${id}/envelope/`, envelope({ dsn: `https://${page}@h/${id}` }))).status).toBe(200);
    expect((await post(`/api/${id}/security/?sentry_key=${page}`, '{"csp-report":{}}')).status).toBeLessThan(401);
    expect((await post('/api/events', '{"message":"hello"}', { authorization })).status).toBe(200);
    const json = { authorization, 'content-type': 'application/json' };
    expect((await post('/v1/logs', '{"resourceLogs":[]}', json)).status).toBe(200);
    expect((await post('/v1/traces', '{"resourceSpans":[]}', json)).status).toBe(200);
    expect(server.requests.map(({ trust }) => trust)).toEqual(Array.from({ length: 6 }, () => 'public'));
  });

  it.each([
    ['POST', '/api/alerts'],
    ['POST', '/api/measurements'],
    ['POST', '/api/texts'],
    ['POST', '/api/runs/exec'],
    ['POST', '/api/sync-logs'],
    ['POST', '/api/audit-trail'],
    ['POST', '/api/keys'],
    ['GET', '/api/templates/agent/shop/cart/nightly'],
    ['POST', '/api/usage'],
    ['POST', '/elastic/_bulk'],
    ['POST', '/api/pubsub/shop?key=KEY'],
    ['GET', '/api/1/cron/nightly/KEY/'],
    ['POST', '/ping/KEY/nightly?create=1'],
  ])('opens nothing else: %s %s is 403', async (method, path) => {
    const isPing = path.startsWith('/ping');
    const contentType = path === '/api/keys' ? 'application/x-ndjson' : 'application/json';
    const ask1 = (key1: string) =>
      ask(server, path.replace('KEY', key1).replace('/api/1/', `/api/${id}/`), {
        method,
        headers: isPing ? {} : { authorization: `Bearer ${key1}`, 'content-type': contentType },
        ...(method === 'POST' ? { body: '{}' } : {}),
      });
    const refused = await ask1(page);
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringMatching(/web pages|forbidden/)]);
    expect([401, 403]).not.toContain((await ask1(key)).status);
  });

  it('tells of no runs within what it may send, and that is counted', async () => {
    const items = [
      {},
      { type: 'check_in' },
      { check_in_id: '728b3763ea8041139fc0f89b36af0b0b', monitor_slug: 'nightly', status: 'ok' },
      { type: 'user_report' },
      { event_id: EVENT_ID, name: 'Ann', email: 'ann@example.com', comments: 'it broke' },
    ];
    const body = `${items.map((item) => JSON.stringify(item)).join('\n')}\n`;
    expect((await post(`/api/${id}/envelope/?sentry_key=${page}`, body)).status).toBe(200);
    expect(await server.store.outbox.due(['check-in'], 10)).toEqual([]);
    expect(await server.store.activity.dropped(0)).toContainEqual({
      projectId: id,
      source: 'sentry-envelope',
      reason: 'page-key',
      category: 'check-in',
      quantity: 1,
    });
    expect((await post(`/api/${id}/envelope/?sentry_key=${key}`, body)).status).toBe(200);
    expect(await server.store.outbox.due(['check-in'], 10)).toHaveLength(1);
  });

  it('is told apart in the list, where every key is one for services unless it was made otherwise', async () => {
    const { items } = (await (await ask(server, `/api/projects/${id}/keys`)).json()) as {
      items: { key: string; kind: string }[];
    };
    expect(items.find((one) => one.key === page)?.kind).toBe('page');
    expect(items.find((one) => one.key === key)?.kind).toBe('service');
    const wrong = { label: 'x', kind: 'admin' };
    expect((await ask(server, `/api/projects/${id}/keys`, { method: 'POST', json: wrong })).status).toBe(400);
  });
});

/** `message` of a `google.rpc.Status`: field 2, a text. */
function statusMessage(body: ArrayBuffer): string {
  const bytes = new Uint8Array(body);
  expect([bytes[0], bytes[1]]).toEqual([0x12, bytes.length - 2]);
  return new TextDecoder().decode(bytes.subarray(2));
}
