import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
  type ZstdOptions,
  zstdDecompressSync,
} from 'node:zlib';
import { ZstdFrames } from '../file/zstd-frames.ts';

/**
 * Unpacks the body of a request by its `Content-Encoding`: gzip, deflate (zlib or raw), br, zstd, and lists of them. Inflating stops at the
 * bound: a body that would become larger costs no more than the bound, however well it packs.
 */
export class InflateError extends Error {
  /** `too-large`: more than the bound; `broken`: not what its encoding says, or cut; `unsupported`: an encoding nobody here knows. */
  readonly kind: 'too-large' | 'broken' | 'unsupported';

  constructor(kind: InflateError['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'InflateError';
    this.kind = kind;
  }
}

/** A client packs once, a proxy perhaps again; longer lists are an attack. */
const LONGEST_LIST = 3;

/**
 * `contentEncoding` as the header has it (`gzip`, `gzip, br`, null); an empty body is empty in every encoding.
 * Throws `InflateError`. Source: RFC 9110 section 8.4, RFC 9659 (zstd).
 */
export function inflateBody(
  body: Uint8Array,
  contentEncoding: string | null | undefined,
  maxBytes: number,
): Uint8Array {
  let bytes = body;
  for (const encoding of encodingsOf(contentEncoding)) {
    if (bytes.length > 0) bytes = inflateOnce(bytes, encoding, { maxBytes, isCut: false });
  }
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  return bytes;
}

/** The first try reads this much; each next one twice of it. */
const FIRST_PIECE = 1024;
/** A zstd block, up to 128 KiB packed, comes out whole or not at all. */
const LONGEST_PIECE = 262_144;
const LONGEST_START = 4_194_304;

/**
 * The beginning of a packed body, `wantedBytes` or whatever could be read up to `isEnough`, without inflating the rest.
 * A body that breaks off gives what stands before the break. Throws `InflateError`.
 */
export function inflateStart(
  body: Uint8Array,
  contentEncoding: string | null | undefined,
  isEnough: (start: Uint8Array) => boolean,
): Uint8Array {
  const encodings = encodingsOf(contentEncoding);
  if (encodings.length === 0) return body;
  for (let length = FIRST_PIECE; ; length *= 2) {
    const isLast = length >= body.length || length >= LONGEST_PIECE;
    let bytes: Uint8Array = body.subarray(0, length);
    for (const encoding of encodings) {
      if (bytes.length > 0) bytes = inflateOnce(bytes, encoding, { maxBytes: LONGEST_START, isCut: true });
    }
    if (isLast || isEnough(bytes)) return bytes;
  }
}

/** In the order of undoing: the last one applied first. */
function encodingsOf(contentEncoding: string | null | undefined): string[] {
  if (contentEncoding === null || contentEncoding === undefined || contentEncoding === '') return [];
  const names = contentEncoding.length > 64 ? ['?'] : contentEncoding.toLowerCase().split(',');
  const encodings = names.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity');
  if (encodings.length > LONGEST_LIST) throw new InflateError('unsupported', 'too many content encodings');
  return encodings.reverse();
}

interface Reach {
  maxBytes: number;
  /** The input is the beginning of something longer. */
  isCut: boolean;
}

function inflateOnce(bytes: Uint8Array, encoding: string, reach: Reach): Uint8Array {
  try {
    switch (encoding) {
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(bytes, zlibOptions(bytes, reach));
      case 'deflate':
        return inflateDeflate(bytes, zlibOptions(bytes, reach));
      case 'br':
        return brotliDecompressSync(bytes, {
          ...sizes(bytes, reach),
          finishFlush: reach.isCut ? constants.BROTLI_OPERATION_FLUSH : constants.BROTLI_OPERATION_FINISH,
        });
      case 'zstd':
        return inflateZstd(bytes, reach);
      default:
        throw new InflateError('unsupported', `unknown content encoding ${JSON.stringify(encoding)}`);
    }
  } catch (error) {
    if (error instanceof InflateError) throw error;
    if (isTooLarge(error)) throw tooLarge(reach.maxBytes);
    throw new InflateError('broken', `body is not ${encoding}`, error);
  }
}

/** Some clients send raw deflate under this name, as old browsers taught them. */
function inflateDeflate(bytes: Uint8Array, options: ZlibOptions): Uint8Array {
  if (!hasZlibHeader(bytes)) return inflateRawSync(bytes, options);
  try {
    return inflateSync(bytes, options);
  } catch (error) {
    if (isTooLarge(error)) throw error;
    return inflateRawSync(bytes, options);
  }
}

/** RFC 1950 section 2.2: method 8, and the two bytes divide by 31. */
export function hasZlibHeader(bytes: Uint8Array): boolean {
  const [method = 0, flags = 0] = bytes;
  return (method & 15) === 8 && ((method << 8) | flags) % 31 === 0;
}

const SMALLEST_CHUNK = 16_384;
const LARGEST_CHUNK = 262_144;

/** JSON packs about 1:6; a chunk that holds the whole output saves copying it together. */
function sizes(bytes: Uint8Array, { maxBytes }: Reach): { maxOutputLength: number; chunkSize: number } {
  const chunkSize = Math.min(Math.max(bytes.length * 8, SMALLEST_CHUNK), LARGEST_CHUNK);
  return { maxOutputLength: Math.max(1, maxBytes), chunkSize };
}

function zlibOptions(bytes: Uint8Array, reach: Reach): ZlibOptions {
  return { ...sizes(bytes, reach), finishFlush: reach.isCut ? constants.Z_SYNC_FLUSH : constants.Z_FINISH };
}

/** 8 MiB (2^23), what RFC 9659 lets a client use in HTTP; a larger window needs a larger bound. */
const LEAST_WINDOW_LOG = 23;
const LARGEST_WINDOW_LOG = 27;

/** A client's encoder makes one; each costs a call. */
const MOST_ZSTD_FRAMES = 256;

/** The decompressor stops behind the first frame, and takes a cut one for a whole one: walking through them tells. */
function inflateZstd(bytes: Uint8Array, { maxBytes, isCut }: Reach): Uint8Array {
  const walk = new ZstdFrames();
  const inflated: Uint8Array[] = [];
  let length = 0;
  for (const frame of walk.split(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))) {
    if (inflated.length === MOST_ZSTD_FRAMES) throw new InflateError('broken', 'zstd stream of too many frames');
    const reach = { maxBytes: maxBytes - length, isCut: !frame.isLast };
    const piece = zstdDecompressSync(frame.bytes, zstdOptions(frame.bytes, reach));
    length += piece.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    inflated.push(piece);
  }
  if (!isCut && (walk.isBroken || !walk.isAtBorder)) throw new InflateError('broken', 'zstd stream is cut');
  return inflated.length === 1 ? inflated[0]! : Buffer.concat(inflated, length);
}

function zstdOptions(bytes: Uint8Array, reach: Reach): ZstdOptions {
  const windowLog = Math.ceil(Math.log2(Math.max(1, reach.maxBytes)));
  return {
    ...sizes(bytes, reach),
    finishFlush: reach.isCut ? constants.ZSTD_e_flush : constants.ZSTD_e_end,
    params: {
      [constants.ZSTD_d_windowLogMax]: Math.min(Math.max(windowLog, LEAST_WINDOW_LOG), LARGEST_WINDOW_LOG),
    },
  };
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

function tooLarge(maxBytes: number): InflateError {
  return new InflateError('too-large', `body is larger than ${maxBytes} bytes after inflating`);
}
