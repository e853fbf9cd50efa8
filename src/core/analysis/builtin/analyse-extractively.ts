import type { Entity, EntityType } from '../analysis.ts';
import { findEntities } from './entities/find-entities.ts';
import { chooseConcepts } from './extract-concepts.ts';
import { indexCandidates } from './phrases/concept-candidates.ts';
import { type AnalysedMessage, splitConversation } from './split-conversation.ts';
import { chooseSummary } from './summarise.ts';
import type { AnalysisLanguage } from './text/detect-language.ts';

export interface AnalyseExtractivelyOptions {
  messages: readonly AnalysedMessage[];
  /** Detected where absent. */
  language?: AnalysisLanguage;
  /** Concepts at most; 5 by default. */
  concepts?: number;
  /** Sentences of the summary at most; 3 by default. */
  sentences?: number;
}

/** What the built-in analyser says of a conversation: nothing that is not in it. */
export interface ExtractiveAnalysis {
  /** Two or three sentences of the conversation, or fewer where it has fewer; empty only where there is no word. */
  readonly summary: string;
  /** Best first; usually 3 to 5, fewer where the conversation has fewer noun phrases. */
  readonly concepts: readonly string[];
  readonly entities: readonly Entity[];
  readonly language: AnalysisLanguage;
  /** Whether the conversation is longer than what is read (1 MiB, 20,000 sentences). */
  readonly isCut: boolean;
}

/** Entities of these types are no subject: who was there, when, and what identifies one thing only. */
const NO_SUBJECT: ReadonlySet<EntityType> = new Set(['person', 'duration', 'version', 'trace_id', 'ip']);
/** Roles that are no names, whatever the client wrote as author. */
const NO_NAME = /^(?:user|assistant|system|tool|bot|agent|human|ai|client|customer|support|person\s?\d*)$/i;
const NAME = /^\p{Lu}[\p{L}\p{M}'’.-]{1,30}(?: \p{Lu}[\p{L}\p{M}'’.-]{0,30}){0,2}$/u;

/**
 * Summary, concepts and typed entities of a conversation, without a model: deterministic, without network, never throwing, in time
 * linear in the text. English and French by their words; other languages by their capitals, marks and frequencies.
 */
export function analyseExtractively(options: AnalyseExtractivelyOptions): ExtractiveAnalysis {
  const { language, sentences, text, isCut } = splitConversation(options.messages, options.language);
  const index = indexCandidates(
    sentences.map((sentence) => sentence.tokens),
    language,
  );
  const authors = new Set(sentences.flatMap((sentence) => (sentence.author === undefined ? [] : [sentence.author])));
  const people = [...authors].filter((author) => NAME.test(author) && !NO_NAME.test(author));
  const entities = findEntities(text, people);
  return {
    summary: chooseSummary(sentences, { sentences: options.sentences ?? 3, language }),
    concepts: chooseConcepts(index, options.concepts ?? 5, namesOf(entities)),
    entities,
    language,
    isCut,
  };
}

function namesOf(entities: readonly Entity[]): (surface: string) => boolean {
  const names = new Set(
    entities.flatMap(({ text, type }) =>
      NO_SUBJECT.has(type) ? [text.toLowerCase(), ...text.toLowerCase().split(' ')] : [],
    ),
  );
  return (surface) => names.has(surface.toLowerCase());
}
