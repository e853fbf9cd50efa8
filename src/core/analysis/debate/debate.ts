/** What is said in a debate and what comes of it. Instants are epoch ms, costs USD. */

export type DebateRole = 'attacker' | 'challenger' | 'mediator' | 'participant';

export interface DebateAgent {
  /** Letters, digits, `_` and `-`; each once. */
  name: string;
  role: DebateRole;
  /** Name of the entry asked first; null: the first that answers. */
  provider: string | null;
}

export interface DebateConfig {
  /** At most one mediator, which speaks last and in no round. */
  agents: DebateAgent[];
  rounds: number;
  maxCostUsd: number | null;
  maxTokens: number | null;
}

export interface DebateTurn {
  /** From 1; the mediator's is the one after the last. */
  round: number;
  agent: string;
  role: DebateRole;
  /** Empty: nobody answered in its place; the error says why. */
  text: string;
  /** Entry and model that answered; null: none did. */
  provider: string | null;
  model: string | null;
  /** True: not by its own model. */
  isFallback: boolean;
  /** What became of its own model; message at most 200 characters. */
  error: { type: string; message: string } | null;
  /** Of all calls for this turn, those that failed too; null: a price is not known. */
  costUsd: number | null;
  tokens: number;
}

export interface Synthesis {
  text: string;
  /** True: sentences of the turns themselves, since no mediator answered. */
  extractive: boolean;
  /** `share`: of the voices, those that take the claim's commoner stance. */
  claims: { text: string; share: number }[];
}

export type DebateState = 'running' | 'ended' | 'cancelled' | 'failed';

/**
 * `rounds`: all were held; `agreement`: the voices agreed before; `budget`: it covered no further call; `no_voice`: nobody answered;
 * `cancelled`; `stopped`: the process that held it ended; `error`: it could not be kept.
 */
export type DebateEnding = 'rounds' | 'agreement' | 'budget' | 'no_voice' | 'cancelled' | 'stopped' | 'error';

export interface DebateCost {
  /** Null: a price is not known. */
  totalUsd: number | null;
  tokens: number;
  byAgent: Record<string, { usd: number | null; tokens: number }>;
}

export interface DebateSummary {
  id: string;
  /** Redacted. */
  topic: string;
  state: DebateState;
  startedAt: number;
  endedAt: number | null;
  endedBecause: DebateEnding | null;
  /** 0 to 1; null before the second voice. */
  agreement: number | null;
  /** Of the last round, only one had a voice. */
  isOneVoice: boolean;
  config: DebateConfig;
  cost: DebateCost;
}

export interface Debate extends DebateSummary {
  /** By round, then in the order of the agents. */
  turns: DebateTurn[];
  synthesis: Synthesis | null;
}

/** What the turns cost together and by agent; agents that have not spoken stand at 0. */
export function costOfTurns(agents: readonly DebateAgent[], turns: readonly DebateTurn[]): DebateCost {
  const of = (mine: readonly DebateTurn[]) => ({
    usd: mine.reduce<number | null>((sum, { costUsd }) => (sum === null || costUsd === null ? null : sum + costUsd), 0),
    tokens: mine.reduce((sum, { tokens }) => sum + tokens, 0),
  });
  const { usd: totalUsd, tokens } = of(turns);
  const byAgent = agents.map(({ name }) => [name, of(turns.filter(({ agent }) => agent === name))] as const);
  return { totalUsd, tokens, byAgent: Object.fromEntries(byAgent) };
}
