import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ModelServer, sayJson, startModelServer, status } from '../../../test/fixtures/model-server/index.ts';
import type { ConfigurationInput } from '../../config/schema.ts';
import { analysisStatus, providersReply } from '../../contracts/api/analysis.ts';
import type { LiveEvent } from '../../contracts/api/live.ts';
import { unifiedReport } from '../../contracts/api/unified.ts';
import { ask, openTestServer, type TestServer } from '../server-fixtures.ts';

const GOOD = {
  summary:
    'The checkout in Lyon fails since the release. The payment service timed out and the release was rolled back.',
  concepts: ['checkout failure', 'payment timeout', 'release rollback'],
  entities: [{ text: 'Lyon', type: 'place' }],
};
const MESSAGES = [
  { id: '1', content: 'Why has the checkout in Lyon failed since the release of yesterday?' },
  {
    id: '2',
    role: 'assistant',
    content: 'The payment service answers with a timeout, and we have rolled the release back.',
  },
];

let models: ModelServer;
let server: TestServer;
let told: LiveEvent[];
beforeEach(async () => {
  models = await startModelServer();
  models.behave(() => sayJson(GOOD));
  told = [];
});
afterEach(async () => {
  await server.close();
  await models.stop();
});

const entry = (name: string, vendor: 'openai' | 'anthropic', model: string) => ({
  ...{ name, vendor, model, apiKey: `sk-${name}`, baseUrl: models.urls[vendor] },
});

async function open(analysis: ConfigurationInput['analysis'], options: Parameters<typeof openTestServer>[0] = {}) {
  server = await openTestServer({ ...options, configuration: { analysis } });
  server.live.subscribe((one) => told.push(one));
}
const both = () => ({
  providers: [entry('first', 'openai', 'gpt-5-mini'), entry('second', 'anthropic', 'claude-sonnet-4-5')],
});

const post = (path: string, json: unknown) => ask(server, path, { method: 'POST', json });
const store = (id: string, messages: unknown = MESSAGES, user?: string) =>
  post(`/api/memory/sessions/${id}/messages`, { messages, ...(user ? { user_id: user } : {}) });
async function analyze(json: object) {
  const response = await post('/api/memory/analyze', json);
  return { response, body: (await response.json()) as Record<string, never> & { metadata: { attempts: unknown[] } } };
}

