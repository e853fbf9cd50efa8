import { indexCandidates, stemOf } from './phrases/concept-candidates.ts';
import { rankWords } from './phrases/rank-words.ts';
import { type AnalysisLanguage, detectLanguage } from './text/detect-language.ts';
import { splitSentences } from './text/split-sentences.ts';
import { type Token, tokenise } from './text/tokenise.ts';
import { ENGLISH } from './words/english.ts';
import { FRENCH } from './words/french.ts';

export interface SummariseOptions {
  /** How many sentences at most; 3 by default. */
  sentences?: number;
  /** The text's language; detected where absent. */
  language?: AnalysisLanguage;
}

/** A sentence of a text or a conversation, with what is needed to weigh it. */
export interface SummarySentence {
  readonly text: string;
  /** Who said it, shown before it; absent for running text. */
  readonly author?: string | undefined;
  readonly tokens: readonly Token[];
  /** Place of its message in the conversation, from 0; 0 for running text. */
  readonly message: number;
}

/** A sentence of more characters is cut at a word, since a summary is read at a glance. */
const LONGEST_SHOWN = 320;
const LONGEST_AUTHOR = 60;
/** A sentence needs so many words of its own to say something. */
const FEWEST_WORDS = 4;
/** Words that a sentence best has: shorter ones say less, longer ones more than a summary should. */
const BEST_LENGTH = { from: 10, to: 24 };
/** A sentence of less than this share of the best one's weight says nothing beside it. */
const LEAST_SHARE = 0.1;
/** What both sides of a conversation say counts more than what one says twice. */
const NEW_VOICE = 1.3;
/** A conversation's sentences beyond these are not weighed one against the other. */
const MOST_COMPARED = 400;

/** The summary of a text: its weightiest sentences in their order, each as written (first letter large, fillers before it dropped). */
export function summarise(
  text: string,
  { sentences = 3, language = detectLanguage(text) }: SummariseOptions = {},
): string {
  const split = splitSentences(text).map((sentence) => ({
    text: sentence.text,
    tokens: tokenise(sentence.text, language),
    message: 0,
  }));
  return chooseSummary(split, { sentences, language });
}

/** Chooses by weight of a sentence's words (graph rank), place, length and what was chosen before; shows them in their order. */
export function chooseSummary(
  all: readonly SummarySentence[],
  { sentences, language }: { sentences: number; language: AnalysisLanguage },
): string {
  const told = all.filter((sentence) => sentence.tokens.some((token) => token.kind === 'word'));
  if (told.length <= 1) return told.map((sentence) => shown(sentence)).join(' ');
  const ranks = rankWords(
    indexCandidates(
      told.map((sentence) => sentence.tokens),
      language,
    ).sentenceStems,
  );
  const weighed = told
    .map((sentence, at) => weigh(sentence, at, told.length, { ranks, language }))
    .sort((a, b) => b.weight - a.weight || a.at - b.at)
    .slice(0, MOST_COMPARED);
  const chosen = chooseApart(weighed, sentences);
  return joined(
    chosen.map(({ at }) => told[at]!),
    language,
  );
}

interface WeighedSentence {
  at: number;
  author: string | undefined;
  weight: number;
  stems: ReadonlySet<string>;
}

interface Weights {
  ranks: ReadonlyMap<string, number>;
  language: AnalysisLanguage;
}

function weigh(sentence: SummarySentence, at: number, count: number, { ranks, language }: Weights): WeighedSentence {
  const words = sentence.tokens.filter((token) => token.kind === 'word');
  const stems = new Set(words.map((token) => stemOf(token.lower, language)));
  let content = 0;
  for (const stem of stems) content += (ranks.get(stem) ?? 0) ** 0.3;
  // The low power counts what is told more than how often: a conversation tells most things once. Weight per word would choose the shortest, the sum the longest sentence: a power of the length lies between.
  const density = content / (stems.size + 4) ** 0.35;
  const weight = density * placeWeight(at, count) * lengthWeight(words.length) * senseWeight(sentence, words, language);
  return { at, author: sentence.author, weight, stems };
}

/** What a text is about is said first; the outcome of a conversation often last. */
function placeWeight(at: number, count: number): number {
  const fromStart = 1 + 1 / (1 + at / 2);
  const isNearEnd = count > 6 && at >= count - 3;
  return isNearEnd ? fromStart + 0.1 : fromStart;
}

