import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { browser, node } from './javascript.ts';
import type { LineRole, StackLanguage } from './language.ts';
import { parseStack, renderStack } from './parse-stack.ts';

const real = (name: string) => readFileSync(new URL(`./fixtures/node-${name}.txt`, import.meta.url), 'utf8');

function read(text: string, language = 'node') {
  const trace = parseStack(text);
  if (!trace) throw new Error('no trace');
  expect(trace.language).toBe(language);
  return trace;
}

function roles(language: StackLanguage, text: string): (LineRole | null)[] {
  let previous: LineRole | null = null;
  return text.split('\n').map((line) => {
    previous = language.classify(line, previous);
    return previous;
  });
}

describe('Node traces, as Node printed them', () => {
  it('follows nested causes and takes the frames back that they share', () => {
    const { exceptions, rootIndex, truncated } = read(real('causes'));
    expect(exceptions.map(({ type, message, frames }) => [type, message, frames.length])).toEqual([
      ['Error', 'request failed', 9],
      ['Error', 'load failed', 10],
      ['TypeError', 'Cannot read\nsecond line: of it', 10],
    ]);
    expect(exceptions[0]?.frames.map((frame) => frame.line)).toEqual([3, 4, 5, 1521, 1623, 1266, 1091, 164, 28]);
    expect([rootIndex, truncated]).toEqual([2, false]);
  });

  it('keeps the errors of an AggregateError as a tree', () => {
    const { exceptions } = read(real('aggregate'));
    expect(exceptions.map(({ type, relation, parent, message }) => [type, relation, parent, message])).toEqual([
      ['AggregateError', 'raised', null, 'many'],
      ['Error', 'member', 0, 'a'],
      ['TypeError', 'member', 0, 'b'],
      ['Error', 'cause', null, 'c'],
    ]);
    const any = read(real('any'));
    expect(any.exceptions[0]).toMatchObject({
      type: 'AggregateError',
      message: 'All promises were rejected',
      frames: [],
    });
    expect(any.rootIndex).toBe(1);
    const inline =
      '[AggregateError: m] {\n  [errors]: [ [Error: a], [TypeError: b] ],\n  [cause]: Error: c\n      at f (/a.js:1:2)\n}';
    expect(read(inline).exceptions.map(({ message }) => message)).toEqual(['m', 'c', 'a', 'b']);
  });

  it('reads an uncaught error with the source line before it and the version after it', () => {
    const text = real('uncaught');
    const trace = read(text);
    expect(trace).toMatchObject({ fromLine: 0, toLine: text.trimEnd().split('\n').length - 1, rootIndex: 1 });
    expect(trace.exceptions[0]?.frames[0]).toMatchObject({
      file: '/srv/shop/src/uncaught.js',
      line: 2,
      column: 37,
      function: 'go',
      code: "function go() { throw Object.assign(new Error('boom'), {code:'E1', cause: new Error('root')}); }",
    });
  });

  it('takes the place of a SyntaxError from the header, as the frame that failed', () => {
    expect(read(real('syntax-error')).exceptions[0]?.frames[0]).toMatchObject({
      file: '/srv/shop/src/syntax.js',
      line: 2,
      column: 13,
      code: 'let b = foo bar;',
    });
  });

  it('reads a thrown value that is no error', () => {
    expect(read(real('thrown-value')).exceptions).toMatchObject([
      { type: null, message: 'text', frames: [{ file: '/srv/shop/src/thrown.js', line: 1, code: "throw 'text'" }] },
    ]);
  });

  it('drops the code from the type and keeps the fields out of the message', () => {
    const { exceptions, toLine } = read(real('code'));
    expect(exceptions[0]).toMatchObject({
      type: 'TypeError',
      message: expect.stringMatching(/^The "path" argument must be .*\(5\.5\)$/),
    });
    expect(toLine).toBe(real('code').trimEnd().split('\n').length - 1);
  });

  it('reads frames of async calls, constructors, aliases, eval, native code and modules', () => {
    const frames = read(real('async')).exceptions[0]?.frames;
    expect(frames?.map((frame) => frame.function)).toEqual([
      'f1',
      'process.processTicksAndRejections',
      'Promise.all',
      'm',
    ]);
    expect(read(real('eval')).exceptions[0]?.frames[0]).toMatchObject({
      function: 'q',
      file: '/srv/shop/src/a.js',
      line: 10,
      column: 20,
    });
    const lines: [string, string | null, string | null, number | null][] = [
      ['at new Cart (file:///app/cart.mjs:6:125)', 'new Cart', 'file:///app/cart.mjs', 6],
      ['at get total [as total] (/app/a.js:6:34)', 'get total', '/app/a.js', 6],
      [
        'at async Object.load [as run] (webpack-internal:///(rsc)/./app/page.tsx:10:3)',
        'Object.load',
        'webpack-internal:///(rsc)/./app/page.tsx',
        10,
      ],
      ['at webpack://shop/./src/a.js:7:1', null, 'webpack://shop/./src/a.js', 7],
      ['at Array.map (<anonymous>)', 'Array.map', null, null],
      ['at String.replace (native)', 'String.replace', null, null],
      ['at wasm://wasm/0003a1b2:wasm-function[12]:0x1a2b', 'wasm-function[12]', 'wasm://wasm/0003a1b2', null],
      ['at add (wasm://wasm/0003a1b2:wasm-function[12]:0x1a2b)', 'add', 'wasm://wasm/0003a1b2', null],
      ['at a (eval at b (eval at c (/app/x.js:1:2), <anonymous>:3:4), <anonymous>:5:6)', 'a', '/app/x.js', 1],
      ['at C:\\app\\a b (2)\\x.js:3:4', null, 'C:\\app\\a b (2)\\x.js', 3],
      ['at f (/app/My Shop (2)/x.js:3:4)', 'f', '/app/My Shop (2)/x.js', 3],
    ];
    for (const [line, name, file, number] of lines) {
      const frame = node.parse(['Error: x', `    ${line}`])?.exceptions[0]?.frames[0];
      expect([line, frame?.function, frame?.file, frame?.line]).toEqual([line, name, file, number]);
    }
  });

  it.each(['causes', 'aggregate', 'any', 'uncaught', 'syntax-error', 'thrown-value', 'async', 'fetch'])(
    'prints %s so that it reads back the same',
    (name) => {
      const { exceptions } = read(real(name));
      expect(parseStack(renderStack(exceptions))?.exceptions).toEqual(exceptions);
    },
  );
});

