import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashText, keyOfSequence, keysWithOneReplaced } from './sequence-hash.ts';

describe('keys of sequences', () => {
  it('gives the key of the sequence with one text replaced, for each place', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 20 }), fc.string(), (texts, replacement) => {
        const keys = keysWithOneReplaced(texts.map(hashText), hashText(replacement));
        expect(keys).toEqual(
          texts.map((_, place) => keyOfSequence(texts.map((text, at) => hashText(at === place ? replacement : text)))),
        );
      }),
    );
  });

  it('tells order, length and neighbours apart', () => {
    const texts = [[], ['a'], ['b'], ['a', 'b'], ['b', 'a'], ['ab'], ['a', 'a'], ['', 'a'], ['a', '']];
    const keys = texts.map((sequence) => keyOfSequence(sequence.map(hashText)));
    expect(new Set(keys).size).toBe(texts.length);
    expect(keys.every((key) => Number.isSafeInteger(key) && key >= 0)).toBe(true);
  });

  it('has no clash among 200,000 short sequences', () => {
    const keys = new Set<number>();
    for (let index = 0; index < 200_000; index++) {
      keys.add(keyOfSequence([hashText(`w${index % 450}`), hashText(`${index >> 3}`), hashText('x')]));
    }
    const distinct = new Set(Array.from({ length: 200_000 }, (_, index) => `${index % 450} ${index >> 3}`)).size;
    expect(keys.size).toBe(distinct);
  });
});
