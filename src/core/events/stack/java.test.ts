import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { java } from './java.ts';
import type { LineRole } from './language.ts';
import { parseStack, renderStack } from './parse-stack.ts';

const real = (name: string) => readFileSync(new URL(`./fixtures/java-${name}.txt`, import.meta.url), 'utf8');

function read(text: string) {
  const trace = parseStack(text);
  if (!trace) throw new Error('no trace');
  expect(trace.language).toBe('java');
  return trace;
}

describe('Java traces, as the JVM printed them', () => {
  it('takes the common frames back from the enclosing trace and names the last cause as root', () => {
    const { exceptions, rootIndex, truncated } = read(real('causes'));
    expect(exceptions.map(({ type, relation }) => [type, relation])).toEqual([
      ['java.lang.reflect.InvocationTargetException', 'raised'],
      ['com.acme.Checkout$PaymentException', 'cause'],
      ['java.lang.NullPointerException', 'cause'],
    ]);
    expect(exceptions[1]?.message).toBe('no price\nfor item\n  42');
    expect(exceptions.map(({ frames }) => frames.length)).toEqual([5, 6, 7]);
    expect(exceptions[2]?.frames[1]).toMatchObject({ module: 'com.acme.Checkout', function: 'load', line: 7 });
    expect(exceptions[2]?.frames.at(-1)).toMatchObject({ function: 'main', file: 'Checkout.java', line: 14 });
    expect([rootIndex, truncated]).toEqual([2, false]);
  });

  it('keeps suppressed exceptions with their own causes apart from the chain', () => {
    const { exceptions, rootIndex } = read(real('suppressed'));
    expect(exceptions.map(({ type, relation, parent }) => [type?.split('.').at(-1), relation, parent])).toEqual([
      ['Error', 'raised', null],
      ['Checkout$PaymentException', 'cause', null],
      ['NullPointerException', 'cause', null],
      ['IllegalStateException', 'suppressed', 1],
      ['NumberFormatException', 'cause', null],
      ['IllegalStateException', 'suppressed', 1],
      ['NumberFormatException', 'cause', null],
    ]);
    expect(rootIndex).toBe(2);
    expect(exceptions[4]?.frames.map((frame) => frame.line)).toEqual([67, 668, 786, 4, 8, 9, 16]);
  });

  it('stops at a circular reference', () => {
    const { exceptions, rootIndex, toLine } = read(real('circular'));
    expect(exceptions.map(({ message }) => message)).toEqual(['a', 'b']);
    expect([rootIndex, toLine]).toEqual([1, 5]);
  });

  it('reads the thread, lambdas, modules and unknown sources', () => {
    expect(read(real('thread')).exceptions[0]?.type).toBe('com.acme.Checkout$PaymentException');
    const [error] = read(real('lambda')).exceptions;
    expect(error).toMatchObject({
      type: 'java.lang.UnsupportedOperationException',
      message: null,
      module: 'java.lang',
    });
    expect(error?.frames.slice(0, 3)).toMatchObject([
      { module: 'com.acme.Checkout', function: 'lambda$main$0', line: 13 },
      { module: 'com.acme.Checkout$$Lambda$1/0x00007f6d04000c68', function: 'accept', file: null, line: null },
      { module: 'java.lang.Iterable', function: 'forEach', file: 'Iterable.java', line: 75 },
    ]);
  });

  it.each(['causes', 'suppressed', 'thread', 'lambda'])('prints %s so that it reads back the same', (name) => {
    const { exceptions } = read(real(name));
    expect(parseStack(renderStack(exceptions))?.exceptions).toEqual(exceptions);
  });
});

