import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { WrappedKey } from './key-wrapper.ts';
import { SealingError } from './sealing-error.ts';

/** The history of wrapped keys, one JSON line each, only ever appended to: by several processes too. */
export interface KeyFile {
  /** On disk, with the name of the file, when it returns. Throws `SealingError` `key-file-unwritable`. */
  append(key: WrappedKey): void;
}

/** Makes the file (0600) and its folder (0700) where they are missing. Throws `SealingError` `key-file-unwritable`. */
export function openKeyFile(path: string): KeyFile {
  withFile(path, () => {});
  syncFolder(dirname(path));
  return {
    append(key) {
      withFile(path, (file) => {
        // A line that a crash cut must not take the next one with it.
        const line = Buffer.from(`${endsInLine(file) ? '' : '\n'}${JSON.stringify(key)}\n`);
        for (let at = 0; at < line.length; ) at += writeSync(file, line, at);
        fsyncSync(file);
      });
    },
  };
}

/** Every key of the file, oldest first; lines that a crash cut are passed over. */
export function readKeyFile(path: string): WrappedKey[] {
  const keys: WrappedKey[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    try {
      const key = JSON.parse(line) as WrappedKey;
      if (key.version === 1 && /^[0-9a-f]{32}$/.test(key.id) && typeof key.wrapped === 'string') keys.push(key);
    } catch {
      // Cut, or empty.
    }
  }
  return keys;
}

function withFile(path: string, use: (file: number) => void): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(path, 'a+', 0o600);
    try {
      use(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new SealingError('key-file-unwritable', `wrapped keys cannot be kept in ${path}: ${reason}`, { cause });
  }
}

function endsInLine(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  return readSync(file, last, 0, 1, size - 1) === 1 && last[0] === 10;
}

/** The name of a new file is only kept once its folder is. Not every system can say so. */
function syncFolder(folder: string): void {
  try {
    const opened = openSync(folder, 'r');
    try {
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
  } catch {
    // Windows does not open folders; its file systems keep names with the file.
  }
}
