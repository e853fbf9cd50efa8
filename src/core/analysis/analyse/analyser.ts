import { type AnalysisMetrics, type Clock, GuardianError, steadyNow } from '../../shared/index.ts';
import type {
  Analysis,
  AnalysisMetadata,
  AnalysisOutcome,
  CompletedAnalysis,
  ConversationMessage,
  FailedAnalysis,
} from '../analysis.ts';
import { BUILTIN } from '../analysis.ts';
import { detectLanguage } from '../answer/detect-language.ts';
import { validateAnalysis } from '../answer/validate-analysis.ts';
import { createRecentCache, RECENT_CACHE_LIMITS, type RecentCacheLimits } from '../cache/recent-cache.ts';
import { createSharedFlights } from '../cache/share-flights.ts';
import type { Completion } from '../chain/completion.ts';
import type { ModelChain } from '../chain/model-chain.ts';
import type { AnalysisFeed, AnalysisStore, ConversationStore, ExtractiveAnalyser, KnownAnalysis } from '../ports.ts';
import {
  ANALYSIS_SCHEMA,
  conversationPrompt,
  LANGUAGE_VERSION,
  PROMPT_VERSION,
  SCHEMA_VERSION,
  systemPrompt,
} from './analysis-prompt.ts';
import { cacheKeyOf, contentHashOf, messagesWithText } from './content-hash.ts';
import { extract } from './extract.ts';

export interface AnalyserLimits {
  cache: RecentCacheLimits;
  /** ms that the built-in analyser's answer stands in for providers that all failed. */
  standInMs: number;
}

export const ANALYSER_LIMITS: AnalyserLimits = { cache: RECENT_CACHE_LIMITS, standInMs: 300_000 };

export interface AnalyserOptions {
  chain: ModelChain;
  /** Null: switched off; where no provider answers, nobody does. */
  builtin: ExtractiveAnalyser | null;
  conversations: Pick<ConversationStore, 'read'>;
  analyses: AnalysisStore;
  redactor: { text(text: string): string };
  metrics: AnalysisMetrics;
  feed: AnalysisFeed;
  clock: Clock;
  limits?: Partial<AnalyserLimits>;
}

export interface AnalyseRequest {
  sessionId: string;
  /** Posted along: they are the conversation. Undefined: the stored one. */
  messages?: readonly ConversationMessage[];
  /** Skips both caches and renews both. */
  force?: boolean;
  signal?: AbortSignal;
}

export interface Analyser {
  /**
   * Says what a conversation is about. Throws `not_found` when it is not stored and no messages are posted along; rejects with the reason
   * of `signal` when the caller left; that nobody answered is an outcome.
   */
  analyse(request: AnalyseRequest): Promise<AnalysisOutcome>;
  /** Of this node's memory; hits and misses since the start, hits of both layers. */
  cache(): { entries: number; limit: number; hits: number; misses: number };
}

/** What one piece of work gives: something to keep, or nothing but what was tried. */
type Made = { known: Kept } | { failed: Pick<FailedAnalysis, 'attempts' | 'error' | 'retryAfterMs'> };
type Kept = Pick<KnownAnalysis, 'analysis' | 'metadata' | 'validUntil'>;

interface Job {
  request: AnalyseRequest;
  /** Those with text. */
  messages: readonly ConversationMessage[];
  /** All there are. */
  count: number;
  contentHash: string;
  key: string;
}

