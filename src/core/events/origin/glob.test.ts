import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from './glob.ts';

describe('matchesGlob', () => {
  it.each([
    ['src/**', 'src/a/b.py', true],
    ['src/*', 'src/a/b.py', false],
    ['src/**/b.py', 'src/b.py', true],
    ['**/b.py', 'b.py', true],
    ['com.acme.*', 'com.acme.shop.Order', true],
    ['a?c', 'a/c', false],
    ['a?c', 'abc', true],
    ['[ab]', 'a', false],
    ['', '', true],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it('takes every text by ** and a text by itself', () => {
    fc.assert(fc.property(fc.string(), (text) => matchesGlob('**', text)));
    fc.assert(fc.property(fc.stringMatching(/^[a-z/.]*$/), (text) => matchesGlob(text, text)));
  });

  it('ends on patterns made to backtrack', () => {
    expect(matchesGlob(`${'*a'.repeat(30)}b`, 'a'.repeat(2000))).toBe(false);
  });
});
