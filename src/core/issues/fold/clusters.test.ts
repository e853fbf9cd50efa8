import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Clusters } from './clusters.ts';

it('holds disjoint sets, in the order of their first members, whatever the order of joining', () => {
  const pairs = fc.array(fc.tuple(fc.nat(19), fc.nat(19)), { maxLength: 40 });
  fc.assert(
    fc.property(pairs, (joins) => {
      const forwards = new Clusters(20);
      const backwards = new Clusters(20);
      for (const [a, b] of joins) forwards.join(a, b);
      for (const [a, b] of joins.toReversed()) backwards.join(b, a);
      expect(forwards.groups()).toEqual(backwards.groups());
      expect(
        forwards
          .groups()
          .flat()
          .toSorted((a, b) => a - b),
      ).toEqual(Array.from({ length: 20 }, (_, index) => index));
      for (const [a, b] of joins) expect(forwards.find(a)).toBe(forwards.find(b));
    }),
  );
});
