import fc from 'fast-check';
import { expect } from 'vitest';
import type { Exception, Frame } from '../event.ts';
import { type ExceptionNode, exceptionNode, toTrace } from './exception-node.ts';
import type { LineRole, ParsedTrace, StackLanguage } from './language.ts';
import { parseStack, renderStack } from './parse-stack.ts';

// What every language's reader must hold, over exceptions that the language's runtime could raise.

export const word = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,8}$/);
export const className = fc.stringMatching(/^[A-Z][a-zA-Z0-9]{0,8}$/);
export const lineNumbers = fc.integer({ min: 1, max: 99_999 });
export const path = fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
/** Lines that look like none of a trace's: real messages may, and then no reader can tell. */
export const message = fc
  .tuple(
    fc.stringMatching(/^[a-z][ -~é]{0,30}[a-z.]$/),
    fc.array(fc.stringMatching(/^- [ -~é]{0,30}[a-z.]$/), { maxLength: 2 }),
  )
  .map(([first, rest]) => [first, ...rest].join('\n'))
  .filter((text) => !/panic|Error|Exception|Caused| in |--->|Fatal|failed|backtrace|'/.test(text));

export const withFrames = (type: string | null, text: string | null, frames: Exception['frames']) =>
  exceptionNode(type, text, frames);

/** The exceptions of a chain, raised one first. */
export function chainOf(language: StackLanguage['language'], nodes: readonly ExceptionNode[]): Exception[] {
  const copies = nodes.map((node) => ({ ...node }));
  copies.forEach((node, index) => {
    node.cause = copies[index + 1] ?? null;
  });
  const [raised = exceptionNode(null, null)] = copies;
  return toTrace(raised, { language, truncated: false, fromLine: 0, toLine: 0 }).exceptions;
}

/** `parse(render(x))` is x, by the language alone and among all languages, alone and between log records. */
export function expectRoundTrip(language: StackLanguage, exceptions: fc.Arbitrary<Exception[]>): void {
  fc.assert(
    fc.property(exceptions, (list) => {
      const text = renderStack(list);
      expect(parseStack(text)).toMatchObject({ language: language.language, exceptions: list, truncated: false });
      expect(language.parse(text.split('\n'))?.exceptions).toEqual(list);
      const between = `2026-01-02 10:00:00 request took long\n${text}2026-01-02 10:00:01 INFO next`;
      expect(parseStack(between)).toMatchObject({ exceptions: list });
    }),
    { numRuns: 150 },
  );
}

/** A surrogate without its pair is one of them. */
const hostileSign = fc.constantFrom(...'aZ09 .:,;()[]{}<>/\\\'"`#@$|~^+-_=*!?\t\r\u0000\u001b\u2028é│', '😀', '\ud83d');
const ROLES: (LineRole | null)[] = [null, 'start', 'frame', 'code', 'link', 'continuation', 'end', 'blank'];

/** No text throws: cuts of traces, their lines in any order, and chance; every role is given for every line. */
export function expectNoThrow(language: StackLanguage, exceptions: fc.Arbitrary<Exception[]>, lines: string[]): void {
  const cut = fc
    .tuple(exceptions, fc.nat({ max: 2000 }))
    .map(([list, length]) => renderStack(list).slice(0, length).split('\n'));
  const mixed = fc.array(fc.oneof(fc.constantFrom(...lines), fc.string({ unit: hostileSign, maxLength: 40 })), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(fc.oneof(cut, mixed), (text) => {
      const trace = language.parse(text);
      if (trace) expect(trace.toLine).toBeGreaterThanOrEqual(trace.fromLine);
      if (trace) expect(trace.toLine).toBeLessThan(text.length);
      for (const line of text) for (const role of ROLES) language.classify(line, role);
    }),
    { numRuns: 150 },
  );
}

/** A mebibyte of each line, and of each line's start, is read at once. */
export function expectLinear(language: StackLanguage, lines: readonly string[]): void {
  const from = performance.now();
  for (const line of lines) {
    const many = Array<string>(Math.ceil(2 ** 18 / (line.length + 1))).fill(line);
    language.parse(many);
    const long = `${line}${line.slice(-6).repeat(2 ** 16 / 6)}`;
    language.parse([long, long]);
    language.classify(long, 'frame');
  }
  expect(performance.now() - from).toBeLessThan(3000);
}

/** The role of each line, each after the one before it. */
export function rolesOf(language: StackLanguage, text: string): (LineRole | null)[] {
  let previous: LineRole | null = null;
  return text.split('\n').map((line) => {
    previous = language.classify(line, previous);
    return previous;
  });
}

/** Reads a text that must hold a trace of this language. */
export function readerOf(language: StackLanguage['language']) {
  return (text: string | readonly string[]): ParsedTrace => {
    const trace = parseStack(typeof text === 'string' ? text : text.join('\n'));
    if (!trace) throw new Error('no trace');
    expect(trace.language).toBe(language);
    return trace;
  };
}

/** What tells frames apart to a reader. */
export const namesOf = (frames: readonly Frame[] = []) =>
  frames.map(({ module, function: name, line }) => [module, name, line]);
