import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLine } from './decode-line.ts';

const decode = (bytes: Buffer, isCut = false) => decodeLine(bytes, 0, bytes.length, isCut);

describe('decodeLine', () => {
  it('reads Windows-1252 where UTF-8 is broken', () => {
    expect(decode(Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x20, 0x80]))).toEqual({ text: 'café €', isMisEncoded: true });
  });

  it('keeps the proper characters of a line that is broken in one place', () => {
    expect(decode(Buffer.concat([Buffer.from('é '), Buffer.from([0xff]), Buffer.from(' à')]))).toEqual({
      text: 'é \ufffd à',
      isMisEncoded: true,
    });
  });

  it('takes a written U+FFFD, and a character that the bound cut, for no fault', () => {
    expect(decode(Buffer.from('\ufffd'))).toEqual({ text: '\ufffd', isMisEncoded: false });
    expect(decode(Buffer.from('a€').subarray(0, 3), true)).toEqual({ text: 'a', isMisEncoded: false });
  });

  it('gives every UTF-8 text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decode(Buffer.from(text))).toEqual({ text, isMisEncoded: false });
      }),
    );
  });
});
