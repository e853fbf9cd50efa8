import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldToken, repeatedFieldToken, wordsOf } from './tokens.ts';

describe('words of a text', () => {
  it.each([
    ['GET /api/orders/12 200', ['get', 'api', 'orders', '12', '200']],
    ['user_id=7', ['user', 'id', '7']],
    ['Réglée, ÉTÉ', ['reglee', 'ete']],
    ['Straße 日本語 данные', ['straße', '日本語', 'данные']],
    ['ﬁle ½', ['file', '1', '2']],
    ['\uE000abc\uE001', ['abc']],
    ['', []],
    ['?!* —', []],
  ])('of %j are %j', (text, words) => {
    expect(wordsOf(text, 100)).toEqual(words);
  });

  it('are cut at 64 characters, never through a character, and bounded in number', () => {
    expect(wordsOf(`${'a'.repeat(100)} b`, 10)).toEqual(['a'.repeat(64), 'b']);
    const [cut] = wordsOf(`${'x'.repeat(63)}\u{20000}\u{20000}`, 10);
    expect(cut).toBe('x'.repeat(63));
    expect(wordsOf('a b c d', 2)).toEqual(['a', 'b']);
  });

  it('are letters and digits only, and are found by themselves, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const word of wordsOf(text, 1_000)) {
          expect(word).toMatch(/^[\p{L}\p{N}]+$/u);
          expect(wordsOf(word, 10)).toEqual([word]);
        }
      }),
    );
  });
});

describe('the token of a field', () => {
  it('is no word, and makes no difference between upper and lower case', () => {
    expect(wordsOf(fieldToken('service', 'shop'), 10)).not.toEqual([fieldToken('service', 'shop')]);
    expect(fieldToken('service', 'Shop')).toBe(fieldToken('service', 'shop'));
    expect(repeatedFieldToken('service', 'Shop')).toBe(fieldToken('service', 'shop'));
  });

  it.each([
    ['service', 'Shop', '\uE0008ygiuqsm98ih'],
    ['', '', '\uE0001o30mww1kky9i7'],
    ['order.id', '7', '\uE0002i75gr18t91db'],
    ['file', '/app/SRC/Wörter-ÄÖÜ.ts', '\uE00017pjip4114jlm4'],
    ['city', 'İzmir ΣΊΣΥΦΟΣ', '\uE0001a818cy16y9008'],
  ])('of %s and %s is the one that stands in stored events', (name, value, token) => {
    expect(fieldToken(name, value)).toBe(token);
  });

  it('differs by name and by value', () => {
    const tokens = new Set<string>();
    for (let value = 0; value < 100_000; value++) tokens.add(fieldToken('order', String(value)));
    for (let value = 0; value < 100_000; value++) tokens.add(fieldToken('user', String(value)));
    expect(tokens.size).toBe(200_000);
  });
});
