import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ModelServer, sayJson, startModelServer, status } from '../../../../test/fixtures/model-server/index.ts';
import { type AnalyzeReply, analysisStatus, analyzeReply } from '../../../contracts/api/analysis.ts';
import type { AnalysisOutcome, CompletedAnalysis, ConversationMessage, SkippedAnalysis } from '../analysis.ts';
import { analyserOver, CONVERSATION, chainOver, GOOD, good, message, threeEntries } from '../analysis-fixtures.ts';
import { analyseExtractively } from '../builtin/index.ts';
import type { AnalyserOptions } from './analyser.ts';
import { asAnalysisStatus, asAnalyzeReply } from './as-analyze-reply.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.requests.length = 0;
  server.behave(good);
});

const HOUR = 3_600_000;

function setUp(over: Partial<AnalyserOptions> = {}, entries = 1) {
  const setup = chainOver(threeEntries(server).slice(0, entries));
  const made = analyserOver(setup, over);
  return {
    ...setup,
    ...made,
    analyse: (
      messages: readonly ConversationMessage[] = CONVERSATION,
      { sessionId = 'talk', force = false, signal }: { sessionId?: string; force?: boolean; signal?: AbortSignal } = {},
    ) => made.analyser.analyse({ sessionId, messages, force, ...(signal ? { signal } : {}) }),
    /** The database of the analyser, with another node's memory. */
    restarted: () => analyserOver(setup, { analyses: made.analyses.store, ...over }).analyser,
  };
}

const reasonOf = (outcome: AnalysisOutcome) => (outcome.status === 'skipped' ? outcome.reason : outcome.status);
const cacheOf = (outcome: AnalysisOutcome) => (outcome as CompletedAnalysis).metadata.cache;

