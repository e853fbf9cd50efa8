import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Clock, GuardianError, toInstant } from '../../../core/shared/index.ts';
import { faultOf } from './dialects/sqlite/connection.ts';
import { lockFolder } from './dialects/sqlite/folder-lock.ts';
import { toStoreError } from './dialects/sqlite/store-error.ts';
import { MIGRATION_NAMES, migrate } from './migrations/index.ts';
import { DATABASE_FILE, openDialect, RESTORING } from './open-store.ts';
import { DEFAULT_STORE_KNOBS, type StoreLocation } from './store.ts';

type SqliteLocation = Extract<StoreLocation, { kind: 'sqlite' }>;

/**
 * Names of the steps that were carried out, or on a dry run would be, and the newest one. Beside a running server it waits for its turn.
 * Throws `store_newer`.
 */
export async function migrateStore(
  location: StoreLocation,
  { isDryRun }: { isDryRun: boolean },
): Promise<{ carriedOut: string[]; version: string }> {
  if (isDryRun && location.kind === 'sqlite' && !existsSync(join(location.folder, DATABASE_FILE))) {
    return { carriedOut: [...MIGRATION_NAMES], version: MIGRATION_NAMES.at(-1)! };
  }
  const { dialect } = await openDialect(location, 'shared', 0, DEFAULT_STORE_KNOBS);
  try {
    const before = await migrate(dialect, { isDryRun: true });
    if (!isDryRun) await migrate(dialect);
    return {
      carriedOut: before.flatMap(({ name, doneAt }) => (doneAt === null ? [name] : [])),
      version: MIGRATION_NAMES.at(-1)!,
    };
  } finally {
    await dialect.close();
  }
}

/**
 * A whole copy in a new file, as the database is at one instant, also while a server writes; then it is read through once. PostgreSQL has
 * pg_dump for it.
 */
export async function backupStore({ folder }: SqliteLocation, target: string): Promise<{ bytes: number }> {
  const path = join(folder, DATABASE_FILE);
  if (!existsSync(path)) throw new GuardianError('not_found', { path });
  try {
    mkdirSync(dirname(target), { recursive: true });
    // SQLite would make it with the umask; into an empty file it writes as well.
    writeFileSync(target, '', { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new GuardianError('output_unwritable', {
      path: target,
      reason: (error as NodeJS.ErrnoException).code,
      cause: error,
    });
  }
  withDatabase(path, { readOnly: true }, (database) => {
    try {
      database.prepare('VACUUM INTO ?').run(target);
    } catch (error) {
      rmSync(target, { force: true });
      throw error;
    }
  });
  checkFile(target);
  return { bytes: statSync(target).size };
}

/**
 * Puts a copy in the place of the database, with the log that a killed process left beside it; what stood there is kept beside it. The copy is read
 * through, and safe on the disk, before anything is moved. Throws `store_locked` while a server uses the folder, `store_damaged`, `store_newer`.
 */
export async function restoreStore(
  { folder }: SqliteLocation,
  file: string,
  { clock }: { clock: Clock },
): Promise<{ path: string; aside: string | null }> {
  if (!existsSync(file)) throw new GuardianError('source_unreadable', { path: file, reason: 'ENOENT' });
  const lock = lockFolder(folder, clock.now());
  try {
    const path = join(folder, DATABASE_FILE);
    const fresh = `${path}${RESTORING}`;
    if (resolve(file) !== resolve(fresh)) await copyDatabase(file, fresh);
    chmodSync(fresh, 0o600);
    try {
      checkFile(fresh);
      checkVersion(fresh, file);
      syncToDisk(fresh);
    } catch (error) {
      removeDatabase(fresh);
      throw error;
    }
    const there = PARTS.filter((part) => existsSync(path + part));
    const aside = there.length > 0 ? `${path}.before-${toInstant(clock.now()).replaceAll(/[:.]/g, '-')}` : null;
    for (const part of there) renameSync(path + part, aside + part);
    renameSync(fresh, path);
    syncToDisk(folder);
    return { path, aside };
  } finally {
    lock.release();
  }
}

/** The file, and what a program that ended suddenly leaves beside it and belongs to it. */
const PARTS = ['', '-wal', '-shm'];

/** Without its shared memory, which is made anew from the log. */
async function copyDatabase(from: string, to: string): Promise<void> {
  removeDatabase(to);
  for (const part of ['', '-wal']) if (existsSync(from + part)) await copyFile(from + part, to + part);
}

/** A file, or the names in a folder. */
function syncToDisk(path: string): void {
  const opened = openSync(path, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

function removeDatabase(path: string): void {
  for (const part of PARTS) rmSync(path + part, { force: true });
}

function withDatabase<T>(path: string, options: { readOnly: boolean }, use: (database: DatabaseSync) => T): T {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { ...options, timeout: DEFAULT_STORE_KNOBS.busyTimeoutMs });
    return use(database);
  } catch (error) {
    if (error instanceof GuardianError) throw error;
    throw toStoreError(faultOf(error), path);
  } finally {
    database?.close();
  }
}

/** Reads every page, and takes in the log beside it. Opened for writing, since a copy of a WAL database needs its files beside it even for reading. */
function checkFile(path: string): void {
  withDatabase(path, { readOnly: false }, (database) => {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const found = database.prepare('PRAGMA integrity_check(1)').get() as { integrity_check: string };
    if (found.integrity_check !== 'ok') {
      throw new GuardianError('store_damaged', { path, reason: found.integrity_check });
    }
  });
}

function checkVersion(path: string, named: string): void {
  withDatabase(path, { readOnly: false }, (database) => {
    const isStore = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'kysely_migration'").get();
    if (!isStore) throw new GuardianError('source_invalid', { path: named, reason: (m) => m.stores.notGuardians });
    const done = database.prepare('SELECT name FROM kysely_migration ORDER BY name').all() as { name: string }[];
    const unknown = done.find(({ name }) => !MIGRATION_NAMES.includes(name));
    if (unknown) throw new GuardianError('store_newer', { path: named, reason: (m) => m.stores.hasStep(unknown.name) });
  });
}
