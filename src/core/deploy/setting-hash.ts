import { createHmac } from 'node:crypto';

/** Name and value → 24 hex digits. */
export type SettingHash = (name: string, value: string) => string;

/**
 * Values of the environment are compared without being kept: HMAC-SHA-256 under a key of this installation, so that a short value cannot be
 * guessed from a row. The name is part of it: two variables with the same value do not show that they are equal.
 */
export function createSettingHash(key: string): SettingHash {
  return (name, value) => createHmac('sha256', key).update(name).update('\0').update(value).digest('hex').slice(0, 24);
}
