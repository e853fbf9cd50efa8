import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collapseCycles } from './collapse-cycles.ts';

const collapsed = (keys: string) =>
  collapseCycles([...keys])
    .map((index) => keys[index])
    .join('');

describe('repeated frames', () => {
  it.each([
    ['abc', 'abc'],
    ['aaaab', 'ab'],
    ['ababab', 'ab'],
    ['xabcabcabcy', 'xabcy'],
    ['abcdabcdabcd', 'abcd'],
    ['abcdeabcde', 'abcdeabcde'],
    ['', ''],
  ])('%s counts as %s', (keys, expected) => {
    expect(collapsed(keys)).toBe(expected);
  });

  it('count the same however often the cycle runs', () => {
    const cycle = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(cycle, fc.integer({ min: 1, max: 30 }), (frames, times) => {
        expect(collapsed(`x${frames.join('').repeat(times)}y`)).toBe(`x${frames.join('')}y`);
      }),
    );
  });
});
