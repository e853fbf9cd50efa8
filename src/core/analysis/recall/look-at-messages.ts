import { setImmediate } from 'node:timers/promises';
import { shortHash } from '../../shared/index.ts';
import { detectLanguage, extractConcepts } from '../builtin/index.ts';
import { type ConceptVector, conceptVector, type NewConcept } from '../concepts/index.ts';
import type { ConceptMessage, NewMention } from './concept-store.ts';

/** Characters of a message that are read: its subject stands there or nowhere. */
const READ_CHARACTERS = 8_000;
/** After so many, some 15 ms of work, other requests have their turn. */
const CHARACTERS_AT_ONCE = 16_000;
/** Concepts of one message. */
const CONCEPTS = 8;
/** Whose words are the same in every conversation, and nobody's subject. */
const UNREAD_ROLES: ReadonlySet<string> = new Set(['system', 'tool']);

export interface MessageConcept extends NewConcept {
  key: string;
}

export interface LookedMessage {
  message: ConceptMessage;
  concepts: readonly MessageConcept[];
}

/** What each message is about; those of programs are passed over. Others have their turn in between. */
export async function conceptsOf(messages: readonly ConceptMessage[]): Promise<LookedMessage[]> {
  const read = messages.filter(({ role }) => !UNREAD_ROLES.has(role));
  const all = read.map(({ content }) => content.slice(0, READ_CHARACTERS)).join('\n');
  // A short message says little of its language; those around it say more.
  const language = detectLanguage(all.slice(0, READ_CHARACTERS));
  const looked: LookedMessage[] = [];
  let characters = 0;
  for (const message of read) {
    const texts = extractConcepts(message.content.slice(0, READ_CHARACTERS), { count: CONCEPTS, language });
    const concepts = texts.map((concept) => {
      const vector = conceptVector(concept, language);
      return { concept, vector, key: keyOf(vector) };
    });
    looked.push({ message, concepts: concepts.filter(({ vector }) => stemsOf(vector).length > 0) });
    characters += message.content.length;
    if (characters < CHARACTERS_AT_ONCE) continue;
    characters = 0;
    await setImmediate();
  }
  return looked;
}

/** The stems of a vector: what the inverted index holds. */
export function stemsOf(vector: ConceptVector): ConceptVector {
  return vector.filter(({ term }) => term.startsWith('s:'));
}

/** Equal for what has equal stems. */
function keyOf(vector: ConceptVector): string {
  return shortHash(
    stemsOf(vector)
      .map(({ term }) => term)
      .join(' '),
    16,
  );
}

/** Every subject of the messages once, with how often and when it was mentioned. */
export function mentionsOf(looked: readonly LookedMessage[]): NewMention[] {
  const mentions = new Map<string, NewMention>();
  for (const { message, concepts } of looked) {
    for (const { key, concept, vector } of new Map(concepts.map((one) => [one.key, one])).values()) {
      const known = mentions.get(key);
      mentions.set(key, {
        ...{ key, concept: known?.concept ?? concept, vector: known?.vector ?? vector },
        firstMentionAt: Math.min(known?.firstMentionAt ?? message.at, message.at),
        lastMentionAt: Math.max(known?.lastMentionAt ?? message.at, message.at),
        mentionCount: (known?.mentionCount ?? 0) + 1,
      });
    }
  }
  return [...mentions.values()];
}
