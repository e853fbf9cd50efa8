import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits as text that may stand in a link, a header or a file. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256, hex. Secrets with 256 random bits need no salt and no slow hash. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret);
}

/** Compares in a time that tells nothing of where the texts differ, nor of the expected one's length. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'));
}
