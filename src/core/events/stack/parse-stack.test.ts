import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryExceptions } from './arbitrary-traces.ts';
import type { LineRole } from './language.ts';
import { parseStack, renderStack, STACK_LANGUAGES } from './parse-stack.ts';

const LANGUAGES = ['python', 'node', 'browser', 'java', 'go'] as const;
const ROLES: (LineRole | null)[] = [null, 'start', 'frame', 'code', 'link', 'continuation', 'end', 'blank'];

describe.each(LANGUAGES)('%s', (language) => {
  it('reads back what it prints', () => {
    fc.assert(
      fc.property(arbitraryExceptions(language), (exceptions) => {
        const text = renderStack(exceptions);
        const trace = parseStack(text);
        expect(trace?.language).toBe(language);
        expect(trace?.exceptions).toEqual(exceptions);
        expect(trace?.truncated).toBe(false);
        expect([trace?.fromLine, trace?.toLine]).toEqual([0, text.trimEnd().split('\n').length - 1]);
      }),
      { numRuns: 300 },
    );
  });

  it('finds the same trace between log records', () => {
    fc.assert(
      fc.property(arbitraryExceptions(language), (exceptions) => {
        const text = `2026-01-02 10:00:00 request failed\n${renderStack(exceptions)}2026-01-02 10:00:01 INFO next`;
        expect(parseStack(text)).toMatchObject({ exceptions, fromLine: 1 });
      }),
      { numRuns: 100 },
    );
  });

  it('never throws on a trace cut anywhere, and never reads more frames than it has', () => {
    const count = (list: readonly { frames: unknown[] }[]) => list.reduce((sum, one) => sum + one.frames.length, 0);
    fc.assert(
      fc.property(arbitraryExceptions(language), fc.double({ min: 0, max: 1, noNaN: true }), (exceptions, part) => {
        const text = renderStack(exceptions);
        const cut = parseStack(text.slice(0, Math.floor(text.length * part)));
        expect(count(cut?.exceptions ?? [])).toBeLessThanOrEqual(count(exceptions));
      }),
      { numRuns: 200 },
    );
  });
});

/** Pieces of every format, so that chance meets the grammars. */
const piece = fc.constantFrom(
  ...[
    'Traceback (most recent call last):',
    '  File "a.py", line 1, in f',
    '    code',
    '    ^^^',
    'ValueError: x',
    '"""',
  ],
  ...[
    '  + Exception Group Traceback (most recent call last):',
    '  | E: x',
    '  +-+---- 1 ----',
    '    +---- 2 ----',
    '    +--------',
  ],
  ...[
    'The above exception was the direct cause of the following exception:',
    '  [Previous line repeated 99999999 more times]',
  ],
  ...[
    'Error: x',
    '    at f (/a.js:1:2)',
    '    at f (/a.js:1:2) {',
    '  [cause]: Error: y',
    '  [errors]: [',
    '    [Error: z],',
    '}',
    '  ]',
  ],
  ...[
    '    ... 4 lines matching cause stack trace ...',
    '/a.js:1',
    '^',
    'Node.js v24.0.0',
    'f@https://a/b.js:1:2',
    '[native code]',
  ],
  ...[
    'java.lang.Error: x',
    '\tat a.b.c(D.java:1)',
    'Caused by: a.b.C: d',
    '\tSuppressed: a.b.C: d',
    '\t... 3 more',
    'Wrapped by: a.b.C',
  ],
  ...[
    'panic: x',
    '\tpanic: y',
    'goroutine 1 [running]:',
    'main.f(0x1)',
    '\t/a.go:1 +0x1',
    'panic({0x0})',
    'created by main.g',
    '',
    ' ',
  ],
);

it('never throws, whatever the text, and keeps within its lines', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.array(fc.oneof(piece, fc.string()), { maxLength: 40 }).map((lines) => lines.join('\n')),
  );
  fc.assert(
    fc.property(text, (value) => {
      const trace = parseStack(value);
      if (trace) {
        renderStack(trace.exceptions);
        expect(trace.fromLine).toBeGreaterThanOrEqual(0);
        expect(trace.toLine).toBeGreaterThanOrEqual(trace.fromLine);
        expect(trace.toLine).toBeLessThan(value.split('\n').length);
        expect(trace.rootIndex).toBeLessThan(trace.exceptions.length);
      }
      for (const line of value.split('\n')) {
        for (const language of STACK_LANGUAGES) for (const role of ROLES) language.classify(line, role);
      }
    }),
    { numRuns: 2000 },
  );
});

