import { expect, it } from 'vitest';
import { KeyCounts } from './key-counts.ts';

it('counts keys, most frequent first, and those beyond its bound together', () => {
  const counts = new KeyCounts(2);
  for (const key of ['b', 'a', 'a', null, 'c', 'c', 'b', 'a']) counts.add(key);
  expect([...counts.result()]).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
  expect(counts.beyond).toBe(2);
});
