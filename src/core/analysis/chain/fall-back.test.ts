import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Behaviour,
  type ModelServer,
  say,
  sayJson,
  startModelServer,
  status,
} from '../../../../test/fixtures/model-server/index.ts';
import type { CompletedAnalysis, ErrorType } from '../analysis.ts';
import { analyserOver, CONVERSATION, chainOver, GOOD, good, message, threeEntries } from '../analysis-fixtures.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.requests.length = 0;
});

const FIRST = 'gpt-5-mini';
const SECOND = 'claude-sonnet-4-5';
const THIRD = 'gemini-2.5-flash';

/** The first entry does this, the others answer well. */
const firstDoes = (...behaviours: Behaviour[]) =>
  server.behave(({ model }, index) => (model === FIRST ? (behaviours[index] ?? behaviours.at(-1)!) : good()));

function setUp(count = 3) {
  const setup = chainOver(threeEntries(server).slice(0, count));
  const { analyser, analyses } = analyserOver(setup);
  const analyse = (signal?: AbortSignal) =>
    analyser.analyse({ sessionId: 'talk', messages: CONVERSATION, ...(signal ? { signal } : {}) });
  return { ...setup, analyser, analyses, analyse };
}

describe('fall-back', () => {
  it('does not take place when the first entry answers', async () => {
    server.behave(good);
    const { analyse } = setUp();
    const { analysis, metadata } = (await analyse()) as CompletedAnalysis;
    expect(analysis).toEqual(GOOD);
    expect(metadata).toMatchObject({
      provider: 'neo_analysis',
      model: FIRST,
      cache: 'none',
      language: 'en',
      extractive: false,
      tokens: { prompt: 120, completion: 40 },
      promptVersion: '1',
      schemaVersion: '1',
      analyzedAt: Date.UTC(2026, 1, 3, 9),
    });
    expect(server.asked()).toEqual([FIRST]);
  });

  it.each<[string, Behaviour, ErrorType, number | null]>([
    ['a lost connection', { kind: 'disconnect' }, 'network', null],
    ['a reset in the body', { kind: 'reset' }, 'network', 200],
    ['401', status(401), 'auth', 401],
    ['403', status(403), 'auth', 403],
    ['404, no such model', status(404, { code: 'model_not_found' }), 'not_found', 404],
    ['408', status(408), 'timeout', 408],
    ['429', status(429), 'rate_limited', 429],
    ['429 with Retry-After', status(429, { headers: { 'retry-after': '40' } }), 'rate_limited', 429],
    ['500', status(500), 'server_error', 500],
    ['502', status(502), 'server_error', 502],
    ['503', status(503), 'server_error', 503],
    ['a refusal', { kind: 'refuse', reason: 'I cannot help with that.' }, 'refused', 200],
    ['too long a context', status(400, { message: 'maximum context length is 8192 tokens' }), 'too_long', 400],
    ['a request it does not take', status(400, { message: "must contain the word 'json'" }), 'bad_request', 400],
    ['an empty answer', say(''), 'invalid_output', 200],
    ['an answer of 10 MB', { kind: 'large', bytes: 10 * 1024 * 1024 }, 'invalid_output', 200],
    ['a cut envelope', { kind: 'cut envelope' }, 'invalid_output', 200],
  ])('goes to the next entry after %s, one call to each, with its own model', async (_name, behaviour, type, code) => {
    firstDoes(behaviour);
    const { analyse, seen } = setUp();
    const { analysis, metadata } = (await analyse()) as CompletedAnalysis;
    expect(analysis).toEqual(GOOD);
    expect(metadata.provider).toBe('second');
    expect(metadata.attempts.map(({ durationMs: _, ...attempt }) => attempt)).toEqual([
      { provider: 'neo_analysis', model: FIRST, outcome: 'failure', errorType: type, status: code },
      { provider: 'second', model: SECOND, outcome: 'success', errorType: null, status: 200 },
    ]);
    expect(server.requests.map(({ model, key }) => [model, key])).toEqual([
      [FIRST, 'sk-neo'],
      [SECOND, 'sk-second'],
    ]);
    expect(seen.told).toContain(`failure neo_analysis ${type}`);
    expect(seen.told).toContain('success second');
  });

  it.each<[string, Behaviour]>([
    ['cut JSON', say('{"summary": "The checkout fails. It was rolled b')],
    ['prose without JSON', say('Here is what I think about your conversation.')],
    ['an empty object', say('{}')],
    ['a wrong schema', sayJson({ title: 'Checkout', tags: ['a', 'b', 'c'] })],
    ['null', say('null')],
    ['one sentence', sayJson({ ...GOOD, summary: 'The checkout in Lyon fails after the release.' })],
    ['two concepts', sayJson({ ...GOOD, concepts: ['checkout failure', 'payment timeout'] })],
    ['an invented entity', sayJson({ ...GOOD, entities: [{ text: 'Berlin', type: 'place' }] })],
    [
      'the wrong language',
      sayJson({
        ...GOOD,
        summary:
          'Ana signale que le paiement de Lyon est en panne depuis la mise en production. Le service ne répond pas et nous sommes revenus à la version.',
      }),
    ],
  ])('asks once for the repair of %s, naming the faults, then goes to the next entry', async (_name, behaviour) => {
    firstDoes(behaviour);
    const { analyse } = setUp();
    const { metadata } = (await analyse()) as CompletedAnalysis;
    expect(server.asked()).toEqual([FIRST, FIRST, SECOND]);
    expect(metadata.provider).toBe('second');
    expect(metadata.attempts.map(({ outcome, errorType }) => [outcome, errorType])).toEqual([
      ['failure', 'invalid_output'],
      ['failure', 'invalid_output'],
      ['success', null],
    ]);
    const repair = server.requests[1]!.prompt;
    expect(repair.map(({ role }) => role).slice(-3)).toEqual(['user', 'assistant', 'user']);
    expect(repair.at(-1)!.text).toMatch(/not valid:\n- \S/);
  });

  it('takes the repaired answer, and counts what both turns cost', async () => {
    firstDoes(say('{}'), good());
    const { analyse, seen } = setUp();
    const { metadata } = (await analyse()) as CompletedAnalysis;
    expect(metadata).toMatchObject({ provider: 'neo_analysis', tokens: { prompt: 240, completion: 80 } });
    expect(metadata.costUsd).toBeCloseTo((240 * 2 + 80 * 8) / 1e6, 12);
    expect(seen.requests).toHaveLength(2);
    expect(seen.told.filter((line) => line.startsWith('failure'))).toEqual([]);
  });

  it.each<[string, string]>([
    ['in a fence', `Of course!\n\`\`\`json\n${JSON.stringify(GOOD)}\n\`\`\`\nAnything else?`],
    ['in prose', `Here {as asked} is the analysis: ${JSON.stringify(GOOD)} I hope it helps.`],
  ])('finds JSON %s, of every vendor alike', async (_name, answer) => {
    for (const start of [0, 1, 2]) {
      server.requests.length = 0;
      server.behave(() => say(answer));
      const { chain, seen, time } = chainOver(threeEntries(server).slice(start, start + 1));
      const { analyser } = analyserOver({ chain, seen, time });
      expect(await analyser.analyse({ sessionId: 'talk', messages: CONVERSATION })).toMatchObject({ analysis: GOOD });
      expect(server.requests).toHaveLength(1);
    }
  });

  it('gives every entry 30 s and all together 60: a third that would begin after them is not asked', async () => {
    server.behave(({ model }) => (model === THIRD ? good() : { kind: 'hang' }));
    const { analyse, time } = setUp();
    const asked = analyse();
    await server.came(1);
    time.pass(29_999);
    expect(server.requests).toHaveLength(1);
    time.pass(1);
    await server.came(2);
    time.pass(30_000);
    expect(await asked).toMatchObject({
      status: 'failed',
      attempts: [
        { provider: 'neo_analysis', outcome: 'failure', errorType: 'timeout', status: null, durationMs: 30_000 },
        { provider: 'second', outcome: 'failure', errorType: 'timeout', durationMs: 30_000 },
        { provider: 'third', outcome: 'skipped', errorType: 'timeout', durationMs: 0 },
      ],
    });
    expect(server.asked()).toEqual([FIRST, SECOND]);
    expect(time.waiting()).toBe(0);
  });

  it.each<[string, Behaviour]>([
    ['hangs', { kind: 'hang' }],
    ['drips', { kind: 'slow drip' }],
  ])('ends the connection of an entry that %s, and the last one has its limit too', async (_name, behaviour) => {
    server.behave(() => behaviour);
    const { analyse, time } = setUp(1);
    const asked = analyse();
    await server.came(1);
    time.pass(30_000);
    expect(await asked).toMatchObject({ status: 'failed', attempts: [{ errorType: 'timeout' }] });
    await server.abandoned(0);
  });

  it('shares the 30 s between an answer and its repair', async () => {
    firstDoes(say('{}'), { kind: 'hang' });
    const { analyse, time } = setUp();
    const asked = analyse();
    await server.came(2);
    time.pass(30_000);
    expect(((await asked) as CompletedAnalysis).metadata.attempts.map(({ errorType }) => errorType)).toEqual([
      'invalid_output',
      'timeout',
      null,
    ]);
  });

  it('ends with its caller: nobody else is asked, nothing is kept, told or counted', async () => {
    server.behave(() => ({ kind: 'hang' }));
    const { analyse, seen, analyses, chain } = setUp();
    const leaving = new AbortController();
    const asked = analyse(leaving.signal);
    await server.came(1);
    leaving.abort(new Error('the browser was closed'));
    await expect(asked).rejects.toThrow('the browser was closed');
    await server.abandoned(0);
    expect(server.asked()).toEqual([FIRST]);
    expect(seen.told).toEqual(['miss']);
    expect(seen.outcomes).toEqual([]);
    expect(analyses.byKey.size).toBe(0);
    expect(chain.states()[0]!.breaker).toEqual({ state: 'closed', failuresInARow: 0, openForMs: 0 });
  });

  it('asks nobody for a caller who has left already', async () => {
    const { analyse } = setUp();
    await expect(analyse(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(server.requests).toEqual([]);
  });

  it('fails with all attempts when nobody answers and nothing is built in', async () => {
    server.behave(({ model }) => (model === FIRST ? status(503) : say('{}')));
    const { analyse, analyses, seen } = setUp(2);
    const outcome = await analyse();
    expect(outcome).toMatchObject({ status: 'failed', sessionId: 'talk', retryAfterMs: 5_000 });
    expect(outcome.status === 'failed' && outcome.attempts.map(({ errorType }) => errorType)).toEqual([
      'server_error',
      'invalid_output',
      'invalid_output',
    ]);
    expect(analyses.byKey.size).toBe(0);
    expect(seen.outcomes).toEqual([outcome]);
  });

  it.each<[number, string]>([
    [401, 'auth'],
    [403, 'auth'],
    [404, 'not_found'],
    [400, 'bad_request'],
  ])('a wrong key, model or request (%i) is an alert too, until the entry answers again', async (code, type) => {
    firstDoes(status(code), good());
    const { analyser, seen } = setUp();
    await analyser.analyse({ sessionId: 'a', messages: CONVERSATION });
    expect(seen.told).toContain(`alert neo_analysis ${type}`);
    server.requests.length = 0;
    server.behave(good);
    await analyser.analyse({ sessionId: 'a', messages: CONVERSATION, force: true });
    await analyser.analyse({ sessionId: 'a', messages: CONVERSATION, force: true });
    expect(seen.told.filter((line) => line.startsWith('recovered'))).toEqual(['recovered neo_analysis']);
  });

  it('tells no alert of what passes by itself', async () => {
    firstDoes(status(503));
    const { analyse, seen } = setUp();
    await analyse();
    expect(seen.told.filter((line) => line.startsWith('alert'))).toEqual([]);
  });

  it('asks in French for a French conversation, and takes a French summary', async () => {
    const french = {
      summary:
        'Ana signale que le paiement de Lyon est en panne depuis hier. Le service ne répond pas et nous sommes revenus à la version 2.4.1.',
      concepts: ['panne du paiement', 'délai dépassé', 'retour en arrière'],
      entities: [{ text: 'Lyon', type: 'place' }],
    };
    server.behave(() => sayJson(french));
    const { analyser } = setUp();
    const outcome = await analyser.analyse({
      sessionId: 'fr',
      messages: [
        message(
          'Ana dit que le paiement de Lyon est en panne depuis la mise en production, et que nous avons des plaintes.',
        ),
      ],
    });
    expect(outcome).toMatchObject({ status: 'completed', analysis: french, metadata: { language: 'fr' } });
    expect(server.requests[0]!.prompt[0]!.text).toContain('in French');
  });

  it('every prompt names JSON: one vendor answers 400 to those that do not', async () => {
    server.behave(({ prompt }) =>
      prompt.some(({ text }) => /json/i.test(text)) ? good() : status(400, { message: "must contain the word 'json'" }),
    );
    const { chain, seen, time } = chainOver(threeEntries(server));
    for (let call = 0; call < 6; call++) {
      const { analyser } = analyserOver({ chain, seen, time });
      expect(await analyser.analyse({ sessionId: `s${call}`, messages: CONVERSATION })).toMatchObject({
        metadata: { provider: 'neo_analysis' },
      });
    }
  });
});
