import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { SALT_BYTES, type SaltVault } from '../../core/usage/index.ts';

/**
 * Salts of pseudonyms as files of their own (0600) beside the database, which a backup therefore does not hold. A salt that is over is
 * overwritten with random bytes, on the disk before its file goes. What lies below the file system (a disk that writes elsewhere, a
 * snapshot of the volume) is out of reach.
 */
export function createSaltFiles(folder: string): SaltVault {
  return {
    async renew({ period, before }) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = pathOf(folder, period);
      if (!existsSync(path)) makeSalt(folder, path);
      for (const file of readdirSync(folder)) if (isOver(file, [period, before])) destroy(join(folder, file));
      const pathBefore = pathOf(folder, before);
      return { current: readFileSync(path), before: existsSync(pathBefore) ? readFileSync(pathBefore) : null };
    },
  };
}

const SUFFIX = '.salt';

function pathOf(folder: string, period: string): string {
  return join(folder, period + SUFFIX);
}

/** What a process that ended suddenly left half made goes too, unless it is being made now. */
function isOver(file: string, kept: readonly string[]): boolean {
  return file.endsWith(SUFFIX) && !kept.includes(file.slice(0, -SUFFIX.length));
}

/** Whole or not there; of two threads that make it at once one does. */
function makeSalt(folder: string, path: string): void {
  const fresh = join(folder, `${randomBytes(8).toString('hex')}.new`);
  try {
    writeFileSync(fresh, randomBytes(SALT_BYTES), { mode: 0o600, flag: 'wx', flush: true });
    linkSync(fresh, path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  } finally {
    rmSync(fresh, { force: true });
  }
  syncFolder(folder);
}

function destroy(path: string): void {
  try {
    const file = openSync(path, 'r+');
    try {
      writeSync(file, randomBytes(Math.max(SALT_BYTES, statSync(path).size)), 0, undefined, 0);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    unlinkSync(path);
    syncFolder(join(path, '..'));
  } catch (thrown) {
    // Another thread was quicker.
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