it('reads hostile lines of 200,000 characters in time', () => {
  const starts = [
    '',
    '    at ',
    '  File "',
    '\tat ',
    'Error: ',
    'Traceback (most recent call last):\n  File "a", line 1, in f\n',
    'panic: ',
  ];
  const repeated = [
    ' ',
    'at ',
    'A',
    'a.',
    ' (',
    ':1',
    ' (a:1',
    '[',
    '~',
    '^',
    '", line 1',
    ' Error',
    '@',
    '*',
    '\n',
    '\n\tat ',
    'eval at (',
  ];
  repeated.push(
    '\nCaused by: a.B: c',
    '\nmain.f()\n\t/a.go:1 +0x1',
    '\n  File "a", line 1, in b',
    '\n    [cause]: Error: x',
    '+-',
  );
  for (const start of starts) {
    for (const part of repeated) {
      const text = `${start}${part.repeat(200_000 / part.length)}x`;
      expect(parseStack(text)?.exceptions.length ?? 0).toBeLessThanOrEqual(50);
      const first = text.split('\n', 1)[0] ?? '';
      for (const language of STACK_LANGUAGES) for (const role of ROLES) language.classify(first, role);
    }
  }
  // One quadratic expression among them would take minutes: the test would run into its time limit.
});

describe('bounds', () => {
  const frame = (line: number) => `\tat a.B.c(B.java:${line})`;

  it('keeps the crash end of too many frames and says so', () => {
    const text = ['java.lang.Error: deep', ...Array.from({ length: 400 }, (_, index) => frame(index + 1))].join('\n');
    const trace = parseStack(text);
    expect(trace).toMatchObject({ truncated: true, exceptions: [{ truncated: true }] });
    expect(trace?.exceptions[0]?.frames.map((one) => one.line)).toEqual(
      Array.from({ length: 250 }, (_, index) => index + 1),
    );
  });

  it('keeps the raised exception and the root cause of too long a chain', () => {
    const links = Array.from({ length: 80 }, (_, index) => `Caused by: a.Link: ${index}\n${frame(index + 2)}`);
    const trace = parseStack(['java.lang.Error: raised', frame(1), ...links].join('\n'));
    expect(trace?.exceptions).toHaveLength(50);
    expect(trace).toMatchObject({ truncated: true, rootIndex: 49 });
    expect(trace?.exceptions[0]?.message).toBe('raised');
    expect(trace?.exceptions[49]?.message).toBe('79');
  });

  it('lets no few lines grow into millions of frames', () => {
    const links = Array.from({ length: 5000 }, () => 'Caused by: a.Link: x\n\t... 400 more');
    const many = ['java.lang.Error: x', ...Array.from({ length: 400 }, (_, index) => frame(index + 1)), ...links].join(
      '\n',
    );
    expect(parseStack(many)?.exceptions).toHaveLength(50);
    const python =
      'Traceback (most recent call last):\n  File "a", line 1, in f\n  [Previous line repeated 999999999 more times]\nE: x';
    expect(parseStack(python)?.exceptions[0]?.frames).toHaveLength(250);
  });
});

it('reads text with carriage returns and colours, and picks the language that reads the most frames', () => {
  const text =
    '\u001b[31mError: x\u001b[39m\r\n    at f (/a.js:1:2)\r\n    at g (/a.js:3:4)\r\n  File "a.py", line 1, in f\r\n';
  const trace = parseStack(text);
  expect(trace).toMatchObject({ language: 'node', exceptions: [{ type: 'Error', message: 'x' }] });
  expect(trace?.exceptions[0]?.frames).toHaveLength(2);
});

it('finds no trace in ordinary messages', () => {
  for (const text of [
    '',
    'job took 500 ms at 10:30:15',
    'ValueError: no frames',
    'GET /a@b.c:80:1 200',
    'File "a.py" not found, line 3',
    'goroutine pool started',
    'look at this (and that:12)',
  ]) {
    expect(parseStack(text)).toBeNull();
  }
});