describe('Node traces inside other text', () => {
  const frame = '    at f (/app/a.js:1:2)';

  it.each([
    ['HTTPException: no', 'HTTPException', 'no'],
    ['Uncaught RangeError: no', 'RangeError', 'no'],
    ['(node:7) UnhandledPromiseRejectionWarning: Error: no', 'Error', 'no'],
    ['12:00:01 error: MyError: no', 'MyError', 'no'],
    ['Trace: here', 'Trace', 'here'],
    ['ValidationError: two\nname: required\n\nage: low', 'ValidationError', 'two\nname: required\n\nage: low'],
    ['Something broke:\nSomeFailureOfMine: no', 'SomeFailureOfMine', 'no'],
  ])('finds the error in %j', (head, type, message) => {
    expect(read(`before\n${head}\n${frame}\nafter`).exceptions[0]).toMatchObject({ type, message });
  });

  it('joins the causes that loggers put after each other', () => {
    const { exceptions, toLine } = read(`Error: a\n${frame}\ncaused by: TypeError: b\n${frame}\ncaused by: c\nafter`);
    expect(exceptions.map(({ type }) => type)).toEqual(['Error', 'TypeError']);
    expect(toLine).toBe(3);
  });

  it('keeps the first of two causes', () => {
    const text = `Error: a\n${frame} {\n  [cause]: Error: b\n  ${frame},\n  [cause]: Error: c\n  ${frame}\n}`;
    expect(read(text).exceptions.map(({ message }) => message)).toEqual(['a', 'b']);
  });

  it('says where it was cut', () => {
    expect(read(`Error: a\n${frame}\n    at g (/app/b.j`)).toMatchObject({ truncated: true, toLine: 2 });
    expect(read(`Error: a\n${frame} {\n  code: 'E',\n  [cause]: Error: b\n  ${frame}`)).toMatchObject({
      truncated: true,
      exceptions: [{ message: 'a' }, { message: 'b' }],
    });
    expect(read(frame).exceptions[0]).toMatchObject({ type: null, frames: [{ function: 'f' }] });
  });

  it('takes neither prose, nor clocks, nor frames of other languages', () => {
    for (const line of [
      'at 10:30:15',
      'at noon:1:2',
      '   at C.M(String a) in /a/F.cs:line 12',
      ' at ./src/main.rs:4:5',
    ]) {
      expect(node.parse(['Error: x', `    ${line}`])).toBeNull();
    }
    expect(parseStack('Error: nothing more')).toBeNull();
  });

  it('tells the joiner the role of each line', () => {
    expect(roles(node, real('uncaught').trimEnd())).toEqual(
      'start continuation link blank start frame frame frame frame code link frame frame frame frame frame frame frame frame end blank end'.split(
        ' ',
      ),
    );
    expect(roles(node, real('causes').trimEnd())).not.toContain(null);
    expect(roles(node, real('any').trimEnd()).slice(0, 4)).toEqual(['start', 'link', 'continuation', 'frame']);
    expect(node.classify('{"severity":"INFO"}', 'start')).toBeNull();
  });
});

