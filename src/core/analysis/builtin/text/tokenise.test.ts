import { describe, expect, it } from 'vitest';
import { splitSentences } from './split-sentences.ts';
import { tokenise } from './tokenise.ts';

describe('cutting sentences into tokens', () => {
  it('keeps compounds, numbers with marks and names of things whole', () => {
    const tokens = tokenise("Real-time TCP/IP of node.js isn't C++, 3D or 1,200.", 'en').map((token) => token.text);
    expect(tokens).toEqual([
      'Real-time',
      'TCP/IP',
      'of',
      'node.js',
      "isn't",
      'C++',
      ',',
      '3D',
      'or',
      '1',
      ',',
      '200',
      '.',
    ]);
  });

  it('splits French elisions', () => {
    const tokens = tokenise("l'erreur qu’il n'a", 'fr').map((token) => token.text);
    expect(tokens).toEqual(['l', 'erreur', 'qu', 'il', 'n', 'a']);
  });

  it('tells where each stands', () => {
    const text = 'Now l’index.';
    for (const token of tokenise(text, 'fr')) expect(text.slice(token.at, token.end)).toContain(token.text);
  });

  it('takes endless runs and mentions for marks, not for words', () => {
    const kinds = tokenise(`${'x'.repeat(61)} @eve #Person1# word`, 'en').map((token) => token.kind);
    expect(kinds).toEqual(['mark', 'mark', 'mark', 'word']);
  });
});

describe('splitting sentences', () => {
  it('ends them at marks and lines, not at abbreviations', () => {
    const sentences = splitSentences('Dr. Reed left. Who knows?\nNobody (e.g. Ann) does! v2.4.1 runs').map(
      ({ text }) => text,
    );
    expect(sentences).toEqual(['Dr. Reed left.', 'Who knows?', 'Nobody (e.g. Ann) does!', 'v2.4.1 runs']);
  });

  it('joins the lines of wrapped text, and no others', () => {
    const wrapped =
      'Criteria of compatibility of a system of linear Diophantine\r\n\tequations are considered. Next one.';
    expect(splitSentences(wrapped)).toHaveLength(2);
    expect(splitSentences('A title that is long enough to be taken for a line\nWe begin here.')).toHaveLength(2);
    expect(
      splitSentences(`TypeError: cannot read the property of undefined value\n    at handle (/a.js:1:2)`),
    ).toHaveLength(2);
    expect(splitSentences('milk\nbread\nbutter')).toHaveLength(3);
    expect(splitSentences('the first key of this file has a rather long value\nname: other')).toHaveLength(2);
  });

  it('tells where each starts, and cuts what never ends', () => {
    const text = `  One. ${'word '.repeat(1000)}`;
    const sentences = splitSentences(text);
    expect(sentences.length).toBeGreaterThan(4);
    for (const { text: sentence, at } of sentences) expect(text.startsWith(sentence, at)).toBe(true);
    for (const { text: sentence } of sentences) expect(sentence.length).toBeLessThanOrEqual(1000);
  });
});
