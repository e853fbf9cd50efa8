import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './split-lines.ts';

function split(chunks: readonly Buffer[], lineBytes = 100) {
  const lines: { text: string; offset: number; number: number; skippedBytes: number }[] = [];
  const splitter = new LineSplitter(lineBytes, ({ bytes, start, end, offset, number, skippedBytes }) =>
    lines.push({ text: bytes.toString('latin1', start, end), offset, number, skippedBytes }),
  );
  for (const chunk of chunks) splitter.push(chunk);
  splitter.finish();
  return lines;
}

describe('LineSplitter', () => {
  it('ends lines at LF, CR LF and a lone CR, and gives the last one without an end', () => {
    expect(split([Buffer.from('a\nbb\r\n\rccc\rd')])).toEqual([
      { text: 'a', offset: 0, number: 1, skippedBytes: 0 },
      { text: 'bb', offset: 2, number: 2, skippedBytes: 0 },
      { text: '', offset: 6, number: 3, skippedBytes: 0 },
      { text: 'ccc', offset: 7, number: 4, skippedBytes: 0 },
      { text: 'd', offset: 11, number: 5, skippedBytes: 0 },
    ]);
  });

  it('keeps the beginning of a line over the bound and counts the rest', () => {
    const chunks = Array.from({ length: 50 }, () => Buffer.alloc(1024, 'x'));
    expect(split([...chunks, Buffer.from('\nnext\n')], 1000)).toMatchObject([
      { text: 'x'.repeat(1000), skippedBytes: 50 * 1024 - 1000 },
      { text: 'next', offset: 50 * 1024 + 1, number: 2 },
    ]);
  });

  it('reads what stands behind a hole of NUL bytes larger than the bound', () => {
    expect(split([Buffer.alloc(500), Buffer.alloc(500), Buffer.from('after\n')])).toEqual([
      { text: 'after', offset: 0, number: 1, skippedBytes: 0 },
    ]);
  });

  it('gives the same lines however the bytes are cut', () => {
    const bytes = fc.array(fc.constantFrom(10, 13, 0, 65, 66), { maxLength: 60 }).map((codes) => Buffer.from(codes));
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(60), { maxLength: 8 }), (input, cuts) => {
        const places = [0, ...cuts.map((cut) => Math.min(cut, input.length)).sort((a, b) => a - b), input.length];
        const chunks = places.slice(1).map((to, index) => input.subarray(places[index], to));
        expect(split(chunks, 5)).toEqual(split([input], 5));
      }),
      { numRuns: 1000 },
    );
  });
});
