/** Columns of what conversations have in common, and of what is said of issues. */

/** One subject of one conversation. */
export interface ConceptMentionTable {
  conversation_id: string;
  /** Of the concept's stems. */
  key: string;
  /** Pseudonym. */
  user_id: string;
  concept: string;
  /** JSON. */
  vector: string;
  first_at: number;
  last_at: number;
  mentions: number;
}

/** Where a stem occurs: the inverted index. */
export interface ConceptPostingTable {
  user_id: string;
  term: string;
  conversation_id: string;
  key: string;
  weight: number;
  /** Of the conversation. */
  began_at: number;
}

export interface ConceptRecallTable {
  id: string;
  user_id: string;
  conversation_id: string;
  message_id: string | null;
  concept: string;
  recalled: string;
  similarity: number;
  first_at: number;
  last_at: number;
  mentions: number;
  /** JSON: ids. */
  conversations: string;
  at: number;
  is_told: number;
  dismissed_at: number | null;
}

/** The last explanation of an issue, in one language of people. */
export interface IssueExplanationTable {
  issue_id: string;
  language: string;
  /** Of everything it was made of. */
  evidence_hash: string;
  /** JSON. */
  explanation: string;
  /** Null: until the evidence changes. */
  valid_until: number | null;
  at: number;
}
