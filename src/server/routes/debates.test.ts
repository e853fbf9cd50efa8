import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ModelServer, startModelServer, status } from '../../../test/fixtures/model-server/index.ts';
import type { Debate } from '../../contracts/api/debates.ts';
import { debate as debateSchema } from '../../contracts/api/debates.ts';
import type { LiveEvent } from '../../contracts/api/live.ts';
import { askedAgent, ordinary, SAID, TOPIC } from '../../core/analysis/debate/debate-fixtures.ts';
import { ask, openTestServer, type TestServer } from '../server-fixtures.ts';

let models: ModelServer;
let server: TestServer | undefined;
const events: LiveEvent[] = [];
beforeAll(async () => {
  models = await startModelServer();
});
afterAll(() => models.stop());
afterEach(async () => {
  await server?.close();
  server = undefined;
  models.requests.length = 0;
  events.length = 0;
  models.behave(({ prompt }) => ordinary(prompt));
});

async function open(providers?: Record<string, unknown>[]): Promise<TestServer> {
  models.behave(({ prompt }) => ordinary(prompt));
  const entry = { vendor: 'compatible', baseUrl: models.urls.compatible } as const;
  const price = { promptUsdPerMillion: 2, completionUsdPerMillion: 8, source: 'the price list', date: '2025-11-01' };
  const both = [
    { ...entry, name: 'neo_analysis', model: 'small', price },
    { ...entry, name: 'second', model: 'large', price },
  ];
  server = await openTestServer({ configuration: { analysis: { providers: (providers ?? both) as typeof both } } });
  server.options.liveEvents.subscribe((told) => events.push(told));
  return server;
}

const post = (path: string, json: unknown, headers: Record<string, string> = {}) =>
  ask(server!, path, { method: 'POST', json, headers });
const read = async (id: string) => (await (await ask(server!, `/api/debates/${id}`)).json()) as Debate;
const ended = async (id: string) => {
  await expect.poll(() => events.some(({ event }) => event === 'debate_ended')).toBe(true);
  return read(id);
};

describe('debates over HTTP', () => {
  it('are started with 202 and the running debate, and read with turns, synthesis, agreement and cost', async () => {
    await open();
    const started = await post('/api/debates', { topic: TOPIC, rounds: 1 });
    expect(started.status).toBe(202);
    const running = (await started.json()) as Debate;
    expect(running).toMatchObject({ state: 'running', turns: [], synthesis: null, agreement: null });
    const debate = await ended(running.id);
    expect(debateSchema.parse(debate)).toEqual(debate);
    expect(debate).toMatchObject({
      state: 'ended',
      endedBecause: 'rounds',
      agreement: 0.75,
      turns: [
        { round: 1, agent: 'attacker', text: SAID.attacker, meta: { role: 'attacker', provider: 'neo_analysis' } },
        { round: 1, agent: 'challenger', meta: { provider: 'second', model: 'large', fallback: false, error: null } },
        { round: 2, agent: 'mediator' },
      ],
      config: { rounds: 1, max_cost_usd: null, max_tokens: null },
    });
    expect(debate.cost.tokens).toBe(480);
    expect(debate.cost.total_usd).toBeCloseTo(3 * 0.000_56, 9);
    const list = (await (await ask(server!, '/api/debates')).json()) as { items: unknown[]; nextCursor: null };
    const { turns, synthesis, ...summary } = debate;
    expect(list).toEqual({ items: [summary], nextCursor: null, total: null });
  });

  it('are told live by the names of the wire', async () => {
    await open();
    const { id } = (await (await post('/api/debates', { topic: TOPIC, rounds: 1 })).json()) as Debate;
    const debate = await ended(id);
    expect(events.map(({ event }) => event)).toEqual([
      'debate_started',
      'debate_status_update',
      'debate_turn_update',
      'debate_turn_update',
      'debate_status_update',
      'debate_turn_update',
      'debate_result',
      'debate_ended',
    ]);
    expect(events.at(-2)!.data).toEqual(debate);
  });

  it('are refused without a model, with what to do, in the reader’s language', async () => {
    await open([]);
    const refused = await post('/api/debates', { topic: TOPIC });
    expect([refused.status, await refused.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'no_model', remedy: expect.stringContaining('analysis.providers') }),
    ]);
    const french = await post('/api/debates', { topic: TOPIC }, { 'accept-language': 'fr' });
    expect(await french.json()).toMatchObject({ detail: 'Un débat a besoin d’un modèle, et aucun n’est configuré.' });
    expect(await (await ask(server!, '/api/debates')).json()).toMatchObject({ items: [] });
  });

  it.each([
    [{ topic: '' }, 'topic'],
    [{ topic: TOPIC, rounds: 6 }, 'rounds'],
    [{ topic: TOPIC, agents: [] }, 'agents'],
    [{ topic: TOPIC, agents: [{ name: 'a b', role: 'attacker' }] }, 'agents.0.name'],
    [{ topic: TOPIC, agents: [{ name: 'a', role: 'attacker', provider: 'nobody' }] }, 'there are neo_analysis, second'],
    [{ topic: TOPIC, agents: [{ name: 'a', role: 'mediator' }] }, 'a mediator alone holds no debate'],
    [{ topic: TOPIC, max_cost_usd: 0 }, 'max_cost_usd'],
    [{ topic: TOPIC, secret: 1 }, 'secret'],
  ])('are refused where they can never be held: %j', async (body, said) => {
    await open();
    const refused = await post('/api/debates', body);
    expect(refused.status).toBe(400);
    expect(JSON.stringify(await refused.json())).toContain(said);
    expect(models.requests).toEqual([]);
  });

  it('say what to bound instead where no price is known', async () => {
    await open([{ vendor: 'compatible', baseUrl: models.urls.compatible, name: 'free', model: 'small' }]);
    const refused = await post('/api/debates', { topic: TOPIC, max_cost_usd: 1 });
    expect(await refused.json()).toMatchObject({ remedy: expect.stringContaining('max_tokens') });
  });

  it('go on when a model fails, and say so in the report', async () => {
    await open();
    models.behave(({ prompt, model }) => (model === 'large' ? status(401) : ordinary(prompt)));
    const { id } = (await (await post('/api/debates', { topic: TOPIC, rounds: 1 })).json()) as Debate;
    const debate = await ended(id);
    expect(debate.state).toBe('ended');
    expect(debate.turns[1]).toMatchObject({
      agent: 'challenger',
      meta: { provider: 'neo_analysis', fallback: true, error: { type: 'auth', message: 'second (large): auth' } },
    });
  });

  it('are cancelled, once', async () => {
    await open();
    models.behave(() => ({ kind: 'hang' }));
    const { id } = (await (await post('/api/debates', { topic: TOPIC })).json()) as Debate;
    await models.came(2);
    expect(models.requests.map(({ prompt }) => askedAgent(prompt)).sort()).toEqual(['attacker', 'challenger']);
    const cancelled = await post(`/api/debates/${id}/cancel`, {});
    expect([cancelled.status, await cancelled.json()]).toEqual([200, expect.objectContaining({ state: 'cancelled' })]);
    expect((await post(`/api/debates/${id}/cancel`, {})).status).toBe(200);
    expect((await post('/api/debates/unknown/cancel', {})).status).toBe(404);
    expect((await ask(server!, '/api/debates/unknown')).status).toBe(404);
    const trail = (await (await ask(server!, '/api/audit')).json()) as { items: { action: string }[] };
    expect(trail.items.map(({ action }) => action)).toContain('debate cancelled');
  });
});
