import { type Analysis, ENTITY_TYPES, type Entity, type EntityType } from '../analysis.ts';
import { detectLanguage } from './detect-language.ts';
import type { Validated } from './validated.ts';

/** Bounds of an analysis by a model. */
export const ANALYSIS_BOUNDS = {
  sentences: { least: 2, most: 3 },
  concepts: { least: 3, most: 5 },
  entities: 50,
  summaryCharacters: 2_000,
  conceptCharacters: 80,
  entityCharacters: 200,
} as const;

/**
 * Believes nothing of what a model answered: types, counts, that nothing is empty, that each entity occurs in the text it was sent, and
 * that the summary is in the conversation's language. The faults are told to the model once.
 */
export function validateAnalysis(value: unknown, sent: { text: string; language: string | null }): Validated<Analysis> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return { faults: ['the answer is not a JSON object with summary, concepts and entities'] };
  }
  const faults: string[] = [];
  const { summary, concepts, entities } = value as Record<string, unknown>;
  const analysis = {
    summary: readSummary(summary, sent.language, faults),
    concepts: readConcepts(concepts, faults),
    entities: readEntities(entities, sent.text, faults),
  };
  return faults.length > 0 ? { faults } : { value: analysis };
}

function readSummary(summary: unknown, language: string | null, faults: string[]): string {
  if (typeof summary !== 'string' || summary.trim() === '') {
    faults.push('summary is missing, empty or not text');
    return '';
  }
  const text = summary.trim();
  const { sentences, summaryCharacters } = ANALYSIS_BOUNDS;
  const count = countSentences(text);
  if (count < sentences.least || count > sentences.most) {
    faults.push(`summary has ${count} sentences, not ${sentences.least} or ${sentences.most}`);
  }
  if (text.length > summaryCharacters) faults.push(`summary is longer than ${summaryCharacters} characters`);
  const written = detectLanguage(text);
  if (language !== null && written !== null && written !== language) {
    faults.push(`summary is written in "${written}", the conversation is in "${language}"`);
  }
  return text;
}

/** What ends no sentence, though a full stop follows. */
const ABBREVIATION =
  /(?:^|[\s(])(?:\p{Lu}|dr|mr|mrs|ms|prof|st|vs|etc|e\.g|i\.e|cf|no|m|mm|mme|mlle|p\.ex|env|approx|inc|ltd)\.\s*$/iu;

/** Sentences by the rules of Unicode, without those that end at an abbreviation. */
export function countSentences(text: string): number {
  let count = 0;
  let isOpen = false;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)) {
    if (!/[\p{L}\p{N}]/u.test(segment)) continue;
    isOpen = ABBREVIATION.test(segment);
    if (!isOpen) count++;
  }
  return isOpen ? count + 1 : count;
}

function readConcepts(concepts: unknown, faults: string[]): string[] {
  const { least, most } = ANALYSIS_BOUNDS.concepts;
  if (!Array.isArray(concepts) || !concepts.every((one): one is string => typeof one === 'string')) {
    faults.push('concepts is not a list of texts');
    return [];
  }
  const texts = concepts.map((one) => one.trim());
  if (texts.length < least || texts.length > most) {
    faults.push(`concepts has ${texts.length} entries, not ${least} to ${most}`);
  }
  if (texts.some((one) => one === '' || one.length > ANALYSIS_BOUNDS.conceptCharacters)) {
    faults.push(`a concept is empty or longer than ${ANALYSIS_BOUNDS.conceptCharacters} characters`);
  }
  if (new Set(texts.map((one) => one.toLowerCase())).size < texts.length) faults.push('a concept stands twice');
  return texts;
}

function readEntities(entities: unknown, text: string, faults: string[]): Entity[] {
  if (!Array.isArray(entities)) {
    faults.push('entities is not a list');
    return [];
  }
  if (entities.length > ANALYSIS_BOUNDS.entities) {
    faults.push(`entities has more than ${ANALYSIS_BOUNDS.entities} entries`);
    return [];
  }
  const comparable = asComparable(text);
  const read = new Map<string, Entity>();
  for (const one of entities as unknown[]) {
    const entity = readEntity(one, comparable, faults);
    if (entity !== null) read.set(`${entity.type} ${asComparable(entity.text)}`, entity);
  }
  return [...read.values()];
}

function readEntity(one: unknown, comparable: string, faults: string[]): Entity | null {
  const { text, type } = (one ?? {}) as Record<string, unknown>;
  if (typeof text !== 'string' || text.trim() === '' || text.length > ANALYSIS_BOUNDS.entityCharacters) {
    faults.push('an entity has no text, or too long a one');
    return null;
  }
  if (!isEntityType(type)) {
    faults.push(`the entity ${quoted(text)} has none of the types ${ENTITY_TYPES.join(', ')}`);
    return null;
  }
  if (!comparable.includes(asComparable(text)) || /\[redacted:/i.test(text)) {
    faults.push(`the entity ${quoted(text)} does not occur in the conversation`);
    return null;
  }
  return { text: text.trim(), type };
}

function isEntityType(type: unknown): type is EntityType {
  return (ENTITY_TYPES as readonly unknown[]).includes(type);
}

/** Equal but for case, width of spaces and the form of accents and apostrophes. */
function asComparable(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/[’‘ʼ]/g, "'").replace(/\s+/g, ' ').trim();
}

/** A short piece of what a model wrote, to tell it. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
