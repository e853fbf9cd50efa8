import { type ConceptVector, cosine } from './concept-vector.ts';

/** A concept of the new message. */
export interface NewConcept {
  readonly concept: string;
  readonly vector: ConceptVector;
}

/** A concept as it stands in the index: what one conversation of the same user said of it. */
export interface ConceptMention {
  readonly concept: string;
  readonly vector: ConceptVector;
  readonly conversationId: string;
  /** Epoch milliseconds. */
  readonly firstMentionAt: number;
  /** Epoch milliseconds. */
  readonly lastMentionAt: number;
  readonly mentionCount: number;
}

/** A concept of the new message that earlier conversations already had. */
export interface ConceptRecall {
  /** As the new message has it. */
  readonly concept: string;
  /** As the nearest earlier conversation had it. */
  readonly recalled: string;
  /** Cosine of the nearest one, 0 to 1. */
  readonly similarity: number;
  /** Epoch milliseconds, over all conversations that reach the threshold. */
  readonly firstMentionAt: number;
  readonly lastMentionAt: number;
  readonly mentionCount: number;
  /** Ids, the latest mention first; at most 20. `conversationCount` counts all. */
  readonly conversations: readonly string[];
  readonly conversationCount: number;
}

export interface FindRecallsOptions {
  concepts: readonly NewConcept[];
  /** Mentions of the same user, of conversations before this one: whoever asks sees to that. */
  candidates: readonly ConceptMention[];
  /** Lowest cosine of a recall. */
  threshold?: number;
  /** Recalls given at most. */
  most?: number;
}

/** The lowest cosine that is told of. */
export const RECALL_THRESHOLD = 0.75;
/** Recalls told of per message. */
export const MOST_RECALLS = 3;

const MOST_CONVERSATIONS = 20;

/**
 * What earlier conversations already had of a message's concepts: the nearest first, at most three. One recall per earlier subject: two
 * concepts of the message that recall the same conversations by the same words are told once.
 */
export function findRecalls(options: FindRecallsOptions): ConceptRecall[] {
  const { concepts, candidates, threshold = RECALL_THRESHOLD, most = MOST_RECALLS } = options;
  const recalls = concepts.flatMap((concept) => recallOf(concept, candidates, threshold) ?? []);
  recalls.sort(
    (a, b) => b.similarity - a.similarity || b.mentionCount - a.mentionCount || (a.concept < b.concept ? -1 : 1),
  );
  const told = new Set<string>();
  const distinct = recalls.filter((recall) => {
    const key = recall.recalled.toLowerCase();
    return told.has(key) ? false : told.add(key);
  });
  return distinct.slice(0, most);
}

function recallOf(
  { concept, vector }: NewConcept,
  candidates: readonly ConceptMention[],
  threshold: number,
): ConceptRecall | null {
  const near = candidates
    .map((mention) => ({ mention, similarity: cosine(vector, mention.vector) }))
    .filter(({ similarity }) => similarity >= threshold)
    .sort((a, b) => b.similarity - a.similarity || b.mention.lastMentionAt - a.mention.lastMentionAt);
  const nearest = near[0];
  if (!nearest) return null;
  const mentions = near.map(({ mention }) => mention);
  const latestFirst = [...mentions].sort((a, b) => b.lastMentionAt - a.lastMentionAt);
  const conversations = [...new Set(latestFirst.map((mention) => mention.conversationId))];
  return {
    concept,
    recalled: nearest.mention.concept,
    similarity: nearest.similarity,
    firstMentionAt: mentions.reduce((first, mention) => Math.min(first, mention.firstMentionAt), Infinity),
    lastMentionAt: latestFirst[0]!.lastMentionAt,
    mentionCount: mentions.reduce((sum, mention) => sum + mention.mentionCount, 0),
    conversations: conversations.slice(0, MOST_CONVERSATIONS),
    conversationCount: conversations.length,
  };
}
