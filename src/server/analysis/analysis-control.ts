import type {
  AnalyzeReply,
  Attempt,
  ConversationDetail,
  ConversationMessage,
  ConversationSummary,
  IssueExplanation,
  ProvidersReply,
} from '../../contracts/api/analysis.ts';
import type { MemoryErased, Recall, RecallAction } from '../../contracts/api/recall.ts';
import type { PeopleLanguage } from '../../core/shared/index.ts';

/**
 * What people and programs do with conversations, explanations and recalls, in the words of the contract: the engine behind it is loaded
 * at the first call. Users come as they are called, and are kept as pseudonyms.
 */
export interface AnalysisControl {
  /** Throws `not_found`; rejects with the reason of `signal` when the caller left. */
  analyse(request: {
    sessionId: string;
    messages?: readonly ConversationMessage[] | undefined;
    force: boolean;
    signal: AbortSignal;
  }): Promise<AnalyzeReply | AnalysisFailed>;
  /** Throws `too_large`. */
  addMessages(posted: {
    sessionId: string;
    user: string | null;
    messages: readonly ConversationMessage[];
  }): Promise<{ stored: number; total: number }>;
  /** Newest first; `user` null: of everybody. */
  conversations(query: {
    user: string | null;
    cursor: string | null;
    limit: number;
  }): Promise<{ items: ConversationSummary[]; nextCursor: string | null }>;
  /** Null: there is none. */
  conversation(id: string): Promise<ConversationDetail | null>;
  providers(): Promise<ProvidersReply>;
  /** The last one in that language; null: nobody asked for one yet. */
  explanation(issueId: string, language: PeopleLanguage): Promise<IssueExplanation | null>;
  /** Throws `not_found`. */
  explain(request: {
    issueId: string;
    language: PeopleLanguage;
    force: boolean;
  }): Promise<IssueExplanation | AnalysisFailed>;
  /** Newest first. */
  recalls(query: {
    user: string;
    minSimilarity: number;
    cursor: string | null;
    limit: number;
  }): Promise<{ items: Recall[]; nextCursor: string | null }>;
  /** False: there is no such recall. */
  interact(id: string, action: RecallAction): Promise<boolean>;
  erase(request: { user: string; what: 'recalls' | 'everything' }): Promise<MemoryErased>;
  /** How a user is called in the audit trail. */
  referenceOf(user: string): Promise<string>;
}

/** Nobody answered: every provider failed, and the built-in analyser is switched off. */
export interface AnalysisFailed {
  status: 'failed';
  error: string;
  retryAfterSeconds: number;
  attempts: Attempt[];
}
