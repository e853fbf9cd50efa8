import { OTHER_SIGNS } from '../text/detect-language.ts';
import type { Token } from '../text/tokenise.ts';
import type { WordClass } from './word-class.ts';

/** From this share of capitals on, the language writes its nouns so (German). */
const CAPITALS_OF_NOUNS = 0.12;

/** Without a list of its words: capitals inside a sentence are names or nouns, short words join others, and the rest may be anything. */
export function classifyOther(tokens: readonly Token[]): WordClass[] {
  const words = tokens.filter((token, at) => at > 0 && token.kind === 'word');
  const capitals = words.filter((token) => isCapital(token)).length;
  const hasNounCapitals = capitals >= 2 && capitals > words.length * CAPITALS_OF_NOUNS;
  return tokens.map((token) => {
    if (token.kind !== 'word') return token.kind;
    if (OTHER_SIGNS.has(token.lower)) return 'closed';
    if (isCapital(token) || !/^\p{Script=Latin}/u.test(token.text)) return 'noun';
    return hasNounCapitals || token.text.length < 5 ? 'closed' : 'noun';
  });
}

function isCapital(token: Token): boolean {
  return /^\p{Lu}/u.test(token.text);
}
