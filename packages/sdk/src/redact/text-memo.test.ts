import { describe, expect, it } from 'vitest';
import { createTextMemo } from './text-memo.ts';

const result = (text: string) => ({ text, kinds: [] });

describe('the memory of redacted texts', () => {
  it('gives what it was told', () => {
    const memo = createTextMemo({ entries: 10, characters: 1_000 });
    expect(memo.get('a text')).toBeUndefined();
    memo.set('a text', result('a text'));
    expect(memo.get('a text')).toEqual(result('a text'));
  });

  it('keeps what is asked for again and again, and forgets the rest', () => {
    const memo = createTextMemo({ entries: 10, characters: 10_000 });
    memo.set('label', result('label'));
    for (let index = 0; index < 1_000; index++) {
      memo.set(`unique ${index}`, result('x'));
      expect(memo.get('label')).toBeDefined();
    }
    expect(memo.get('unique 0')).toBeUndefined();
    expect(memo.get('unique 999')).toBeDefined();
  });

  it('is bounded by characters, and takes no text that would fill it', () => {
    const memo = createTextMemo({ entries: 1_000, characters: 800 });
    memo.set('x'.repeat(101), result('x'));
    expect(memo.get('x'.repeat(101))).toBeUndefined();
    for (let index = 0; index < 20; index++) memo.set(`${index}${'y'.repeat(90)}`, result('y'));
    expect(memo.get(`0${'y'.repeat(90)}`)).toBeUndefined();
    expect(memo.get(`19${'y'.repeat(90)}`)).toBeDefined();
  });
});
