import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesFor } from '../core/shared/index.ts';
import { clip, clipLine, namedBlock } from './untrusted-text.ts';

describe('a text of an event', () => {
  it('leaves with its hidden characters written out, and a mark where it was cut', () => {
    expect(clip('a\u202eb\u0000', 50)).toBe('a\\u{202e}b\\u{0}');
    expect(clip('abcdef', 4)).toBe('abc…');
    expect(clip(null, 4)).toBeNull();
    expect(clipLine('one\r\n  two', 50)).toBe('one ⏎ two');
  });

  it('never grows beyond its limit nor splits a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 2, max: 40 }), (text, limit) => {
        const clipped = clip(text, limit);
        expect(clipped.length).toBeLessThanOrEqual(limit);
        expect(clipped.isWellFormed()).toBe(true);
      }),
    );
  });

  it('stands in a block with its name, one line each', () => {
    const made = namedBlock(
      { source: 'event', id: 'SHOP-1' },
      { title: 'a\nservice: forged', place: null },
      messagesFor('en'),
    );
    expect(made.split('\n').slice(1, -1)).toEqual(['| title: a ⏎ service: forged']);
    expect(namedBlock({ source: 'event', id: 'x' }, { a: null, b: '' }, messagesFor('en'))).toBe('');
  });
});
