import type {
  ConversationSummary,
  IssueExplanation,
  ConversationMessage as MessageView,
  ProvidersReply,
} from '../../contracts/api/analysis.ts';
import type { Recall } from '../../contracts/api/recall.ts';
import {
  type Analyser,
  asAnalysisMetadata,
  type ConversationEntry,
  type ConversationMessage,
  type Explanation,
  type ProviderState,
  type StoredRecall,
  type ToldRecalls,
} from '../../core/analysis/index.ts';
import { type Clock, toInstant } from '../../core/shared/index.ts';

/** What the engine gives, in the words of the contract. */

export function asRecall(recall: StoredRecall): Recall {
  return {
    id: recall.id,
    concept: recall.concept,
    first_mention: toInstant(recall.firstMentionAt),
    last_mention: toInstant(recall.lastMentionAt),
    mention_count: recall.mentionCount,
    conversations: [...recall.conversations],
    similarity: recall.similarity,
  };
}

export function asConceptRecall({ conversationId, messageId, recalls }: ToldRecalls) {
  return { session_id: conversationId, message_id: messageId, recalls: recalls.map(asRecall) };
}

export function asConversation({
  id,
  messages,
  updatedAt,
  latest,
}: Omit<ConversationEntry, 'userId' | 'createdAt'>): ConversationSummary {
  return {
    session_id: id,
    messages,
    updated_at: toInstant(updatedAt),
    analyzed_at: latest === null ? null : toInstant(latest.metadata.analyzedAt),
    analysis: latest?.analysis ?? null,
    metadata: latest === null ? null : asAnalysisMetadata(latest.metadata),
  };
}

export function asMessage({ id, role, author, content, createdAt }: ConversationMessage): MessageView {
  return {
    ...(id === null ? {} : { id }),
    role,
    ...(author === null ? {} : { author }),
    content,
    ...(createdAt === null ? {} : { created_at: toInstant(createdAt) }),
  };
}

export function readMessage({ id, role, author, content, created_at }: MessageView): ConversationMessage {
  return {
    id: id ?? null,
    role,
    author: author ?? null,
    content,
    createdAt: created_at === undefined ? null : Date.parse(created_at),
  };
}

export function asProviders(
  states: readonly ProviderState[],
  { cache, hasBuiltin, clock }: { cache: ReturnType<Analyser['cache']>; hasBuiltin: boolean; clock: Clock },
): ProvidersReply {
  return {
    providers: states.map(({ breaker, lastError, tokens, ...state }) => ({
      ...{ name: state.name, vendor: state.vendor, model: state.model, price: state.price },
      breaker: {
        state: breaker.state,
        failuresInARow: breaker.failuresInARow,
        openUntil: breaker.openForMs > 0 ? toInstant(clock.now() + breaker.openForMs) : null,
      },
      lastError: lastError && { type: lastError.type, message: lastError.message, at: toInstant(lastError.at) },
      ...{ calls: state.calls, failures: state.failures, p95Ms: state.p95Ms, costUsd: state.costUsd },
      ...{ promptTokens: tokens.prompt, completionTokens: tokens.completion },
    })),
    builtin: hasBuiltin,
    cache,
  };
}

export function asExplanation(issue: string, explanation: Explanation): IssueExplanation {
  const { rootCause, claims, confidence, nextLook, droppedClaims, evidence, metadata } = explanation;
  return {
    issue,
    label: 'hypothesis',
    ...{ rootCause, claims, confidence, nextLook, droppedClaims },
    evidence: evidence.map(({ id, kind, label }) => ({ id, kind, label })),
    metadata: asAnalysisMetadata(metadata),
  };
}