export function createAnalyser(options: AnalyserOptions): Analyser {
  const { chain, builtin, conversations, analyses, redactor, metrics, feed, clock } = options;
  const limits = { ...ANALYSER_LIMITS, ...options.limits };
  const recent = createRecentCache<Kept>(clock, limits.cache);
  const flights = createSharedFlights<Made>();
  let hits = 0;
  let misses = 0;
  metrics.know(chain.names);
  metrics.cacheSize(() => recent.size());

  const isGood = ({ validUntil }: { validUntil: number | null }) => validUntil === null || clock.now() < validUntil;

  async function messagesOf({ sessionId, messages }: AnalyseRequest): Promise<readonly ConversationMessage[]> {
    if (messages !== undefined) return messages;
    const conversation = await conversations.read(sessionId);
    if (conversation === null)
      throw new GuardianError('not_found', { path: (m) => m.server.things.conversation(sessionId) });
    return conversation.messages;
  }

  async function outcomeOf(request: AnalyseRequest): Promise<AnalysisOutcome> {
    const { sessionId, force = false, signal } = request;
    const all = await messagesOf(request);
    const messages = messagesWithText(all);
    if (messages.length === 0) return { status: 'skipped', reason: 'no_history', sessionId, known: null };
    const contentHash = contentHashOf(messages);
    const latest = force ? null : await analyses.latest(sessionId);
    if (latest !== null && latest.contentHash === contentHash && isGood(latest)) {
      const reason = all.length > latest.messages ? 'no_changes' : 'already_analyzed';
      return { status: 'skipped', reason, sessionId, known: { analysis: latest.analysis, metadata: latest.metadata } };
    }
    signal?.throwIfAborted();
    const key = cacheKeyOf({
      contentHash,
      promptVersion: PROMPT_VERSION,
      schemaVersion: SCHEMA_VERSION,
      languageVersion: LANGUAGE_VERSION,
      entries: chain.identity,
      hasBuiltin: builtin !== null,
    });
    const job: Job = { request, messages, count: all.length, contentHash, key };
    return force ? askAnew(job) : ((await fromCaches(job)) ?? askAnew(job));
  }

  async function fromCaches(job: Job): Promise<CompletedAnalysis | null> {
    const inMemory = recent.get(job.key);
    if (inMemory !== undefined) return hit(job, inMemory, 'memory');
    const stored = await analyses.find(job.key);
    if (stored !== null && isGood(stored)) {
      remember(job.key, stored);
      return hit(job, stored, 'database');
    }
    // An equal call may have come to its end while this one asked the database.
    const meanwhile = recent.get(job.key);
    if (meanwhile !== undefined) return hit(job, meanwhile, 'memory');
    misses++;
    metrics.cacheMiss();
    return null;
  }

  async function hit(job: Job, known: Kept, layer: 'memory' | 'database'): Promise<CompletedAnalysis> {
    hits++;
    metrics.cacheHit(layer);
    await keepFor(job, known);
    return completed(job.request, { ...known, metadata: { ...known.metadata, cache: layer } });
  }

  function remember(key: string, known: Kept): void {
    recent.set(key, known, known.validUntil === null ? undefined : known.validUntil - clock.now());
  }

  /** The conversation's last analysis is then this one: the next equal call is skipped. */
  function keepFor({ request, key, contentHash, count }: Job, known: Kept): Promise<void> {
    const { sessionId } = request;
    return analyses.keep({ ...known, key, sessionId, contentHash, messages: count, at: clock.now() });
  }

  async function askAnew(job: Job): Promise<CompletedAnalysis | FailedAnalysis> {
    const { sessionId, signal } = job.request;
    let isMine = false;
    const made = await flights.join(job.key, signal, (shared) => {
      isMine = true;
      return make(job, shared);
    });
    if ('failed' in made) return { status: 'failed', sessionId, ...made.failed };
    if (!isMine) await keepMade(job, made.known);
    return completed(job.request, made.known);
  }

  async function make(job: Job, signal: AbortSignal): Promise<Made> {
    // Whoever reads it, a model or the built-in analyser: what is said of it is stored and shown.
    const messages = job.messages.map((message) => ({
      ...message,
      author: message.author === null ? null : redactor.text(message.author),
      content: redactor.text(message.content),
    }));
    const language = detectLanguage(messages.map(({ content }) => content).join('\n'));
    const asked = await askProviders(messages, language, signal);
    const made = asked.ok ? { known: byModel(asked, language) } : await byBuiltin(messages, asked, language);
    if ('known' in made) await keepMade(job, made.known);
    return made;
  }

  function askProviders(
    messages: readonly ConversationMessage[],
    language: string | null,
    signal: AbortSignal,
  ): Promise<Completion<Analysis>> {
    return chain.complete({
      system: systemPrompt(language),
      prompt: conversationPrompt(messages),
      schema: ANALYSIS_SCHEMA,
      validate: (value, sent) => validateAnalysis(value, { text: sent, language }),
      signal,
      onEntry: ({ provider, outcome, errorType, durationMs }) => {
        if (errorType === null) metrics.success(provider);
        else metrics.failure(provider, errorType);
        metrics.duration(provider, outcome, durationMs / 1000);
      },
    });
  }

  function byModel(asked: Completion<Analysis> & { ok: true }, language: string | null): Kept {
    const metadata = metadataOf(asked, {
      provider: asked.provider,
      model: asked.model,
      language: language ?? detectLanguage(asked.value.summary) ?? 'und',
      extractive: false,
    });
    return { analysis: asked.value, metadata, validUntil: null };
  }

  async function byBuiltin(
    messages: readonly ConversationMessage[],
    asked: Completion<Analysis> & { ok: false },
    language: string | null,
  ): Promise<Made> {
    if (builtin === null) {
      const { attempts, error, retryAfterMs } = asked;
      return { failed: { attempts, error: error.message, retryAfterMs } };
    }
    const since = steadyNow(clock);
    const { analysis, language: found } = await extract(builtin, messages, language);
    metrics.success(BUILTIN);
    metrics.duration(BUILTIN, 'success', (steadyNow(clock) - since) / 1000);
    const metadata = metadataOf(asked, { provider: BUILTIN, model: null, language: found, extractive: true });
    // Where no provider is set it is the answer; where they failed it stands in until they may be asked again.
    const validUntil = chain.isEmpty ? null : clock.now() + limits.standInMs;
    return { known: { analysis, metadata, validUntil } };
  }

  /** A stand-in never takes the place of what a model said of the same content. */
  async function keepMade(job: Job, known: Kept): Promise<void> {
    if (known.validUntil !== null) {
      const before = await analyses.find(job.key);
      if (before !== null && before.validUntil === null) return;
    }
    remember(job.key, known);
    await keepFor(job, known);
  }

  function metadataOf(
    { attempts, tokens, costUsd }: Completion<Analysis>,
    by: Pick<AnalysisMetadata, 'provider' | 'model' | 'language' | 'extractive'>,
  ): AnalysisMetadata {
    return {
      ...by,
      attempts,
      cache: 'none',
      tokens,
      costUsd,
      promptVersion: PROMPT_VERSION,
      schemaVersion: SCHEMA_VERSION,
      analyzedAt: clock.now(),
    };
  }

  return {
    async analyse(request) {
      request.signal?.throwIfAborted();
      const outcome = await outcomeOf(request);
      feed.told(outcome);
      return outcome;
    },
    cache: () => ({ entries: recent.size(), limit: recent.limit, hits, misses }),
  };
}

function completed({ sessionId, force = false }: AnalyseRequest, { analysis, metadata }: Kept): CompletedAnalysis {
  return { status: 'completed', sessionId, force, analysis, metadata };
}
