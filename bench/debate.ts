import { createModels } from '../src/adapters/models/index.ts';
import { memoryDebates } from '../src/core/analysis/debate/debate-fixtures.ts';
import { debatePrompt, TURN_SCHEMA, turnSystem } from '../src/core/analysis/debate/debate-prompt.ts';
import { takeTurn } from '../src/core/analysis/debate/take-turn.ts';
import { validateTurn } from '../src/core/analysis/debate/validate-turn.ts';
import {
  analyseExtractively,
  createBudget,
  createDebates,
  createModelChain,
  type Debate,
  type ModelChain,
  type ModelEntry,
} from '../src/core/analysis/index.ts';
import { systemTimer } from '../src/core/jobs/index.ts';
import { systemClock } from '../src/core/shared/index.ts';
import { type ModelServer, startModelServer } from '../test/fixtures/model-server/index.ts';
import type { Bench } from './bench.ts';
import { type Answer, answerIn, majority, REGIMES, simulate, topicOf, truthOf } from './debate/simulated-models.ts';

const MODELS = ['small', 'middle', 'large'] as const;
const AGENTS = [
  ...MODELS.map((model) => ({ name: model, role: 'participant' as const, provider: model })),
  { name: 'mediator', role: 'mediator' as const, provider: 'small' },
];
const ROUNDS = 2;

/**
 * Right answers of one call, of a debate (three models, two rounds, a mediator), and of votes that may cost as many tokens as the debate on the
 * same question did: of one model asked again and again (self-consistency), and of the three models in turns. The models are simulated on a real
 * HTTP server, `--size` questions for each regime of assumptions: it shows what the procedure makes of models that are so, not how models are.
 */
export const bench: Bench = async ({ size = '200' }) => {
  const questions = Number(size);
  const server = await startModelServer();
  try {
    const regimes = [];
    for (const regime of REGIMES) {
      server.behave(simulate(regime));
      const { name, ...assumed } = regime;
      regimes.push({ regime: name, ...assumed, ...(await measure(server, questions)) });
    }
    return { questions, models: MODELS.length, rounds: ROUNDS, regimes };
  } finally {
    await server.stop();
  }
};

async function measure(server: ModelServer, questions: number) {
  const chain = openChain(server);
  const debate = openDebates(chain);
  const right = { oneCall: 0, selfConsistency: 0, voteOfModels: 0, debate: 0 };
  const tokens = { oneCall: 0, selfConsistency: 0, voteOfModels: 0, debate: 0 };
  let early = 0;
  let agreement = 0;
  const since = process.cpuUsage();
  const held: Debate[] = [];
  for (let question = 0; question < questions; question++) held.push(await debate(topicOf(question)));
  const { user, system } = process.cpuUsage(since);
  for (const [question, one] of held.entries()) {
    if (one.endedBecause === 'agreement') early++;
    agreement += (one.agreement ?? 0) / questions;
    const asked = await Promise.all([
      vote(chain, question, ['small'], 0),
      vote(chain, question, ['small'], one.cost.tokens),
      vote(chain, question, MODELS, one.cost.tokens),
    ]);
    const results = { oneCall: asked[0], selfConsistency: asked[1], voteOfModels: asked[2] };
    for (const [name, result] of Object.entries(results) as [keyof typeof results, (typeof asked)[0]][]) {
      tokens[name] += result.tokens / questions;
      if (result.answer === truthOf(question)) right[name]++;
    }
    tokens.debate += one.cost.tokens / questions;
    if (answerIn(one.synthesis?.text ?? '') === truthOf(question)) right.debate++;
  }
  return {
    rightPercent: mapped(right, (count) => (count / questions) * 100),
    meanTokens: mapped(tokens, Math.round),
    endedEarly: early,
    meanAgreement: round(agreement),
    // The model server of this process included: what Guardian itself takes is at most this.
    cpuMsPerDebate: round((user + system) / 1_000 / questions),
  };
}

/** As many samples as the tokens are enough for, at least one; the most frequent answer. */
async function vote(
  chain: ModelChain,
  question: number,
  models: readonly string[],
  tokens: number,
): Promise<{ answer: Answer | null; tokens: number }> {
  const answers: Answer[] = [];
  let used = 0;
  let dearest = 0;
  do {
    const provider = models[answers.length % models.length]!;
    // An agent of its own for each kind of vote, so that their samples differ.
    const agent = {
      name: `voter-${models.length}-${tokens > 0 ? 'many' : 'one'}`,
      role: 'participant' as const,
      provider,
    };
    const { turn } = await takeTurn({
      ...{ chain, agent, round: 1, budget: createBudget({}), signal: new AbortController().signal },
      asked: {
        system: turnSystem(agent),
        prompt: debatePrompt(topicOf(question), [], 'Answer now with the JSON object described above.'),
        schema: TURN_SCHEMA,
        validate: (value) => validateTurn(value, null),
      },
      textOf: (text) => text,
    });
    const answer = answerIn(turn.text);
    if (answer === null) throw new Error(`no answer to question ${question}: ${turn.error?.message}`);
    answers.push(answer);
    used += turn.tokens;
    dearest = Math.max(dearest, turn.tokens);
  } while (used + dearest <= tokens);
  return { answer: majority(answers), tokens: used };
}

function openChain(server: ModelServer): ModelChain {
  const entries = MODELS.map(
    (name): ModelEntry => ({
      ...{ name, vendor: 'compatible', model: name, baseUrl: server.urls.compatible, apiKey: null, price: null },
    }),
  );
  return createModelChain({
    entries,
    models: createModels(),
    redactor: { text: (text) => text },
    metrics: { know() {}, request() {} },
    alerts: { misconfigured() {}, recovered() {} },
    clock: systemClock,
    timer: systemTimer,
  });
}

function openDebates(chain: ModelChain): (topic: string) => Promise<Debate> {
  const { store } = memoryDebates();
  const ends = new Map<string, () => void>();
  const debates = createDebates({
    store,
    chain,
    builtin: analyseExtractively,
    redactor: { text: (text) => text },
    feed: { told: ({ name, data }) => name === 'debate_ended' && ends.get(data.id)?.() },
    clock: systemClock,
    timer: systemTimer,
    onFailure: (error) => {
      throw error;
    },
  });
  return async (topic) => {
    const { id } = await debates.start({ topic, agents: AGENTS, rounds: ROUNDS, maxCostUsd: null, maxTokens: null });
    await new Promise<void>((resolve) => ends.set(id, resolve));
    return (await store.read(id))!;
  };
}

function mapped<Key extends string>(values: Record<Key, number>, of: (value: number) => number): Record<Key, number> {
  return Object.fromEntries(Object.entries<number>(values).map(([key, value]) => [key, round(of(value))])) as Record<
    Key,
    number
  >;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
