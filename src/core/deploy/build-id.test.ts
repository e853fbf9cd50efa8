import { describe, expect, it } from 'vitest';
import { buildTagText, readBuildTag } from './build-id.ts';

describe('build_tag.txt', () => {
  it.each([
    ['142\n', 142, null],
    ['v7', 7, null],
    ['build-12', 12, null],
    ['deploy-20251008-183707\n', 0, 'deploy-20251008-183707'],
    ['20251008183707', 0, '20251008183707'],
    ['', 0, null],
    [null, 0, null],
    ['\u0000'.repeat(300), 0, '\u0000'.repeat(100)],
  ])('reads %j as %s', (text, buildId, former) => {
    expect(readBuildTag(text)).toEqual({ buildId, former });
  });

  it('is written as it is read', () => {
    expect(readBuildTag(buildTagText(43)).buildId).toBe(43);
  });
});
