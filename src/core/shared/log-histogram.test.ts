import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHistogram } from './log-histogram.ts';

const values = fc.array(fc.double({ min: 0.002, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 });

describe('a histogram', () => {
  it('gives percentiles within 2.5 % of the values that were added', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0, 0.5, 0.95, 0.99, 1), (added, share) => {
        const histogram = createHistogram();
        for (const value of added) histogram.add(value);
        const ordered = [...added].sort((a, b) => a - b);
        const exact = ordered[Math.max(1, Math.ceil(share * added.length)) - 1]!;
        expect(Math.abs(histogram.quantile(share)! - exact) / exact).toBeLessThan(0.0251);
      }),
    );
  });

  it('adds up to the same in any order and in any pieces', () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        const whole = createHistogram();
        for (const value of [...other, ...one]) whole.add(value);
        const piece = createHistogram();
        for (const value of one) piece.add(value);
        const rest = createHistogram();
        for (const value of other) rest.add(value);
        piece.merge(createHistogram(rest.encode()));
        expect(piece.encode()).toEqual(whole.encode());
        expect(piece.count).toBe(one.length + other.length);
      }),
    );
  });

  it('counts nothing, negative and broken values as nothing, and has no percentile of no value', () => {
    const histogram = createHistogram();
    expect(histogram.quantile(0.5)).toBeNull();
    for (const value of [0, -3, Number.NaN, 0.0001]) histogram.add(value);
    expect(histogram.quantile(0.99)).toBe(0);
    expect(histogram.count).toBe(4);
  });

  it('keeps what is beyond its last bucket in the last one', () => {
    const histogram = createHistogram();
    histogram.add(Number.POSITIVE_INFINITY);
    histogram.add(1e300);
    expect(histogram.encode()).toEqual([750, 2]);
  });
});
