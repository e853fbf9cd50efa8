import { hashText, keyOfSequence, keysWithOneReplaced } from './sequence-hash.ts';
import { ANY, type Token } from './tokenize.ts';
import { isGluedPair, isNameWithValue, type ValueLikelihood, valueLikelihoods } from './value-likelihood.ts';

/** A sentence that a shape may be an instance of: the shape with one or more words taken for values. */
export interface Generalisation {
  key: number;
  /** The least of those of the words that were taken for values. */
  likelihood: ValueLikelihood;
  tokens: () => Token[];
}

/** Places looked at one by one; later ones are still covered by the generalisations that replace all names at once. */
const PLACES = 32;
/** Words that must remain, so that a sentence is still told from others. */
const WORDS_LEFT = 2;
const ANY_HASH = hashText(ANY);

/** Every sentence that a shape is filed under, surest first, each once. Linear in the number of tokens. */
export function generalisationsOf(tokens: readonly Token[]): Generalisation[] {
  const likelihoods = valueLikelihoods(tokens);
  const words = tokens.reduce((count, token) => count + (token.kind === 'word' ? 1 : 0), 0);
  const hashes = tokens.map((token) => (token.kind === 'variable' ? ANY_HASH : hashText(token.text)));
  const found = new Map<number, Generalisation>();
  const own = keyOfSequence(hashes);
  const propose = (key: number, likelihood: ValueLikelihood, build: () => Token[]) => {
    if (key !== own && !found.has(key)) found.set(key, { key, likelihood, tokens: build });
  };
  const proposeTokens = (sentence: Token[], likelihood: ValueLikelihood, wordsLeft: number) => {
    if (wordsIn(sentence) >= wordsLeft) propose(keyOfTokens(sentence), likelihood, () => sentence);
  };
  proposeTokens(withSureValues(tokens, likelihoods), 'sure', 1);
  proposeTokens(withNames(tokens, likelihoods), 'likely', 1);
  if (tokens.some((_, index) => isGluedPair(tokens, index))) proposeTokens(withGluedPairs(tokens), 'event', WORDS_LEFT);
  if (words <= WORDS_LEFT) return [...found.values()];
  const keys = keysWithOneReplaced(hashes, ANY_HASH);
  for (let index = 0; index < Math.min(tokens.length, PLACES); index++) {
    const likelihood = likelihoods[index] ?? 'never';
    const key = keys[index];
    if (likelihood === 'never' || key === undefined) continue;
    propose(key, likelihood, () => tokens.map((token, at) => (at === index ? variable(token) : token)));
  }
  return [...found.values()];
}

function withSureValues(tokens: readonly Token[], likelihoods: readonly ValueLikelihood[]): Token[] {
  return tokens.map((token, index) => (likelihoods[index] === 'sure' ? variable(token) : token));
}

/** All that looks like a name is a value; a list of them (`a,b`) is one. */
function withNames(tokens: readonly Token[], likelihoods: readonly ValueLikelihood[]): Token[] {
  const sentence: Token[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (!token) break;
    const isPair = index > 0 && isNameWithValue(tokens, index);
    const isName = isPair || likelihoods[index] === 'likely' || likelihoods[index] === 'sure';
    const isValue = isName || token.kind === 'variable';
    if (isPair) index += 2;
    if (isValue && sentence.at(-1)?.text === ',' && sentence.at(-2)?.kind === 'variable') sentence.pop();
    else sentence.push(isName ? variable(token) : token);
  }
  return sentence;
}

/** `wpad:<int> error` may be an instance of `<host> error`; never enough by itself to make a value of the pair. */
function withGluedPairs(tokens: readonly Token[]): Token[] {
  const sentence: Token[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (!token) break;
    const isPair = isGluedPair(tokens, index);
    sentence.push(isPair ? variable(token) : token);
    if (isPair) index += 2;
  }
  return sentence;
}

function variable({ spaced }: Token): Token {
  return { text: ANY, kind: 'variable', spaced };
}

function wordsIn(tokens: readonly Token[]): number {
  return tokens.reduce((count, token) => count + (token.kind === 'word' ? 1 : 0), 0);
}

function keyOfTokens(tokens: readonly Token[]): number {
  return keyOfSequence(tokens.map((token) => (token.kind === 'variable' ? ANY_HASH : hashText(token.text))));
}
