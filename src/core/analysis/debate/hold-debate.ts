import { detectLanguage } from '../answer/detect-language.ts';
import type { Budget } from '../chain/budget.ts';
import type { ModelChain } from '../chain/model-chain.ts';
import type { ExtractiveAnalyser } from '../ports.ts';
import { AGREED, claimAgreement, conceptOverlap, majorityShare } from './agreement.ts';
import type { DebateAgent, DebateConfig, DebateEnding, DebateTurn, Synthesis } from './debate.ts';
import { debatePrompt, mediatorSystem, synthesisSchema, TURN_SCHEMA, turnSystem } from './debate-prompt.ts';
import { takeTurn } from './take-turn.ts';
import { type MediatedSynthesis, validateSynthesis } from './validate-synthesis.ts';
import { validateTurn } from './validate-turn.ts';

export interface HoldDebateOptions {
  /** Redacted. */
  topic: string;
  config: DebateConfig;
  chain: Pick<ModelChain, 'complete'>;
  /** Synthesises where no mediator answers; null: nobody does. */
  builtin: ExtractiveAnalyser | null;
  /** Of the whole debate: the highest cost of each call is reserved before it is sent. */
  budget: Budget;
  /** Its reason ends the debate. */
  signal: AbortSignal;
  redactor: { text(text: string): string };
  /** Each turn as soon as it is taken; the debate waits for it. `position` orders them. */
  onTurn(turn: DebateTurn, position: number): Promise<void>;
  /** A round or the synthesis begins. */
  onStatus(status: DebateStatus): void;
}

export interface DebateStatus {
  phase: 'round' | 'synthesis';
  round: number;
  agreement: number | null;
}

export interface DebateOutcome {
  because: Extract<DebateEnding, 'rounds' | 'agreement' | 'budget' | 'no_voice'>;
  synthesis: Synthesis | null;
  agreement: number | null;
  isOneVoice: boolean;
}

/** Agents of a debate, with room: positions of different rounds never meet. */
const POSITIONS_OF_A_ROUND = 100;

interface Rounds {
  turns: DebateTurn[];
  because: DebateOutcome['because'];
  agreement: number | null;
  isOneVoice: boolean;
}

/**
 * Rounds in which all agents speak at once, then the mediator. In round 1 nobody sees another, later everybody sees all turns of the rounds
 * before. Who fails is a turn with its error; the others go on, and if need be one alone. Rejects with the reason of `signal`, or with what
 * `onTurn` rejects with.
 */
export async function holdDebate(options: HoldDebateOptions): Promise<DebateOutcome> {
  const { turns, because, agreement, isOneVoice } = await holdRounds(options);
  const speakers = latestOf(turns);
  if (speakers.length === 0) return { because, synthesis: null, agreement: null, isOneVoice };
  const round = turns.at(-1)!.round + 1;
  options.onStatus({ phase: 'synthesis', round, agreement });
  const mediated = await mediate(options, turns, round);
  if (mediated === null) return { because, synthesis: await extract(options, speakers), agreement, isOneVoice };
  const claims = mediated.claims.map((claim) => ({ text: claim.text, share: majorityShare(claim) }));
  return {
    because,
    synthesis: { text: mediated.text, extractive: false, claims },
    agreement: claimAgreement(mediated.claims),
    isOneVoice,
  };
}

async function holdRounds(options: HoldDebateOptions): Promise<Rounds> {
  const { rounds, agents } = options.config;
  const debaters = agents.filter(({ role }) => role !== 'mediator');
  const held: Rounds = { turns: [], because: 'rounds', agreement: null, isOneVoice: false };
  for (let round = 1; round <= rounds; round++) {
    options.onStatus({ phase: 'round', round, agreement: held.agreement });
    const before = [...held.turns];
    const made = await holdRound(
      options,
      debaters.map((agent, index) => ({ agent, index, round, before })),
    );
    held.turns.push(...made);
    const voices = made.filter(({ text }) => text !== '');
    held.isOneVoice = voices.length === 1;
    const isSpent = made.some(isOverBudget);
    if (voices.length === 0) return { ...held, because: isSpent ? 'budget' : 'no_voice' };
    held.agreement = conceptOverlap(voices.map(({ text }) => text)) ?? held.agreement;
    if (round === rounds) break;
    if (isSpent) return { ...held, because: 'budget' };
    if (voices.length > 1 && held.agreement !== null && held.agreement >= AGREED) {
      return { ...held, because: 'agreement' };
    }
  }
  return held;
}

