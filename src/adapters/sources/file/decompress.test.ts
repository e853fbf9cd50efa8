import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompress } from './decompress.ts';
import type { Compression } from './recognise-content.ts';

const text = Buffer.from(
  Array.from({ length: 40_000 }, (_, index) => `line ${index} ${((index * 2_654_435_761) >>> 0).toString(36)}\n`).join(
    '',
  ),
);
const packed = {
  gzip: gzipSync(text),
  zstd: zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
};

async function unpack(compression: Compression, input: Buffer, size = 50_000) {
  const damages: string[] = [];
  const parts: Buffer[] = [];
  async function* chunks() {
    for (let at = 0; at < input.length; at += size) yield input.subarray(at, at + size);
  }
  for await (const part of decompress(chunks(), {
    compression,
    again: chunks,
    onDamage: (reason) => damages.push(reason),
  }))
    parts.push(part);
  return { out: Buffer.concat(parts), damages };
}

describe.each(['gzip', 'zstd'] as const)('decompress %s', (compression) => {
  const input = packed[compression];

  it('gives the whole of a whole stream', async () => {
    const { out, damages } = await unpack(compression, input);
    expect(out.equals(text)).toBe(true);
    expect(damages).toEqual([]);
  });

  it('gives all members in a row', async () => {
    const { out, damages } = await unpack(compression, Buffer.concat([input, input, input]), 7_777);
    expect(out.length).toBe(3 * text.length);
    expect(damages).toEqual([]);
  });

  it('keeps what can be read of a cut one, and says so', async () => {
    const { out, damages } = await unpack(compression, input.subarray(0, input.length - 3_000));
    expect(out.length).toBeGreaterThan(text.length * 0.8);
    expect(text.subarray(0, out.length).equals(out)).toBe(true);
    expect(damages).toHaveLength(1);
  });

  it('loses nothing to foreign bytes behind the stream', async () => {
    const { out, damages } = await unpack(compression, Buffer.concat([input, Buffer.from('not compressed')]));
    expect(out.equals(text)).toBe(true);
    expect(damages).toHaveLength(1);
  });

  it('keeps what stands before a damage', async () => {
    const damaged = Buffer.from(input);
    damaged.fill(0xff, input.length >> 1, (input.length >> 1) + 64);
    const { out, damages } = await unpack(compression, damaged);
    expect(out.length).toBeGreaterThan(text.length * 0.3);
    expect(damages).toHaveLength(1);
  });

  it('never throws on other bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(40), async (bytes, kept) => {
        await unpack(compression, Buffer.concat([input.subarray(0, kept), bytes]), 64);
      }),
      { numRuns: 60 },
    );
  });
});

it('tells a gzip stream that lacks its checksum alone', async () => {
  const { out, damages } = await unpack('gzip', packed.gzip.subarray(0, packed.gzip.length - 5));
  expect(out.equals(text)).toBe(true);
  expect(damages).toEqual(['it ends inside the compressed data']);
});

it('passes over the skippable frames of zstd', async () => {
  const skippable = Buffer.concat([Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0]), Buffer.from('abcd')]);
  const { out, damages } = await unpack('zstd', Buffer.concat([skippable, packed.zstd, skippable, packed.zstd]), 1_001);
  expect(out.length).toBe(2 * text.length);
  expect(damages).toEqual([]);
});
