import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dedupeKeyOf } from './dedupe-key.ts';

describe('a dedupe key', () => {
  it.each([
    ['too-dry', 'piano', '12', null, 'too-dry:piano/12'],
    ['too-dry', 'piano', '12', 3, 'too-dry:piano/12@3'],
    ['too-dry', 'a/b', 'c:d @1', null, 'too-dry:a%2fb/c%3ad%20%401'],
  ])('of %s, %s, %s in %s is %s', (rule, kind, id, projectId, key) => {
    expect(dedupeKeyOf(rule, { kind, id }, projectId)).toBe(key);
  });

  it('C9: is the same for the same subject, and for no other', () => {
    const name = fc.string({ unit: fc.constantFrom('a', '/', ':', '@', '%', '2', 'f', '~', ' '), maxLength: 6 });
    const parts = fc.tuple(name, name, name, fc.constantFrom(null, 1, 12));
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const keyOf = ([rule, kind, id, projectId]: typeof a) => dedupeKeyOf(rule, { kind, id }, projectId);
        expect(keyOf(a) === keyOf(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is 255 characters at most, and still its own', () => {
    const long = 'x'.repeat(400);
    const keys = [
      dedupeKeyOf('rule', { kind: 'k', id: `${long}1` }, 1),
      dedupeKeyOf('rule', { kind: 'k', id: `${long}2` }, 1),
    ];
    expect(keys.map(({ length }) => length)).toEqual([255, 255]);
    expect(keys[0]).not.toBe(keys[1]);
  });
});