interface Asked {
  agent: DebateAgent;
  index: number;
  round: number;
  /** The turns of the rounds before. */
  before: readonly DebateTurn[];
}

/**
 * All at once. Whose call the budget does not cover beside those of the others has its turn after them, when what they did not use is given
 * back: what it is shown stays the same.
 */
async function holdRound(options: HoldDebateOptions, asked: readonly Asked[]): Promise<DebateTurn[]> {
  const told = async (one: Asked, turn: DebateTurn) => {
    await options.onTurn(turn, one.round * POSITIONS_OF_A_ROUND + one.index);
    return turn;
  };
  const first = await Promise.all(
    asked.map(async (one) => {
      const turn = await speak(options, one);
      return isOverBudget(turn) ? null : told(one, turn);
    }),
  );
  const made: DebateTurn[] = [];
  for (const [index, one] of asked.entries()) {
    made.push(first[index] ?? (await told(one, await speak(options, one))));
  }
  return made;
}

function isOverBudget({ error }: DebateTurn): boolean {
  return error?.type === 'over_budget';
}

async function speak(options: HoldDebateOptions, { agent, round, before }: Asked): Promise<DebateTurn> {
  const { chain, budget, signal, topic, redactor } = options;
  const language = detectLanguage(topic);
  const { turn } = await takeTurn({
    ...{ chain, agent, round, budget, signal },
    asked: {
      system: turnSystem(agent),
      prompt: debatePrompt(topic, before, `It is round ${round}. Answer now with the JSON object described above.`),
      schema: TURN_SCHEMA,
      validate: (value) => validateTurn(value, language),
    },
    textOf: (text) => redactor.text(text),
  });
  return turn;
}

/** Null: there is no mediator, or it did not answer. */
async function mediate(
  options: HoldDebateOptions,
  turns: readonly DebateTurn[],
  round: number,
): Promise<MediatedSynthesis | null> {
  const { chain, budget, signal, topic, redactor, config, onTurn } = options;
  const agent = config.agents.find(({ role }) => role === 'mediator');
  if (agent === undefined) return null;
  const speakers = latestOf(turns).map((turn) => turn.agent);
  const language = detectLanguage(topic);
  const { turn, value } = await takeTurn({
    ...{ chain, agent, round, budget, signal },
    asked: {
      system: mediatorSystem(speakers),
      prompt: debatePrompt(topic, turns, 'Answer now with the JSON object described above.'),
      schema: synthesisSchema(speakers),
      validate: (answer) => validateSynthesis(answer, { speakers, language }),
    },
    textOf: ({ text }) => redactor.text(text),
  });
  await onTurn(turn, round * POSITIONS_OF_A_ROUND);
  if (value === null) return null;
  const claims = value.claims.map((claim) => ({ ...claim, text: redactor.text(claim.text) }));
  return { text: turn.text, claims };
}

/** The latest turn of each agent that has spoken, in the order of the agents. */
function latestOf(turns: readonly DebateTurn[]): DebateTurn[] {
  const latest = new Map<string, DebateTurn>();
  for (const turn of turns) if (turn.text !== '') latest.set(turn.agent, turn);
  return [...latest.values()];
}

async function extract({ builtin }: HoldDebateOptions, turns: readonly DebateTurn[]): Promise<Synthesis | null> {
  if (builtin === null) return null;
  const messages = turns.map(({ agent, text }) => ({ role: 'assistant', text, author: agent }));
  const { summary } = await builtin({ messages });
  return { text: summary, extractive: true, claims: [] };
}