describe('browser traces', () => {
  const chrome =
    'Uncaught TypeError: x is null\n    at pay (https://shop.test/assets/app.3f2a9c1b.js:1:2345)\n    at https://shop.test/assets/app.3f2a9c1b.js:1:99';
  const firefox =
    'pay@https://shop.test/app.js:10:5\nasync*load/<@https://cdn.test/@scope/x.js:3:1\n@https://shop.test/app.js line 7 > eval:1:1\nforEach@[native code]\n';
  const safari =
    'global code@https://shop.test/app.js:10:5\nhttps://shop.test/app.js:11:6\n[native code]\nmodule code@https://shop.test/app.js:1:1';

  it('reads Chrome', () => {
    const { exceptions } = read(chrome, 'browser');
    expect(exceptions[0]).toMatchObject({ type: 'TypeError', message: 'x is null' });
    expect(exceptions[0]?.frames.map((frame) => [frame.function, frame.line, frame.column])).toEqual([
      ['pay', 1, 2345],
      [null, 1, 99],
    ]);
  });

  it('reads Firefox and Safari, which name no error', () => {
    const fire = read(firefox, 'browser');
    expect(fire.exceptions[0]).toMatchObject({ type: null, message: null, truncated: false });
    expect(fire.exceptions[0]?.frames.map((frame) => [frame.function, frame.file, frame.line])).toEqual([
      ['pay', 'https://shop.test/app.js', 10],
      ['load/<', 'https://cdn.test/@scope/x.js', 3],
      [null, 'https://shop.test/app.js', 7],
      ['forEach', null, null],
    ]);
    expect(read(safari, 'browser').exceptions[0]?.frames).toHaveLength(4);
    expect(read(`InternalError: too much recursion\n${firefox}`, 'browser').exceptions[0]?.type).toBe('InternalError');
  });

  it('takes no mail address for a frame', () => {
    expect(parseStack('write to a@example.com:80:1')).toBeNull();
    expect(parseStack('Script error.')).toBeNull();
  });

  it('prints both forms so that they read back the same', () => {
    for (const text of [chrome, firefox, safari]) {
      const { exceptions } = read(text, 'browser');
      expect(
        parseStack(renderStack(exceptions))?.exceptions.map((one) => one.frames.map((frame) => frame.function)),
      ).toEqual(exceptions.map((one) => one.frames.map((frame) => frame.function)));
    }
    expect(roles(browser, chrome)).toEqual(['start', 'frame', 'frame']);
    expect(roles(browser, safari)).toEqual(['frame', 'frame', 'frame', 'frame']);
  });
});
