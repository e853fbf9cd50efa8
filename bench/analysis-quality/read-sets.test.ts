import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rake, textRank, yake } from './baselines.ts';
import { readSets } from './read-sets.ts';
import { phraseF1, rouge1 } from './score.ts';

describe('reading quality sets', () => {
  it('reads JSON lines of phrases and of summaries, and folders of documents and keys', () => {
    const folder = mkdtempSync(join(tmpdir(), 'quality-'));
    const lines = (name: string, rows: unknown[]) =>
      writeFileSync(join(folder, name), `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
    lines('a.jsonl', [{ title: 'Title', abstract: 'Body.', keyphrases: ['one', 'two words'] }]);
    lines('b.jsonl', [
      { document: ['A', '-LRB-', 'b', '-RRB-'], extractive_keyphrases: ['x'], abstractive_keyphrases: ['y'] },
    ]);
    lines('c.jsonl', [{ dialogue: '#Person1#: Hi.', summary1: 'one', summary2: 'two', summary3: 'three' }]);
    mkdirSync(join(folder, 'd', 'docsutf8'), { recursive: true });
    mkdirSync(join(folder, 'd', 'keys'));
    writeFileSync(join(folder, 'd', 'docsutf8', '7.txt'), 'Text of seven.');
    writeFileSync(join(folder, 'd', 'keys', '7.key'), 'seven\r\n\r\ntext\n');
    expect(readSets(folder)).toEqual([
      { name: 'a', kind: 'phrases', documents: [{ text: 'Title. Body.', phrases: ['one', 'two words'] }] },
      { name: 'b', kind: 'phrases', documents: [{ text: 'A ( b )', phrases: ['x', 'y'] }] },
      { name: 'c', kind: 'summaries', documents: [{ dialogue: '#Person1#: Hi.', summaries: ['one', 'two', 'three'] }] },
      { name: 'd', kind: 'phrases', documents: [{ text: 'Text of seven.', phrases: ['seven', 'text'] }] },
    ]);
  });

  it('says so when there is none', () => {
    expect(() => readSets(mkdtempSync(join(tmpdir(), 'quality-')))).toThrow('no set in');
  });
});

describe('scoring', () => {
  it('matches phrases by their stems, and counts what is missing', () => {
    expect(phraseF1(['Neural networks', 'cat'], ['neural network', 'dog', 'bird'], 10)).toBeCloseTo(2 / 5, 12);
    expect(phraseF1(['a', 'b'], ['b'], 1)).toBe(0);
    expect(phraseF1([], ['b'], 10)).toBe(0);
  });

  it('clips repeated words', () => {
    expect(rouge1('the the the cat', 'the cats sat')).toBeCloseTo((2 * 2) / 7, 12);
    expect(rouge1('', '')).toBe(0);
  });

  it('has baselines that give phrases of the text', () => {
    const text = 'Wireless sensor networks lose packets. Packet loss in wireless sensor networks is costly.';
    for (const extract of [rake, textRank, yake]) {
      const phrases = extract(text);
      expect(phrases.length).toBeGreaterThan(2);
      for (const phrase of phrases) expect(text.toLowerCase()).toContain(phrase.toLowerCase());
    }
    expect(rake(text)[0]).toBe('wireless sensor networks lose packets');
  });
});
