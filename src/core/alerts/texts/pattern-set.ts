import { foldText } from './fold-text.ts';
import { compilePattern, type LinearPattern } from './linear-pattern.ts';

/** A clause as patterns see it. */
export interface FoldedClause {
  folded: string;
  words: readonly string[];
}

const WORD = /[\p{L}\p{N}]+/gu;

export function foldClause(text: string): FoldedClause {
  const folded = foldText(text);
  return { folded, words: folded.match(WORD) ?? [] };
}

/** The first pattern, as it was written, that is in the clause; null: none is. */
export type PatternSet = (clause: FoldedClause) => string | null;

interface Phrase {
  source: string;
  words: { text: string; isPrefix: boolean }[];
}

/**
 * Words and `/regular expressions/`. Words are found whole: `off` is not in `coffee`; `humidif*` is any word that begins so; what stands between words
 * (spaces, hyphens, apostrophes) does not matter. Throws a SyntaxError for a pattern that cannot be understood.
 */
export function compilePatterns(sources: readonly string[]): PatternSet {
  const expressions: { source: string; matches: LinearPattern }[] = [];
  const byFirstWord = new Map<string, Phrase[]>();
  const byPrefix: Phrase[] = [];
  for (const source of sources) {
    const expression = /^\/(.*)\/$/su.exec(source)?.[1];
    if (expression !== undefined) {
      expressions.push({ source, matches: compilePattern(expression) });
      continue;
    }
    const phrase = phraseOf(source);
    const first = phrase.words[0]!;
    if (first.isPrefix) byPrefix.push(phrase);
    else byFirstWord.set(first.text, [...(byFirstWord.get(first.text) ?? []), phrase]);
  }
  return ({ folded, words }) => {
    for (let at = 0; at < words.length; at += 1) {
      const begun = byFirstWord.get(words[at]!);
      const found = begun?.find((one) => isAt(one, words, at)) ?? byPrefix.find((one) => isAt(one, words, at));
      if (found) return found.source;
    }
    return expressions.find(({ matches }) => matches(folded))?.source ?? null;
  };
}

function phraseOf(source: string): Phrase {
  const words = [...foldText(source).matchAll(/([\p{L}\p{N}]+)(\*?)/gu)].map(([, text = '', star]) => ({
    text,
    isPrefix: star === '*',
  }));
  if (words.length === 0) throw new SyntaxError('has no word in it');
  return { source, words };
}

function isAt({ words }: Phrase, given: readonly string[], at: number): boolean {
  return words.every(({ text, isPrefix }, index) => {
    const word = given[at + index];
    return word !== undefined && (isPrefix ? word.startsWith(text) : word === text);
  });
}
