import { stemEnglish } from '../../concepts/stem-english.ts';
import { stemFrench } from '../../concepts/stem-french.ts';
import { GIVEN_NAMES, ORGANISATIONS, PLACES } from '../entities/names.ts';
import type { AnalysisLanguage } from '../text/detect-language.ts';
import type { Token } from '../text/tokenise.ts';
import { ENGLISH } from '../words/english.ts';
import { FRENCH } from '../words/french.ts';
import { findNounPhrases } from './find-noun-phrases.ts';

/** A noun phrase of the text under all its inflections. */
export interface ConceptCandidate {
  /** Its stems, joined by a space. */
  readonly key: string;
  readonly stems: readonly string[];
  /** Whether each stem is a word of every text. */
  readonly isWeak: readonly boolean[];
  /** How often each way to write it occurs; a surface is a piece of the text. */
  readonly surfaces: Map<string, number>;
  /** Place of its first word among all words of the text. */
  readonly firstAt: number;
  count: number;
  /** How often it was written with a capital letter inside a sentence. */
  names: number;
}

/** What the graph is made of: the candidates, and the stems of each sentence's phrases in order. */
export interface CandidateIndex {
  readonly candidates: Map<string, ConceptCandidate>;
  readonly sentenceStems: string[][];
  readonly words: number;
}

/** Distinct phrases kept: later ones of a longer text are counted nowhere, since what matters is said before. */
const MOST_CANDIDATES = 20_000;
/** Ways to write a phrase that are told apart. */
const MOST_SURFACES = 8;

/** The stem of a word in the text's language; other languages are compared by the lower case. */
export function stemOf(lower: string, language: AnalysisLanguage): string {
  if (language === 'en') return stemEnglish(lower);
  return language === 'fr' ? stemFrench(lower) : lower;
}

/** The candidates of sentences already cut into tokens. Linear in the number of tokens. */
export function indexCandidates(sentences: readonly (readonly Token[])[], language: AnalysisLanguage): CandidateIndex {
  const index: CandidateIndex & { words: number } = {
    candidates: new Map(),
    sentenceStems: [],
    words: 0,
  };
  for (const tokens of sentences) {
    const stems: string[] = [];
    for (const phrase of findNounPhrases(tokens, language)) {
      const first = index.words + tokens.indexOf(phrase[0]!);
      const isSentenceStart = phrase[0] === tokens[0];
      for (const stem of addPhrase(index, phrase, { language, first, isSentenceStart })) stems.push(stem);
    }
    index.sentenceStems.push(stems);
    index.words += tokens.length;
  }
  return index;
}

interface Place {
  language: AnalysisLanguage;
  first: number;
  isSentenceStart: boolean;
}

/** Counts a phrase, and gives its stems for the graph; none for a phrase that says nothing. */
function addPhrase(index: CandidateIndex, phrase: readonly Token[], place: Place): string[] {
  const words = place.language === 'fr' ? FRENCH : ENGLISH;
  const content = phrase.filter((token) => !words.joiners.has(token.lower));
  if (content.every((token) => isTooShort(token))) return [];
  if (content.length === 1 && words.fillers.has(content[0]!.lower)) return [];
  const stems = content.map((token) => stemOf(token.lower, place.language));
  const key = stems.join(' ');
  let candidate = index.candidates.get(key);
  if (!candidate && index.candidates.size < MOST_CANDIDATES) {
    const isWeak = content.map(({ lower }) => words.weakNouns.has(lower) || words.weakAdjectives.has(lower));
    candidate = { key, stems, isWeak, surfaces: new Map(), firstAt: place.first, count: 0, names: 0 };
    index.candidates.set(key, candidate);
  }
  if (candidate) count(candidate, phrase, place);
  return stems;
}

function count(candidate: ConceptCandidate, phrase: readonly Token[], place: Place): void {
  candidate.count++;
  if (!place.isSentenceStart && /^\p{Lu}/u.test(phrase[0]!.text)) candidate.names++;
  const surface = surfaceOf(phrase, place);
  if (candidate.surfaces.size >= MOST_SURFACES && !candidate.surfaces.has(surface)) return;
  candidate.surfaces.set(surface, (candidate.surfaces.get(surface) ?? 0) + 1);
}

function isTooShort(token: Token): boolean {
  return token.text.length < 2 || !/\p{L}{2}|\p{L}\p{N}|\p{N}\p{L}/u.test(token.text);
}

/** The phrase as written, its first letter small where only the start of the sentence made it a capital. */
function surfaceOf(phrase: readonly Token[], { isSentenceStart, language }: Place): string {
  const texts = phrase.map(
    (token, at) => (token.lower === 'd' && language === 'fr' ? "d'" : token.text) + gap(phrase, at, language),
  );
  const first = phrase[0]!.text;
  const isName = isKnownName(first.toLowerCase()) || /^\p{Lu}/u.test(phrase[1]?.text ?? '');
  const isOnlyCapital = isSentenceStart && !isName && /^\p{Lu}\p{Ll}+$/u.test(first);
  if (isOnlyCapital) texts[0] = first[0]!.toLowerCase() + texts[0]!.slice(1);
  return texts.join('');
}

function isKnownName(lower: string): boolean {
  return PLACES.has(lower) || ORGANISATIONS.has(lower) || GIVEN_NAMES.has(lower);
}

function gap(phrase: readonly Token[], at: number, language: AnalysisLanguage): string {
  if (at === phrase.length - 1) return '';
  return language === 'fr' && phrase[at]!.lower === 'd' ? '' : ' ';
}
