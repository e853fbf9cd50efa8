import { foldText } from './fold-text.ts';

const LONGEST_REPEAT = 50;

/** Of one code unit of the folded text. */
export type Test = (code: number) => boolean;

/** A pattern as it was written; what it understands stands at `LinearPattern`. */
export type Node =
  | { kind: 'test'; test: Test }
  | { kind: 'assert'; where: Where }
  | { kind: 'sequence'; nodes: Node[] }
  | { kind: 'choice'; nodes: Node[] }
  | { kind: 'repeat'; node: Node; from: number; to: number };

export type Where = 'start' | 'end' | 'word';

const isDigit: Test = (code) => code >= 48 && code <= 57;
const isSpace: Test = (code) => code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0x202f;
export const isWord: Test = (code) =>
  (code >= 97 && code <= 122) ||
  isDigit(code) ||
  code === 95 ||
  (code > 127 && /[\p{L}\p{N}]/u.test(String.fromCharCode(code)));
const not =
  (test: Test): Test =>
  (code) =>
    !test(code);
const CLASSES: Record<string, Test> = {
  d: isDigit,
  w: isWord,
  s: isSpace,
  D: not(isDigit),
  W: not(isWord),
  S: not(isSpace),
};

/** Recursive descent; depth is bounded so that no configuration overflows the stack. Throws a SyntaxError that says what is not understood. */
export function parsePattern(source: string): Node {
  let at = 0;
  const whole = choice(0);
  if (at < source.length) throw new SyntaxError(`has a "${source[at]}" too much at ${at + 1}`);
  return whole;

  function choice(depth: number): Node {
    if (depth > 50) throw new SyntaxError('is nested too deeply');
    const nodes = [sequence(depth)];
    while (source[at] === '|') {
      at += 1;
      nodes.push(sequence(depth));
    }
    return nodes.length === 1 ? nodes[0]! : { kind: 'choice', nodes };
  }

  function sequence(depth: number): Node {
    const nodes: Node[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') nodes.push(repeated(atom(depth)));
    return { kind: 'sequence', nodes };
  }

  function repeated(node: Node): Node {
    const bounds = quantifier();
    if (!bounds) return node;
    if (source[at] === '?') at += 1;
    if (quantifier()) throw new SyntaxError(`repeats a repetition at ${at}`);
    return { kind: 'repeat', node, ...bounds };
  }

  function quantifier(): Bounds | null {
    const simple = SIMPLE_QUANTIFIERS.get(source[at] ?? '');
    if (simple) {
      at += 1;
      return simple;
    }
    const given = QUANTIFIER.exec(source.slice(at, at + 10));
    if (!given) return null;
    at += given[0].length;
    return boundsOf(given);
  }

  function atom(depth: number): Node {
    const sign = source[at]!;
    at += 1;
    if (sign === '(') return group(depth);
    if (sign === '[') return { kind: 'test', test: characterClass() };
    if (sign === '.') return { kind: 'test', test: () => true };
    if (sign === '^') return { kind: 'assert', where: 'start' };
    if (sign === '$') return { kind: 'assert', where: 'end' };
    if (sign === '\\') return escaped();
    if ('*+?'.includes(sign)) throw new SyntaxError(`has nothing to repeat at ${at}`);
    return literal(sign);
  }

  function group(depth: number): Node {
    if (source[at] === '?') {
      if (source[at + 1] !== ':') throw new SyntaxError('has a look-around or a named group: only (?: ) is understood');
      at += 2;
    }
    const inner = choice(depth + 1);
    if (source[at] !== ')') throw new SyntaxError('has a "(" without its ")"');
    at += 1;
    return inner;
  }

  function escaped(): Node {
    const sign = source[at];
    if (sign === undefined) throw new SyntaxError('ends in a "\\"');
    at += 1;
    if (sign === 'b') return { kind: 'assert', where: 'word' };
    if (CLASSES[sign]) return { kind: 'test', test: CLASSES[sign] };
    if (/[\p{L}\p{N}]/u.test(sign)) throw new SyntaxError(`has "\\${sign}", which is not understood`);
    return literal(sign);
  }

  /** As the text is folded, so is the sign: `É` is `e`, `œ` is `oe`. */
  function literal(sign: string): Node {
    const folded = /\s/u.test(sign) ? ' ' : foldText(sign) || sign;
    const nodes = [...folded].flatMap((one) => [...unitsOf(one)].map((code): Node => exactly(code)));
    return nodes.length === 1 ? nodes[0]! : { kind: 'sequence', nodes };
  }

  function characterClass(): Test {
    const isNegated = source[at] === '^';
    if (isNegated) at += 1;
    const tests: Test[] = [];
    for (let isFirst = true; source[at] !== ']' || isFirst; isFirst = false) {
      if (at >= source.length) throw new SyntaxError('has a "[" without its "]"');
      tests.push(classMember());
    }
    at += 1;
    const any: Test = (code) => tests.some((test) => test(code));
    return isNegated ? not(any) : any;
  }

  function classMember(): Test {
    const first = classSign();
    if (typeof first === 'function') return first;
    if (source[at] !== '-' || source[at + 1] === ']' || at + 1 >= source.length) return (code) => code === first;
    at += 1;
    const last = classSign();
    if (typeof last === 'function' || last < first) throw new SyntaxError('has a range that ends before it begins');
    return (code) => code >= first && code <= last;
  }

  function classSign(): number | Test {
    let sign = source[at]!;
    at += 1;
    if (sign === '\\') {
      sign = source[at] ?? '';
      at += 1;
      const named = CLASSES[sign];
      if (named) return named;
    }
    const folded = foldText(sign);
    return (folded.length === 1 ? folded : sign).charCodeAt(0);
  }
}

interface Bounds {
  from: number;
  to: number;
}

const SIMPLE_QUANTIFIERS: ReadonlyMap<string, Bounds> = new Map([
  ['?', { from: 0, to: 1 }],
  ['*', { from: 0, to: Number.POSITIVE_INFINITY }],
  ['+', { from: 1, to: Number.POSITIVE_INFINITY }],
]);

/** `{m}`, `{m,}` and `{m,n}`. */
const QUANTIFIER = /^\{(\d{1,3})(,(\d{0,3}))?\}/;

function boundsOf([, least, range, most]: RegExpExecArray): Bounds {
  const from = Number(least);
  const to = range === undefined ? from : most === '' ? Number.POSITIVE_INFINITY : Number(most);
  if (from > LONGEST_REPEAT || (to !== Number.POSITIVE_INFINITY && to > LONGEST_REPEAT))
    throw new SyntaxError(`repeats more than ${LONGEST_REPEAT} times`);
  if (to === 0) throw new SyntaxError('repeats something 0 times');
  if (to < from) throw new SyntaxError(`has a repetition from ${from} to ${to}`);
  return { from, to };
}

const exactly = (code: number): Node => ({ kind: 'test', test: (given) => given === code });

function* unitsOf(text: string): Generator<number> {
  for (let index = 0; index < text.length; index += 1) yield text.charCodeAt(index);
}
