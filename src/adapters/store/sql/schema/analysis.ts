import type { Generated } from 'kysely';

/** Columns of conversations and of what is said of them. */

export interface ConversationTable {
  id: string;
  /** Pseudonym. */
  user_id: string | null;
  created_at: number;
  updated_at: number;
  /** Messages and bytes of their contents: a bound is checked without reading them. */
  messages: number;
  bytes: number;
  /** Messages whose concepts are in the index. */
  looked: Generated<number>;
  /** Of the first message; null: nobody has looked. */
  began_at: number | null;
}

export interface ConversationMessageTable {
  conversation_id: string;
  /** From 0, without gaps. */
  position: number;
  /** The sender's. */
  message_id: string | null;
  role: string;
  author: string | null;
  content: string;
  created_at: number | null;
}

/** One for each content, providers, prompt and schema: conversations of equal content share it. */
export interface AnalysisTable {
  key: string;
  content_hash: string;
  /** JSON. */
  analysis: string;
  /** JSON. */
  metadata: string;
  /** Null: until the content changes. */
  valid_until: number | null;
}

/** The last analysis of a conversation, which need not be stored itself. */
export interface ConversationAnalysisTable {
  conversation_id: string;
  analysis_key: string;
  /** Messages there were then. */
  messages: number;
  at: number;
}