function lengthWeight(words: number): number {
  if (words < FEWEST_WORDS) return 0.2;
  if (words < BEST_LENGTH.from) return 0.5 + (0.5 * words) / BEST_LENGTH.from;
  return words <= BEST_LENGTH.to ? 1 : Math.max(0.5, BEST_LENGTH.to / words);
}

/** Lines of code, stacks and symbols are no sentences; a greeting says nothing; a question says less than its answer. */
function senseWeight({ text, tokens }: SummarySentence, words: readonly Token[], language: AnalysisLanguage): number {
  const fillers = (language === 'fr' ? FRENCH : ENGLISH).fillers;
  const said = words.filter((token) => !fillers.has(token.lower)).length;
  const share = words.length === 0 ? 0 : said / words.length;
  const marks = tokens.filter((token) => token.kind === 'mark' && !/[.,;:!?'"’«»()-]/.test(token.text)).length;
  const symbols =
    marks > words.length / 3 || /^\s*at\s+\S+\s*\(|:\d+:\d+\)?$|[{};]\s*$|^\s*File "/.test(text) ? 0.03 : 1;
  const question = /\?\s*["'”»)]*$/.test(text) ? 0.7 : 1;
  const facts = words.filter((token, at) => at > 0 && /^\p{Lu}\p{Ll}/u.test(token.text)).length;
  if (said === 0) return 0.02;
  return (0.3 + 0.7 * share) * symbols * question * (1 + 0.1 * Math.min(2, facts));
}

/** The weightiest, each counted less the more of its words those before it said. */
function chooseApart(weighed: readonly WeighedSentence[], count: number): WeighedSentence[] {
  const chosen: WeighedSentence[] = [];
  const said = new Set<string>();
  const authors = new Set<string | undefined>();
  let open = [...weighed];
  while (chosen.length < count && open.length > 0) {
    const news = ({ author, weight: own, stems }: WeighedSentence) => {
      const weight = authors.size > 0 && !authors.has(author) ? own * NEW_VOICE : own;
      let known = 0;
      for (const stem of stems) if (said.has(stem)) known++;
      return known === stems.size ? 0 : weight * (1 - (0.7 * known) / stems.size);
    };
    let best = open[0]!;
    let most = news(best);
    for (const sentence of open) {
      const value = news(sentence);
      if (value > most) [best, most] = [sentence, value];
    }
    if (most === 0 || (chosen.length > 0 && best.weight < LEAST_SHARE * weighed[0]!.weight)) break;
    chosen.push(best);
    authors.add(best.author);
    for (const stem of best.stems) said.add(stem);
    open = open.filter((sentence) => sentence !== best);
  }
  return chosen.sort((a, b) => a.at - b.at);
}

function joined(sentences: readonly SummarySentence[], language: AnalysisLanguage): string {
  const parts: string[] = [];
  let speaker: string | undefined;
  for (const sentence of sentences) {
    const isNew = sentence.author !== undefined && sentence.author !== speaker;
    parts.push(`${isNew ? `${speakerOf(sentence.author!)}${language === 'fr' ? ' :' : ':'} ` : ''}${shown(sentence)}`);
    speaker = sentence.author;
  }
  return parts.join(' ');
}

/** Interjections before a sentence's first comma that say nothing: "Well, …", "Oui, …". */
const LEAD =
  /^(?:(?:well|oh|yes|no|yeah|ok|okay|so|hi|hello|hey|actually|sure|right|oui|non|bon|ah|eh bien|alors|bonjour|salut|d['’]accord)[,!]\s+)+/iu;

function shown({ text }: SummarySentence): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  const rest = line.replace(LEAD, '');
  const kept = rest === '' ? line : rest;
  const cut = kept.length <= LONGEST_SHOWN ? kept : `${kept.slice(0, lastSpace(kept))}…`;
  // A cut, or the text itself, may leave half a character.
  const whole = cut.replace(/\p{Cs}/gu, '');
  const started = whole.charAt(0).toUpperCase() + whole.slice(1);
  return /[\p{L}\p{N}\p{Pf}"')]$/u.test(started) ? `${started}.` : started;
}

function lastSpace(text: string): number {
  const space = text.lastIndexOf(' ', LONGEST_SHOWN - 1);
  return space > LONGEST_SHOWN / 2 ? space : LONGEST_SHOWN - 1;
}

/** One line of bounded length, whatever a client sent as author. */
function speakerOf(author: string): string {
  return author
    .slice(0, LONGEST_AUTHOR)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ')
    .trim();
}
