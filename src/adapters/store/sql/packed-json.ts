import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { sql } from 'kysely';

/** Shorter ones are not worth it: a call costs 80 µs, most of it for making the packer, and wins some hundred bytes of a short stack. */
const PACKED_FROM_BYTES = 2_048;
/** What a row may unpack to; rows are our own, but a damaged one shall not take the memory. */
const UNPACKED_BYTES = 64 * 1024 * 1024;
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** That a column of such bytes is packed, in each database's SQL. */
export const IS_PACKED = {
  sqlite: (column: string) => sql`substr(${sql.ref(column)}, 1, 4) = x'28b52ffd'`,
  postgres: (column: string) => sql`substring(${sql.ref(column)} FROM 1 FOR 4) = '\\x28b52ffd'::bytea`,
};

/** JSON as bytes, packed with zstd when it is long (then it begins with zstd's magic number, which no JSON does). */
export function packJson(value: unknown): Uint8Array {
  const plain = bytesOf(JSON.stringify(value));
  return plain.length < PACKED_FROM_BYTES ? plain : zstdCompressSync(plain, LEVEL);
}

/** Counting the bytes and copying ASCII as it is takes half as long as encoding it. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text, Buffer.byteLength(text) === text.length ? 'latin1' : 'utf8');
}

export function unpackJson(bytes: Uint8Array): unknown {
  const isPacked = bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd;
  const plain = isPacked ? zstdDecompressSync(bytes, { maxOutputLength: UNPACKED_BYTES }) : Buffer.from(bytes);
  return JSON.parse(plain.toString());
}
