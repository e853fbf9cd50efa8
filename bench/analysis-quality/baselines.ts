import { stemEnglish } from '../../src/core/analysis/concepts/stem-english.ts';

/** Takes a text, gives its phrases, best first. */
export type PhraseExtractor = (text: string) => string[];

const STOP_WORDS = new Set(
  `a about above across after again against all almost along also although always am among an and another any are as at be because been
  before being below between both but by can cannot could did do does doing done down due during each either etc even every few first for
  from further give given had has have having he hence her here him his how however i if in into is it its itself just least less made make
  many may me might more most much must my new no nor not now of off often on once one only onto or other our out over own per rather same
  she should since so some such than that the their them then there therefore these they this those three through thus to too two under
  until up upon use used using very via was we well were what when where whether which while who whom whose why will with within without
  would yet you your based proposed show shows shown paper results result presented described`.split(/\s+/),
);

/** RAKE (Rose et al. 2010): runs between stop words and marks, scored by the sum of degree / frequency of their words. */
export const rake: PhraseExtractor = (text) => {
  const runs = runsOf(text);
  const degree = new Map<string, number>();
  const frequency = new Map<string, number>();
  for (const run of runs) {
    for (const word of run) {
      frequency.set(word, (frequency.get(word) ?? 0) + 1);
      degree.set(word, (degree.get(word) ?? 0) + run.length);
    }
  }
  return ranked(runs, (run) => sum(run.map((word) => degree.get(word)! / frequency.get(word)!)));
};

/** TextRank (Mihalcea and Tarau 2004) without a tagger: PageRank over words two apart, runs scored by the sum. */
export const textRank: PhraseExtractor = (text) => {
  const runs = runsOf(text);
  const links = new Map<string, Set<string>>();
  const words = runs.flat();
  for (const [at, word] of words.entries()) {
    const next = words[at + 1];
    if (!links.has(word)) links.set(word, new Set());
    if (next === undefined || next === word) continue;
    links.get(word)!.add(next);
    links.set(next, (links.get(next) ?? new Set()).add(word));
  }
  let ranks = new Map([...links.keys()].map((word) => [word, 1]));
  for (let round = 0; round < 30; round++) {
    ranks = new Map(
      [...links].map(([word, near]) => [
        word,
        0.15 + 0.85 * sum([...near].map((other) => ranks.get(other)! / links.get(other)!.size)),
      ]),
    );
  }
  return ranked(runs, (run) => sum(run.map((word) => ranks.get(word)!)));
};

/** YAKE (Campos et al. 2020): case, position, frequency, relatedness and spread of words; phrases of up to three; low is good. */
export const yake: PhraseExtractor = (text) => {
  const sentences = text
    .split(/(?<=[.!?])\s+|\n/)
    .map((sentence) => sentence.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*|[^\s]/gu) ?? []);
  const scores = yakeWords(sentences);
  const phrases = yakePhrases(sentences);
  const scored = [...phrases.values()].map(({ count, words, text: phrase }) => {
    const known = words.filter((word) => !isStop(word)).map((word) => scores.get(word) ?? 1);
    const product = known.reduce((total, score) => total * score, 1);
    return { phrase, score: product / (count * (1 + sum(known))) };
  });
  return withoutNearDuplicates(scored.sort((a, b) => a.score - b.score).map(({ phrase }) => phrase));
};

interface YakePhrase {
  count: number;
  words: string[];
  text: string;
}

function yakePhrases(sentences: readonly (readonly string[])[]): Map<string, YakePhrase> {
  const phrases = new Map<string, YakePhrase>();
  const add = (tokens: readonly string[]) => {
    const words = tokens.map((token) => token.toLowerCase());
    if (words.some((word) => !/\p{L}/u.test(word)) || isStop(words[0]!) || isStop(words.at(-1)!)) return;
    const entry = phrases.get(words.join(' ')) ?? { count: 0, words, text: tokens.join(' ') };
    entry.count++;
    phrases.set(words.join(' '), entry);
  };
  for (const tokens of sentences) {
    for (let from = 0; from < tokens.length; from++) {
      for (let to = from + 1; to <= Math.min(tokens.length, from + 3); to++) add(tokens.slice(from, to));
    }
  }
  return phrases;
}

