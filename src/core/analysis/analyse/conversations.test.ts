import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../events/index.ts';
import { handClock, message } from '../analysis-fixtures.ts';
import type { NewMessages } from '../ports.ts';
import { createConversations } from './conversations.ts';

describe('a conversation', () => {
  it('is stored redacted, with the bounds it has', async () => {
    const appended: NewMessages[] = [];
    const { clock } = handClock();
    const conversations = createConversations({
      store: {
        append: async (messages) => {
          appended.push(messages);
          return { stored: messages.messages.length, total: messages.messages.length };
        },
      },
      redactor: createRedactor(),
      clock,
    });
    const posted = [message('My password=hunter2secret', { id: 'm1', author: 'Ana' }), message('')];
    expect(await conversations.add({ sessionId: 'talk', userId: 'u1', messages: posted })).toEqual({
      stored: 2,
      total: 2,
    });
    expect(appended).toEqual([
      {
        conversationId: 'talk',
        userId: 'u1',
        messages: [message('My password=[redacted:password]', { id: 'm1', author: 'Ana' }), message('')],
        at: clock.now(),
        limits: { messages: 2_000, bytes: 1_048_576 },
      },
    ]);
  });
});
