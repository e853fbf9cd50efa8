/**
 * Tells whether the whole text matches the glob: `**` any text, `*` any text without `/`, `?` one character that is not `/`.
 * Never more than pattern × text steps, whatever they hold: both may come from strangers.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const tokens = tokensOf(pattern);
  // reachable[i]: the first i tokens can match the text read so far.
  let reachable = new Array<boolean>(tokens.length + 1).fill(false);
  reachable[0] = true;
  skipEmpty(tokens, reachable);
  for (const character of text) {
    const next = new Array<boolean>(tokens.length + 1).fill(false);
    for (let index = 0; index < tokens.length; index++) {
      const token = tokens[index]!;
      if (reachable[index] && accepts(token, character)) next[mayBeEmpty(token) ? index : index + 1] = true;
    }
    skipEmpty(tokens, next);
    reachable = next;
  }
  return reachable[tokens.length] === true;
}

type Token = { kind: 'any' | 'segment' | 'one' } | { kind: 'literal'; value: string };

function accepts(token: Token, character: string): boolean {
  if (token.kind === 'any') return true;
  return token.kind === 'literal' ? token.value === character : character !== '/';
}

/** It stands for any number of characters, none included. */
function mayBeEmpty({ kind }: Token): boolean {
  return kind === 'any' || kind === 'segment';
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  const characters = [...pattern];
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index]!;
    if (character === '*') {
      const end = endOfStars(characters, index);
      const isDouble = end - index > 1;
      // `a/**/b` also matches `a/b`: the slash after `**` belongs to it.
      const startsSegment = tokens.length === 0 || isSlash(tokens.at(-1));
      index = isDouble && startsSegment && characters[end] === '/' ? end : end - 1;
      tokens.push({ kind: isDouble ? 'any' : 'segment' });
    } else if (character === '?') tokens.push({ kind: 'one' });
    else tokens.push({ kind: 'literal', value: character });
  }
  return tokens;
}

function endOfStars(characters: readonly string[], from: number): number {
  let end = from;
  while (characters[end] === '*') end++;
  return end;
}

function isSlash(token: Token | undefined): boolean {
  return token?.kind === 'literal' && token.value === '/';
}

function skipEmpty(tokens: readonly Token[], reachable: boolean[]): void {
  for (let index = 0; index < tokens.length; index++) {
    if (reachable[index] && mayBeEmpty(tokens[index]!)) reachable[index + 1] = true;
  }
}
