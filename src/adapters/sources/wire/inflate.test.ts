import { randomBytes } from 'node:crypto';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InflateError, inflateBody, inflateStart } from './inflate.ts';

const PACKERS: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  gzip: (bytes) => gzipSync(bytes),
  'x-gzip': (bytes) => gzipSync(bytes),
  deflate: (bytes) => deflateSync(bytes),
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  zstd: (bytes) => zstdCompressSync(bytes),
};

const TEXT = Buffer.from(JSON.stringify({ message: 'Anfrage fehlgeschlagen: größer'.repeat(2_000) }));

function kindOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof InflateError) return error.kind;
    throw error;
  }
  return 'inflated';
}

describe('inflateBody', () => {
  for (const [encoding, pack] of Object.entries(PACKERS)) {
    it(`gives back what ${encoding} packed`, () => {
      expect(Buffer.from(inflateBody(pack(TEXT), encoding, 1_000_000)).equals(TEXT)).toBe(true);
    });

    it(`stops at the bound: ${encoding}`, () => {
      const bomb = pack(Buffer.alloc(50_000_000, 97));
      const before = process.memoryUsage().arrayBuffers;
      expect(kindOf(() => inflateBody(bomb, encoding, 65_536))).toBe('too-large');
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
    });

    it(`takes a body of exactly the bound, and none a byte larger: ${encoding}`, () => {
      expect(inflateBody(pack(TEXT), encoding, TEXT.length).length).toBe(TEXT.length);
      expect(kindOf(() => inflateBody(pack(TEXT), encoding, TEXT.length - 1))).toBe('too-large');
    });

    it(`calls a cut body broken: ${encoding}`, () => {
      const packed = pack(randomBytes(4_000));
      expect(kindOf(() => inflateBody(packed.subarray(0, packed.length - 200), encoding, 1_000_000))).toBe('broken');
    });

    it(`calls bytes broken that were never packed: ${encoding}`, () => {
      expect(kindOf(() => inflateBody(Buffer.from('{"message":"plain"}'), encoding, 1_000))).toBe('broken');
    });

    it(`reads the start without the rest: ${encoding}`, () => {
      const noise = randomBytes(3_000_000).toString('hex');
      const packed = pack(Buffer.from(`{"dsn":"https://key@host/1"}\n${noise}`));
      const start = inflateStart(packed, encoding, (bytes) => bytes.includes(10));
      expect(Buffer.from(start).toString().split('\n')[0]).toBe('{"dsn":"https://key@host/1"}');
      expect(start.length).toBeLessThan(1_000_000);
    });
  }

  it('takes raw deflate as well, also when its first bytes look like zlib', () => {
    expect(Buffer.from(inflateBody(deflateRawSync(TEXT), 'deflate', 1_000_000)).equals(TEXT)).toBe(true);
    const lookalike = Buffer.concat([Buffer.from([0x78, 0x01]), Buffer.from([1, 2, 3])]);
    expect(kindOf(() => inflateBody(lookalike, 'deflate', 1_000))).toBe('broken');
  });

  it('undoes a list from its end, in any case and with spaces', () => {
    const packed = brotliCompressSync(gzipSync(TEXT));
    expect(Buffer.from(inflateBody(packed, ' GZIP , identity, Br', 1_000_000)).equals(TEXT)).toBe(true);
  });

  it('takes streams of several frames or members, and bounds their sum', () => {
    for (const encoding of ['gzip', 'zstd']) {
      const pack = PACKERS[encoding]!;
      const parts = Buffer.concat(['one ', 'two ', 'three'].map((text) => pack(Buffer.from(text))));
      expect(Buffer.from(inflateBody(parts, encoding, 13)).toString()).toBe('one two three');
      expect(kindOf(() => inflateBody(parts, encoding, 12))).toBe('too-large');
      expect(kindOf(() => inflateBody(parts.subarray(0, parts.length - 3), encoding, 100))).toBe('broken');
    }
    const frames = Buffer.concat(Array<Uint8Array>(100_000).fill(zstdCompressSync('')));
    expect(kindOf(() => inflateBody(frames, 'zstd', 100))).toBe('broken');
  });

  it('bounds every step of a list, so that a bomb in a bomb stops too', () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(30_000_000)));
    expect(kindOf(() => inflateBody(bomb, 'gzip, gzip', 65_536))).toBe('too-large');
  });

  it('passes bodies without an encoding, within the bound', () => {
    expect(inflateBody(TEXT, null, 1_000_000)).toBe(TEXT);
    expect(inflateBody(TEXT, '', 1_000_000)).toBe(TEXT);
    expect(inflateBody(TEXT, 'identity', 1_000_000)).toBe(TEXT);
    expect(kindOf(() => inflateBody(TEXT, null, 10))).toBe('too-large');
  });

  it('knows an empty body in every encoding', () => {
    for (const encoding of Object.keys(PACKERS)) expect(inflateBody(new Uint8Array(), encoding, 10).length).toBe(0);
  });

  it('refuses encodings it does not know, and lists too long', () => {
    expect(kindOf(() => inflateBody(TEXT, 'compress', 1_000_000))).toBe('unsupported');
    expect(kindOf(() => inflateBody(TEXT, 'gzip,gzip,gzip,gzip', 1_000_000))).toBe('unsupported');
    expect(kindOf(() => inflateBody(TEXT, 'gzip,'.repeat(100_000), 1_000_000))).toBe('unsupported');
  });

  it('throws nothing but its own error, and gives nothing above the bound, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom('gzip', 'deflate', 'br', 'zstd', 'gzip, zstd'),
        fc.nat(300),
        fc.nat(2_000),
        (bytes, encoding, cut, bound) => {
          const packed = PACKERS[encoding.slice(-4)]?.(bytes) ?? bytes;
          for (const body of [bytes, packed.subarray(0, cut), Buffer.concat([packed, bytes])]) {
            try {
              expect(inflateBody(body, encoding, bound).length).toBeLessThanOrEqual(bound);
            } catch (error) {
              expect(error).toBeInstanceOf(InflateError);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
