import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';
import { SealingError } from './sealing-error.ts';

/** AES-256-GCM (NIST SP 800-38D) with IVs of 96 bits and tags of 128. */
export const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Cipher text, then tag. */
export function encrypt(key: KeyObject | Uint8Array, iv: Uint8Array, aad: Uint8Array, clear: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad);
  const head = cipher.update(clear);
  const tail = cipher.final();
  return Buffer.concat([head, tail, cipher.getAuthTag()]);
}

/** Throws `SealingError` `not-authentic` for another key, another IV, other additional data or a changed text. */
export function decrypt(key: KeyObject | Uint8Array, iv: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Buffer {
  if (sealed.length < TAG_BYTES || iv.length !== IV_BYTES) throw new SealingError('format-unknown', 'it is cut');
  const tagAt = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(tagAt));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, tagAt)), decipher.final()]);
  } catch (cause) {
    throw new SealingError('not-authentic', 'it was sealed with another key, or changed since', { cause });
  }
}

/** Asking the system for 12 bytes costs as much as encrypting a short field: 256 IVs are drawn at once, each given out once. */
const POOL = Buffer.allocUnsafe(IV_BYTES * 256);
let poolAt = POOL.length;

/** 96 random bits, never given twice. */
export function randomIv(): Buffer {
  if (poolAt === POOL.length) {
    randomFillSync(POOL);
    poolAt = 0;
  }
  const iv = Buffer.from(POOL.subarray(poolAt, poolAt + IV_BYTES));
  POOL.fill(0, poolAt, poolAt + IV_BYTES);
  poolAt += IV_BYTES;
  return iv;
}
