/**
 * A masked message as the tokens that its structure is made of: words, marks (one punctuation sign each) and variables.
 *
 * What makes no difference to the sentence is evened out here: runs of values (`1 2 3`, `a=1,2,3`, `10.0.0.1:80`) are one
 * variable, a quantity takes its unit and its restatement along (`18846 bytes (18.4 KB)`), an empty pair of brackets or
 * quotes is an absent value, a sign in front of a value (`<1`, `~5`, `#3`) belongs to it.
 */
export interface Token {
  /** The word or mark, or the wildcard: the kind when mask-message named it (`<ip>`), else `<*>`. */
  text: string;
  kind: 'word' | 'mark' | 'variable';
  /** Whether white space (or the start) stood before it. */
  spaced: boolean;
}

export const ANY = '<*>';

const PIECE =
  /<[a-z][a-z0-9]{1,12}>|(?<![A-Za-z0-9])[A-Za-z]:\\(?:[^\s"'<>()[\]{},;]|<[a-z][a-z0-9]{1,12}>)*|\/(?:[^\s"'<>()[\]{},;]|<[a-z][a-z0-9]{1,12}>)+|(?:[^\s=,;:()[\]{}"'|<>#!?]|(?<=[a-z])'(?=[a-z]))+|[=,;:()[\]{}"'|<>#!?]/g;
const WILDCARD = /^<[a-z][a-z0-9]{1,12}>$/;
const UNIT = /^(?:[KMGTP]?i?B(?:ps|\/s)?|[kKMGT]?bytes?|[KMGT]?bits?|[kMG]?Hz|%|percent|pages?|ms|secs?)$/;
const TRUTH = /^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/;
/** What stands for a value after `=` or `:`. */
const ABSENT = /^(?:[Nn]ull|NULL|None|nil|undefined|[Yy]es|YES|[Nn]o|NO)$/;
/** `/a…`, `C:\…`, `a/b/c`, `registry.host/image`. */
const PATH = /^(?:\/.|[A-Za-z]:?\\|[\w.~-]+\/[\w.-]+\/[\w./-]|[\w-]+\.[\w.-]+\/[\w.-])/;
const MARKS = new Set('=,;:()[]{}"\'|<>#!?');
const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}', '"': '"', "'": "'" };
const JOINING = new Set([',', ':', ';', '#', '|', '-', '/', '+', 'x']);
const SIGNS = new Set(['<', '>', '#', '~', '+', '-']);

/** Linear; `masked` is what mask-message returns. */
export function tokenize(masked: string): Token[] {
  const tokens: Token[] = [];
  let end = -1;
  for (const match of masked.matchAll(PIECE)) {
    const spaced = match.index !== end;
    end = match.index + match[0].length;
    add(tokens, match[0], spaced);
  }
  return tokens;
}

function add(tokens: Token[], text: string, spaced: boolean): void {
  const last = tokens.at(-1);
  if (isMark(text)) addMark(tokens, text, spaced);
  else if (WILDCARD.test(text)) addVariable(tokens, text, spaced);
  else if (isVariable(text) || (isAssignment(last) && ABSENT.test(text))) addVariable(tokens, ANY, spaced);
  else if (last?.kind === 'variable' && !spaced) last.text = ANY;
  else if (last?.kind !== 'variable' || !UNIT.test(text)) {
    const word = withoutDots(text);
    if (word !== '') tokens.push({ text: word, kind: 'word', spaced });
  }
}

function addMark(tokens: Token[], text: string, spaced: boolean): void {
  const last = tokens.at(-1);
  const isEmptyPair = last?.kind === 'mark' && !spaced && CLOSING[last.text] === text;
  const isCall = isEmptyPair && text === ')' && !last.spaced && tokens.at(-2)?.kind === 'word';
  if (isEmptyPair && !isCall) {
    tokens.pop();
    addVariable(tokens, ANY, last.spaced);
    return;
  }
  tokens.push({ text, kind: 'mark', spaced });
  if (text === ')') dropRestatement(tokens);
}

/** A word or sign glued in front belongs to the value (`blk_<int>`, `<1`), and so do values before it. */
function addVariable(tokens: Token[], text: string, spaced: boolean): void {
  let last = tokens.at(-1);
  let value: Token = { text, kind: 'variable', spaced };
  if (last?.kind === 'word' && !spaced) {
    tokens.pop();
    value = { text: ANY, kind: 'variable', spaced: last.spaced };
    last = tokens.at(-1);
  }
  if (last && last.kind !== 'variable' && SIGNS.has(last.text) && (last.spaced || !value.spaced)) {
    tokens.pop();
    value = { ...value, spaced: last.spaced };
    last = tokens.at(-1);
  }
  const before = tokens.at(-2);
  if (last?.kind === 'variable') {
    if (last.text !== value.text) last.text = ANY;
  } else if (last && before?.kind === 'variable' && JOINING.has(last.text)) {
    tokens.pop();
    before.text = ANY;
  } else tokens.push(value);
}

/** `<*> ( <*> )`, a quantity said again in another unit, is one variable. */
function dropRestatement(tokens: Token[]): void {
  const [quantity, open, again] = tokens.slice(-4);
  if (tokens.length < 4 || quantity?.kind !== 'variable' || open?.text !== '(' || again?.kind !== 'variable') return;
  if (!open.spaced) return;
  tokens.length -= 3;
}

function isAssignment(token: Token | undefined): boolean {
  return token?.kind === 'mark' && (token.text === '=' || token.text === ':');
}

function isMark(text: string): boolean {
  return text.length === 1 && MARKS.has(text);
}

/** A word with a digit, an address, or a path is a value wherever it stands; so are `true` and `false`. */
function isVariable(text: string): boolean {
  return /\d/.test(text) || PATH.test(text) || /^[^@]+@[^@]+$/.test(text) || TRUTH.test(text);
}

function withoutDots(word: string): string {
  let end = word.length;
  while (word[end - 1] === '.') end--;
  return word.slice(0, end);
}
