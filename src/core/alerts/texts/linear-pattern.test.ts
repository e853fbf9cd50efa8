import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from './fold-text.ts';
import { compilePattern, MOST_STEPS } from './linear-pattern.ts';

const matches = (source: string, text: string) => compilePattern(source)(foldText(text));

describe('a pattern that takes linear time', () => {
  it.each([
    ['humidite.{0,20}\\b2\\d ?%', 'Humidité relevée : 28 %', true],
    ['humidite.{0,20}\\b2\\d ?%', 'Humidité relevée : 45 %', false],
    ['^vide', 'vide depuis lundi', true],
    ['^vide', 'réservoir vide', false],
    ['sec$', 'Trop SEC', true],
    ['d[eé]branch(e|ee|és?)\\b', 'le système est DÉBRANCHÉ', true],
    ['\\boff\\b', 'coffee', false],
    ['colou?r', 'color', true],
    ['a{2,3}b', 'ab', false],
    ['a{2,3}b', 'xaaab', true],
    ['a{2}', 'aba', false],
    ['[^a-z ]', 'only letters', false],
    ['\\d+\\.\\d', 'at 28.5 %', true],
    ['(?:pads|tank) (?:is|are) (?:dry|empty)', 'The tank is empty', true],
    ['cœur', 'COEUR', true],
    ['', 'anything', true],
  ])('%s in "%s" is %s', (source, text, expected) => {
    expect(matches(source, text)).toBe(expected);
  });

  it.each([
    ['(?=a)b', 'look-around'],
    ['(a', 'without its'],
    ['a)', 'too much'],
    ['[a', 'without its'],
    ['*a', 'nothing to repeat'],
    ['a**', 'repeats a repetition'],
    ['(a)\\1', 'not understood'],
    ['a{51}', 'more than 50'],
    ['(a{50}){50}', `over ${MOST_STEPS} steps`],
    ['((((((){50}){50}){50}){50}){50}){50}', `over ${MOST_STEPS} steps`],
    ['a{3,2}', 'from 3 to 2'],
    ['[z-a]', 'range'],
    ['\\q', 'not understood'],
    [`${'('.repeat(60)}a${')'.repeat(60)}`, 'nested too deeply'],
  ])('refuses %s and says why', (source, words) => {
    expect(() => compilePattern(source)).toThrow(SyntaxError);
    expect(() => compilePattern(source)).toThrow(words);
  });

  it('finds what the language’s own expressions find', () => {
    const atoms = fc.constantFrom('a', 'b', 'c', '.', '\\d', '[ab]', '[^b]', '\\b', '\\w');
    const piece = fc
      .tuple(atoms, fc.constantFrom('', '?', '*', '+', '{2}', '{1,3}', '{2,}'))
      .map(([atom, repeat]) => (atom === '\\b' ? atom : atom + repeat));
    const branch = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
    const pattern = fc
      .tuple(fc.array(branch, { minLength: 1, maxLength: 3 }), fc.boolean(), fc.boolean())
      .map(([branches, isAtStart, isGrouped]) => {
        const inner = branches.join('|');
        return `${isAtStart ? '^' : ''}${isGrouped ? `(?:${inner})+` : inner}`;
      });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '-'), maxLength: 15 });
    fc.assert(
      fc.property(pattern, text, (source, given) => {
        expect(compilePattern(source)(given)).toBe(new RegExp(source, 'u').test(given));
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes steps in proportion to a text that is made to be slow', () => {
    // A backtracking engine needs 2^n steps for these; here each sign is tested by each state once at most.
    const hostile = `${'a'.repeat(50_000)}!`;
    expect(matches('(a+)+$', hostile)).toBe(false);
    expect(matches('(a|aa)+b', hostile)).toBe(false);
    expect(matches('(.*)(.*)(.*)(.*)b', hostile)).toBe(false);
  });
});
