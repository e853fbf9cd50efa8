import { describe, expect, it } from 'vitest';
import { parseStack } from './stack/parse-stack.ts';
import { createStackCache, DEFAULT_STACK_CACHE } from './stack-cache.ts';

const NODE = 'TypeError: x is not a function\n    at total (/app/src/basket.js:12:34)';

describe('parsing equal stacks once', () => {
  it('gives the same frozen exceptions for equal texts and for equal stacks behind other messages', () => {
    let parses = 0;
    const cache = createStackCache((text) => {
      parses++;
      return parseStack(text);
    });
    const first = cache.parse(NODE);
    expect(cache.parse(NODE)).toBe(first);
    expect(parses).toBe(1);
    expect(cache.parse(`job 7 failed\n${NODE}`)?.exceptions).toBe(first?.exceptions);
    expect(Object.isFrozen(first?.exceptions)).toBe(true);
  });

  it('remembers texts without a stack too', () => {
    let parses = 0;
    const cache = createStackCache(() => {
      parses++;
      return null;
    });
    expect([cache.parse('a\nb'), cache.parse('a\nb')]).toEqual([null, null]);
    expect(parses).toBe(1);
  });

  it('goes on without a stack when parsing fails, and counts it', () => {
    const cache = createStackCache(() => {
      throw new Error('bad');
    });
    expect(cache.parse('x')).toBeNull();
    expect(cache.failures()).toBe(1);
  });

  it('forgets the least recently used text at its bound', () => {
    let parses = 0;
    const cache = createStackCache(() => {
      parses++;
      return null;
    });
    for (let index = 0; index <= DEFAULT_STACK_CACHE.entries; index++) cache.parse(`text ${index}`);
    cache.parse(`text ${DEFAULT_STACK_CACHE.entries}`);
    const before = parses;
    cache.parse('text 0');
    expect(parses).toBe(before + 1);
  });
});
