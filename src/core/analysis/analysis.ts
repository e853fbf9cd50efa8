import type { AnalysisErrorType } from '../shared/index.ts';

/** What is said of conversations: the types that routes, screens, debates and the store share. Instants are epoch ms, spans ms. */

export type MessageRole = 'user' | 'assistant' | 'system' | 'tool';

export interface ConversationMessage {
  /** The sender's own id: a message whose id is known is not stored again. Null: it gave none. */
  id: string | null;
  role: MessageRole;
  /** Who speaks, where a role does not say it. */
  author: string | null;
  /** May be empty: a picture, a tool call. Such a message is never analysed. */
  content: string;
  createdAt: number | null;
}

export interface Entity {
  text: string;
  /** A model may use no others. */
  type: EntityType;
}

export const ENTITY_TYPES = [
  'person',
  'organisation',
  'place',
  'title',
  'service',
  'host',
  'ip',
  'version',
  'error_class',
  'trace_id',
  'duration',
] as const;
export type EntityType = (typeof ENTITY_TYPES)[number];

export interface Analysis {
  /** Two or three sentences. */
  summary: string;
  /** Three to five. */
  concepts: string[];
  /** Each occurs in the conversation. */
  entities: Entity[];
}

/** Why a call to a provider brought nothing; also the label of `memory_analysis_failure_total`. */
export type ErrorType = AnalysisErrorType;

/** One call, or one that was not made. A repair turn is a second attempt of the same provider. */
export interface Attempt {
  /** Name of the entry. */
  provider: string;
  model: string;
  /** `skipped`: its breaker is open, or the budget does not cover it; nothing was sent. */
  outcome: 'success' | 'failure' | 'skipped';
  errorType: ErrorType | null;
  /** HTTP status; null: none came. */
  status: number | null;
  durationMs: number;
}

export interface Tokens {
  prompt: number;
  completion: number;
}

export interface AnalysisMetadata {
  /** Name of the entry that answered, or `builtin`. */
  provider: string;
  /** Null: the built-in analyser. */
  model: string | null;
  attempts: Attempt[];
  cache: 'none' | 'memory' | 'database';
  /** ISO 639-1; `und`: not known. */
  language: string;
  /** True: made of the text's own sentences, without a model. */
  extractive: boolean;
  /** Of all attempts together, those that failed too. */
  tokens: Tokens;
  /** Of all attempts together; null: a price is not known. */
  costUsd: number | null;
  promptVersion: string;
  schemaVersion: string;
  analyzedAt: number;
}

export type SkipReason = 'already_analyzed' | 'no_history' | 'no_changes';

export interface CompletedAnalysis {
  status: 'completed';
  sessionId: string;
  force: boolean;
  analysis: Analysis;
  metadata: AnalysisMetadata;
}

export interface SkippedAnalysis {
  status: 'skipped';
  reason: SkipReason;
  sessionId: string;
  /** The analysis there is, with what is known of it; null: there is none (`no_history`). */
  known: { analysis: Analysis; metadata: AnalysisMetadata } | null;
}

export interface FailedAnalysis {
  status: 'failed';
  sessionId: string;
  /** Every provider failed, and the built-in analyser is switched off. */
  attempts: Attempt[];
  error: string;
  /** ms until a provider may be asked again. */
  retryAfterMs: number;
}

export type AnalysisOutcome = CompletedAnalysis | SkippedAnalysis | FailedAnalysis;

/** The provider that needs no model. */
export const BUILTIN = 'builtin';