interface YakeWord {
  count: number;
  capitals: number;
  sentences: number[];
  left: string[];
  right: string[];
}

function yakeWords(sentences: readonly (readonly string[])[]): Map<string, number> {
  const seen = new Map<string, YakeWord>();
  for (const [at, tokens] of sentences.entries()) {
    for (const [place, token] of tokens.entries()) noteYakeWord(seen, { token, place, sentence: at, tokens });
  }
  const counts = [...seen].filter(([word]) => !isStop(word)).map(([, entry]) => entry.count);
  const average = sum(counts) / Math.max(1, counts.length);
  const deviation = Math.sqrt(sum(counts.map((count) => (count - average) ** 2)) / Math.max(1, counts.length));
  const most = Math.max(1, ...counts);
  const scoreOf = (entry: YakeWord) => {
    const casing = entry.capitals / (1 + Math.log(entry.count));
    const position = Math.log(Math.log(3 + entry.sentences[Math.floor(entry.sentences.length / 2)]!));
    const frequency = entry.count / (average + deviation || 1);
    const related = 1 + ((distinctShare(entry.left) + distinctShare(entry.right)) * entry.count) / most;
    const spread = new Set(entry.sentences).size / sentences.length;
    return (related * position) / (casing + frequency / related + spread / related);
  };
  return new Map([...seen].map(([word, entry]) => [word, scoreOf(entry)]));
}

interface YakePlace {
  token: string;
  place: number;
  sentence: number;
  tokens: readonly string[];
}

function noteYakeWord(seen: Map<string, YakeWord>, { token, place, sentence, tokens }: YakePlace): void {
  const word = token.toLowerCase();
  if (!/\p{L}/u.test(word)) return;
  const entry = seen.get(word) ?? { count: 0, capitals: 0, sentences: [], left: [], right: [] };
  entry.count++;
  if (place > 0 && /^\p{Lu}/u.test(token)) entry.capitals++;
  entry.sentences.push(sentence);
  if (tokens[place - 1]) entry.left.push(tokens[place - 1]!.toLowerCase());
  if (tokens[place + 1]) entry.right.push(tokens[place + 1]!.toLowerCase());
  seen.set(word, entry);
}

function distinctShare(words: readonly string[]): number {
  return words.length === 0 ? 0 : new Set(words).size / words.length;
}

function withoutNearDuplicates(phrases: readonly string[]): string[] {
  const kept: string[] = [];
  for (const phrase of phrases.slice(0, 60)) {
    const words = new Set(phrase.toLowerCase().split(' ').map(stemEnglish));
    const isNear = kept.some((other) => {
      const otherWords = other.toLowerCase().split(' ').map(stemEnglish);
      return otherWords.filter((word) => words.has(word)).length / Math.max(words.size, otherWords.length) > 0.9;
    });
    if (!isNear) kept.push(phrase);
  }
  return kept;
}

function runsOf(text: string): string[][] {
  const runs: string[][] = [[]];
  for (const [token] of text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}'’-]*|[^\s]/gu)) {
    const word = token.toLowerCase();
    if (!/\p{L}/u.test(word) || isStop(word)) runs.push([]);
    else runs.at(-1)!.push(word);
  }
  return runs.filter((run) => run.length > 0 && run.length <= 5);
}

function ranked(runs: readonly string[][], scoreOf: (run: string[]) => number): string[] {
  const scores = new Map(runs.map((run) => [run.join(' '), scoreOf(run)]));
  return [...scores].sort(([, a], [, b]) => b - a).map(([phrase]) => phrase);
}

function isStop(word: string): boolean {
  return STOP_WORDS.has(word) || word.length < 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
