import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameSplitter } from './split-frames.ts';

/** The messages that come out of these chunks, with what the bound left out. */
function frames(chunks: readonly (string | Uint8Array)[], messageBytes = 1_000): [string, number][] {
  const found: [string, number][] = [];
  const splitter = new FrameSplitter(messageBytes, ({ bytes, skippedBytes }) =>
    found.push([bytes.toString('latin1'), skippedBytes]),
  );
  for (const chunk of chunks) splitter.push(Buffer.from(chunk));
  splitter.finish();
  expect(splitter.hasPartial).toBe(false);
  return found;
}

const texts = (...chunks: string[]) => frames(chunks).map(([text]) => text);

describe('the frames of a syslog stream', () => {
  it('are lines', () => {
    expect(texts('<1>a\n<1>b\r\n', '<1>', 'c\n\n<1>rest')).toEqual(['<1>a', '<1>b\r', '<1>c', '<1>rest']);
  });

  it('are counted, and may hold line ends', () => {
    expect(texts('8 <1>a\nb\nc5 <1>de', '6 <1', '>xyz')).toEqual(['<1>a\nb\nc', '<1>de', '<1>xyz']);
  });

  it('may change their framing, with line ends between counted ones', () => {
    expect(texts('5 <1>ab\n5 <1>cd\r\n<1>line\n4 <1>x')).toEqual(['<1>ab', '<1>cd', '<1>line', '<1>x']);
  });

  it('may begin with a time, which is no length', () => {
    expect(texts('2025-10-20T03:18:20Z web app: hi\n20 Oct 2025 hi\n')).toEqual([
      '2025-10-20T03:18:20Z web app: hi',
      '20 Oct 2025 hi',
    ]);
  });

  it('are kept up to the bound, and the next one is whole', () => {
    expect(frames([`<1>${'a'.repeat(50)}\n<1>b\n`, `53 <1>${'c'.repeat(50)}4 <1>d`], 10)).toEqual([
      ['<1>aaaaaaa', 43],
      ['<1>b', 0],
      ['<1>ccccccc', 43],
      ['<1>d', 0],
    ]);
  });

  it('may have NUL between them, even before one that breaks off', () => {
    expect(texts('<1>a\n\0', '\x001')).toEqual(['<1>a', '1']);
  });

  it('with a length that lies take what comes, and no memory for what does not', () => {
    expect(frames(['99999999 <1>short'])).toEqual([['<1>short', 99_999_991]]);
    expect(texts('99999999999999999999 <1>a\n<1>b\n')).toEqual(['99999999999999999999 <1>a', '<1>b']);
  });

  it('are the same however the bytes are cut', () => {
    const piece = fc.oneof(
      fc.constantFrom('<1>a\n', '5 <1>ab', '\n', '\0', '12', ' ', '<', '9 <13>x\ny\n', '0', '3 <1'),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(20), { maxLength: 20 }), (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(''));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const cut of cuts) {
          chunks.push(bytes.subarray(at, at + cut));
          at = Math.min(bytes.length, at + cut);
        }
        chunks.push(bytes.subarray(at));
        expect(frames(chunks, 12)).toEqual(frames([bytes], 12));
      }),
      { numRuns: 2_000 },
    );
  });
});
