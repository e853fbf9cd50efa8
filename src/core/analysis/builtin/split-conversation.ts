import type { SummarySentence } from './summarise.ts';
import { type AnalysisLanguage, detectLanguage } from './text/detect-language.ts';
import { splitSentences } from './text/split-sentences.ts';
import { tokenise } from './text/tokenise.ts';

/** A message of a conversation as the analyser reads it. */
export interface AnalysedMessage {
  readonly role: string;
  readonly text: string;
  /** Who wrote it; shown before what is quoted of them. */
  readonly author?: string | undefined;
}

/** Characters of a conversation that are read, from its start; the seed's bound for what is posted along is 1 MiB. */
const MOST_CHARACTERS = 1_048_576;
/** Sentences that are read. */
const MOST_SENTENCES = 20_000;

export interface SplitConversation {
  readonly language: AnalysisLanguage;
  readonly sentences: SummarySentence[];
  /** The text of all messages that were read, one after the other. */
  readonly text: string;
  /** Whether the conversation is longer than what is read. */
  readonly isCut: boolean;
}

/** The sentences of a conversation with their authors, and its language where none was given. */
export function splitConversation(messages: readonly AnalysedMessage[], given?: AnalysisLanguage): SplitConversation {
  const texts = readable(messages);
  const text = texts.map((message) => message.text).join('\n');
  const language = given ?? detectLanguage(text);
  const sentences: SummarySentence[] = [];
  for (const [at, message] of texts.entries()) {
    for (const sentence of splitSentences(message.text)) {
      if (sentences.length >= MOST_SENTENCES) return { language, sentences, text, isCut: true };
      const tokens = tokenise(sentence.text, language);
      sentences.push({ text: sentence.text, author: message.author, tokens, message: at });
    }
  }
  return { language, sentences, text, isCut: texts.length < messages.length || text.length >= MOST_CHARACTERS };
}

function readable(messages: readonly AnalysedMessage[]): AnalysedMessage[] {
  const texts: AnalysedMessage[] = [];
  let left = MOST_CHARACTERS;
  for (const message of messages) {
    if (left <= 0) break;
    const text = message.text.slice(0, left);
    left -= text.length + 1;
    texts.push({ ...message, text });
  }
  return texts;
}
