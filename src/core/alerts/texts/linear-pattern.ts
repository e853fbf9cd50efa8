import { foldText } from './fold-text.ts';

/**
 * Regular expressions whose time is linear in the text, whatever the text: Thompson's construction, simulated with all states at once (Ken Thompson,
 * "Regular expression search algorithm", 1968; Russ Cox, "Regular Expression Matching Can Be Simple And Fast", 2007). No backtracking, so no text can make
 * it slow; therefore no back references and no look-around.
 *
 * Understood: characters, `.`, `[a-z]`, `[^…]`, `\d \w \s \D \W \S`, `\b`, `^`, `$` (of the clause), `( )`, `(?: )`, `|`, `?`, `*`, `+`, `{m}`, `{m,n}` up to
 * 50, and `\` before a sign. Case and accents are folded in the pattern as in the text.
 */
export type LinearPattern = (folded: string) => boolean;

const LONGEST_REPEAT = 50;
export const MOST_STEPS = 500;

/** Throws a SyntaxError that says what is not understood, or that it is too large (500 steps). */
export function compilePattern(source: string): LinearPattern {
  const program: Step[] = [];
  emit(parse(source), program);
  push(program, { op: 'match' });
  return (folded) => run(program, folded);
}

type Test = (code: number) => boolean;

type Node =
  | { kind: 'test'; test: Test }
  | { kind: 'assert'; where: Where }
  | { kind: 'sequence'; nodes: Node[] }
  | { kind: 'choice'; nodes: Node[] }
  | { kind: 'repeat'; node: Node; from: number; to: number };

type Where = 'start' | 'end' | 'word';

type Step =
  | { op: 'test'; test: Test }
  | { op: 'assert'; where: Where }
  | { op: 'split'; a: number; b: number }
  | { op: 'jump'; to: number }
  | { op: 'match' };

function push(program: Step[], step: Step): number {
  if (program.length >= MOST_STEPS) throw new SyntaxError(`is too large: over ${MOST_STEPS} steps`);
  return program.push(step) - 1;
}

function emit(node: Node, program: Step[]): void {
  switch (node.kind) {
    case 'test':
      push(program, { op: 'test', test: node.test });
      return;
    case 'assert':
      push(program, { op: 'assert', where: node.where });
      return;
    case 'sequence':
      // Nothing costs a step as well: repetitions of nothing are bounded like all others.
      if (node.nodes.length === 0) push(program, { op: 'jump', to: program.length + 1 });
      for (const one of node.nodes) emit(one, program);
      return;
    case 'choice':
      emitChoice(node.nodes, program);
      return;
    case 'repeat':
      emitRepeat(node, program);
      return;
    default:
      node satisfies never;
  }
}

function emitChoice(nodes: readonly Node[], program: Step[]): void {
  const ends: number[] = [];
  nodes.forEach((one, index) => {
    if (index === nodes.length - 1) {
      emit(one, program);
      return;
    }
    const split = push(program, { op: 'split', a: program.length + 1, b: 0 });
    emit(one, program);
    ends.push(push(program, { op: 'jump', to: 0 }));
    program[split] = { op: 'split', a: split + 1, b: program.length };
  });
  for (const end of ends) program[end] = { op: 'jump', to: program.length };
}

function emitRepeat({ node, from, to }: Extract<Node, { kind: 'repeat' }>, program: Step[]): void {
  for (let count = 0; count < from; count += 1) emit(node, program);
  if (to === Number.POSITIVE_INFINITY) {
    const split = push(program, { op: 'split', a: program.length + 1, b: 0 });
    emit(node, program);
    push(program, { op: 'jump', to: split });
    program[split] = { op: 'split', a: split + 1, b: program.length };
    return;
  }
  const splits: number[] = [];
  for (let count = from; count < to; count += 1) {
    splits.push(push(program, { op: 'split', a: program.length + 1, b: 0 }));
    emit(node, program);
  }
  for (const split of splits) program[split] = { op: 'split', a: split + 1, b: program.length };
}

/** All states at once: each step of the program is on the list of a position once at most, so a text costs its length times the program. */
function run(program: readonly Step[], text: string): boolean {
  const seenAt = new Int32Array(program.length).fill(-1);
  let current: number[] = [];
  let next: number[] = [];
  let hasMatched = false;
  const add = (list: number[], first: number, at: number) => {
    const open = [first];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (seenAt[index] === at) continue;
      seenAt[index] = at;
      const step = program[index]!;
      if (step.op === 'match') hasMatched = true;
      else if (step.op === 'test') list.push(index);
      else if (step.op === 'jump') open.push(step.to);
      else if (step.op === 'split') open.push(step.b, step.a);
      else if (isAt(step.where, text, at)) open.push(index + 1);
    }
  };
  for (let at = 0; at <= text.length; at += 1) {
    add(current, 0, at);
    if (hasMatched) return true;
    if (at === text.length) return false;
    const code = text.charCodeAt(at);
    for (const index of current) {
      const step = program[index]!;
      if (step.op === 'test' && step.test(code)) add(next, index + 1, at + 1);
    }
    if (hasMatched) return true;
    [current, next] = [next, current];
    next.length = 0;
  }
  return false;
}

function isAt(where: Where, text: string, at: number): boolean {
  if (where === 'start') return at === 0;
  if (where === 'end') return at === text.length;
  const before = at > 0 && isWord(text.charCodeAt(at - 1));
  return before !== (at < text.length && isWord(text.charCodeAt(at)));
}

const isDigit: Test = (code) => code >= 48 && code <= 57;
const isSpace: Test = (code) => code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0x202f;
const isWord: Test = (code) =>
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

/** Recursive descent; depth is bounded so that no configuration overflows the stack. */
function parse(source: string): Node {
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

  function quantifier(): { from: number; to: number } | null {
    const sign = source[at];
    const simple = { '?': [0, 1], '*': [0, Number.POSITIVE_INFINITY], '+': [1, Number.POSITIVE_INFINITY] }[sign ?? ''];
    if (simple) {
      at += 1;
      return { from: simple[0]!, to: simple[1]! };
    }
    const given = sign === '{' ? /^\{(\d{1,3})(,(\d{0,3}))?\}/.exec(source.slice(at, at + 10)) : null;
    if (!given) return null;
    at += given[0].length;
    const from = Number(given[1]);
    const to = given[2] === undefined ? from : given[3] === '' ? Number.POSITIVE_INFINITY : Number(given[3]);
    if (from > LONGEST_REPEAT || (to !== Number.POSITIVE_INFINITY && to > LONGEST_REPEAT))
      throw new SyntaxError(`repeats more than ${LONGEST_REPEAT} times`);
    if (to === 0) throw new SyntaxError('repeats something 0 times');
    if (to < from) throw new SyntaxError(`has a repetition from ${from} to ${to}`);
    return { from, to };
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

const exactly = (code: number): Node => ({ kind: 'test', test: (given) => given === code });

function* unitsOf(text: string): Generator<number> {
  for (let index = 0; index < text.length; index += 1) yield text.charCodeAt(index);
}
