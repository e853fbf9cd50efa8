import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ModelServer,
  say,
  sayJson,
  startModelServer,
  status,
} from '../../../../test/fixtures/model-server/index.ts';
import { chainOver, threeEntries } from '../analysis-fixtures.ts';
import type { Validated } from '../answer/validated.ts';
import { costOf, createBudget, highestCost } from './budget.ts';
import type { CompletionRequest } from './completion.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.requests.length = 0;
  server.behave(() => sayJson({ stance: 'yes' }));
});

interface Turn {
  stance: string;
}

const REQUEST: CompletionRequest<Turn> = {
  system: 'You are the challenger of a debate. Answer in JSON.',
  prompt: [{ text: 'The topic:' }, { data: 'Shall we roll back?\npassword=hunter2secret', label: 'topic' }],
  schema: {
    name: 'turn',
    json: {
      type: 'object',
      additionalProperties: false,
      required: ['stance'],
      properties: { stance: { type: 'string' } },
    },
  },
  validate: (value, sent): Validated<Turn> => {
    const { stance } = (value ?? {}) as Partial<Turn>;
    return typeof stance === 'string' && sent.includes('roll back')
      ? { value: { stance } }
      : { faults: ['stance is missing'] };
  },
};

describe('one question to whoever answers first', () => {
  it('gives the validated value, who gave it, and what it cost', async () => {
    const { chain } = chainOver(threeEntries(server));
    expect(await chain.complete(REQUEST)).toEqual({
      ok: true,
      value: { stance: 'yes' },
      provider: 'neo_analysis',
      model: 'gpt-5-mini',
      isFallback: false,
      attempts: [
        {
          provider: 'neo_analysis',
          model: 'gpt-5-mini',
          outcome: 'success',
          errorType: null,
          status: 200,
          durationMs: 0,
        },
      ],
      tokens: { prompt: 120, completion: 40 },
      costUsd: 0.000_56,
    });
    const sent = JSON.stringify(server.requests[0]!.body);
    expect(sent).not.toContain('hunter2secret');
    expect(sent).toContain('| Shall we roll back?');
  });

  it('asks the named entry first, then the others in their order', async () => {
    server.behave(({ model }) => (model === 'gemini-2.5-flash' ? status(503) : sayJson({ stance: 'no' })));
    const { chain } = chainOver(threeEntries(server));
    expect(await chain.complete({ ...REQUEST, startWith: 'third' })).toMatchObject({
      provider: 'neo_analysis',
      isFallback: true,
    });
    expect(await chain.complete({ ...REQUEST, startWith: 'nobody' })).toMatchObject({ isFallback: false });
    expect(server.asked()).toEqual(['gemini-2.5-flash', 'gpt-5-mini', 'gpt-5-mini']);
  });

  it('says why nobody answered, in at most 200 characters', async () => {
    server.behave(() => status(500, { message: 'x'.repeat(1_000) }));
    const { chain } = chainOver(threeEntries(server));
    const failed = await chain.complete(REQUEST);
    expect(failed).toMatchObject({ ok: false, error: { type: 'server_error' }, retryAfterMs: 5_000 });
    expect(!failed.ok && failed.error.message.length).toBe(200);
  });

  it('without entries nobody is asked', async () => {
    const { chain } = chainOver([]);
    expect(chain.isEmpty).toBe(true);
    expect(await chain.complete(REQUEST)).toMatchObject({ ok: false, attempts: [], error: { type: 'unavailable' } });
  });

  it('each model may say so much and no more', async () => {
    const { chain } = chainOver(threeEntries(server), { maxOutputTokens: 777 });
    await chain.complete(REQUEST);
    await chain.complete({ ...REQUEST, maxOutputTokens: 55 });
    expect(server.requests.map(({ body }) => body.max_output_tokens)).toEqual([777, 55]);
  });
});

