const INDENTED = /\.(?:py|pyi|ya?ml|haml|pug|nim|coffee)$/i;
const HASH_COMMENTS =
  /\.(?:py|pyi|rb|sh|bash|ya?ml|toml|pl|r|ex|exs|coffee|nim|cfg|conf|ini|properties)$|(?:^|\/)(?:Dockerfile|Makefile|Gemfile|Rakefile)$/i;
const SLASH_COMMENTS =
  /\.(?:[cm]?[jt]sx?|java|kts?|go|rs|cs|c|h|cc|cpp|hpp|swift|scala|groovy|dart|php|css|scss|gradle)$/i;

/**
 * What is left of source text when layout and comments are taken out: two versions that give the same differ only in formatting.
 * Indentation stays where it has a meaning; quotes become one kind; a comma before a closing bracket falls. Linear.
 */
export function withoutFormatting(text: string, path: string): string {
  const keepsIndent = INDENTED.test(path);
  const out: string[] = [];
  const indents = [0];
  let depth = 0;
  let at = 0;
  let isLineStart = true;
  while (at < text.length) {
    const character = text.charAt(at);
    if (isLineStart && keepsIndent && depth === 0) markIndentation(text, at, indents, out);
    isLineStart = character === '\n';
    const skipped = commentLength(text, at, path);
    if (skipped > 0) at += skipped;
    else if (/\s/.test(character)) at++;
    else if ('"\'`'.includes(character)) {
      const literal = literalAt(text, at);
      out.push(`"${literal.slice(1, -1)}"`);
      at += literal.length;
    } else {
      const change = depthChange(character);
      depth = Math.max(0, depth + change);
      if (change < 0 && out.at(-1) === ',') out.pop();
      out.push(character);
      at++;
    }
  }
  return out.join('');
}

function depthChange(character: string): number {
  if ('([{'.includes(character)) return 1;
  return ')]}'.includes(character) ? -1 : 0;
}

/** Of the line that begins here, unless it is empty or a comment. */
function markIndentation(text: string, at: number, indents: number[], out: string[]): void {
  const end = text.indexOf('\n', at);
  const content = text.slice(at, end < 0 ? text.length : end);
  const body = content.trimStart();
  if (body !== '' && !body.startsWith('#')) out.push(`\n${levelOf(content.length - body.length, indents)}:`);
}

function levelOf(width: number, indents: number[]): number {
  while (indents.length > 1 && width < (indents.at(-1) ?? 0)) indents.pop();
  if (width > (indents.at(-1) ?? 0)) indents.push(width);
  return indents.length - 1;
}

function commentLength(text: string, at: number, path: string): number {
  const isComment =
    (HASH_COMMENTS.test(path) && text[at] === '#') || (SLASH_COMMENTS.test(path) && text.startsWith('//', at));
  if (isComment) {
    const end = text.indexOf('\n', at);
    return (end < 0 ? text.length : end) - at;
  }
  if (!SLASH_COMMENTS.test(path) || !text.startsWith('/*', at)) return 0;
  const end = text.indexOf('*/', at + 2);
  return (end < 0 ? text.length : end + 2) - at;
}

/** A literal up to its closing quote; one that never closes ends with its line. */
function literalAt(text: string, at: number): string {
  const quote = text.charAt(at);
  const mark = text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
  for (let index = at + mark.length; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text.startsWith(mark, index)) return text.slice(at, index + mark.length);
    else if (text[index] === '\n' && mark.length === 1 && quote !== '`') return text.slice(at, index);
  }
  return text.slice(at);
}
