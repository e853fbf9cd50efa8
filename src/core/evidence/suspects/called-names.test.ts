import { describe, expect, it } from 'vitest';
import { namesCalledBefore } from './called-names.ts';

describe('namesCalledBefore', () => {
  it('names what the failing line and the lines before it call, nearest first, and no keywords', () => {
    const lines = [
      'def ship(rows):',
      '    a = load(rows)',
      '    if (a):',
      '        b = find(a)',
      '    return b.send(pack(a))',
      '    later()',
    ];
    expect(namesCalledBefore(lines, 5, 1)).toEqual(['send', 'pack', 'find', 'load']);
    expect(namesCalledBefore([], 3, 1)).toEqual([]);
  });
});
