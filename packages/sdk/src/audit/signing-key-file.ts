import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeSigningKey, type SigningKey, signingKeyOf } from './checkpoint.ts';

/** The key that signs checkpoints, made at its first use: PEM, mode 0600, a file of its own. Throws when it can neither be read nor made. */
export function openSigningKey(path: string): SigningKey {
  try {
    const text = readFileSync(path, 'utf8');
    // Copied about, it may have become readable to others.
    chmodSync(path, 0o600);
    return signingKeyOf(text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const made = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    writeFileSync(made, makeSigningKey().privateKey, { mode: 0o600, flag: 'wx' });
    // Whole or not at all, and never over one that is there.
    linkSync(made, path);
  } catch (error) {
    // Another process or thread of this program was first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(made, { force: true });
  }
  return signingKeyOf(readFileSync(path, 'utf8'));
}
