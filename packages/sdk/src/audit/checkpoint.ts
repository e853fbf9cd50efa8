import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { Trail } from './chain.ts';

/** What a trail was at an instant, signed: sent off the machine, it shows what is changed later. */
export interface Checkpoint {
  version: 1;
  trail: string;
  epoch: string;
  /** Entries so far; the sequence of the last. */
  count: number;
  /** Hash of the last entry. */
  head: string;
  /** RFC 3339, UTC, milliseconds. */
  at: string;
  /** First 32 hex digits of the SHA-256 of the public key (SPKI, DER). */
  keyId: string;
  /** Ed25519 (RFC 8032) over the canonical JSON of all the above; base64. */
  signature: string;
}

export interface SigningKey {
  keyId: string;
  /** PEM. */
  publicKey: string;
  sign(trail: Trail, state: { count: number; head: string; at: string }): Checkpoint;
}

/** A new key pair, PEM: PKCS#8 and SPKI. */
export function makeSigningKey(): { privateKey: string; publicKey: string } {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

/** From a private key in PEM. Throws when it is none of Ed25519. */
export function signingKeyOf(privateKeyPem: string): SigningKey {
  const privateKey = createPrivateKey(privateKeyPem);
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new TypeError('the signing key is not an Ed25519 key');
  const publicKey = createPublicKey(privateKey);
  const keyId = keyIdOf(publicKey);
  return {
    keyId,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign({ name, epoch }, { count, head, at }) {
      const signed = { version: 1, trail: name, epoch, count, head, at, keyId } as const;
      return { ...signed, signature: sign(null, bytesOf(signed), privateKey).toString('base64') };
    },
  };
}

/** Whether it was signed by this key (PEM) as it stands. */
export function isGenuine(checkpoint: Checkpoint, publicKeyPem: string): boolean {
  const { signature, ...signed } = checkpoint;
  try {
    const publicKey = createPublicKey(publicKeyPem);
    if (publicKey.asymmetricKeyType !== 'ed25519' || keyIdOf(publicKey) !== checkpoint.keyId) return false;
    return verify(null, bytesOf(signed), publicKey, Buffer.from(signature, 'base64'));
  } catch {
    // What is no key, no JSON or no signature was not signed by it.
    return false;
  }
}

function bytesOf({ version, trail, epoch, count, head, at, keyId }: Omit<Checkpoint, 'signature'>): Buffer {
  return Buffer.from(`guardian-audit-checkpoint\n${canonicalJson({ version, trail, epoch, count, head, at, keyId })}`);
}

function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 32);
}
