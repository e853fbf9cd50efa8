import type { CandidateIndex, ConceptCandidate } from './phrases/concept-candidates.ts';
import { indexCandidates } from './phrases/concept-candidates.ts';
import { type RankedPhrase, rankPhrases } from './phrases/rank-phrases.ts';
import { type AnalysisLanguage, detectLanguage } from './text/detect-language.ts';
import { splitSentences } from './text/split-sentences.ts';
import { tokenise } from './text/tokenise.ts';

export interface ExtractConceptsOptions {
  /** How many at most; 5 by default. */
  count?: number;
  /** The text's language; detected where absent. */
  language?: AnalysisLanguage;
}

/** A subject whose words are all in a better one says nothing more: it comes behind, unless it is frequent by itself. */
const INSIDE_ANOTHER = 0.55;

/**
 * What a text is about: noun phrases, best first, each a piece of the text (a capital that only a sentence's start gave is small).
 * Phrases by closed word classes, endings and neighbours; ranked by graph rank (PositionRank), inverse document frequency of words,
 * frequency, first place and length. Deterministic; linear in the text but for one sort.
 */
export function extractConcepts(
  text: string,
  { count = 5, language = detectLanguage(text) }: ExtractConceptsOptions = {},
): string[] {
  const sentences = splitSentences(text).map((sentence) => tokenise(sentence.text, language));
  return chooseConcepts(indexCandidates(sentences, language), count);
}

/** The best `count` subjects of an index, the same subject never twice; `isNone` tells what is none, by its surface. */
export function chooseConcepts(
  index: CandidateIndex,
  count: number,
  isNone: (surface: string) => boolean = () => false,
): string[] {
  const ranked = rankPhrases(index).filter(({ candidate }) => !isNone(surfaceOf(candidate)));
  // Only the best can be chosen: the comparison of each with each stays bounded.
  const chosen: RankedPhrase[] = [];
  let open = ranked.slice(0, count * 4);
  while (chosen.length < count && open.length > 0) {
    const best = open.reduce((most, phrase) => (weighed(phrase, chosen) > weighed(most, chosen) ? phrase : most));
    chosen.push(best);
    open = open.filter((phrase) => phrase !== best);
  }
  return chosen.map(({ candidate }) => surfaceOf(candidate));
}

function weighed({ candidate, score }: RankedPhrase, chosen: readonly RankedPhrase[]): number {
  const isInside = chosen.some((other) => candidate.stems.every((stem) => other.candidate.stems.includes(stem)));
  return isInside && candidate.count < 3 ? score * INSIDE_ANOTHER : score;
}

/** The most frequent way to write it; of equals the one with fewer capitals, then the first. */
function surfaceOf(candidate: ConceptCandidate): string {
  const capitals = (surface: string) => surface.replace(/[^\p{Lu}]/gu, '').length;
  let best: [string, number] = ['', 0];
  for (const [surface, times] of candidate.surfaces) {
    if (times > best[1] || (times === best[1] && capitals(surface) < capitals(best[0]))) best = [surface, times];
  }
  return best[0];
}
