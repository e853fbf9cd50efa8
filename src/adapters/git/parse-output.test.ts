import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommit, parseTree } from './parse-objects.ts';
import { parseBlame, parseLog } from './parse-output.ts';

const SHA = 'a'.repeat(40);

describe('parseLog', () => {
  it('takes no path or subject for a field of its own', () => {
    const output = `commit ${SHA}\0\0Ada\0${10}\0M\0\nM\0commit ${SHA}\0R100\0A\0D\0commit ${SHA}\0${SHA}\0\0${20}\0`;
    expect(parseLog(output)).toEqual([
      {
        sha: SHA,
        authorName: 'Ada',
        committedAt: 10_000,
        subject: 'M',
        parents: [],
        files: [
          { path: `commit ${SHA}`, status: 'modified', previousPath: null },
          { path: 'D', status: 'renamed', previousPath: 'A' },
        ],
      },
      { sha: SHA, authorName: '', committedAt: 20_000, subject: '', parents: [SHA], files: [] },
    ]);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseLog(text)) && Array.isArray(parseBlame(text))));
  });
});

describe('parseBlame', () => {
  it('reads lines, remembering the file of a commit named once', () => {
    const output = [`${SHA} 3 1 2`, 'author Ada', 'filename old.py', '\tx = 1', `${SHA} 4 2`, `\t${SHA} 9 9`, ''].join(
      '\n',
    );
    expect(parseBlame(output)).toEqual([
      { sha: SHA, line: 1, originalLine: 3, originalPath: 'old.py' },
      { sha: SHA, line: 2, originalLine: 4, originalPath: 'old.py' },
    ]);
  });
});

describe('parseCommit', () => {
  it('reads names and subjects in the encoding of the commit', () => {
    const head = `tree ${SHA}\nparent ${SHA}\nauthor Zo\xeb <z@example.org> 1 +0000\ncommitter X <x@example.org> 7 +0200\nencoding ISO-8859-1\n`;
    expect(parseCommit(SHA, Buffer.from(`${head}\nCaf\xe9\nau lait\n\nBody\n`, 'latin1'))).toEqual({
      sha: SHA,
      authorName: 'Zoë',
      committedAt: 7000,
      subject: 'Café au lait',
      parents: [SHA],
    });
  });

  it('takes any bytes, as trees do', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(parseCommit(SHA, Buffer.from(bytes)).sha).toBe(SHA);
        expect(parseTree(Buffer.from(bytes))).toBeInstanceOf(Map);
      }),
    );
  });
});
