import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GuardianError, toInstant } from '../../../../../core/shared/index.ts';
import { faultOf } from './connection.ts';
import { toStoreError } from './store-error.ts';

export interface LockHolder {
  pid: number;
  host: string;
  since: string;
}

export interface FolderLock {
  release(): void;
}

/**
 * One process writes a folder. `guardian.lock` is empty and carries a lock of the operating system, held through SQLite (Node has no lock
 * of its own), so that it ends with its holder however that ends, and no process id is ever guessed at; `guardian.lock.json` names the
 * holder, for the message to others. Throws `store_locked`.
 */
export function lockFolder(folder: string, now: number): FolderLock {
  makeFolder(folder);
  const path = join(folder, 'guardian.lock');
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    const own: LockHolder = { pid: process.pid, host: hostname(), since: toInstant(now) };
    writeFileSync(`${path}.json`, `${JSON.stringify(own)}\n`, { mode: 0o600 });
    chmodSync(path, 0o600);
  } catch (error) {
    database?.close();
    throw refusal(error, folder, path);
  }
  return { release: () => database.close() };
}

/** Who holds the folder, by its own words; null when nobody said so. Checked by hand: zod takes 8 MB in every thread that loads it. */
export function readHolder(folder: string): LockHolder | null {
  try {
    const told = JSON.parse(readFileSync(join(folder, 'guardian.lock.json'), 'utf8')) as Partial<LockHolder> | null;
    const { pid, host, since } = told ?? {};
    if (!Number.isSafeInteger(pid) || typeof host !== 'string' || typeof since !== 'string') return null;
    return { pid: pid as number, host, since };
  } catch {
    return null;
  }
}

/** Names and messages of users stand in it: for its owner alone. One that exists keeps its rights. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new GuardianError('store_read_only', {
      path: folder,
      reason: (error as NodeJS.ErrnoException).code,
      cause: error,
    });
  }
}

function refusal(error: unknown, folder: string, path: string): GuardianError {
  const { code } = error as NodeJS.ErrnoException;
  const fault = faultOf(error);
  const primary = (fault.resultCode ?? 0) & 0xff;
  if (primary === 5) {
    const known = readHolder(folder);
    const about = { path: folder, cause: error };
    if (known === null) return new GuardianError('store_locked', about);
    const { pid, host, since } = known;
    return new GuardianError('store_locked', { ...about, reason: (m) => m.stores.heldBy(pid, host, since) });
  }
  if (fault.resultCode === null || primary === 14) {
    return new GuardianError('store_read_only', {
      path: folder,
      reason: /^E[A-Z]+$/.test(code ?? '') ? code! : 'EACCES',
      cause: error,
    });
  }
  return toStoreError(fault, path);
}
