import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { go } from './go.ts';
import type { LineRole } from './language.ts';
import { parseStack, renderStack } from './parse-stack.ts';

const real = (name: string) => readFileSync(new URL(`./fixtures/go-${name}.txt`, import.meta.url), 'utf8');

function read(text: string) {
  const trace = parseStack(text);
  if (!trace) throw new Error('no trace');
  expect(trace.language).toBe('go');
  return trace;
}

const places = (text: string) => {
  const { exceptions, rootIndex } = read(text);
  return exceptions[rootIndex]?.frames.map((frame) => `${frame.module}|${frame.function}|${frame.line}`);
};

describe('Go traces, as Go printed them', () => {
  it.each([
    ['index', 'runtime error', 'index out of range [5] with length 1'],
    ['nil', 'runtime error', 'invalid memory address or nil pointer dereference'],
    ['error', 'panic', 'load order 7: no rows\nsecond line'],
    ['struct', 'main.E', '0x778218'],
    ['repanic', 'runtime error', 'index out of range [5] with length 0'],
    ['deadlock', 'fatal error', 'all goroutines are asleep - deadlock!'],
    ['overflow', 'fatal error', 'stack overflow'],
    ['http', 'runtime error', 'index out of range [5] with length 0'],
    ['stack', 'runtime error', 'index out of range [5] with length 0'],
  ])('types %s', (name, type, message) => {
    const { exceptions, truncated } = read(real(name));
    expect(exceptions).toMatchObject([{ type, message, language: 'go' }]);
    expect(truncated).toBe(false);
  });

  it('separates the package from the function', () => {
    expect(places(real('index'))).toEqual(['main|(*Cart).Total|15', 'main|gen[...]|16', 'main|main|20']);
    const text =
      'panic: x\n\ngoroutine 1 [running]:\ngopkg.in/yaml%2ev3.(*Decoder).Decode(0x1, {0x2, 0x3})\n\t/go/pkg/mod/gopkg.in/yaml.v3@v3.0.1/yaml.go:123 +0x1d';
    expect(places(text)).toEqual(['gopkg.in/yaml.v3|(*Decoder).Decode|123']);
  });

  it('starts below the last panic( and ends with who created the goroutine', () => {
    expect(places(real('stack'))).toEqual(['main|(*Cart).Total|15', 'main|gen[...]|16', 'main|main|30']);
    expect(places(real('http'))?.at(0)).toBe('main|(*Cart).Total|15');
    expect(places(real('goroutine'))?.at(-1)).toBe('main|main|28');
  });

  it('lists nested panics from the last raised to the first, which is the root', () => {
    const { exceptions, rootIndex, toLine } = read(real('nested'));
    expect(exceptions.map(({ message, relation, frames }) => [message, relation, frames[0]?.function])).toEqual([
      ['third', 'raised', '(*S).run.func1.1'],
      ['second', 'context', '(*S).run.func1'],
      ['first', 'context', '(*S).run'],
    ]);
    expect(rootIndex).toBe(2);
    expect(toLine).toBe(real('nested').trimEnd().split('\n').length - 1);
    const again = read(real('repanic2')).exceptions;
    expect(again.map(({ type, frames }) => [type, frames.length])).toEqual([
      ['panic', 4],
      ['runtime error', 3],
    ]);
  });

  it('skips the runtime stack and the frames Go left out', () => {
    const overflow = places(real('overflow'));
    expect(overflow?.at(0)).toBe('main|deep|17');
    expect(overflow?.at(-1)).toMatch(/^runtime\|/);
  });

  it('reads the stacks of loggers', () => {
    const text = 'github.com/acme/shop/cart.(*Service).Load\n\t/app/cart/service.go:41\nmain.main\n\t/app/main.go:12';
    expect(places(text)).toEqual(['github.com/acme/shop/cart|(*Service).Load|41', 'main|main|12']);
  });

  it('keeps the whole frames of a cut text', () => {
    const text = 'panic: x\n\ngoroutine 1 [running]:\nmain.f()\n\t/app/a.go:1 +0x1\nmain.g(0x1)';
    expect(read(text)).toMatchObject({ truncated: true, exceptions: [{ message: 'x', frames: [{ line: 1 }] }] });
    expect(parseStack('panic: x')).toBeNull();
  });

  it.each(['index', 'error', 'struct', 'repanic2', 'deadlock', 'nested', 'http'])(
    'prints %s so that it reads back the same',
    (name) => {
      const { exceptions } = read(real(name));
      expect(parseStack(renderStack(exceptions))?.exceptions).toEqual(exceptions);
    },
  );
});

it('tells the joiner the role of each line', () => {
  const roles = (text: string) => {
    let previous: LineRole | null = null;
    return text.split('\n').map((line) => {
      previous = go.classify(line, previous);
      return previous;
    });
  };
  expect(roles(real('repanic2').trimEnd()).join(' ')).toBe(
    'start continuation continuation link frame code frame code frame code frame code frame code',
  );
  expect(roles(real('http').trimEnd())).not.toContain(null);
  expect(roles(real('nested').trimEnd())).not.toContain(null);
  expect(go.classify('main.main()', null)).toBeNull();
});
