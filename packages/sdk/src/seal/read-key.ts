import { readFileSync } from 'node:fs';
import { SealingError } from './sealing-error.ts';

/** Bytes of an AES-256 key; also of keys for blind indexes. */
export const KEY_BYTES = 32;

/** Where a key stands: in a variable of the environment, in a file, or in hand. */
export type KeySource = { environment: string } | { file: string } | { bytes: Uint8Array };

/**
 * The key, exactly 32 bytes: as 64 hex digits or base64; a file may also hold the bytes themselves. Throws `SealingError`: `key-missing`,
 * `key-invalid`. A key is never made up in the place of one that cannot be used.
 */
export function readKey(source: KeySource): Buffer {
  if ('bytes' in source) return checked(Buffer.from(source.bytes), 'the key');
  if ('environment' in source) {
    const text = process.env[source.environment];
    const place = `the key in ${source.environment}`;
    if (text === undefined || text.trim() === '') throw new SealingError('key-missing', `${place} is not set`);
    return decoded(text.trim(), place);
  }
  const place = `the key in ${source.file}`;
  let content: Buffer;
  try {
    content = readFileSync(source.file);
  } catch (cause) {
    throw new SealingError('key-missing', `${place} cannot be read: ${(cause as Error).message}`, { cause });
  }
  // 32 characters are no 32 random bytes: as a text they are a key of 16 (hex) or 24 (base64), and refused as such.
  const isText = content.every((byte) => (byte >= 32 && byte < 127) || byte === 10 || byte === 13 || byte === 9);
  return isText ? decoded(content.toString('latin1').trim(), place) : checked(content, place);
}

const HEX = /^[0-9a-fA-F]+$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

function decoded(text: string, place: string): Buffer {
  if (HEX.test(text) && text.length % 2 === 0) return checked(Buffer.from(text, 'hex'), place);
  if (!BASE64.test(text)) throw new SealingError('key-invalid', `${place} is neither hex nor base64`);
  return checked(Buffer.from(text, 'base64'), place);
}

function checked(key: Buffer, place: string): Buffer {
  if (key.length === KEY_BYTES) return key;
  throw new SealingError('key-invalid', `${place} has ${key.length} bytes; it must have exactly ${KEY_BYTES}`);
}

/** Several keys in one text, a word each: after a change of the wrapping key, the older ones still open what they wrapped. */
export function readKeyTexts(texts: string, place: string): Buffer[] {
  const words = texts.split(/[\s,;]+/).filter((word) => word !== '');
  if (words.length === 0) throw new SealingError('key-missing', `${place} holds no key`);
  return words.map((word) => decoded(word, `the key in ${place}`));
}
