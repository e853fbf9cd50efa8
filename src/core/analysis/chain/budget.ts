import type { Tokens } from '../analysis.ts';
import type { ModelEntry, ModelPrice } from '../ports.ts';

const MILLION = 1_000_000;

/** USD; null: the price is not known. Prices are for one million tokens. */
export function costOf(price: ModelPrice | null, tokens: Tokens): number | null {
  if (price === null) return null;
  return (tokens.prompt * price.promptUsdPerMillion + tokens.completion * price.completionUsdPerMillion) / MILLION;
}

/** What frames a call on the wire: roles, separators, the vendor's own words around a schema. */
const FRAME_TOKENS = 500;

export interface HighestCost {
  tokens: number;
  /** USD; null: the price is not known. */
  costUsd: number | null;
}

/**
 * The most that one call can cost: a token is never less than one byte of what is sent, and no more than `maxOutputTokens` come back,
 * hidden reasoning included. About four times what a call costs in fact.
 */
export function highestCost(entry: ModelEntry, sentBytes: number, maxOutputTokens: number): HighestCost {
  const tokens = { prompt: sentBytes + FRAME_TOKENS, completion: maxOutputTokens };
  return { tokens: tokens.prompt + tokens.completion, costUsd: costOf(entry.price, tokens) };
}

/** What several calls together may cost: the highest cost of each is reserved before it is sent, so that none can go beyond. */
export interface Budget {
  /** Null: what is left does not cover it, or its price is not known where a cost is bounded. */
  reserve(highest: HighestCost): Reservation | null;
  /** Of settled calls and of those on their way. */
  used(): { tokens: number; costUsd: number };
}

export interface Reservation {
  /** What the call cost; null where nobody said (it hung, it broke): the whole reservation then counts. */
  settle(actual: { tokens: number; costUsd: number | null } | null): void;
}

export function createBudget({
  maxCostUsd = null,
  maxTokens = null,
}: {
  maxCostUsd?: number | null;
  maxTokens?: number | null;
}): Budget {
  let tokens = 0;
  let costUsd = 0;
  return {
    reserve(highest) {
      if (maxCostUsd !== null && (highest.costUsd === null || costUsd + highest.costUsd > maxCostUsd)) return null;
      if (maxTokens !== null && tokens + highest.tokens > maxTokens) return null;
      tokens += highest.tokens;
      costUsd += highest.costUsd ?? 0;
      let isSettled = false;
      return {
        settle(actual) {
          if (isSettled) return;
          isSettled = true;
          if (actual === null) return;
          tokens += actual.tokens - highest.tokens;
          costUsd += (actual.costUsd ?? 0) - (highest.costUsd ?? 0);
        },
      };
    },
    used: () => ({ tokens, costUsd: Math.max(0, costUsd) }),
  };
}
