/** What the engine takes of the knobs of `analysis`; without the schema, which threads do without. Spans in ms. */

interface Keys {
  openai: string | null;
  anthropic: string | null;
  google: string | null;
}

interface Keyed {
  vendor: 'openai' | 'anthropic' | 'google' | 'compatible';
  apiKey: string | null;
  baseUrl: string | null;
}

interface Knobs {
  attempt: number;
  total: number;
  outputTokens: number;
  cacheEntries: number;
  cacheTtl: number;
  standIn: number;
  conversationMessages: number;
  conversationBytes: number;
  recall: { threshold: number; perMessage: number; historyThreshold: number };
  breaker: {
    failuresInARow: number;
    failedShare: number;
    calls: number;
    window: number;
    open: number;
    longestOpen: number;
    longestRetryAfter: number;
  };
}

/** A vendor's key goes to the vendor's own address only. */
export function keyOf({ vendor, apiKey, baseUrl }: Keyed, keys: Keys): string | null {
  if (apiKey !== null || vendor === 'compatible' || baseUrl !== null) return apiKey;
  return keys[vendor];
}

/** The entries with their keys, in order, as the chain of models takes them. */
export function providersOf<Entry extends Keyed>({ providers, keys }: { providers: readonly Entry[]; keys: Keys }) {
  return providers.map((entry) => ({ ...entry, apiKey: keyOf(entry, keys) }));
}

/** Bounds of the chain of models, of the analyser, of recall and of a conversation. */
export function analysisLimitsOf({ breaker, recall, ...knobs }: Knobs) {
  const { window, open, longestOpen, longestRetryAfter, ...counts } = breaker;
  return {
    chain: {
      attemptMs: knobs.attempt,
      totalMs: knobs.total,
      maxOutputTokens: knobs.outputTokens,
      breaker: {
        ...counts,
        windowMs: window,
        openMs: open,
        longestOpenMs: longestOpen,
        longestRetryAfterMs: longestRetryAfter,
      },
    },
    analyser: { cache: { entries: knobs.cacheEntries, ttlMs: knobs.cacheTtl }, standInMs: knobs.standIn },
    recall,
    conversation: { messages: knobs.conversationMessages, bytes: knobs.conversationBytes },
  };
}
