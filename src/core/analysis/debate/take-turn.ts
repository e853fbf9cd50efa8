import type { Budget } from '../chain/budget.ts';
import type { Completion, CompletionRequest } from '../chain/completion.ts';
import type { ModelChain } from '../chain/model-chain.ts';
import type { DebateAgent, DebateTurn } from './debate.ts';

export interface TakeTurnOptions<Value> {
  chain: Pick<ModelChain, 'complete'>;
  agent: DebateAgent;
  round: number;
  budget: Budget;
  signal: AbortSignal;
  asked: Pick<CompletionRequest<Value>, 'system' | 'prompt' | 'schema' | 'validate'>;
  /** What stands in the turn. */
  textOf(value: Value): string;
}

/** One call for one agent. That nobody answered is a turn too: only the debate's own end throws, with its reason. */
export async function takeTurn<Value>({
  chain,
  agent,
  round,
  budget,
  signal,
  asked,
  textOf,
}: TakeTurnOptions<Value>): Promise<{ turn: DebateTurn; value: Value | null }> {
  const startWith = agent.provider === null ? {} : { startWith: agent.provider };
  const made = await chain.complete({ ...asked, ...startWith, budget, signal });
  const turn: DebateTurn = {
    round,
    agent: agent.name,
    role: agent.role,
    text: made.ok ? textOf(made.value) : '',
    provider: made.ok ? made.provider : null,
    model: made.ok ? made.model : null,
    isFallback: made.ok ? made.isFallback : true,
    error: errorOf(made),
    costUsd: made.costUsd,
    tokens: made.tokens.prompt + made.tokens.completion,
  };
  return { turn, value: made.ok ? made.value : null };
}

function errorOf<Value>(made: Completion<Value>): DebateTurn['error'] {
  if (!made.ok) return made.error;
  if (!made.isFallback) return null;
  // Its own entry is the first that was tried.
  const own = made.attempts[0];
  const type = own?.errorType ?? 'unavailable';
  const why = own?.outcome === 'skipped' ? 'left alone after failures, or not covered by the budget' : type;
  return { type, message: `${own?.provider} (${own?.model}): ${why}`.slice(0, 200) };
}