describe('Java traces as loggers print them', () => {
  it.each([
    ['at app//com.acme.Foo.bar(Foo.java:1)', 'com.acme.Foo', 'bar', 'Foo.java', 1],
    ['at app/shop@1.2/com.acme.Foo.<init>(Foo.java:2) ~[shop.jar:1.2]', 'com.acme.Foo', '<init>', 'Foo.java', 2],
    ['at com.acme.Foo.bar(Foo.kt:3) [classes/:na]', 'com.acme.Foo', 'bar', 'Foo.kt', 3],
    [
      'at com.acme.FooTest.charges a card twice(FooTest.kt:12)',
      'com.acme.FooTest',
      'charges a card twice',
      'FooTest.kt',
      12,
    ],
    [
      'at sun.reflect.GeneratedMethodAccessor4.invoke(Unknown Source)',
      'sun.reflect.GeneratedMethodAccessor4',
      'invoke',
      null,
      null,
    ],
    [
      'at com.acme.Foo$$EnhancerBySpringCGLIB$$1.run(<generated>) ~[na:na]',
      'com.acme.Foo$$EnhancerBySpringCGLIB$$1',
      'run',
      null,
      null,
    ],
    ['at a.b.c(SourceFile:7) [3 skipped]', 'a.b', 'c', 'SourceFile', 7],
  ])('reads %s', (line, module, name, file, number) => {
    const frame = read(`java.lang.Exception: x\n\t${line}`).exceptions[0]?.frames[0];
    expect([frame?.module, frame?.function, frame?.file, frame?.line]).toEqual([module, name, file, number]);
  });

  it('reads logback with the root cause first', () => {
    const { exceptions, rootIndex } = read(
      [
        'java.io.IOException: disk',
        '\tat com.acme.Disk.read(Disk.java:5)',
        '\t... 1 common frames omitted',
        'Wrapped by: com.acme.ShopException: cart',
        '\tat com.acme.Cart.load(Cart.java:9)',
        '\tat com.acme.Main.main(Main.java:2)',
      ].join('\n'),
    );
    expect(exceptions.map(({ type, frames }) => [type, frames.map((frame) => frame.line)])).toEqual([
      ['com.acme.ShopException', [9, 2]],
      ['java.io.IOException', [5, 2]],
    ]);
    expect(rootIndex).toBe(1);
  });

  it('leaves the text around the trace alone, and message lines that look like frames in the message', () => {
    const trace = read(
      [
        '10:00:01.123 ERROR [main] c.a.Shop - order 7 failed',
        'com.acme.ParseException: Unexpected token',
        ' at [Source: (String)"{"; line: 1, column: 2]',
        '\tat com.acme.Parser.parse(Parser.java:3)',
        '',
        'Server goes on',
      ].join('\n'),
    );
    expect(trace).toMatchObject({ fromLine: 1, toLine: 3 });
    expect(trace.exceptions[0]?.message).toBe('Unexpected token\n at [Source: (String)"{"; line: 1, column: 2]');
  });

  it('finds the exception behind a log prefix, and an outer one that wrote no frames', () => {
    const frame = '\tat com.acme.Parser.parse(Parser.java:3)';
    const line = '2026-01-02 10:00:00 ERROR com.acme.Shop: failed: java.lang.IllegalStateException: boom';
    expect(read(`${line}\n${frame}`).exceptions[0]).toMatchObject({
      type: 'java.lang.IllegalStateException',
      message: 'boom',
    });
    const quiet = read(`com.acme.QuietException: outer\nCaused by: com.acme.LoudException: inner\n${frame}`);
    expect(quiet.exceptions.map(({ type, frames }) => [type, frames.length])).toEqual([
      ['com.acme.QuietException', 0],
      ['com.acme.LoudException', 1],
    ]);
  });

  it('says what was cut', () => {
    const frame = '\tat com.acme.Parser.parse(Parser.java:3)';
    expect(read(`java.lang.Error: x\n${frame}\n\tat com.acme.Ma`)).toMatchObject({ truncated: true, toLine: 2 });
    expect(read(frame)).toMatchObject({ truncated: true, exceptions: [{ type: null }] });
    expect(read(`Caused by: java.lang.Error: x\n${frame}`)).toMatchObject({ truncated: true });
    const [, cause] = read(`java.lang.Error: x\n${frame}\nCaused by: java.lang.Error: y\n\t... 9 more`).exceptions;
    expect(cause).toMatchObject({ frames: [], truncated: true });
    expect(parseStack('java.lang.IllegalStateException: boom')).toBeNull();
  });
});

it('tells the joiner the role of each line', () => {
  let previous: LineRole | null = null;
  const roles = real('causes')
    .trimEnd()
    .split('\n')
    .map((line) => {
      previous = java.classify(line, previous);
      return previous;
    });
  expect(roles).toEqual(
    'start frame frame frame frame frame link continuation continuation frame frame link frame frame'.split(' '),
  );
  expect(java.classify('2026-01-02 10:00:00 INFO next', 'start')).toBeNull();
  expect(java.classify('com.acme.Shop: started', null)).toBeNull();
});
