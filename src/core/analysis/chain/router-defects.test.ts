import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Behaviour,
  type ModelServer,
  startModelServer,
  status,
} from '../../../../test/fixtures/model-server/index.ts';
import { analyserOver, CONVERSATION, chainOver, good, message, threeEntries } from '../analysis-fixtures.ts';
import type { ExtractiveAnalyser } from '../ports.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.requests.length = 0;
});

const builtin: ExtractiveAnalyser = () => ({ summary: 'Extracted.', concepts: ['a'], entities: [], language: 'en' });

function setUp(count: number) {
  const setup = chainOver(threeEntries(server).slice(0, count));
  const { analyser } = analyserOver(setup, { builtin });
  let talks = 0;
  return {
    ...setup,
    /** A new conversation each time, so that no cache answers. */
    analyse: (signal?: AbortSignal) =>
      analyser.analyse({
        sessionId: `talk ${++talks}`,
        messages: [...CONVERSATION, message(`Number ${talks}.`)],
        ...(signal ? { signal } : {}),
      }),
    breakerOf: (index: number) => setup.chain.states()[index]!.breaker,
  };
}

const always = (behaviour: Behaviour) => server.behave(() => behaviour);

describe('known defects of routers', () => {
  it('a lone entry has a breaker too: after three failures it is left alone, and the built-in analyser answers at once', async () => {
    always(status(500));
    const { analyse, time, breakerOf } = setUp(1);
    for (let call = 0; call < 3; call++) await analyse();
    expect(breakerOf(0)).toMatchObject({ state: 'open', openForMs: 30_000 });
    expect(await analyse()).toMatchObject({
      status: 'completed',
      metadata: { provider: 'builtin', attempts: [{ provider: 'neo_analysis', outcome: 'skipped', errorType: null }] },
    });
    expect(server.requests).toHaveLength(3);
    time.pass(30_000);
    server.behave(good);
    expect(await analyse()).toMatchObject({ metadata: { provider: 'neo_analysis' } });
    expect(breakerOf(0).state).toBe('closed');
  });

  it('a caller’s own time limit does not open the breaker, however often', async () => {
    always({ kind: 'hang' });
    const { analyse, breakerOf } = setUp(1);
    for (let call = 1; call <= 4; call++) {
      const own = new AbortController();
      const asked = analyse(own.signal);
      await server.came(call);
      own.abort(new DOMException('2 s are over', 'TimeoutError'));
      await expect(asked).rejects.toThrow('2 s are over');
    }
    expect(breakerOf(0)).toEqual({ state: 'closed', failuresInARow: 0, openForMs: 0 });
  });

  it('a time limit that the entries before have used up does not open the breaker of the next', async () => {
    always({ kind: 'hang' });
    const setup = chainOver(threeEntries(server).slice(0, 2), { totalMs: 40_000 });
    const { analyser } = analyserOver(setup, { builtin });
    for (let call = 1; call <= 3; call++) {
      const asked = analyser.analyse({
        sessionId: `s${call}`,
        messages: [...CONVERSATION, message(`Number ${call}.`)],
      });
      await server.came(2 * call - 1);
      setup.time.pass(30_000);
      await server.came(2 * call);
      setup.time.pass(10_000);
      await asked;
    }
    const [first, second] = setup.chain.states();
    expect(first!.breaker.state).toBe('open');
    expect(second!.breaker).toMatchObject({ state: 'closed', failuresInARow: 0 });
  });

  it('the later deadline wins: a short Retry-After after a long one opens nothing earlier', async () => {
    const seconds = ['120', '5'];
    server.behave((_request, index) => status(429, { headers: { 'retry-after': seconds[index]! } }));
    const { analyse, breakerOf, time } = setUp(1);
    await Promise.all([analyse(), analyse()]);
    expect(server.requests).toHaveLength(2);
    expect(breakerOf(0).openForMs).toBe(120_000);
    time.pass(119_999);
    await analyse();
    expect(server.requests).toHaveLength(2);
  });

  it('each entry is asked for its own model, never for that of the one before', async () => {
    server.behave(({ model }) => (model === 'gemini-2.5-flash' ? good() : status(503)));
    const { analyse } = setUp(3);
    await analyse();
    expect(server.requests.map(({ vendor, model }) => [vendor, model])).toEqual([
      ['openai-responses', 'gpt-5-mini'],
      ['anthropic', 'claude-sonnet-4-5'],
      ['google', 'gemini-2.5-flash'],
    ]);
  });

  it('no call is wasted on an open breaker, and the next entry is asked at once', async () => {
    server.behave(({ model }) =>
      model === 'gpt-5-mini' ? status(429, { headers: { 'retry-after': '600' } }) : good(),
    );
    const { analyse } = setUp(2);
    for (let call = 0; call < 20; call++) await analyse();
    expect(server.asked().filter((model) => model === 'gpt-5-mini')).toHaveLength(1);
  });

  it('one probe goes through when half open, while the others go to the next entry', async () => {
    server.behave(({ model }) => (model === 'gpt-5-mini' ? status(429, { headers: { 'retry-after': '30' } }) : good()));
    const { analyse, time, breakerOf } = setUp(2);
    await analyse();
    time.pass(30_000);
    server.requests.length = 0;
    server.behave(({ model }) => (model === 'gpt-5-mini' ? { kind: 'hang' } : good()));
    const probing = analyse();
    await server.came(1);
    const others = await Promise.all([analyse(), analyse(), analyse()]);
    expect(others).toMatchObject(others.map(() => ({ metadata: { provider: 'second' } })));
    expect(server.asked().filter((model) => model === 'gpt-5-mini')).toHaveLength(1);
    time.pass(30_000);
    await probing;
    expect(breakerOf(0)).toMatchObject({ state: 'open', openForMs: 60_000 });
  });

  it('a probe whose caller leaves lets the next caller probe', async () => {
    always(status(429, { headers: { 'retry-after': '30' } }));
    const { analyse, time, breakerOf } = setUp(1);
    await analyse();
    time.pass(30_000);
    always({ kind: 'hang' });
    const leaving = new AbortController();
    const probing = analyse(leaving.signal);
    await server.came(2);
    leaving.abort(new Error('gone'));
    await expect(probing).rejects.toThrow('gone');
    server.behave(good);
    expect(await analyse()).toMatchObject({ metadata: { provider: 'neo_analysis' } });
    expect(breakerOf(0).state).toBe('closed');
  });

  it('what is of the text opens nothing: refusals and too long contexts', async () => {
    const { analyse, breakerOf } = setUp(1);
    always({ kind: 'refuse', reason: 'no' });
    for (let call = 0; call < 5; call++) await analyse();
    always(status(400, { message: 'maximum context length is 8192 tokens' }));
    for (let call = 0; call < 5; call++) await analyse();
    expect(breakerOf(0)).toMatchObject({ state: 'closed', failuresInARow: 0 });
  });

  it('answers that are never valid open it: the entry is useless for now', async () => {
    always({ kind: 'say', text: '{}' });
    const { analyse, breakerOf } = setUp(1);
    for (let call = 0; call < 3; call++) await analyse();
    expect(breakerOf(0).state).toBe('open');
    expect(server.requests).toHaveLength(6);
  });

  it('all open: the built-in analyser answers without a request; without it the answer says when to come again', async () => {
    always(status(429, { headers: { 'retry-after': '100' } }));
    const { analyse, chain, seen, time } = setUp(3);
    await analyse();
    expect(server.requests).toHaveLength(3);
    expect(await analyse()).toMatchObject({ metadata: { provider: 'builtin', extractive: true } });
    expect(server.requests).toHaveLength(3);
    time.pass(40_000);
    const { analyser } = analyserOver({ chain, seen, time });
    expect(await analyser.analyse({ sessionId: 'late', messages: CONVERSATION })).toMatchObject({
      status: 'failed',
      retryAfterMs: 60_000,
      attempts: [{ outcome: 'skipped' }, { outcome: 'skipped' }, { outcome: 'skipped' }],
    });
    expect(server.requests).toHaveLength(3);
  });

  it('states show breaker, last error, calls and cost of each entry, of the last day', async () => {
    server.behave(({ model }) => (model === 'gpt-5-mini' ? status(503, { message: 'overloaded' }) : good()));
    const { analyse, chain, time } = setUp(2);
    await analyse();
    await analyse();
    const [first, second] = chain.states();
    expect(first).toMatchObject({
      name: 'neo_analysis',
      vendor: 'openai',
      model: 'gpt-5-mini',
      breaker: { state: 'closed', failuresInARow: 2 },
      lastError: { type: 'server_error', message: 'overloaded', at: time.clock.now() },
      calls: 2,
      failures: 2,
      costUsd: 0,
    });
    expect(second).toMatchObject({ calls: 2, failures: 0, tokens: { prompt: 240, completion: 80 }, costUsd: null });
    time.pass(25 * 3_600_000);
    expect(chain.states()[1]).toMatchObject({ calls: 0, tokens: { prompt: 0, completion: 0 }, p95Ms: null });
  });
});
