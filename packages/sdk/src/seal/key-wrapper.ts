import { createHmac } from 'node:crypto';
import { decrypt, encrypt, IV_BYTES, randomIv } from './aes-gcm.ts';
import { type KeySource, readKey } from './read-key.ts';

/**
 * Holds the key that data keys are wrapped with, and shows it to nobody: a key of environment or file, or a key management service.
 * `binding` is authenticated with the wrapped key (an encryption context): the id of the data key.
 */
export interface KeyWrapper {
  /** Names the wrapping key wherever a wrapped key is kept; tells nothing of it. */
  readonly id: string;
  wrap(dataKey: Uint8Array, binding: string): Promise<Uint8Array>;
  unwrap(wrapped: Uint8Array, binding: string): Promise<Uint8Array>;
  /** For wrappers that need not wait for anybody: a burst within one turn of the event loop gets its next key at once. */
  wrapNow?(dataKey: Uint8Array, binding: string): Uint8Array;
}

/** A wrapped data key, as it is kept in the key file and sent to the server. Without the wrapping key it is worth nothing. */
export interface WrappedKey {
  version: 1;
  /** 32 hex digits, random. */
  id: string;
  /** The wrapper's id. */
  wrappedBy: string;
  /** Hex. */
  wrapped: string;
  /** RFC 3339 UTC with ms. */
  createdAt: string;
}

/** Wraps with AES-256-GCM under a key of 32 bytes: IV, cipher text, tag. Throws `SealingError` for a key that cannot be used. */
export function createLocalWrapper(source: KeySource): KeyWrapper & Required<Pick<KeyWrapper, 'wrapNow'>> {
  const key = readKey(source);
  const id = `local:${createHmac('sha256', key).update('guardian sealing key id').digest('hex').slice(0, 16)}`;
  const additional = (binding: string): Buffer => Buffer.from(JSON.stringify(['guardian-wrapped-key-v1', id, binding]));
  const wrapNow = (dataKey: Uint8Array, binding: string): Uint8Array => {
    const iv = randomIv();
    return Buffer.concat([iv, encrypt(key, iv, additional(binding), dataKey)]);
  };
  return {
    id,
    wrapNow,
    wrap: async (dataKey, binding) => wrapNow(dataKey, binding),
    unwrap: async (wrapped, binding) =>
      decrypt(key, wrapped.subarray(0, IV_BYTES), additional(binding), wrapped.subarray(IV_BYTES)),
  };
}
