import { describe, expect, it } from 'vitest';
import { createSketch } from './sketch.ts';

describe('a sketch of unique users', () => {
  it('is within 5 % (three standard errors) of how many there are, whatever repeats', () => {
    for (const count of [1, 10, 1_000, 20_000, 100_000]) {
      const sketch = createSketch();
      for (let user = 0; user < count; user++) sketch.add(`user-${user}`);
      for (let user = 0; user < count; user += 3) sketch.add(`user-${user}`);
      expect(Math.abs(sketch.estimate() / count - 1)).toBeLessThan(0.05);
    }
    expect(createSketch().estimate()).toBe(0);
  });

  it('meets others exactly, in any order, and takes 4 KB', () => {
    const of = (from: number, to: number) => {
      const sketch = createSketch();
      for (let user = from; user < to; user++) sketch.add(`user-${user}`);
      return sketch;
    };
    const whole = of(0, 3_000);
    const one = of(0, 2_000);
    one.merge(of(1_000, 3_000));
    const other = of(1_000, 3_000);
    other.merge(of(0, 2_000));
    expect(one.encode()).toBe(whole.encode());
    expect(other.encode()).toBe(whole.encode());
    expect(Buffer.from(whole.encode(), 'base64')).toHaveLength(4_096);
    expect(createSketch(whole.encode()).estimate()).toBe(whole.estimate());
  });
});
