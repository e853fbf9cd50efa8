import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_REPORT_KNOBS } from '../knobs.ts';
import { adviseMemory, memorySize } from './memory-size.ts';

describe('the memory to advise', () => {
  it.each([
    [512, 573, '1Gi'],
    [1024, 1062, '2Gi'],
    [2048, 6000, '8Gi'],
    [128, 130, '512Mi'],
    [8192, 8400, '16Gi'],
    [10_000, 10_100, '16Gi'],
    [15_000, 40_000, '16Gi'],
  ])('at %i MiB with %i used is %s', (limitMib, usedMib, size) => {
    const advice = adviseMemory({ limitMib, usedMib }, DEFAULT_REPORT_KNOBS);
    expect(advice.kind === 'raise' ? memorySize(advice.mib) : advice.kind).toBe(size);
  });

  it.each([16_384, 32_768])('is no size at %i MiB, the last one or more (row 19)', (limitMib) => {
    expect(adviseMemory({ limitMib, usedMib: limitMib + 20 }, DEFAULT_REPORT_KNOBS)).toEqual({
      kind: 'leak',
      largestMib: 16_384,
    });
  });

  it('is called an assumption without numbers', () => {
    expect(adviseMemory(null, DEFAULT_REPORT_KNOBS)).toEqual({ kind: 'assume', mib: 2048 });
  });

  it('is always above the limit (row 19)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 1, max: 80_000 }), (limitMib, usedMib) => {
        const advice = adviseMemory({ limitMib, usedMib }, DEFAULT_REPORT_KNOBS);
        expect(advice.kind === 'raise' ? advice.mib > limitMib : limitMib >= 16_384).toBe(true);
      }),
    );
  });
});
