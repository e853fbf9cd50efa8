import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare } from './changes.ts';
import { withoutFormatting } from './formatting.ts';

const same = (path: string, a: string, b: string) => withoutFormatting(a, path) === withoutFormatting(b, path);

describe('withoutFormatting', () => {
  it('sees through layout, comments, quotes and closing commas', () => {
    expect(same('a.js', 'f(a,b) // x\n', 'f(\n  a,\n  b,\n)\n')).toBe(true);
    expect(same('a.py', "x = f('a')\n", '# why\nx = f(\n    "a",\n)  # so\n')).toBe(true);
    expect(same('a.java', '/* old */ int a;', 'int a;')).toBe(true);
  });

  it('keeps what has a meaning: code, text in quotes, the indentation of Python', () => {
    expect(same('a.js', 'a + b', 'a - b')).toBe(false);
    expect(same('a.js', '"a b"', '"a  b"')).toBe(false);
    expect(same('a.js', '"// no comment"', '""')).toBe(false);
    expect(same('a.py', 'if a:\n    b()\n    c()\n', 'if a:\n    b()\nc()\n')).toBe(false);
    expect(same('a.py', 'if a:\n  b()\n', 'if a:\n        b()\n')).toBe(true);
  });

  it('takes any text, and adding blank lines changes nothing', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof withoutFormatting(text, 'a.py') === 'string'));
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9 =+\n]*$/), (text) => same('a.ts', text, text.replaceAll('\n', '\n\n'))),
    );
  });
});

describe('compare', () => {
  it('names the functions and lines a change touched', () => {
    const before = 'def a():\n    return 1\n\n\ndef b():\n    return 2\n';
    const change = compare('x.py', before, before.replace('return 2', 'return price'));
    expect(change).toMatchObject({
      removed: ['return 2'],
      added: ['return price'],
      functions: ['b'],
      isOutside: false,
    });
    expect(compare('x.py', before, `LIMIT = 3\n${before}`)).toMatchObject({ functions: [], isOutside: true });
    expect(compare('x.py', before, `# note\n${before}`)).toMatchObject({ isFormatOnly: true, isOutside: false });
  });
});
