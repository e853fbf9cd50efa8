import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutSnippet } from './cut-snippet.ts';

const FILE = Array.from({ length: 200 }, (_, index) =>
  index === 99 ? 'crash(here_it_is)' : `line_${index + 1}()`,
).join('\n');

describe('cutSnippet', () => {
  it('cuts five lines around the failing one', () => {
    const cut = cutSnippet(FILE, { line: 100, code: 'crash(here_it_is)', grows: false });
    expect(cut).toMatchObject({ line: 100, fromLine: 95, toLine: 105, moved: false });
    expect(cut?.code).toBe(FILE.split('\n').slice(94, 105).join('\n'));
  });

  it('finds a line that moved, and gives nothing when the file is not what ran', () => {
    expect(cutSnippet(FILE, { line: 70, code: '  crash(here_it_is) ', grows: false })).toMatchObject({
      line: 100,
      moved: true,
    });
    expect(cutSnippet(FILE, { line: 20, code: 'crash(here_it_is)', grows: false })).toBeNull();
    expect(cutSnippet(FILE, { line: 100, code: 'something(else)', grows: false })).toBeNull();
    expect(cutSnippet(FILE, { line: 900, code: null, grows: false })).toBeNull();
  });

  it('grows to the whole function, up to its bound', () => {
    const short =
      'def a():\n    one\n    two\n    three\n    four\n    five\n    six\n    seven\n    eight\n\n\nx\ny\n';
    expect(cutSnippet(short, { line: 2, code: null, grows: true })).toMatchObject({
      fromLine: 1,
      toLine: 9,
      function: 'a',
    });
    const long = ['def a():', ...Array.from({ length: 150 }, (_, index) => `    step_${index}()`)].join('\n');
    const cut = cutSnippet(long, { line: 100, code: null, grows: true });
    expect((cut?.toLine ?? 0) - (cut?.fromLine ?? 0)).toBe(59);
    expect(cut?.code).toContain('step_98()');
  });

  it('keeps the bytes: line ends, tabs, a missing last line end', () => {
    expect(cutSnippet('a\r\n\tb\r\nc', { line: 2, code: 'b', grows: false })?.code).toBe('a\r\n\tb\r\nc');
  });

  it('is always a piece of the file', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[ a-z(){}:\t]*$/), { minLength: 1 }),
        fc.nat(60),
        fc.boolean(),
        (lines, line, grows) => {
          const text = lines.join('\n');
          const cut = cutSnippet(text, { line, code: null, grows });
          if (cut)
            expect(
              text
                .split('\n')
                .slice(cut.fromLine - 1, cut.toLine)
                .join('\n'),
            ).toBe(cut.code);
        },
      ),
    );
  });
});
