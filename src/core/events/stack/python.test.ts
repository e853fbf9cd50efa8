import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LineRole } from './language.ts';
import { parseStack, renderStack } from './parse-stack.ts';
import { python } from './python.ts';

const real = (name: string) => readFileSync(new URL(`./fixtures/python-${name}.txt`, import.meta.url), 'utf8');

function read(text: string) {
  const trace = parseStack(text);
  if (!trace) throw new Error('no trace');
  expect(trace.language).toBe('python');
  return trace;
}

describe('Python traces, as python3 printed them', () => {
  it('lists a chain from the raised exception to its root, which is printed first', () => {
    const trace = read(real('chain'));
    expect(trace.exceptions.map(({ type, relation, message }) => [type, relation, message])).toEqual([
      ['ZeroDivisionError', 'raised', 'division by zero'],
      ['ValueError', 'context', 'bad\nsecond line\n\nafter blank'],
      ['KeyError', 'cause', "'k'"],
    ]);
    expect(trace.rootIndex).toBe(2);
    expect(trace.truncated).toBe(false);
    expect(trace.exceptions[2]?.frames[0]).toMatchObject({
      file: '/srv/app/orders.py',
      line: 2,
      function: 'inner',
      code: 'def inner(d): return d["k"]',
    });
  });

  it('writes repeated frames out, as far as they push no other frame out', () => {
    const recursion = read(real('recursion'));
    expect(recursion.exceptions[0]?.frames).toHaveLength(250);
    expect(recursion.exceptions[0]?.frames.at(-1)?.function).toBe('show');
    expect(recursion.truncated).toBe(false);
    const bottom = read(real('recursion-bottom')).exceptions[0];
    expect(bottom?.frames.map((frame) => frame.line)).toEqual([23, ...Array(8).fill(22), 24]);
  });

  it('lets notes run on the message', () => {
    expect(read(real('notes')).exceptions[0]?.message).toBe('noted\nnote one\nnote two\nline');
  });

  it('takes the place of a SyntaxError as the frame that failed', () => {
    const [error] = read(real('syntax-error')).exceptions;
    expect(error?.frames[0]).toMatchObject({ file: '/srv/app/bad.py', line: 1, function: null, code: 'def f(:' });
    const alone = read('  File "/srv/app/bad.py", line 1\n    def f(:\n          ^\nSyntaxError: invalid syntax\n');
    expect(alone.exceptions[0]).toMatchObject({ type: 'SyntaxError', message: 'invalid syntax', truncated: false });
  });

  it('reads expressions over several lines and what 3.13 leaves out of them', () => {
    const { exceptions, toLine } = read(real('elided-expression'));
    expect(exceptions.map((exception) => exception.frames.map((frame) => frame.code))).toEqual([
      ['raise RuntimeError(', 'try: chained()'],
      ['def inner(d): return d["k"]', 'return inner(', 'try: multi()'],
    ]);
    expect(toLine).toBe(real('elided-expression').trimEnd().split('\n').length - 1);
  });

  it('keeps an exception group as a tree, inside the chain it stands in', () => {
    const { exceptions, rootIndex } = read(real('group'));
    expect(exceptions.map(({ type, relation, parent }) => [type, relation, parent])).toEqual([
      ['RuntimeError', 'raised', null],
      ['ExceptionGroup', 'cause', null],
      ['KeyError', 'cause', null],
      ['KeyError', 'member', 1],
      ['ExceptionGroup', 'member', 1],
      ['ValueError', 'member', 4],
      ['KeyError', 'cause', null],
      ['TypeError', 'member', 4],
      ['FileNotFoundError', 'member', 1],
    ]);
    expect(rootIndex).toBe(2);
    expect(exceptions[5]?.message).toBe('bad\nsecond line\n\nafter blank');
    expect(exceptions[8]).toMatchObject({ message: '[Errno 2] no file', frames: [] });
  });

  it('names the first failed task of a task group as the root cause', () => {
    const { exceptions, rootIndex } = read(real('task-group'));
    expect(exceptions[rootIndex]).toMatchObject({
      type: 'ValueError',
      message: 'task 1',
      relation: 'member',
      parent: 0,
    });
  });

  it('marks a group whose members the interpreter did not print', () => {
    const { exceptions } = read(real('wide-group'));
    expect(exceptions).toHaveLength(16);
    expect(exceptions[0]?.truncated).toBe(true);
  });

  it('reads what faulthandler prints, crash first', () => {
    const { exceptions, fromLine } = read(`starting\n${real('fault')}\nExtension modules: numpy (total: 1)\n`);
    expect(exceptions[0]).toMatchObject({ type: 'Fatal Python error', message: 'Segmentation fault' });
    expect(exceptions[0]?.frames.map((frame) => frame.function)).toEqual(['string_at', 'crash', 'main', '<module>']);
    expect(fromLine).toBe(1);
  });

  it('takes the quotes around the traceback of a worker process off', () => {
    const { exceptions } = read(real('worker'));
    expect(exceptions.map(({ message }) => message)).toEqual(['division by zero', 'division by zero']);
    expect(exceptions[1]?.frames[0]?.function).toBe('work');
  });

  it.each(['chain', 'recursion', 'notes', 'syntax-error', 'elided-expression', 'group', 'task-group', 'fault'])(
    'prints %s so that it reads back the same',
    (name) => {
      const { exceptions } = read(real(name));
      expect(parseStack(renderStack(exceptions))?.exceptions).toEqual(exceptions);
    },
  );
});

