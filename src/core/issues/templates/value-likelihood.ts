import type { Token } from './tokenize.ts';

/**
 * How likely a word in a message is a value rather than part of the sentence, judged by its form and its neighbours only.
 * The order of the levels is the order of how many different words it takes at one place before they count as values.
 */
export type ValueLikelihood = 'never' | 'first' | 'event' | 'word' | 'likely' | 'sure';

/** Nouns that introduce a name: `user cyrus`, `class a.b.C`. */
const NAMING_NOUNS = new Set(
  'user username account host hostname class key namespace topic database table column field bucket driver'.split(' '),
);
/** Prepositions that introduce a name when nothing but the next part of the sentence follows: `for root from`. */
const NAMING_PREPOSITIONS = new Set(['for', 'by', 'from', 'via']);
const PREPOSITIONS = new Set(['for', 'by', 'from', 'via', 'as', 'to', 'on', 'at', 'in', 'of', 'with']);
const FUNCTION_WORDS = new Set(
  'not no is was has had have are were been be and or the a an of in on to for by with from at it its this that all any as if but than then because due'.split(
    ' ',
  ),
);
/** `started`, `Stopping`: says what happened, so it separates messages. */
const EVENT_WORD = /^\w{3,32}(?:ed|ing)$/;
/** `RUNNING`, `E_FAIL`, `POST`: one of a fixed list that the program knows. */
const ENUM_WORD = /^[A-Z][A-Z_]*$/;
const DOTTED = /[a-zA-Z]\.[a-zA-Z]/;
/** `a.b`, `orders_total`, `a/b`, `fooBar`: a name of something. */
const IDENTIFIER = /[a-zA-Z][._@$/\\~][a-zA-Z]|[a-z][A-Z]/;
const ENCLOSING: Record<string, string> = { '(': ')', '[': ']' };

/** One likelihood per token; linear. */
export function valueLikelihoods(tokens: readonly Token[]): ValueLikelihood[] {
  const likelihoods: ValueLikelihood[] = [];
  for (let index = 0; index < tokens.length; index++) {
    likelihoods.push(likelihoodInList(tokens, index, likelihoods) ?? likelihoodAt(tokens, index));
  }
  return likelihoods;
}

function likelihoodAt(tokens: readonly Token[], index: number): ValueLikelihood {
  const token = tokens[index];
  if (token?.kind !== 'word' || isKey(tokens, index)) return 'never';
  const before = tokens[index - 1];
  return before ? likelihoodBehind(before, token.text, tokens[index + 1]) : likelihoodOfFirst(token.text);
}

function likelihoodOfFirst(text: string): ValueLikelihood {
  if (DOTTED.test(text)) return 'likely';
  return FUNCTION_WORDS.has(text) ? 'never' : 'first';
}

function isNamingNoun({ kind, text }: Token): boolean {
  return kind === 'word' && NAMING_NOUNS.has(text.toLowerCase());
}

function isQuotedBy(before: Token, next: Token | undefined): boolean {
  return (before.text === '"' || before.text === "'") && next?.text === before.text;
}

function likelihoodBehind(before: Token, text: string, next: Token | undefined): ValueLikelihood {
  if (isQuotedBy(before, next)) return 'sure';
  const isAssigned = before.text === '=' || before.text === ':';
  if (ENUM_WORD.test(text)) return isAssigned ? 'word' : 'never';
  if (FUNCTION_WORDS.has(text)) return 'never';
  const isEvent = EVENT_WORD.test(text);
  if (!isEvent && isNamingNoun(before)) return 'sure';
  if (NAMING_PREPOSITIONS.has(before.text) && endsPhrase(next)) return 'sure';
  if (isAssigned || (next && ENCLOSING[before.text] === next.text)) return 'likely';
  if (isEvent) return 'event';
  return IDENTIFIER.test(text) ? 'likely' : 'word';
}

/** An item after a comma without a space is what the item before it is. */
function likelihoodInList(tokens: readonly Token[], index: number, before: ValueLikelihood[]): ValueLikelihood | null {
  const comma = tokens[index - 1];
  const token = tokens[index];
  if (comma?.text !== ',' || comma.spaced || token?.kind !== 'word' || token.spaced) return null;
  const likelihood = before[index - 2];
  return (likelihood === 'sure' || likelihood === 'likely') && !isKey(tokens, index) ? likelihood : null;
}

/** `name=…`, `name:…`; a colon and a space also end an introduction (`queue orders: 3 waiting`), which is no key. */
function isKey(tokens: readonly Token[], index: number): boolean {
  const next = tokens[index + 1];
  if (next?.text === '=') return true;
  if (next?.text !== ':') return false;
  if (!tokens[index + 2]?.spaced) return true;
  return index === 0 && !DOTTED.test(tokens[index]?.text ?? '');
}

function endsPhrase(next: Token | undefined): boolean {
  return !next || next.kind === 'variable' || PREPOSITIONS.has(next.text);
}

/** `orders_total:48`, `a/b:1.2`: a name and a value without a space between them are one value. */
export function isNameWithValue(tokens: readonly Token[], index: number): boolean {
  return isGluedPair(tokens, index) && /[a-zA-Z][._/][a-zA-Z]/.test(tokens[index]?.text ?? '');
}

/** `wpad:<int>`: a word, a colon and a variable without a space between them. */
export function isGluedPair(tokens: readonly Token[], index: number): boolean {
  const colon = tokens[index + 1];
  const value = tokens[index + 2];
  return (
    tokens[index]?.kind === 'word' &&
    colon?.text === ':' &&
    !colon.spaced &&
    value?.kind === 'variable' &&
    !value.spaced
  );
}
