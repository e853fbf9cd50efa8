import { expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';

test('gives the values of RFC 3720 and of the catalogue of CRC algorithms', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => 31 - index))).toBe(0x113fdb5c);
  expect(crc32c(new Uint8Array(0))).toBe(0);
});

test('takes a part of the bytes, wherever it starts', () => {
  expect(crc32c(Buffer.from('xx123456789yyyyyy'), 2, 11)).toBe(0xe3069283);
});
