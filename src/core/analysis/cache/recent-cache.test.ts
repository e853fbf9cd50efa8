import { describe, expect, it } from 'vitest';
import { handClock } from '../analysis-fixtures.ts';
import { createRecentCache } from './recent-cache.ts';

describe('what was recently analysed', () => {
  it('of 100 the one used longest ago leaves first, not the one made first', () => {
    const cache = createRecentCache<number>(handClock().clock);
    for (let index = 0; index < 100; index++) cache.set(`k${index}`, index);
    cache.get('k0');
    cache.set('k100', 100);
    cache.set('k101', 101);
    expect(cache.size()).toBe(100);
    expect(['k0', 'k1', 'k2', 'k3', 'k100', 'k101'].map((key) => cache.get(key))).toEqual([
      0,
      undefined,
      undefined,
      3,
      100,
      101,
    ]);
  });

  it('a value is good for an hour from when it was made, however often it is used', () => {
    const { clock, pass } = handClock();
    const cache = createRecentCache<number>(clock);
    cache.set('k', 1);
    pass(3_599_999);
    expect(cache.get('k')).toBe(1);
    pass(1);
    expect([cache.get('k'), cache.size()]).toEqual([undefined, 0]);
  });

  it('a value of its own time leaves earlier, and none stays longer than the others', () => {
    const { clock, pass } = handClock();
    const cache = createRecentCache<number>(clock);
    cache.set('short', 1, 300_000);
    cache.set('long', 2, 10 * 3_600_000);
    pass(300_000);
    expect([cache.get('short'), cache.get('long')]).toEqual([undefined, 2]);
    pass(3_300_000);
    expect(cache.get('long')).toBeUndefined();
  });

  it('counts only what is still good', () => {
    const { clock, pass } = handClock();
    const cache = createRecentCache<number>(clock, { entries: 3, ttlMs: 1_000 });
    cache.set('a', 1);
    pass(500);
    cache.set('b', 2);
    pass(500);
    expect(cache.size()).toBe(1);
    cache.set('b', 3);
    expect([cache.get('b'), cache.size()]).toEqual([3, 1]);
  });
});
