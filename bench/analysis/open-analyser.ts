import { createModels } from '../../src/adapters/models/index.ts';
import { analyseExtractively } from '../../src/core/analysis/builtin/index.ts';
import {
  type AnalysisOutcome,
  type AnalysisStore,
  type ConversationMessage,
  createAnalyser,
  createModelChain,
  type KeptAnalysis,
  type ModelChain,
  type ModelEntry,
} from '../../src/core/analysis/index.ts';
import { createRedactor } from '../../src/core/events/index.ts';
import { systemTimer } from '../../src/core/jobs/index.ts';
import { noWorkMetrics, systemClock } from '../../src/core/shared/index.ts';
import type { ModelServer } from '../../test/fixtures/model-server/index.ts';

/** What a model that does as it is told says of `talk()`. */
export const GOOD = {
  summary:
    'The checkout in Lyon fails since the release. The payment service timed out and the release was rolled back.',
  concepts: ['checkout failure', 'payment timeout', 'release rollback'],
  entities: [{ text: 'Lyon', type: 'place' }],
};

export type EntryName = 'first' | 'second' | 'third';

let talks = 0;

/** A conversation that no cache knows. */
export function talk(): ConversationMessage[] {
  const say = (content: string): ConversationMessage => ({
    id: null,
    role: 'user',
    author: null,
    content,
    createdAt: null,
  });
  return [
    say('Why has the checkout in Lyon failed since the release of yesterday?'),
    say(`The payment service answers with a timeout, and we have rolled the release back. Case ${++talks}.`),
  ];
}

export interface BenchAnalyser {
  chain: ModelChain;
  analyse(messages: readonly ConversationMessage[], signal?: AbortSignal): Promise<AnalysisOutcome>;
}

const models = createModels();

/** The engine as the server has it, on these of the three entries; with limits that let a bench end. */
export function openAnalyser(
  server: ModelServer,
  names: readonly EntryName[],
  analyses = memoryStore(),
): BenchAnalyser {
  const { analysis, models: modelMetrics } = noWorkMetrics();
  const redactor = createRedactor();
  const chain = createModelChain({
    entries: entriesOf(server).filter(({ name }) => (names as readonly string[]).includes(name)),
    models,
    redactor,
    metrics: modelMetrics,
    alerts: { misconfigured() {}, recovered() {} },
    clock: systemClock,
    timer: systemTimer,
    limits: { attemptMs: 300, totalMs: 2_000 },
  });
  const analyser = createAnalyser({
    chain,
    builtin: analyseExtractively,
    conversations: { read: async () => null },
    analyses,
    redactor,
    metrics: analysis,
    feed: { told() {} },
    clock: systemClock,
  });
  return {
    chain,
    analyse: (messages, signal) =>
      analyser.analyse({ sessionId: `talk-${talks}`, messages, ...(signal ? { signal } : {}) }),
  };
}

function entriesOf({ urls }: ModelServer): ModelEntry[] {
  const entry = (name: EntryName, vendor: 'openai' | 'anthropic' | 'google', model: string): ModelEntry => ({
    name,
    vendor,
    model,
    baseUrl: urls[vendor],
    apiKey: `sk-${name}`,
    price: null,
  });
  return [
    entry('first', 'openai', 'gpt-5-mini'),
    entry('second', 'anthropic', 'claude-sonnet-4-5'),
    entry('third', 'google', 'gemini-2.5-flash'),
  ];
}

function memoryStore(): AnalysisStore {
  const kept = new Map<string, KeptAnalysis>();
  return {
    find: async (key) => kept.get(key) ?? null,
    latest: async () => null,
    keep: async (made) => {
      kept.set(made.key, made);
    },
  };
}