describe('Python traces that are not whole', () => {
  const head = 'Traceback (most recent call last):\n';
  const frame = '  File "/app/a.py", line 3, in f\n    g()\n    ~^^\n';

  it('keeps the whole frames of a text cut in mid-frame', () => {
    const trace = read(`${head}${frame}  File "/app/src/backend/core/database`);
    expect(trace.truncated).toBe(true);
    expect(trace.exceptions).toHaveLength(1);
    expect(trace.exceptions[0]).toMatchObject({ type: null, message: null, truncated: true });
    expect(trace.exceptions[0]?.frames).toMatchObject([{ file: '/app/a.py', line: 3, function: 'f', code: 'g()' }]);
  });

  it('trusts neither a name nor a code line that the cut may have shortened', () => {
    expect(read(`${head}${frame}  File "/app/b.py", line 12, in compu`).exceptions[0]?.frames).toHaveLength(1);
    const [cut] = read(`${head}${frame}  File "/app/b.py", line 12, in compute\n    retur`).exceptions;
    expect(cut?.frames[0]).toMatchObject({ function: 'compute', code: null });
  });

  it('reads frames whose first line was lost', () => {
    const trace = read(`${frame}ValueError: bad`);
    expect(trace.exceptions[0]).toMatchObject({ type: 'ValueError', message: 'bad', truncated: false });
    expect(read(`the log begins here\n${frame}`).exceptions[0]).toMatchObject({ type: null, truncated: true });
  });

  it('knows that a chain sentence at the end announced more', () => {
    const text = `${head}${frame}ValueError: bad\n\nDuring handling of the above exception, another exception occurred:\n`;
    expect(read(text)).toMatchObject({ truncated: true, exceptions: [{ type: 'ValueError' }] });
  });

  it('reads a cause that was never raised', () => {
    const sentence = 'The above exception was the direct cause of the following exception:';
    const { exceptions } = read(`KeyError: 'a'\n\n${sentence}\n\n${head}${frame}ValueError: bad`);
    expect(exceptions.map(({ type, frames }) => [type, frames.length])).toEqual([
      ['ValueError', 1],
      ['KeyError', 0],
    ]);
  });
});

describe('Python traces inside other text', () => {
  const trace = 'Traceback (most recent call last):\n  File "/app/a.py", line 3, in f\n    g()\n';

  it('leaves the text before and the next log record alone', () => {
    const text = `Task failed\n${trace}fastapi.exceptions.HTTPException: 500: no\nmore\n2026-01-02 10:00:00,123 INFO next`;
    const read = parseStack(text);
    expect(read).toMatchObject({ fromLine: 1, toLine: 5, truncated: false });
    expect(read?.exceptions[0]).toMatchObject({
      type: 'fastapi.exceptions.HTTPException',
      module: 'fastapi.exceptions',
      message: '500: no\nmore',
    });
  });

  it('reads a trace behind a prefix, indented, or with its indentation lost', () => {
    expect(parseStack(`ERROR: ${trace}ValueError: x`)?.exceptions[0]?.type).toBe('ValueError');
    const indented = `${trace}ValueError: x\nmore`.replace(/^/gm, '      ');
    expect(parseStack(indented)?.exceptions[0]).toMatchObject({ type: 'ValueError', message: 'x\nmore' });
    const flat = `${trace}ValueError: x`.replace(/^ +/gm, '');
    expect(parseStack(flat)?.exceptions[0]).toMatchObject({ type: 'ValueError', frames: [{ code: 'g()' }] });
  });

  it('takes no log line for the type of an exception', () => {
    expect(parseStack(`${trace}INFO:     10.0.0.1:80 - "GET / HTTP/1.1" 500`)?.exceptions[0]).toMatchObject({
      type: null,
      truncated: true,
    });
  });
});

it('tells the joiner the role of each line', () => {
  let previous: LineRole | null = null;
  const roles = real('group')
    .trimEnd()
    .split('\n')
    .map((line) => {
      previous = python.classify(line, previous);
      return previous;
    });
  expect(roles).not.toContain(null);
  expect(roles.slice(0, 13)).toEqual(
    'start frame code code frame code code end blank link blank start frame'.split(' '),
  );
  expect(roles.at(-1)).toBe('end');
  expect(python.classify('| second line of a message', 'end')).toBeNull();
  expect(python.classify('      | second line of a message', 'end')).toBe('end');
  expect(python.classify('Current thread 0x00007f00 (most recent call first):', 'continuation')).toBe('link');
  expect(python.classify('INFO:     started', 'frame')).toBeNull();
  expect(python.classify('ValueError: bad', null)).toBeNull();
});
