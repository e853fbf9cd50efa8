import type { CandidateIndex, ConceptCandidate } from './concept-candidates.ts';
import { rankWords } from './rank-words.ts';

/** A candidate and its score; higher is more of what the text is about. */
export interface RankedPhrase {
  readonly candidate: ConceptCandidate;
  readonly score: number;
}

/** How often a phrase of so many words is what a person would index a text by, against one of two words. */
const LENGTH_WEIGHT = [0, 0.42, 1, 1.08, 0.95, 0.85, 0.7];
/** A word of every text counts this much: an inverse document frequency in one step, from the lists of weak words. */
const WEAK_WORD = 0.3;
/** The same beside a word that is none: "natural numbers", "finite element method" are subjects. */
const WEAK_WORD_BESIDE = 0.55;
const NAME_BONUS = 1.15;

/** All candidates, best first, by graph rank, inverse document frequency, frequency, first place and length. Ties by the key. */
export function rankPhrases(index: CandidateIndex): RankedPhrase[] {
  const ranks = rankWords(index.sentenceStems);
  return [...index.candidates.values()]
    .map((candidate) => ({ candidate, score: scoreOf(candidate, ranks) }))
    .sort((a, b) => b.score - a.score || (a.candidate.key < b.candidate.key ? -1 : 1));
}

function scoreOf(candidate: ConceptCandidate, ranks: ReadonlyMap<string, number>): number {
  const { stems, isWeak } = candidate;
  let sum = 0;
  const weak = isWeak.every((each) => each) ? WEAK_WORD * (stems.length > 1 ? 1.5 : 1) : WEAK_WORD_BESIDE;
  for (const [at, stem] of stems.entries()) {
    // The fifth root keeps the graph from drowning what is said once: in a short text most subjects are.
    const rank = (ranks.get(stem) ?? 0) ** 0.2;
    sum += rank * (isWeak[at] ? weak : rarity(stem));
  }
  const length = LENGTH_WEIGHT[Math.min(stems.length, LENGTH_WEIGHT.length - 1)]!;
  const frequency = 1 + 0.5 * Math.log2(candidate.count);
  const place = 1 + 0.6 / (1 + Math.log2(1 + candidate.firstAt / 8));
  const name = candidate.names > 0 ? NAME_BONUS : 1;
  return (sum / stems.length) * length * frequency * place * name;
}

/** Longer words are rarer (Zipf's law of abbreviation): what a background corpus would say, within narrow bounds. */
function rarity(stem: string): number {
  return Math.min(1.15, 0.75 + 0.06 * stem.length);
}
