import { type ConversationMessage, ENTITY_TYPES } from '../analysis.ts';
import { ANALYSIS_BOUNDS } from '../answer/validate-analysis.ts';
import type { PromptPart } from '../chain/fence-data.ts';

/** Part of every cache key: a change of the words, the form or the languages makes new analyses. */
export const PROMPT_VERSION = '1';
export const SCHEMA_VERSION = '1';
export const LANGUAGE_VERSION = '1';

/** The form of an analysis, as each vendor is asked for it. Counts stand in words: not every vendor takes them in a schema. */
export const ANALYSIS_SCHEMA = {
  name: 'conversation_analysis',
  json: {
    type: 'object',
    additionalProperties: false,
    required: ['summary', 'concepts', 'entities'],
    properties: {
      summary: {
        type: 'string',
        description: 'What the conversation is about and what came of it, in 2 or 3 sentences.',
      },
      concepts: {
        type: 'array',
        description: '3 to 5 different key concepts, each a short noun phrase.',
        items: { type: 'string' },
      },
      entities: {
        type: 'array',
        description: 'Names, places, titles and other named things, each written exactly as in the conversation.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['text', 'type'],
          properties: { text: { type: 'string' }, type: { type: 'string', enum: [...ENTITY_TYPES] } },
        },
      },
    },
  },
} as const;

const LANGUAGE_NAMES: Readonly<Record<string, string>> = {
  en: 'English',
  fr: 'French',
  de: 'German',
  es: 'Spanish',
  it: 'Italian',
  pt: 'Portuguese',
};

/** Our own words. They name JSON: one vendor refuses to answer in it otherwise. */
export function systemPrompt(language: string | null): string {
  const { sentences, concepts, entities } = ANALYSIS_BOUNDS;
  const inLanguage = language === null ? 'the language of the conversation' : (LANGUAGE_NAMES[language] ?? language);
  return [
    'You analyse conversations. Answer with one JSON object and nothing else, with these properties:',
    `- "summary": text, exactly ${sentences.least} or ${sentences.most} sentences: what the conversation is about and what came of it.`,
    `- "concepts": list of ${concepts.least} to ${concepts.most} different short noun phrases.`,
    `- "entities": list of at most ${entities} objects {"text", "type"}: names, places, titles and other named things that occur in the` +
      ` conversation, "text" written exactly as it stands there, "type" one of ${ENTITY_TYPES.join(', ')}; an empty list when there are none.`,
    `Write summary and concepts in ${inLanguage}. Say nothing that the conversation does not say.`,
  ].join('\n');
}

export function conversationPrompt(messages: readonly ConversationMessage[]): PromptPart[] {
  return [
    { text: 'Analyse this conversation. One speaker after the other, oldest first:' },
    { data: asText(messages), label: 'conversation' },
    { text: 'Answer now with the JSON object described above.' },
  ];
}

function asText(messages: readonly ConversationMessage[]): string {
  return messages
    .map(({ role, author, content }) => `${author === null ? role : `${role} ${author}`}: ${content}`)
    .join('\n');
}
