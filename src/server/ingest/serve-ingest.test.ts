import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ask, makeShop, openTestServer, type TestServer } from '../server-fixtures.ts';

let server: TestServer;
let key: string;
let id: number;

beforeAll(async () => {
  server = await openTestServer();
  ({ key, id } = await makeShop(server));
});
afterAll(() => server.close());
afterEach(() => {
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
    expect(reasons()).toEqual([['rate-limited', id]]);
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
    expect([json.status, await json.json()]).toEqual([401, { code: 16, message: 'no key came with the request' }]);
    const protobuf = await post('/v1/logs', '', { 'content-type': 'application/x-protobuf' });
    expect([protobuf.status, protobuf.headers.get('content-type')]).toEqual([401, 'application/x-protobuf']);
    const bytes = new Uint8Array(await protobuf.arrayBuffer());
    expect([...bytes.subarray(0, 4)]).toEqual([0x08, 16, 0x12, 28]);
    expect(new TextDecoder().decode(bytes.subarray(4))).toBe('no key came with the request');
    expect((await post('/v1/logs', LOG, { ...bearer(), 'content-type': 'text/plain' })).status).toBe(415);
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
    const verifyPush = async (token: string) => token === 'genuine';
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
});
