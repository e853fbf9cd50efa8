const LONGEST = 40;

/** What a message answers, in short; null when it answers nothing that is there. */
export function quoteOf(message, messages) {
  if (message.replyTo === undefined) return null;
  const earlier = messages.find(({ id }) => id === message.replyTo);
  if (earlier === undefined) return null;
  return shorten(earlier.text);
}

function shorten(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
