import { TemplateError } from './template-error.ts';

/**
 * The language of templates. It has no code: what it can do is show values, go over lists, and leave parts out.
 *
 *     {{title}}  {{item.label}}  {{.}}          a value, escaped for the format it stands in
 *     {{#if intro}} … {{else}} … {{/if}}        there, not empty, not zero, not false
 *     {{#each items}} … {{else}} … {{/each}}    inside, names are those of the item first, then of what is around it; {{.}} is the item
 *     {{#block foot}} … {{/block}}              a part that a template which extends this one may give anew
 *     {{! says something to who reads the template }}
 *
 * A line on which nothing but one `{{#…}}`, `{{else}}`, `{{/…}}` or comment stands leaves no line behind. `{{{`, partials and calls are no part of it.
 */
export type TemplateNode =
  | { kind: 'text'; text: string }
  | { kind: 'value'; path: readonly string[]; at: Place }
  | { kind: 'if'; path: readonly string[]; whenTrue: TemplateNode[]; otherwise: TemplateNode[]; at: Place }
  | { kind: 'each'; path: readonly string[]; each: TemplateNode[]; otherwise: TemplateNode[]; at: Place }
  | { kind: 'block'; name: string; content: TemplateNode[]; at: Place };

export interface Place {
  line: number;
  column: number;
}

const TEMPLATE_BOUNDS = {
  /** Characters of one part: the longest built-in one has a tenth of it. */
  source: 100_000,
  /** Nested `if`, `each` and `block`. */
  depth: 16,
} as const;

const TAG = /\{\{([\s\S]*?)\}\}/g;
const NAME = /^[A-Za-z][A-Za-z0-9]*$/;
const PATH = /^(?:\.|[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)*)$/;

interface Open {
  word: 'if' | 'each' | 'block';
  name: string;
  at: Place;
  /** What is being filled. */
  into: TemplateNode[];
  first: TemplateNode[];
  second: TemplateNode[] | null;
}

/** Throws `TemplateError`. */
export function parseTemplate(source: string): TemplateNode[] {
  if (source.length > TEMPLATE_BOUNDS.source)
    throw new TemplateError(({ partTooLong }) => partTooLong(TEMPLATE_BOUNDS.source), { line: 1, column: 1 });
  const root: TemplateNode[] = [];
  const open: Open[] = [];
  let from = 0;
  for (const match of source.matchAll(TAG)) {
    const at = placeOf(source, match.index);
    const inner = match[1]!.trim();
    const end = match.index + match[0].length;
    const lone = isBlockTag(inner) ? loneLine(source, match.index, end) : null;
    addText(filled({ open, root }), source.slice(from, lone?.from ?? match.index));
    from = lone?.to ?? end;
    take(inner, at, { open, root });
  }
  const [left] = open;
  if (left) throw new TemplateError(({ neverClosed }) => neverClosed(left.word), left.at);
  const rest = source.slice(from);
  const stray = rest.indexOf('{{');
  if (stray >= 0) throw new TemplateError(({ strayBraces }) => strayBraces, placeOf(source, from + stray));
  addText(root, rest);
  return root;
}

interface Parsing {
  open: Open[];
  root: TemplateNode[];
}

/** The list that what comes next belongs to. */
function filled({ open, root }: Parsing): TemplateNode[] {
  return open.at(-1)?.into ?? root;
}

function take(inner: string, at: Place, parsing: Parsing): void {
  if (inner.startsWith('!')) return;
  if (inner.startsWith('#')) begin(inner.slice(1), at, parsing.open);
  else if (inner.startsWith('/')) end(inner.slice(1).trim(), at, parsing);
  else if (inner === 'else') otherwise(at, parsing.open);
  else filled(parsing).push({ kind: 'value', path: pathOf(inner, at), at });
}

function begin(tag: string, at: Place, open: Open[]): void {
  const [word, name = '', ...more] = tag.trim().split(/\s+/);
  if (word !== 'if' && word !== 'each' && word !== 'block')
    throw new TemplateError(({ unknownTag }) => unknownTag(String(word)), at);
  if (more.length > 0 || name === '') throw new TemplateError(({ oneName }) => oneName(word), at);
  if (open.length >= TEMPLATE_BOUNDS.depth)
    throw new TemplateError(({ tooDeep }) => tooDeep(TEMPLATE_BOUNDS.depth), at);
  if (word === 'block' && !NAME.test(name)) throw new TemplateError(({ noBlockName }) => noBlockName(name), at);
  if (word !== 'block') pathOf(name, at);
  const first: TemplateNode[] = [];
  open.push({ word, name, at, into: first, first, second: null });
}

function otherwise(at: Place, open: Open[]): void {
  const inside = open.at(-1);
  if (!inside || inside.word === 'block') throw new TemplateError(({ strayElse }) => strayElse, at);
  if (inside.second !== null) throw new TemplateError(({ secondElse }) => secondElse, at);
  inside.second = [];
  inside.into = inside.second;
}

function end(word: string, at: Place, parsing: Parsing): void {
  const closed = parsing.open.pop();
  if (!closed || closed.word !== word) throw new TemplateError(({ closesNothing }) => closesNothing(word), at);
  filled(parsing).push(nodeOf(closed));
}

function nodeOf({ word, name, at, first, second }: Open): TemplateNode {
  if (word === 'block') return { kind: 'block', name, content: first, at };
  const path = pathOf(name, at);
  return word === 'if'
    ? { kind: 'if', path, whenTrue: first, otherwise: second ?? [], at }
    : { kind: 'each', path, each: first, otherwise: second ?? [], at };
}

function pathOf(text: string, at: Place): string[] {
  if (!PATH.test(text)) throw new TemplateError(({ noValueName }) => noValueName(text.slice(0, 60)), at);
  return text === '.' ? [] : text.split('.');
}

function addText(into: TemplateNode[], text: string): void {
  if (text !== '') into.push({ kind: 'text', text });
}

function isBlockTag(inner: string): boolean {
  return inner === 'else' || /^[#/!]/.test(inner);
}

/** The whole line, if nothing but blanks stands beside the tag on it. */
function loneLine(source: string, start: number, end: number): { from: number; to: number } | null {
  let from = start;
  while (from > 0 && (source[from - 1] === ' ' || source[from - 1] === '\t')) from--;
  if (from > 0 && source[from - 1] !== '\n') return null;
  let to = end;
  while (source[to] === ' ' || source[to] === '\t' || source[to] === '\r') to++;
  if (to < source.length && source[to] !== '\n') return null;
  return { from, to: Math.min(source.length, to + 1) };
}

function placeOf(source: string, index: number): Place {
  const before = source.slice(0, index);
  const line = before.split('\n').length;
  return { line, column: index - before.lastIndexOf('\n') };
}
