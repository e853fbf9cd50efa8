import { describe, expect, it } from 'vitest';
import { createTokenBuckets } from './token-buckets.ts';

function bucketsAt(size: { perSecond: number; burst: number }, keys?: number) {
  let now = 1_000_000;
  const clock = { now: () => now };
  const buckets = createTokenBuckets(size, { clock, ...(keys === undefined ? {} : { keys }) });
  return { buckets, pass: (ms: number) => (now += ms) };
}

describe('token buckets', () => {
  it('give the burst at once, then what a second brings, and say how long to wait', () => {
    const { buckets, pass } = bucketsAt({ perSecond: 10, burst: 20 });
    for (let count = 0; count < 20; count++) expect(buckets.take('a')).toBe(0);
    expect(buckets.take('a')).toBe(100);
    pass(100);
    expect(buckets.take('a')).toBe(0);
    expect(buckets.take('a')).toBe(100);
    pass(3_600_000);
    for (let count = 0; count < 20; count++) expect(buckets.take('a')).toBe(0);
    expect(buckets.take('a')).toBe(100);
  });

  it('let one large cost through, and make its key wait until that is made up for', () => {
    const { buckets, pass } = bucketsAt({ perSecond: 10, burst: 20 });
    expect(buckets.take('a', 120)).toBe(0);
    expect(buckets.waitMs('a')).toBe(10_100);
    expect(buckets.waitMs('b')).toBe(0);
    pass(10_100);
    expect(buckets.take('a')).toBe(0);
  });

  it('gain nothing from a clock that goes back, and do not punish for it', () => {
    const { buckets, pass } = bucketsAt({ perSecond: 10, burst: 1 });
    expect(buckets.take('a')).toBe(0);
    pass(-500_000);
    expect(buckets.take('a')).toBe(100);
    pass(100);
    expect(buckets.take('a')).toBe(0);
  });

  it('hold no more keys than they may', () => {
    const { buckets } = bucketsAt({ perSecond: 1, burst: 1 }, 2);
    for (const key of ['a', 'b', 'c']) expect(buckets.take(key)).toBe(0);
    expect(buckets.take('c')).toBeGreaterThan(0);
    expect(buckets.take('a')).toBe(0);
  });
});
