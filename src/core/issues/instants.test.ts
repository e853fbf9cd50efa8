import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceIn, Instants } from './instants.ts';

describe('the nearest of many instants', () => {
  it('is infinitely far without any', () => {
    expect(new Instants().distanceTo(5)).toBe(Number.POSITIVE_INFINITY);
    expect(distanceIn([], 5)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is found in whatever order they came, to the second', () => {
    const time = fc.integer({ min: 0, max: 5_000_000 });
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 3_000 }), time, (times, asked) => {
        const instants = new Instants();
        for (const each of times) instants.add(each);
        const exact = Math.min(...times.map((each) => Math.abs(each - asked)));
        const found = instants.distanceTo(asked);
        expect(found).toBeGreaterThanOrEqual(exact);
        expect(found).toBeLessThan(exact + 1_000);
      }),
      { numRuns: 60 },
    );
  });

  it('is found among more than are held apart', () => {
    const instants = new Instants();
    for (let index = 10_000; index > 0; index--) instants.add(index * 2_000);
    expect(instants.distanceTo(7_000)).toBe(1_000);
    expect(instants.distanceTo(20_500_000)).toBe(500_000);
    expect(instants.distanceTo(-500)).toBe(2_500);
  });
});
