import type { AnalysisLanguage } from '../text/detect-language.ts';
import type { Token } from '../text/tokenise.ts';
import { ENGLISH } from '../words/english.ts';
import { FRENCH } from '../words/french.ts';
import type { LanguageWords } from '../words/language-words.ts';
import { wordSet } from '../words/word-set.ts';
import { classifyEnglish } from './classify-english.ts';
import { classifyFrench } from './classify-french.ts';
import { classifyOther } from './classify-other.ts';
import { isNominal, type WordClass } from './word-class.ts';

/** Words of a phrase, joiners included; of a longer run its last ones are the phrase. */
const LONGEST_PHRASE = 6;
const KINDS_BY_PARTICIPLE =
  wordSet(`distributed embedded integrated coupled weighted truncated closed mixed fixed combined guided
  aided layered structured automated directed bounded constrained associated organized simulated compressed shared trusted mediated
  assisted connected coordinated encoded embodied applied advanced augmented accelerated averaged amplified stimulated converted
  oriented supervised unsupervised generalized generalised modified restricted regulated forced controlled
  linked nested patterned staged cached scheduled indexed ranked ordered sampled routed networked stressed layered modelled shaped`);
const EMPTY_HEADS =
  wordSet(`méthode méthodes ensemble nombre type types sorte sortes cas exemple exemples façon série quantité problème
  problèmes majorité partie`);
const PARTS_OF_DOCUMENTS = /^(?:section|table|figure|fig|chapter|part|step|page|tableau|chapitre|étape)$/;

/** The noun phrases of a sentence, in order: maximal runs of nouns and what describes them, without weak edges. */
export function findNounPhrases(tokens: readonly Token[], language: AnalysisLanguage): Token[][] {
  const classes = classesOf(tokens, language);
  const words = language === 'fr' ? FRENCH : ENGLISH;
  const phrases: Token[][] = [];
  let run: number[] = [];
  const close = () => {
    const phrase = trimmed(run, tokens, classes, words, language);
    if (phrase.length > 0) phrases.push(phrase);
    run = [];
  };
  for (let at = 0; at < tokens.length; at++) {
    if (isNominal(classes[at]) || isJoin(tokens, classes, at) || isVersion(tokens, classes, at)) run.push(at);
    else close();
    // "the seller's feedback score" is about the score; "Newton's method" is a name.
    if (/^\p{Ll}.*['’]s$/u.test(tokens[at]!.text)) run = [];
  }
  close();
  return phrases;
}

function classesOf(tokens: readonly Token[], language: AnalysisLanguage): WordClass[] {
  if (language === 'other') return classifyOther(tokens);
  return language === 'fr' ? classifyFrench(tokens) : classifyEnglish(tokens);
}

function isJoin(tokens: readonly Token[], classes: readonly WordClass[], at: number): boolean {
  if (classes[at] !== 'joiner' || !isNominal(classes[at - 1]) || !isNominal(classes[at + 1])) return false;
  // "machine à laver" is one thing, "école à Bruxelles" two; "méthode de détection" is about the detection.
  const isPlace = (tokens[at]!.lower === 'à' || tokens[at]!.lower === 'en') && /^\p{Lu}/u.test(tokens[at + 1]!.text);
  // "à cause de", "à titre commercial": an adverb.
  const isAdverb = tokens[at]!.lower === 'à' && FRENCH.weakNouns.has(tokens[at + 1]!.lower);
  return !isPlace && !isAdverb && !EMPTY_HEADS.has(tokens[at - 1]!.lower);
}

/** A short number after a name belongs to it: `HTTP 503`, `Node 24`. */
function isVersion(tokens: readonly Token[], classes: readonly WordClass[], at: number): boolean {
  const before = tokens[at - 1];
  const token = tokens[at]!;
  if (token.kind !== 'number' || token.text.length > 6 || !before || classes[at - 1] !== 'noun') return false;
  const isName = /^\p{Lu}/u.test(before.text) && !PARTS_OF_DOCUMENTS.test(before.lower);
  return isName && token.at === before.end + 1;
}

/** "New York", "Great Britain": capitals inside a sentence that is no heading in capitals. */
function isInName(tokens: readonly Token[], at: number): boolean {
  const isCapital = (token: Token | undefined) => token !== undefined && /^\p{Lu}/u.test(token.text);
  if (at === 0 || !isCapital(tokens[at]) || !isCapital(tokens[at + 1])) return false;
  const near = tokens.slice(Math.max(0, at - 12), at + 12).filter((token) => token.kind === 'word');
  return near.filter(isCapital).length * 2 < near.length;
}

/** "the measured temperatures" are temperatures; "distributed systems" are a kind of their own. */
function isReportedAct(lower: string, language: AnalysisLanguage): boolean {
  const isVerb = ENGLISH.verbs.has(lower) || ENGLISH.verbsOrNouns.has(lower);
  return language !== 'fr' && lower.endsWith('ed') && isVerb && !KINDS_BY_PARTICIPLE.has(lower);
}

function trimmed(
  run: readonly number[],
  tokens: readonly Token[],
  classes: readonly WordClass[],
  words: LanguageWords,
  language: AnalysisLanguage,
): Token[] {
  let from = 0;
  let to = run.length;
  const isMeasure = (place: number) =>
    place < run.length - 1 &&
    words.measures.has(tokens[run[place]!]!.lower) &&
    !words.weakNouns.has(tokens[run[place + 1]!]!.lower);
  const isWeak = (place: number) =>
    words.weakAdjectives.has(tokens[run[place]!]!.lower) && !isMeasure(place) && !isInName(tokens, run[place]!);
  const isAtEdge = (place: number) => isWeak(place) || classes[run[place]!] === 'joiner';
  const mayStart = (place: number) => !isAtEdge(place) && !isReportedAct(tokens[run[place]!]!.lower, language);
  while (from < to && !mayStart(from)) from++;
  // In English an adjective never ends a noun phrase; in French it may.
  const mayEnd = (place: number) =>
    !isAtEdge(place) &&
    (language === 'fr' || classes[run[place]!] !== 'adjective' || /^\p{Lu}/u.test(tokens[run[place]!]!.text));
  while (to > from && !mayEnd(to - 1)) to--;
  if (to - from > LONGEST_PHRASE) from = to - LONGEST_PHRASE + 2;
  while (from < to && classes[run[from]!] === 'joiner') from++;
  return run.slice(from, to).map((at) => tokens[at]!);
}
