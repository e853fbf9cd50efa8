import { type ModelServer, sayJson } from '../../../test/fixtures/model-server/index.ts';
import { createModels } from '../../adapters/models/index.ts';
import { createRedactor } from '../events/index.ts';
import type { ModelUse } from '../shared/index.ts';
import type { ConversationMessage } from './analysis.ts';
import type { ChainLimits } from './chain/model-chain.ts';
import {
  type AnalyserOptions,
  type AnalysisOutcome,
  type AnalysisStore,
  createAnalyser,
  createModelChain,
  type KeptAnalysis,
  type ModelChain,
  type ModelEntry,
  type Timer,
} from './index.ts';

/** A clock and a timer that only a test moves. */
export function handClock(start = Date.UTC(2026, 1, 3, 9)) {
  let now = start;
  const waiting = new Set<{ due: number; call: () => void }>();
  const timer: Timer = {
    after(ms, call) {
      const one = { due: now + ms, call };
      waiting.add(one);
      return () => waiting.delete(one);
    },
  };
  return {
    clock: { now: () => now },
    timer,
    waiting: () => waiting.size,
    pass(ms: number) {
      now += ms;
      for (const one of [...waiting]) {
        if (one.due > now || !waiting.delete(one)) continue;
        one.call();
      }
    },
  };
}

export type HandClock = ReturnType<typeof handClock>;

/** Everything the analysis tells, in order. */
function recordings() {
  const told: string[] = [];
  const requests: { provider: string; model: string; costUsd: number; seconds: number }[] = [];
  const known: string[] = [];
  const gauges = { cacheSize: () => -1 };
  const outcomes: AnalysisOutcome[] = [];
  return {
    told,
    requests,
    known,
    gauges,
    outcomes,
    metrics: {
      know: (providers: readonly string[]) => known.push(...providers),
      success: (provider: string) => told.push(`success ${provider}`),
      failure: (provider: string, errorType: string) => told.push(`failure ${provider} ${errorType}`),
      cacheHit: (layer: string) => told.push(`hit ${layer}`),
      cacheMiss: () => told.push('miss'),
      duration: (provider: string, outcome: string) => told.push(`took ${provider} ${outcome}`),
      cacheSize: (read: () => number) => {
        gauges.cacheSize = read;
      },
    },
    modelMetrics: {
      know: (models: readonly { provider: string }[]) => known.push(...models.map(({ provider }) => provider)),
      request: (provider: string, model: string, { costUsd, seconds }: ModelUse) => {
        requests.push({ provider, model, costUsd, seconds });
      },
    },
    alerts: {
      misconfigured: ({ provider, errorType }: { provider: string; errorType: string }) => {
        told.push(`alert ${provider} ${errorType}`);
      },
      recovered: (provider: string) => told.push(`recovered ${provider}`),
    },
    feed: { told: (outcome: AnalysisOutcome) => outcomes.push(outcome) },
  };
}

/** Three entries of three vendors on the model server, each with its own model. */
export function threeEntries(server: ModelServer): ModelEntry[] {
  const { urls } = server;
  const price = { promptUsdPerMillion: 2, completionUsdPerMillion: 8, source: 'the price list', date: '2025-11-01' };
  return [
    { name: 'neo_analysis', vendor: 'openai', model: 'gpt-5-mini', baseUrl: urls.openai, apiKey: 'sk-neo', price },
    {
      name: 'second',
      vendor: 'anthropic',
      model: 'claude-sonnet-4-5',
      baseUrl: urls.anthropic,
      apiKey: 'sk-second',
      price: null,
    },
    {
      name: 'third',
      vendor: 'google',
      model: 'gemini-2.5-flash',
      baseUrl: urls.google,
      apiKey: 'sk-third',
      price: { ...price, promptUsdPerMillion: 1, completionUsdPerMillion: 1 },
    },
  ];
}

export interface ChainSetup {
  chain: ModelChain;
  time: HandClock;
  seen: ReturnType<typeof recordings>;
}

export function chainOver(entries: readonly ModelEntry[], limits: Partial<ChainLimits> = {}): ChainSetup {
  const time = handClock();
  const seen = recordings();
  const chain = createModelChain({
    entries,
    models: createModels(),
    redactor: createRedactor(),
    metrics: seen.modelMetrics,
    alerts: seen.alerts,
    clock: time.clock,
    timer: time.timer,
    limits,
  });
  return { chain, time, seen };
}

/** A store of analyses in memory, with the contract's rules. */
function memoryAnalyses() {
  const byKey = new Map<string, KeptAnalysis>();
  const bySession = new Map<string, string>();
  const store: AnalysisStore = {
    find: async (key) => byKey.get(key) ?? null,
    latest: async (sessionId) => byKey.get(bySession.get(sessionId) ?? '') ?? null,
    async keep(made) {
      byKey.set(made.key, made);
      bySession.set(made.sessionId, made.key);
    },
  };
  return { store, byKey };
}

export function analyserOver(setup: ChainSetup, over: Partial<AnalyserOptions> = {}) {
  const analyses = memoryAnalyses();
  const analyser = createAnalyser({
    chain: setup.chain,
    builtin: null,
    conversations: { read: async () => null },
    analyses: analyses.store,
    redactor: createRedactor(),
    metrics: setup.seen.metrics,
    feed: setup.seen.feed,
    clock: setup.time.clock,
    ...over,
  });
  return { analyser, analyses };
}

export function message(content: string, over: Partial<ConversationMessage> = {}): ConversationMessage {
  return { id: null, role: 'user', author: null, content, createdAt: null, ...over };
}

/** An ordinary conversation, and what a model that does as it is told makes of it. */
export const CONVERSATION: readonly ConversationMessage[] = [
  message('Ana from Northwind wants to know why the checkout in Lyon has failed since the release of yesterday.'),
  message('The payment service answers with a timeout, and we have rolled the release back to version 2.4.1.', {
    role: 'assistant',
  }),
];

export const GOOD = {
  summary:
    'Ana of Northwind reports that the checkout in Lyon fails after the release. The payment service timed out and the release was rolled back.',
  concepts: ['checkout failure', 'payment timeout', 'release rollback'],
  entities: [
    { text: 'Ana', type: 'person' },
    { text: 'Northwind', type: 'organisation' },
    { text: 'Lyon', type: 'place' },
    { text: '2.4.1', type: 'version' },
  ],
} as const;

export const good = () => sayJson(GOOD);