describe('what is analysed, and what is not', () => {
  it('skips content that did not change since its analysis, and has the analysis with it', async () => {
    const { analyse, seen } = setUp();
    const first = (await analyse()) as CompletedAnalysis;
    const second = (await analyse()) as SkippedAnalysis;
    expect(second).toMatchObject({ status: 'skipped', reason: 'already_analyzed', sessionId: 'talk' });
    expect(second.known).toEqual({ analysis: first.analysis, metadata: first.metadata });
    expect(server.requests).toHaveLength(1);
    expect(seen.told.filter((line) => line.startsWith('hit'))).toEqual([]);
  });

  it('analyses again when something was said since, without force: content decides', async () => {
    const { analyse } = setUp();
    await analyse();
    const later = [...CONVERSATION, message('It works again for Ana.')];
    expect(reasonOf(await analyse(later))).toBe('completed');
    expect(server.requests).toHaveLength(2);
    expect(server.requests[1]!.prompt.at(-1)!.text).toContain('It works again for Ana.');
    expect(reasonOf(await analyse(later))).toBe('already_analyzed');
  });

  it('analyses again when a message was changed in place', async () => {
    const { analyse } = setUp();
    await analyse();
    const changed = CONVERSATION.map((one, index) =>
      index === 0 ? { ...one, content: `${one.content} Indeed.` } : one,
    );
    expect(reasonOf(await analyse(changed))).toBe('completed');
    expect(server.requests).toHaveLength(2);
  });

  it('says no_changes when only messages without text are new, no_history when none has text', async () => {
    const { analyse } = setUp();
    await analyse();
    const picture = message('  \n', { role: 'tool' });
    expect(await analyse([...CONVERSATION, picture])).toMatchObject({
      status: 'skipped',
      reason: 'no_changes',
      known: { analysis: GOOD },
    });
    for (const empty of [[], [picture], [message('👍')]]) {
      expect(await analyse(empty, { sessionId: 'empty' })).toEqual({
        status: 'skipped',
        reason: 'no_history',
        sessionId: 'empty',
        known: null,
      });
    }
    expect(server.requests).toHaveLength(1);
  });

  it('reads the stored conversation when none is posted along; an unknown one is not found', async () => {
    const stored = { id: 'stored', userId: null, messages: [...CONVERSATION], createdAt: 0, updatedAt: 0 };
    const { analyser } = setUp({ conversations: { read: async (id) => (id === 'stored' ? stored : null) } });
    expect(await analyser.analyse({ sessionId: 'stored' })).toMatchObject({ status: 'completed', analysis: GOOD });
    await expect(analyser.analyse({ sessionId: 'unknown' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('tells each outcome to those who listen, cached ones too', async () => {
    const { analyse, seen } = setUp();
    await analyse();
    await analyse();
    await analyse(CONVERSATION, { sessionId: 'twin' });
    expect(seen.outcomes.map(reasonOf)).toEqual(['completed', 'already_analyzed', 'completed']);
  });
});

describe('the caches', () => {
  it('answer equal content under another id: from memory, or from the database after a restart', async () => {
    const { analyse, restarted, seen } = setUp();
    await analyse();
    const twin = (await analyse(CONVERSATION, { sessionId: 'twin' })) as CompletedAnalysis;
    expect(twin).toMatchObject({ status: 'completed', sessionId: 'twin', analysis: GOOD });
    expect(twin.metadata.cache).toBe('memory');
    const other = restarted();
    const third = await other.analyse({ sessionId: 'third', messages: CONVERSATION });
    expect(cacheOf(third)).toBe('database');
    expect(cacheOf(await other.analyse({ sessionId: 'fourth', messages: CONVERSATION }))).toBe('memory');
    expect(reasonOf(await analyse(CONVERSATION, { sessionId: 'twin' }))).toBe('already_analyzed');
    expect(server.requests).toHaveLength(1);
    expect(seen.told.filter((line) => /^(?:hit|miss)/.test(line))).toEqual([
      'miss',
      'hit memory',
      'hit database',
      'hit memory',
    ]);
  });

  it('hold who said what in which order, not ids and times', async () => {
    const { analyse } = setUp();
    await analyse();
    const dated = CONVERSATION.map((one, index) => ({ ...one, id: `m${index}`, createdAt: index }));
    expect(cacheOf(await analyse(dated, { sessionId: 'dated' }))).toBe('memory');
    const turned = [...CONVERSATION].reverse();
    expect(cacheOf(await analyse(turned, { sessionId: 'turned' }))).toBe('none');
    const moved = [message(`${CONVERSATION[0]!.content}\nassistant: ${CONVERSATION[1]!.content}`)];
    expect(cacheOf(await analyse(moved, { sessionId: 'moved' }))).toBe('none');
  });

  it('are keyed by SHA-256, and by the entries that may answer', async () => {
    const { analyse, analyses } = setUp();
    await analyse();
    const [key] = [...analyses.byKey.keys()];
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    const two = setUp({ analyses: analyses.store }, 2);
    await two.analyse(CONVERSATION, { sessionId: 'twin' });
    expect(server.requests).toHaveLength(2);
  });

  it('memory forgets after an hour, the database does not', async () => {
    const { analyse, time } = setUp();
    await analyse();
    time.pass(HOUR - 1);
    expect(cacheOf(await analyse(CONVERSATION, { sessionId: 'a' }))).toBe('memory');
    time.pass(1);
    expect(cacheOf(await analyse(CONVERSATION, { sessionId: 'b' }))).toBe('database');
    expect(server.requests).toHaveLength(1);
  });

  it('memory holds 100, read at each scrape, and the least recently used leaves first', async () => {
    const { analyse, analyser, seen } = setUp({ builtin: analyseExtractively });
    const talk = (index: number) => [message(`Conversation number ${index} is about the checkout in Lyon.`)];
    server.behave(() => status(500));
    for (let index = 0; index < 100; index++) await analyse(talk(index), { sessionId: `s${index}` });
    expect(seen.gauges.cacheSize()).toBe(100);
    expect(cacheOf(await analyse(talk(0), { sessionId: 'again 0' }))).toBe('memory');
    await analyse(talk(100), { sessionId: 's100' });
    expect(analyser.cache()).toMatchObject({ entries: 100, limit: 100 });
    expect(cacheOf(await analyse(talk(0), { sessionId: 'still 0' }))).toBe('memory');
    expect(cacheOf(await analyse(talk(1), { sessionId: 'again 1' }))).toBe('database');
  });

  it('force skips both and renews both', async () => {
    const { analyse, restarted, seen } = setUp();
    await analyse();
    const renewed = { ...GOOD, concepts: ['checkout in Lyon', 'payment service', 'rollback'] };
    server.behave(() => sayJson(renewed));
    expect(await analyse(CONVERSATION, { force: true })).toMatchObject({
      status: 'completed',
      force: true,
      analysis: renewed,
      metadata: { cache: 'none' },
    });
    expect(await analyse(CONVERSATION, { sessionId: 'twin' })).toMatchObject({
      analysis: renewed,
      metadata: { cache: 'memory' },
    });
    expect(await restarted().analyse({ sessionId: 'third', messages: CONVERSATION })).toMatchObject({
      analysis: renewed,
      metadata: { cache: 'database' },
    });
    expect(server.requests).toHaveLength(2);
    expect(seen.told.filter((line) => line === 'miss')).toHaveLength(1);
  });

  it('never hold a failure: an empty object is asked again the next time', async () => {
    server.behave(() => sayJson({}));
    const { analyse, analyses } = setUp();
    expect(reasonOf(await analyse())).toBe('failed');
    expect(analyses.byKey.size).toBe(0);
    server.behave(good);
    expect(reasonOf(await analyse())).toBe('completed');
  });
});

describe('the built-in analyser', () => {
  it('answers when no provider is set, and its answer is good until the content changes', async () => {
    const { analyse, time, seen } = setUp({ builtin: analyseExtractively }, 0);
    const outcome = (await analyse()) as CompletedAnalysis;
    expect(outcome.metadata).toMatchObject({
      provider: 'builtin',
      model: null,
      extractive: true,
      attempts: [],
      costUsd: 0,
      language: 'en',
      tokens: { prompt: 0, completion: 0 },
    });
    expect(outcome.analysis.summary.length).toBeGreaterThan(20);
    expect(outcome.analysis.entities).toContainEqual({ text: '2.4.1', type: 'version' });
    expect(seen.told).toContain('success builtin');
    time.pass(30 * 24 * HOUR);
    expect(reasonOf(await analyse())).toBe('already_analyzed');
  });

  it('stands in for five minutes when all providers failed; then they are asked again', async () => {
    server.behave(() => status(500));
    const { analyse, time } = setUp({ builtin: analyseExtractively });
    expect(await analyse()).toMatchObject({
      metadata: {
        provider: 'builtin',
        extractive: true,
        attempts: [{ provider: 'neo_analysis', errorType: 'server_error' }],
      },
    });
    server.behave(good);
    time.pass(299_999);
    expect(reasonOf(await analyse())).toBe('already_analyzed');
    expect(cacheOf(await analyse(CONVERSATION, { sessionId: 'twin' }))).toBe('memory');
    time.pass(1);
    expect(await analyse()).toMatchObject({
      status: 'completed',
      metadata: { provider: 'neo_analysis', cache: 'none' },
    });
    expect(await analyse(CONVERSATION, { sessionId: 'twin' })).toMatchObject({ known: { analysis: GOOD } });
  });

  it('does not take the place of what a model said, when force finds all providers down', async () => {
    const { analyse } = setUp({ builtin: analyseExtractively });
    await analyse();
    server.behave(() => status(500));
    expect(await analyse(CONVERSATION, { force: true })).toMatchObject({ metadata: { provider: 'builtin' } });
    expect(await analyse()).toMatchObject({ reason: 'already_analyzed', known: { analysis: GOOD } });
  });

  it('may answer from another thread', async () => {
    const { analyse } = setUp({ builtin: async (input) => analyseExtractively(input) }, 0);
    const outcome = (await analyse([message('決済が失敗しています 12345')])) as CompletedAnalysis;
    expect(outcome.metadata).toMatchObject({ provider: 'builtin', language: 'und' });
    expect(outcome.analysis.summary).toContain('12345');
  });

  it('sees redacted text only, as the models do', async () => {
    const secret = 'password=hunter2secret';
    const { analyse } = setUp({ builtin: analyseExtractively }, 1);
    const talk = [
      message(`Ana says the login with ${secret} fails in Lyon. It failed since the release of yesterday.`),
    ];
    await analyse(talk);
    expect(JSON.stringify(server.requests[0]!.body)).toContain('[redacted:password]');
    server.behave(() => status(500));
    const extracted = await analyse(talk, { sessionId: 'other', force: true });
    expect(JSON.stringify([server.requests, extracted])).not.toContain('hunter2secret');
  });
});

describe('equal calls at the same time', () => {
  it('share one attempt', async () => {
    const { analyse, analyses } = setUp();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => analyse(CONVERSATION, { sessionId: `s${index % 10}` })),
    );
    expect(server.requests).toHaveLength(1);
    expect(outcomes.every((outcome) => outcome.status === 'completed')).toBe(true);
    for (let index = 0; index < 10; index++) {
      expect(await analyses.store.latest(`s${index}`)).toMatchObject({ analysis: GOOD });
    }
  });

  it('a caller who leaves gets its own reason at once and cancels nobody', async () => {
    server.behave(() => ({ kind: 'hang' }));
    const { analyse, time } = setUp({}, 2);
    const leaving = new AbortController();
    const first = analyse(CONVERSATION, { sessionId: 'a', signal: leaving.signal });
    const second = analyse(CONVERSATION, { sessionId: 'b', signal: new AbortController().signal });
    const third = analyse(CONVERSATION, { sessionId: 'c' });
    await server.came(1);
    leaving.abort(new Error('the first one left'));
    await expect(first).rejects.toThrow('the first one left');
    expect(server.requests[0]!.isAbandoned).toBe(false);
    server.behave(good);
    time.pass(30_000);
    expect(await second).toMatchObject({ analysis: GOOD, metadata: { provider: 'second' } });
    expect(await third).toMatchObject({ analysis: GOOD, sessionId: 'c' });
    expect(server.requests).toHaveLength(2);
  });

  it('the attempt ends when the last of them has left, and the next caller begins anew', async () => {
    server.behave(() => ({ kind: 'hang' }));
    const { analyse } = setUp();
    const callers = [new AbortController(), new AbortController()];
    const calls = callers.map(({ signal }) => analyse(CONVERSATION, { signal }));
    await server.came(1);
    for (const caller of callers) caller.abort(new Error('left'));
    for (const call of calls) await expect(call).rejects.toThrow('left');
    await server.abandoned(0);
    server.behave(good);
    expect(reasonOf(await analyse())).toBe('completed');
  });
});

describe('the words of the wire', () => {
  const read = (outcome: AnalysisOutcome): AnalyzeReply => {
    if (outcome.status === 'failed') throw new Error('failed');
    const reply = asAnalyzeReply(outcome);
    expect(analyzeReply.parse(reply)).toEqual(reply);
    return reply as AnalyzeReply;
  };

  it('are exactly those of the contract, completed and skipped', async () => {
    const { analyse } = setUp();
    expect(read(await analyse())).toEqual({
      status: 'completed',
      session_id: 'talk',
      force: false,
      analysis: GOOD,
      metadata: {
        provider: 'neo_analysis',
        model: 'gpt-5-mini',
        attempts: [
          {
            provider: 'neo_analysis',
            model: 'gpt-5-mini',
            outcome: 'success',
            error_type: null,
            status: 200,
            duration_ms: 0,
          },
        ],
        cache: 'none',
        language: 'en',
        extractive: false,
        tokens: { prompt: 120, completion: 40 },
        cost_usd: (120 * 2 + 40 * 8) / 1_000_000,
        prompt_version: '1',
        schema_version: '1',
        analyzed_at: '2026-02-03T09:00:00.000Z',
      },
    });
    expect(read(await analyse())).toMatchObject({
      status: 'skipped',
      reason: 'already_analyzed',
      session_id: 'talk',
      metadata: { analysis: GOOD, provider: 'neo_analysis' },
    });
    expect(read(await analyse([]))).toEqual({
      status: 'skipped',
      reason: 'no_history',
      session_id: 'talk',
      metadata: {},
    });
  });

  it('tell those who listen what became of it, without a word of the conversation', async () => {
    server.behave(() => status(503));
    const { analyse } = setUp();
    const failed = asAnalysisStatus(await analyse());
    expect(failed).toEqual({
      session_id: 'talk',
      status: 'failed',
      reason: null,
      error: 'neo_analysis: answered 503',
      retry_after: 5,
    });
    expect(analysisStatus.parse(failed)).toEqual(failed);
    server.behave(good);
    expect(asAnalysisStatus(await analyse())).toEqual({
      session_id: 'talk',
      status: 'completed',
      reason: null,
      error: null,
      retry_after: null,
    });
    expect(asAnalysisStatus(await analyse())).toMatchObject({ status: 'skipped', reason: 'already_analyzed' });
  });
});
