/** A word or a mark of a sentence. */
export interface Token {
  /** As written; for a French elision (`l'`, `d'`) without its apostrophe. */
  readonly text: string;
  readonly lower: string;
  /** A word has a letter; a number only digits and their marks; anything else ends a phrase. */
  readonly kind: 'word' | 'number' | 'mark';
  readonly at: number;
  readonly end: number;
}

/** A longer run of letters is no word: it ends a phrase as a mark does. */
const LONGEST_WORD = 60;

/**
 * Words keep inner hyphens, dots, slashes, underscores and digits (`real-time`, `node.js`, `TCP/IP`, `order_id`, `C++`, `3D`); an
 * apostrophe stays only in what is asked for as one word (`don't`).
 */
const TOKEN = /[\p{L}\p{N}\p{M}#@]+(?:[-‐‑.·/_:&'’+][\p{L}\p{N}\p{M}]+)*(?:\+\+|#)?|[^\s\p{L}\p{N}\p{M}]/gu;
const CLITIC = /^(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu)['’]/i;
const POSSESSIVE = /['’]s$|['’]$/i;

/** The tokens of a sentence; of one in French, elided articles and pronouns are words of their own. */
export function tokenise(sentence: string, language: 'en' | 'fr' | 'other'): Token[] {
  const tokens: Token[] = [];
  for (const match of sentence.matchAll(TOKEN)) {
    if (language === 'fr') addFrench(tokens, match[0], match.index);
    else addToken(tokens, match[0], match.index);
  }
  return tokens;
}

function addFrench(tokens: Token[], text: string, at: number): void {
  let rest = text;
  let from = at;
  // At most two elisions stand in a row ("qu'l'on" is none of the language): a crafted run is not followed further.
  for (let elisions = 0; elisions < 2; elisions++) {
    const clitic = CLITIC.exec(rest)?.[0];
    if (clitic === undefined) break;
    addToken(tokens, clitic.slice(0, -1), from);
    rest = rest.slice(clitic.length);
    from += clitic.length;
  }
  if (rest !== '') addToken(tokens, rest, from);
}

function addToken(tokens: Token[], text: string, at: number): void {
  const isTag = text.startsWith('#') || text.startsWith('@');
  const isWord = /\p{L}/u.test(text) && text.length <= LONGEST_WORD && !isTag;
  const isNumber = !isWord && /^\p{N}[\p{N}.,:/-]*$/u.test(text);
  const bare = isWord ? text.replace(POSSESSIVE, (ending) => (/^['’]s$/i.test(ending) ? ending : '')) : text;
  tokens.push({
    text: bare,
    lower: bare.toLowerCase().replaceAll('’', "'"),
    kind: isWord ? 'word' : isNumber ? 'number' : 'mark',
    at,
    end: at + text.length,
  });
}
