import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binaryReason, compressionOf, encodingOf } from './recognise-content.ts';

describe('recognising content', () => {
  it('tells compression by the first bytes', () => {
    expect(compressionOf(Buffer.from([0x1f, 0x8b, 8]))).toBe('gzip');
    expect(compressionOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))).toBe('zstd');
    expect(compressionOf(Buffer.from('{"a":1}'))).toBeNull();
  });

  it.each([
    ['an archive', Buffer.from('PK\u0003\u0004rest'), 'zip archive'],
    ['an xz file', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), 'xz: decompress it first'],
    ['a tar archive', Buffer.concat([Buffer.alloc(257, 'a'), Buffer.from('ustar')]), 'tar archive: extract it first'],
    ['random bytes', Buffer.from(Array.from({ length: 512 }, (_, index) => (index * 89) % 256)), 'control characters'],
    ['a hole of NUL bytes', Buffer.alloc(4096), null],
    ['coloured text', Buffer.from('\u001b[31merror\u001b[0m\tx\r\n'), null],
    ['Latin-1', Buffer.from('échec à l’œuvre', 'latin1'), null],
  ])('says why %s is or is no text', (_name, head, reason) => {
    expect(binaryReason(head)).toBe(reason);
  });

  it('takes any text in UTF-8 for UTF-8, and UTF-16 of Latin letters for UTF-16', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 8 }), (text) => {
        expect(encodingOf(Buffer.from(text)).encoding).toBe('utf-8');
        expect(encodingOf(Buffer.from(text, 'utf16le')).encoding).toBe('utf-16le');
        expect(encodingOf(Buffer.from(text, 'utf16le').swap16()).encoding).toBe('utf-16be');
      }),
    );
  });
});