describe('POST /api/memory/analyze', () => {
  it('analyses a stored conversation, and says of an unchanged one that it is analysed', async () => {
    await open(both());
    expect(await (await store('talk')).json()).toEqual({ session_id: 'talk', stored: 2, total: 2 });
    const first = await analyze({ session_id: 'talk' });
    expect(first.response.status).toBe(200);
    expect(first.body).toMatchObject({
      ...{ status: 'completed', session_id: 'talk', force: false, analysis: GOOD },
      metadata: { provider: 'first', model: 'gpt-5-mini', cache: 'none', extractive: false, language: 'en' },
    });
    const second = await analyze({ session_id: 'talk' });
    expect(second.body).toMatchObject({
      ...{ status: 'skipped', reason: 'already_analyzed', session_id: 'talk' },
      metadata: { provider: 'first', analysis: GOOD, analyzed_at: '2026-01-31T08:15:30.123Z' },
    });
    expect(models.requests).toHaveLength(1);
  });

  it('analyses new text again without force, and says of new pictures only that nothing changed', async () => {
    await open(both());
    await store('talk');
    await analyze({ session_id: 'talk' });
    await store('talk', [{ id: '3', content: '' }]);
    expect((await analyze({ session_id: 'talk' })).body).toMatchObject({ status: 'skipped', reason: 'no_changes' });
    await store('talk', [{ id: '4', content: 'It failed in Lyon again, and the payment service was restarted.' }]);
    expect((await analyze({ session_id: 'talk' })).body).toMatchObject({ status: 'completed' });
    expect(models.requests).toHaveLength(2);
  });

  it('takes messages that are posted along without storing them, and equal ones of another id from the cache', async () => {
    await open(both());
    await analyze({ session_id: 'one', messages: MESSAGES });
    expect((await analyze({ session_id: 'two', messages: MESSAGES })).body).toMatchObject({
      ...{ status: 'completed', session_id: 'two' },
      metadata: { cache: 'memory' },
    });
    expect((await ask(server, '/api/memory/sessions/one')).status).toBe(404);
    expect((await analyze({ session_id: 'empty', messages: [] })).body).toMatchObject({
      ...{ status: 'skipped', reason: 'no_history', metadata: {} },
    });
    expect((await analyze({ session_id: 'nobody knows' })).response.status).toBe(400);
    expect((await analyze({ session_id: 'nobody-knows' })).response.status).toBe(404);
  });

  it('falls back to the next provider with its own model, and shows every attempt', async () => {
    await open(both());
    models.behave(({ vendor }) => (vendor === 'anthropic' ? sayJson(GOOD) : status(503)));
    const { body } = await analyze({ session_id: 'talk', messages: MESSAGES });
    expect(body.metadata).toMatchObject({
      provider: 'second',
      attempts: [
        { provider: 'first', model: 'gpt-5-mini', outcome: 'failure', error_type: 'server_error', status: 503 },
        { provider: 'second', model: 'claude-sonnet-4-5', outcome: 'success', error_type: null },
      ],
    });
  });

  it('answers by itself where no provider is set', async () => {
    await open({});
    const { body } = await analyze({ session_id: 'talk', messages: MESSAGES });
    expect(body).toMatchObject({
      status: 'completed',
      metadata: { provider: 'builtin', model: null, extractive: true, attempts: [] },
    });
  });

  it('says 503, when to come again and what was tried, where nobody answers and the built-in analyser is off', async () => {
    await open({ ...both(), builtin: false });
    models.behave(() => status(429, { headers: { 'retry-after': '40' } }));
    const { response, body } = await analyze({ session_id: 'talk', messages: MESSAGES });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '40']);
    expect(body).toMatchObject({
      code: 'analysis_unavailable',
      attempts: [
        { provider: 'first', error_type: 'rate_limited', status: 429 },
        { provider: 'second', error_type: 'rate_limited', status: 429 },
      ],
    });
    expect(told).toMatchObject([
      { event: 'analysis_status', data: { session_id: 'talk', status: 'failed', retry_after: 40 } },
    ]);
  });

  it('tells live of each outcome, skipped and cached ones too', async () => {
    await open(both());
    await analyze({ session_id: 'one', messages: MESSAGES });
    await analyze({ session_id: 'one', messages: MESSAGES });
    await analyze({ session_id: 'two', messages: MESSAGES });
    expect(told.map(({ data }) => analysisStatus.parse(data))).toEqual([
      { session_id: 'one', status: 'completed', reason: null, error: null, retry_after: null },
      { session_id: 'one', status: 'skipped', reason: 'already_analyzed', error: null, retry_after: null },
      { session_id: 'two', status: 'completed', reason: null, error: null, retry_after: null },
    ]);
  });

  it('refuses more messages than a conversation may have, and who may not write', async () => {
    await open({});
    const many = Array.from({ length: 2_001 }, () => ({ content: 'x' }));
    expect((await analyze({ session_id: 'talk', messages: many })).response.status).toBe(400);
    const half = { content: 'y'.repeat(180_000) };
    for (const id of ['1', '2', '3', '4', '5']) expect((await store('long', [{ ...half, id }])).status).toBe(200);
    expect((await store('long', [{ ...half, id: '6' }])).status).toBe(413);
    const made = await post('/api/keys', { label: 'reader', scope: 'read' });
    const { key } = (await made.json()) as { key: string };
    const headers = { authorization: `Bearer ${key}` };
    const refused = await ask(server, '/api/memory/analyze', { method: 'POST', headers, json: { session_id: 'long' } });
    expect(refused.status).toBe(403);
    expect((await ask(server, '/api/memory/sessions', { headers })).status).toBe(200);
  });
});

