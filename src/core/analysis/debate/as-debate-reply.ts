import { toInstant } from '../../shared/index.ts';
import type { Debate, DebateCost, DebateSummary, DebateTurn } from './debate.ts';

/** A debate in the words of the wire. */
export function asDebateReply(debate: Debate) {
  return { ...asDebateSummary(debate), turns: debate.turns.map(asDebateTurn), synthesis: debate.synthesis };
}

export function asDebateSummary(debate: DebateSummary) {
  const { id, topic, state, startedAt, endedAt, endedBecause, agreement, isOneVoice, config, cost } = debate;
  return {
    ...{ id, topic, state },
    startedAt: toInstant(startedAt),
    endedAt: endedAt === null ? null : toInstant(endedAt),
    ...{ endedBecause, agreement, isOneVoice },
    config: {
      agents: config.agents,
      rounds: config.rounds,
      max_cost_usd: config.maxCostUsd,
      max_tokens: config.maxTokens,
    },
    cost: asDebateCost(cost),
  };
}

function asDebateCost({ totalUsd, tokens, byAgent }: DebateCost) {
  return { total_usd: totalUsd, tokens, by_agent: byAgent };
}

export function asDebateTurn({ round, agent, text, role, provider, model, isFallback, error, costUsd }: DebateTurn) {
  return { round, agent, text, meta: { role, provider, model, fallback: isFallback, cost: costUsd, error } };
}
