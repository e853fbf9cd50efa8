/** The messages of one conversation, by number. What was withdrawn is gone. */
export function createConversation(texts) {
  const messages = texts.map((text, index) => ({ id: index + 1, text }));
  return {
    messages,
    add(text) {
      const message = { id: messages.length + 1, text };
      messages.push(message);
      return message;
    },
  };
}

/** What everybody finds at the start; the second message was withdrawn. */
export function welcome() {
  const conversation = createConversation(['Welcome to Emergence.', 'This was a mistake.', 'What do you think about?']);
  conversation.messages.splice(1, 1);
  return conversation;
}