describe('a wrong key or model', () => {
  it('is an alert beside the fall-back, and ends when the entry answers', async () => {
    await open(both());
    models.behave(({ vendor }) => (vendor === 'anthropic' ? sayJson(GOOD) : status(401)));
    await analyze({ session_id: 'talk', messages: MESSAGES });
    const list = async () => (await server.store.alerts.list({}, { cursor: null, limit: 10 })).items;
    await expect.poll(list).toMatchObject([
      {
        ...{ type: 'MODEL_MISCONFIGURED', state: 'firing', severity: 'error', subject: { id: 'first' } },
        description: 'first (gpt-5-mini) refuses every call: its key is wrong, or may not use this model (HTTP 401)',
      },
    ]);
    expect(JSON.stringify(await list())).not.toContain('sk-first');
    models.behave(() => sayJson(GOOD));
    await analyze({ session_id: 'talk', messages: MESSAGES, force: true });
    await expect.poll(async () => (await list())[0]!.state).toBe('resolved');
  });
});

describe('GET /api/memory', () => {
  it('lists conversations with their last analysis, page by page, of one user or of all', async () => {
    await open(both());
    for (const [id, user] of [
      ['a', 'ana'],
      ['b', 'ben'],
      ['c', 'ana'],
    ] as const) {
      server.clock.pass(1_000);
      await store(id, MESSAGES, user);
    }
    await analyze({ session_id: 'c' });
    const page = async (query: string) =>
      (await (await ask(server, `/api/memory/sessions${query}`)).json()) as {
        items: { session_id: string; analysis: unknown }[];
        nextCursor: string | null;
      };
    const first = await page('?limit=2');
    expect(first.items.map(({ session_id }) => session_id)).toEqual(['c', 'b']);
    expect(first.items.map(({ analysis }) => analysis)).toEqual([GOOD, null]);
    const second = await page(`?limit=2&cursor=${first.nextCursor}`);
    expect([second.items.map(({ session_id }) => session_id), second.nextCursor]).toEqual([['a'], null]);
    expect((await page('?user_id=ana')).items.map(({ session_id }) => session_id)).toEqual(['c', 'a']);
    expect((await ask(server, '/api/memory/sessions?cursor=nonsense')).status).toBe(400);
    const kept = await server.store.conversations.list({ limit: 9 });
    expect(JSON.stringify(kept.map(({ userId }) => userId))).not.toMatch(/ana|ben/);
  });

  it('shows one conversation with its messages, without the secrets that stood in them', async () => {
    await open({});
    await store('talk', [
      { id: '1', author: 'Ana', content: 'The key is sk-proj-abcdefghijklmnopqrstuvwxyz012345678901234567.' },
    ]);
    const detail = (await (await ask(server, '/api/memory/sessions/talk')).json()) as {
      history: { content: string }[];
    };
    expect(detail).toMatchObject({
      session_id: 'talk',
      messages: 1,
      analysis: null,
      history: [{ id: '1', author: 'Ana', role: 'user' }],
    });
    expect(detail.history[0]!.content).not.toContain('sk-proj-abc');
  });

  it('says how each provider does, what it cost and what its breaker does', async () => {
    await open(both());
    models.behave(({ vendor }) =>
      vendor === 'anthropic' ? sayJson(GOOD) : status(429, { headers: { 'retry-after': '60' } }),
    );
    await analyze({ session_id: 'talk', messages: MESSAGES });
    const reply = await (await ask(server, '/api/memory/providers')).json();
    expect(reply).toMatchObject({
      builtin: true,
      cache: { entries: 1, limit: 100, hits: 0, misses: 1 },
      providers: [
        {
          name: 'first',
          breaker: { state: 'open', openUntil: '2026-01-31T08:16:30.123Z' },
          lastError: { type: 'rate_limited' },
        },
        { name: 'second', breaker: { state: 'closed', openUntil: null }, calls: 1, failures: 0, promptTokens: 120 },
      ],
    });
    expect(JSON.stringify(reply)).not.toContain('sk-');
    // The report over everything has the same figures, of those that were called.
    const { providers } = providersReply.parse(reply);
    const { models: costs } = unifiedReport.parse(await (await ask(server, '/api/reports/unified')).json());
    expect(costs).toMatchObject([
      { name: 'first', calls: providers[0]!.calls, failures: providers[0]!.failures },
      { name: 'second', calls: 1, failures: 0, promptTokens: 120, costUsd: providers[1]!.costUsd },
    ]);
  });
});
