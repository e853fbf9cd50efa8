import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ModelServer, sayJson, startModelServer, status } from '../fixtures/model-server/index.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'guardian-analysis-'));
let models: ModelServer;
let server: RunningServer;

const GOOD = {
  summary:
    'The checkout in Lyon fails since the release. The payment service timed out and the release was rolled back.',
  concepts: ['checkout failure', 'payment timeout', 'release rollback'],
  entities: [{ text: 'Lyon', type: 'place' }],
};
const SAID = 'The checkout in Lyon fails since the release, because the payment service timed out.';

beforeAll(async () => {
  models = await startModelServer();
  models.behave(() => sayJson(GOOD));
  const price = { promptUsdPerMillion: 2, completionUsdPerMillion: 8, source: 'the price list', date: '2025-11-01' };
  const providers = [
    {
      name: 'neo_analysis',
      vendor: 'openai',
      model: 'gpt-5-mini',
      apiKey: 'sk-neo',
      baseUrl: models.urls.openai,
      price,
    },
    {
      name: 'second',
      vendor: 'anthropic',
      model: 'claude-sonnet-4-5',
      apiKey: 'sk-second',
      baseUrl: models.urls.anthropic,
    },
  ];
  writeFileSync(join(folder, 'guardian.config.ts'), `export default ${JSON.stringify({ analysis: { providers } })};\n`);
  server = await startGuardian({ folder });
});
afterAll(async () => {
  await server.stop();
  await models.stop();
  rmSync(folder, { recursive: true, force: true });
});

const post = (path: string, json: unknown, signal?: AbortSignal) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify(json),
    ...(signal ? { signal } : {}),
  });
const analyze = async (json: object) =>
  (await (await post('/api/memory/analyze', json)).json()) as {
    status: string;
    metadata: { provider: string; cache: string; cost_usd: number; attempts: { error_type: string }[] };
  };
const figure = async (sample: string) => {
  const text = await (await fetch(`${server.url}/api/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${sample} `))
      ?.slice(sample.length),
  );
};

describe('a Guardian that nobody has asked to analyse', () => {
  it('has loaded neither the engine, nor models’ packages, nor WebSockets: they would cost everybody memory', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'guardian-idle-'));
    const file = join(elsewhere, 'loaded.txt');
    const hook = new URL('./tell-loaded-files.js', import.meta.url).href;
    const idle = await startGuardian({
      folder: elsewhere,
      environment: { NODE_OPTIONS: `--import=${hook}`, LOADED_FILES: file },
    });
    try {
      const lazy = () =>
        readFileSync(file, 'utf8')
          .split('\n')
          .filter((url) => /core\/analysis\/(?!ports)|adapters\/models|node_modules\/(?:ai|ws|@ai-sdk)\//.test(url));
      expect(readFileSync(file, 'utf8')).toContain('src/app/analysis/analysis-part.ts');
      expect(lazy()).toEqual([]);
      const messages = [{ content: SAID }];
      await fetch(`${idle.url}/api/memory/analyze`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: idle.url },
        body: JSON.stringify({ session_id: 'talk', messages }),
      });
      expect(lazy().some((url) => url.includes('core/analysis'))).toBe(true);
    } finally {
      await idle.stop();
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });
});

describe('a running Guardian that analyses', () => {
  it('has every figure at 0 before anybody asks', async () => {
    expect(await figure('memory_analysis_success_total{provider="neo_analysis"}')).toBe(0);
    expect(await figure('memory_analysis_success_total{provider="builtin"}')).toBe(0);
    const text = await (await fetch(`${server.url}/api/metrics`)).text();
    expect(text).toContain('llm_cost_usd_total{provider="second",model="claude-sonnet-4-5"} 0');
    expect(text).toMatch(
      /^concept_recall_system_info\{version="[^"]+",similarity_threshold="0.75",max_recalls_per_message="3",collection_name="concept_mention"\} 1$/m,
    );
  });

  it('asks the models of its configuration, tells over WebSocket, and counts what it cost', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/live`);
    await once(socket, 'open');
    const told = once(socket, 'message');
    const messages = [{ id: '1', content: SAID }];
    await post('/api/memory/sessions/talk/messages', { messages, user_id: 'ana@example.com' });
    expect(await analyze({ session_id: 'talk' })).toMatchObject({
      status: 'completed',
      metadata: { provider: 'neo_analysis', cache: 'none', cost_usd: (120 * 2 + 40 * 8) / 1_000_000 },
    });
    const [data] = (await told) as [Buffer];
    expect(JSON.parse(data.toString())).toMatchObject({ event: 'analysis_status', data: { session_id: 'talk' } });
    socket.close();
    expect(await figure('memory_analysis_success_total{provider="neo_analysis"}')).toBe(1);
    expect(await figure('llm_cost_usd_total{provider="neo_analysis",model="gpt-5-mini"}')).toBeCloseTo(0.00056, 8);
    expect(await figure('memory_analysis_cache_size')).toBe(1);
  });

  it('falls back, and an equal conversation comes from the memory, after a start from the database', async () => {
    models.behave(({ vendor }) => (vendor === 'anthropic' ? sayJson(GOOD) : status(500)));
    const messages = [{ content: `${SAID} It is the second time.` }];
    const first = await analyze({ session_id: 'posted', messages });
    expect(first.metadata).toMatchObject({
      provider: 'second',
      attempts: [{ error_type: 'server_error' }, { error_type: null }],
    });
    expect((await analyze({ session_id: 'posted too', messages: [] })).status).toBe(400);
    expect((await analyze({ session_id: 'posted-too', messages })).metadata.cache).toBe('memory');
    expect(await figure('memory_analysis_failure_total{provider="neo_analysis",error_type="server_error"}')).toBe(1);
    expect(await server.stop()).toBe(0);
    server = await startGuardian({ folder });
    const asked = models.requests.length;
    expect((await analyze({ session_id: 'posted-again', messages })).metadata.cache).toBe('database');
    expect(await analyze({ session_id: 'talk' })).toMatchObject({ status: 'skipped', reason: 'already_analyzed' });
    expect(models.requests).toHaveLength(asked);
  });

  it('says by itself what a conversation of 1 MiB is about while nobody answers, and answers others meanwhile', async () => {
    models.behave(() => status(503));
    const line = `${SAID} The order service of Berlin waits for it. `;
    const messages = Array.from({ length: 6 }, (_, at) => ({ id: `${at}`, content: line.repeat(1_200) }));
    const long = analyze({ session_id: 'long', messages });
    const health = await fetch(`${server.url}/api/health`);
    expect(health.status).toBe(200);
    expect((await long).metadata).toMatchObject({ provider: 'builtin', cache: 'none' });
  });

  it('ends the call of a caller who leaves, and takes it for no failure', async () => {
    models.behave(() => ({ kind: 'hang' }));
    const asked = models.requests.length;
    const leaving = new AbortController();
    const messages = [{ content: `${SAID} Nobody waits for this.` }];
    const gone = post('/api/memory/analyze', { session_id: 'left', messages }, leaving.signal).catch(
      (error: Error) => error.name,
    );
    await models.came(asked + 1);
    leaving.abort();
    expect(await gone).toBe('AbortError');
    await models.abandoned(asked);
    expect(models.requests).toHaveLength(asked + 1);
    expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
    expect(server.errors()).not.toContain('a request failed');
  });
});
