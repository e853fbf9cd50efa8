import { describe, expect, it } from 'vitest';
import { RepeatFilter } from './repeat-filter.ts';

describe('repeats among the latest entries', () => {
  it('are recognised through several generations, and only they', () => {
    const filter = new RepeatFilter(10_000);
    for (let index = 0; index < 40_000; index++) {
      expect(filter.isRepeat(Math.imul(index, 0x9e3779b1), index)).toBe(false);
      if (index >= 4_000) expect(filter.isRepeat(Math.imul(index - 4_000, 0x9e3779b1), index - 4_000)).toBe(true);
    }
    expect(filter.hasForgotten).toBe(true);
  });

  it('are forgotten when they lie farther apart than is remembered', () => {
    const filter = new RepeatFilter(100);
    for (let index = 0; index < 1_000; index++) filter.isRepeat(index, index);
    expect(filter.isRepeat(0, 0)).toBe(false);
    expect(filter.isRepeat(0, 0)).toBe(true);
  });
});
