import type { ConceptMention, ConceptTerm, ConceptVector } from '../concepts/index.ts';

/** What is looked at next: messages of one conversation that nobody has looked at. */
export interface ConceptWork {
  conversationId: string;
  /** Pseudonym. */
  userId: string;
  /** Epoch ms of its first message: only conversations that began before it are recalled. */
  beganAt: number;
  /** Messages that were looked at before; `messages` begin here. */
  position: number;
  messages: readonly ConceptMessage[];
}

export interface ConceptMessage {
  position: number;
  /** The sender's id; null: it gave none. */
  id: string | null;
  role: string;
  content: string;
  /** Epoch ms: when it was said, else when it was stored. */
  at: number;
}

/** A concept of one conversation, to be added to what is known of it. */
export interface NewMention {
  /** Of the concept's stems: equal within a conversation for what is the same subject. */
  key: string;
  concept: string;
  vector: ConceptVector;
  firstMentionAt: number;
  lastMentionAt: number;
  mentionCount: number;
}

/** A recall as it is kept. */
export interface StoredRecall {
  id: string;
  conversationId: string;
  /** The sender's id of the message that recalled it. */
  messageId: string | null;
  concept: string;
  recalled: string;
  /** Epoch ms. */
  firstMentionAt: number;
  lastMentionAt: number;
  mentionCount: number;
  /** Ids, latest mention first, at most 20. */
  conversations: readonly string[];
  similarity: number;
  /** Epoch ms of the look. */
  at: number;
  /** It was told live; false: too unlike, or one too many for its message. */
  isTold: boolean;
}

export interface LookedAt {
  work: ConceptWork;
  mentions: readonly NewMention[];
  recalls: readonly StoredRecall[];
}

export interface ConceptSearch {
  userId: string;
  conversationId: string;
  /** Of the conversation that asks; others count when they began before. */
  beganAt: number;
  /** Stems of one concept with their weights. */
  stems: readonly ConceptTerm[];
  /** Lowest sum of products over them. */
  least: number;
  limit: number;
}

/** An inverted index of concepts, by user: who shares no stem with a concept is never read. */
export interface ConceptStore {
  /** Ids of conversations of users with messages that nobody has looked at. */
  behind(limit: number): Promise<string[]>;
  /** Null: everything was looked at, or nobody said whose conversation it is. */
  next(conversationId: string, limit: number): Promise<ConceptWork | null>;
  /** Nearest by stems first. */
  search(query: ConceptSearch): Promise<ConceptMention[]>;
  /**
   * Mentions, recalls and how far was looked, in one transaction. Gives the ids of the recalls that are new (one subject of a
   * conversation is recalled once); null: somebody else has looked at these messages, nothing is written.
   */
  keep(looked: LookedAt): Promise<Set<string> | null>;
  /** Newest first, without those that were dismissed. */
  history(query: RecallHistoryQuery): Promise<{ items: StoredRecall[]; nextCursor: string | null }>;
  /** True: it is dismissed by this call; false: it was; null: there is no such recall. */
  dismiss(id: string, at: number): Promise<boolean | null>;
  has(id: string): Promise<boolean>;
  /** Forgets concepts and recalls of the user; what was looked at stays looked at. Gives how many rows of each. */
  eraseUser(userId: string): Promise<{ mentions: number; recalls: number }>;
}

export interface RecallHistoryQuery {
  userId: string;
  minSimilarity: number;
  cursor: string | null;
  limit: number;
}