describe('what it costs', () => {
  const PRICE = { promptUsdPerMillion: 2, completionUsdPerMillion: 8, source: 'the price list', date: '2025-11-01' };

  it('prices are for one million tokens: a month of it is no fortune', () => {
    expect(costOf(PRICE, { prompt: 1_000_000, completion: 1_000_000 })).toBe(10);
    expect(costOf(PRICE, { prompt: 1_000, completion: 500 })).toBeCloseTo(0.006, 12);
    expect(costOf(null, { prompt: 1_000, completion: 500 })).toBeNull();
  });

  it('is not known once a call has no known price', async () => {
    server.behave(({ model }) => (model === 'gpt-5-mini' ? say('{}') : sayJson({ stance: 'yes' })));
    const { chain } = chainOver(threeEntries(server));
    expect(await chain.complete(REQUEST)).toMatchObject({ provider: 'second', costUsd: null });
  });

  it('the highest cost of a call is at least what it costs, whatever is sent', () => {
    const entry = threeEntries(server)[0]!;
    const highest = highestCost(entry, 3_000, 500);
    expect(highest).toEqual({ tokens: 4_000, costUsd: (3_500 * 2 + 500 * 8) / 1_000_000 });
  });

  it('a call is sent only when its highest cost is covered, and what is left over is given back', async () => {
    const { chain } = chainOver(threeEntries(server).slice(0, 1));
    const budget = createBudget({ maxTokens: 3_000 });
    const request = { ...REQUEST, budget, maxOutputTokens: 500 };
    expect(await chain.complete(request)).toMatchObject({ ok: true });
    expect(budget.used().tokens).toBe(160);
    let calls = 1;
    while ((await chain.complete(request)).ok) calls++;
    expect(server.requests).toHaveLength(calls);
    expect(budget.used().tokens).toBe(160 * calls);
    expect(budget.used().tokens).toBeLessThanOrEqual(3_000);
    expect(await chain.complete(request)).toMatchObject({
      ok: false,
      error: { type: 'over_budget' },
      attempts: [{ outcome: 'skipped', errorType: null }],
    });
    expect(chain.states()[0]!.breaker.state).toBe('closed');
  });

  it('calls at the same time cannot go beyond it together', async () => {
    const { chain } = chainOver(threeEntries(server).slice(0, 1));
    const budget = createBudget({ maxCostUsd: 0.02 });
    const request = { ...REQUEST, budget, maxOutputTokens: 500 };
    const results = await Promise.all(Array.from({ length: 10 }, () => chain.complete(request)));
    const sent = results.filter(({ ok }) => ok).length;
    expect(sent).toBe(server.requests.length);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(10);
  });

  it('where a cost is bounded, an entry of unknown price is not asked', async () => {
    const [first, second] = threeEntries(server);
    const { chain } = chainOver([second!, first!]);
    expect(await chain.complete({ ...REQUEST, budget: createBudget({ maxCostUsd: 1 }) })).toMatchObject({
      provider: 'neo_analysis',
      attempts: [{ provider: 'second', outcome: 'skipped' }, { outcome: 'success' }],
    });
  });

  it('a call that hangs counts with its highest cost: nobody knows what it used', async () => {
    server.behave(() => ({ kind: 'hang' }));
    const { chain, time } = chainOver(threeEntries(server).slice(0, 1));
    const budget = createBudget({ maxTokens: 10_000 });
    const asked = chain.complete({ ...REQUEST, budget, maxOutputTokens: 500 });
    await server.came(1);
    const reserved = budget.used().tokens;
    expect(reserved).toBeGreaterThan(500);
    time.pass(30_000);
    await asked;
    expect(budget.used().tokens).toBe(reserved);
  });

  it('a refused request counts nothing', async () => {
    server.behave(() => status(401));
    const { chain } = chainOver(threeEntries(server).slice(0, 1));
    const budget = createBudget({ maxTokens: 10_000 });
    await chain.complete({ ...REQUEST, budget });
    expect(budget.used()).toEqual({ tokens: 0, costUsd: 0 });
  });
});
