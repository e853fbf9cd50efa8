import { z } from 'zod';
import { instant, pageQuery } from './shared.ts';

export const recall = z.object({
  id: z.string(),
  concept: z.string(),
  first_mention: instant,
  last_mention: instant,
  mention_count: z.int(),
  conversations: z.array(z.string()),
  similarity: z.number(),
});
export type Recall = z.infer<typeof recall>;
export const recallQuery = z.strictObject({
  user_id: z.string().min(1).max(200),
  min_similarity: z.coerce.number().min(0.6).max(1).default(0.6),
  cursor: pageQuery.shape.cursor,
  limit: pageQuery.shape.limit,
});
export const recallInteraction = z.strictObject({ action: z.enum(['view_history', 'dismiss', 'auto_hide']) });
export type RecallAction = z.infer<typeof recallInteraction>['action'];

/** Told live: what one message recalled. */
export const conceptRecall = z.object({
  session_id: z.string(),
  /** The sender's id of the message; null: it gave none. */
  message_id: z.string().nullable(),
  recalls: z.array(recall),
});
/** `recalls`: what was recalled and the index of concepts; the conversations stay. `everything`: conversations and analyses too. */
export const memoryErase = z.strictObject({
  user_id: z.string().min(1).max(200),
  what: z.enum(['recalls', 'everything']).default('everything'),
});
export const memoryErased = z.object({ conversations: z.int(), mentions: z.int(), recalls: z.int() });
export type MemoryErased = z.infer<typeof memoryErased>;
