import type { Clock } from '../../shared/index.ts';
import type { ConversationMessage } from '../analysis.ts';
import type { ConversationStore } from '../ports.ts';

export interface ConversationLimits {
  /** Of one conversation. */
  messages: number;
  bytes: number;
}

export const CONVERSATION_LIMITS: ConversationLimits = { messages: 2_000, bytes: 1024 * 1024 };

export interface Conversations {
  /** Stores what is new, redacted. Throws `too_large` when the conversation would grow beyond its bounds; then nothing is stored. */
  add(posted: {
    sessionId: string;
    /** Pseudonym. */
    userId: string | null;
    messages: readonly ConversationMessage[];
  }): Promise<{ stored: number; total: number }>;
}

export function createConversations({
  store,
  redactor,
  clock,
  limits = CONVERSATION_LIMITS,
}: {
  store: Pick<ConversationStore, 'append'>;
  redactor: { text(text: string): string };
  clock: Clock;
  limits?: ConversationLimits;
}): Conversations {
  return {
    add({ sessionId, userId, messages }) {
      const redacted = messages.map((message) => ({
        ...message,
        author: message.author === null ? null : redactor.text(message.author),
        content: redactor.text(message.content),
      }));
      return store.append({ conversationId: sessionId, userId, messages: redacted, at: clock.now(), limits });
    },
  };
}
