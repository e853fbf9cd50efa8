import { stemEnglish } from './stem-english.ts';
import { stemFrench, withoutAccents } from './stem-french.ts';

/** The language a concept is stemmed in; `other` is compared by whole words. */
export type ConceptLanguage = 'en' | 'fr' | 'other';

/** One place of a sparse vector. Of unit length over a vector: the cosine of two vectors is the sum of products of equal terms. */
export interface ConceptTerm {
  /** `s:` and a stem, or `t:` and three characters. */
  readonly term: string;
  readonly weight: number;
}

/** A concept's terms, by term; each once. Empty for a concept without letters and digits. */
export type ConceptVector = readonly ConceptTerm[];

/** Characters of a concept that count. */
const LONGEST_CONCEPT = 120;
/** How much of the cosine the stems decide; the trigrams the rest, so that spellings and compounds of a word stay near. */
export const SHARE_OF_STEMS = 0.6;

/** Words that join others, with what is left of them without accents: they say nothing of the subject. */
const JOINING = new Set(
  `a an the of in on at by for with to from and or as is are de du des d le la les l un une et ou en au aux sur pour par dans avec`.split(
    ' ',
  ),
);

/**
 * The sparse vector of a concept: its stems and the trigrams of its words, accents folded, word order without meaning. Deterministic;
 * made to be kept in an inverted index (term, weight) where `findRecalls` looks for its neighbours.
 */
export function conceptVector(text: string, language: ConceptLanguage): ConceptVector {
  const words = wordsOf(text);
  const stems = counted(words.map((word) => `s:${stemOf(word, language)}`));
  const trigrams = counted(words.flatMap(trigramsOf));
  const terms = [...scaled(stems, SHARE_OF_STEMS), ...scaled(trigrams, 1 - SHARE_OF_STEMS)];
  return terms.sort((a, b) => (a.term < b.term ? -1 : 1));
}

/** The cosine of two concept vectors, 0 to 1. Both sorted by term, as `conceptVector` gives them. */
export function cosine(a: ConceptVector, b: ConceptVector): number {
  let sum = 0;
  let left = 0;
  let right = 0;
  while (left < a.length && right < b.length) {
    const one = a[left]!;
    const other = b[right]!;
    if (one.term === other.term) {
      sum += one.weight * other.weight;
      left++;
      right++;
    } else if (one.term < other.term) left++;
    else right++;
  }
  return Math.min(1, sum);
}

function wordsOf(text: string): string[] {
  const folded = withoutAccents(text.slice(0, LONGEST_CONCEPT).toLowerCase());
  const words = folded.match(/[\p{L}\p{N}]+(?:\+\+|#)?/gu) ?? [];
  const content = words.filter((word) => !JOINING.has(word));
  return content.length > 0 ? content : words;
}

function stemOf(word: string, language: ConceptLanguage): string {
  if (language === 'en') return stemEnglish(word);
  return language === 'fr' ? stemFrench(word) : word;
}

/** Three characters at a time, with the word's borders: `^ap`, `api`, `pi$`. */
function trigramsOf(word: string): string[] {
  const padded = [...`^${word}$`];
  return padded.slice(2).map((_, at) => `t:${padded.slice(at, at + 3).join('')}`);
}

function counted(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** Weights whose squares sum to `share`. */
function scaled(counts: ReadonlyMap<string, number>, share: number): ConceptTerm[] {
  let squares = 0;
  for (const count of counts.values()) squares += count * count;
  const scale = squares === 0 ? 0 : Math.sqrt(share / squares);
  return [...counts].map(([term, count]) => ({ term, weight: count * scale }));
}
