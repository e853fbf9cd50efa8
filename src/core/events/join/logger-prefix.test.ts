import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasSamePrefix, prefixLengths, withoutPrefix } from './logger-prefix.ts';

describe('the prefix of a logger', () => {
  it.each([
    ['web_1  | at x', ['web_1  | ']],
    ['2025-10-20 03:18:28,646 ERROR Traceback', ['2025-10-20 03:18:28,646 ERROR ']],
    [
      '03:18:28.123 [main] ERROR com.shop.Api - boom',
      ['03:18:28.123 [main] ERROR ', '03:18:28.123 [main] ERROR com.shop.Api - '],
    ],
    ['[main] ERROR com.shop.Api - boom', ['[main] ERROR ', '[main] ERROR com.shop.Api - ']],
    ['ValueError: x', []],
    ['java.lang.IllegalStateException: x', []],
    ['[redis] connected', []],
    ['    at f (a.js:1:2)', []],
  ])('of %s', (line, prefixes) => {
    expect(prefixLengths(line).map((length) => line.slice(0, length))).toEqual(prefixes);
  });

  it('is the same when only digits differ', () => {
    const prefix = '2025-10-20 03:18:28,646 ERROR ';
    expect(hasSamePrefix('2025-10-20 03:18:29,001 ERROR   File "a.py", line 1', prefix)).toBe(true);
    expect(hasSamePrefix('2025-10-20 03:18:29,001 ERROR', prefix)).toBe(true);
    expect(hasSamePrefix('2025-10-20 03:18:29,001 INFO  x', prefix)).toBe(false);
    expect(hasSamePrefix('  File "a.py", line 1', prefix)).toBe(false);
    expect(withoutPrefix('a_1 | x\nb\na_2 |   y', 'a_1 | ')).toBe('x\nb\n  y');
  });

  it('never throws and never reaches beyond the line', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        for (const length of prefixLengths(line)) expect(length).toBeLessThanOrEqual(line.length);
      }),
    );
    for (const hostile of ['['.repeat(100_000), 'a'.repeat(100_000), '- '.repeat(50_000), '0'.repeat(100_000)])
      expect(prefixLengths(hostile).every((length) => length <= hostile.length)).toBe(true);
  });
});
