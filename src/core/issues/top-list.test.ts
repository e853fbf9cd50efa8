import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TopList } from './top-list.ts';

it('keeps the first of an order, whatever order they come in, and counts all', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000), { maxLength: 200 }), fc.integer({ min: 1, max: 20 }), (numbers, limit) => {
      const list = new TopList<number>(limit, (a, b) => b - a);
      for (const number of numbers) list.add(number);
      expect(list.result()).toEqual(numbers.toSorted((a, b) => b - a).slice(0, limit));
      expect(list.count).toBe(numbers.length);
    }),
  );
});
