import { isWord, type Node, parsePattern, type Test, type Where } from './parse-pattern.ts';

/**
 * Regular expressions whose time is linear in the text, whatever the text: Thompson's construction, simulated with all states at once (Ken Thompson,
 * "Regular expression search algorithm", 1968; Russ Cox, "Regular Expression Matching Can Be Simple And Fast", 2007). No backtracking, so no text can make
 * it slow; therefore no back references and no look-around.
 *
 * Understood: characters, `.`, `[a-z]`, `[^…]`, `\d \w \s \D \W \S`, `\b`, `^`, `$` (of the clause), `( )`, `(?: )`, `|`, `?`, `*`, `+`, `{m}`, `{m,n}` up to
 * 50, and `\` before a sign. Case and accents are folded in the pattern as in the text.
 */
export type LinearPattern = (folded: string) => boolean;

export const MOST_STEPS = 500;

/** Throws a SyntaxError that says what is not understood, or that it is too large (500 steps). */
export function compilePattern(source: string): LinearPattern {
  const program: Step[] = [];
  emit(parsePattern(source), program);
  push(program, { op: 'match' });
  return (folded) => run(program, folded);
}

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
      switch (step.op) {
        case 'match':
          hasMatched = true;
          break;
        case 'test':
          list.push(index);
          break;
        case 'jump':
          open.push(step.to);
          break;
        case 'split':
          open.push(step.b, step.a);
          break;
        case 'assert':
          if (isAt(step.where, text, at)) open.push(index + 1);
          break;
        default:
          step satisfies never;
      }
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
