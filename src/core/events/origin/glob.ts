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
      if (!reachable[index]) continue;
      const token = tokens[index]!;
      if (token.kind === 'any' || (token.kind === 'segment' && character !== '/')) next[index] = true;
      else if (token.kind === 'one' ? character !== '/' : token.kind === 'literal' && token.value === character) {
        next[index + 1] = true;
      }
    }
    skipEmpty(tokens, next);
    reachable = next;
  }
  return reachable[tokens.length] === true;
}

type Token = { kind: 'any' | 'segment' | 'one' } | { kind: 'literal'; value: string };

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  const characters = [...pattern];
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index]!;
    if (character === '*') {
      const isDouble = characters[index + 1] === '*';
      while (characters[index + 1] === '*') index++;
      // `a/**/b` also matches `a/b`: the slash after `**` belongs to it.
      const startsSegment = tokens.length === 0 || isSlash(tokens.at(-1));
      if (isDouble && startsSegment && characters[index + 1] === '/') {
        tokens.push({ kind: 'any' });
        index++;
      } else tokens.push({ kind: isDouble ? 'any' : 'segment' });
    } else if (character === '?') tokens.push({ kind: 'one' });
    else tokens.push({ kind: 'literal', value: character });
  }
  return tokens;
}

function isSlash(token: Token | undefined): boolean {
  return token?.kind === 'literal' && token.value === '/';
}

function skipEmpty(tokens: readonly Token[], reachable: boolean[]): void {
  for (let index = 0; index < tokens.length; index++) {
    const kind = tokens[index]!.kind;
    if (reachable[index] && (kind === 'any' || kind === 'segment')) reachable[index + 1] = true;
  }
}
