import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';

/**
 * Whose segments are whose. Each delivery has a folder of its own with a lock file that says which process owns it; without the lock the folder is
 * free. A successor takes a dead process's folder by one rename into its own: the file system lets exactly one succeed.
 *
 * Dead is: no process of that id in the same process namespace of the same boot, or one that started at another moment; or a thread of our own
 * process that does not hold its lock file open any more: Node closes what a thread opened when that ends, however it ends. Where that cannot be known
 * (another container or machine on the same volume, a system without /proc), dead is a lock whose age has not changed for a minute of our monotonic
 * time; a false verdict then costs duplicates, which the receiver refuses by their ids, and no entry.
 */
interface Lock {
  pid: number;
  /** As the kernel counts it, ticks since boot; null without /proc. */
  start: string | null;
  boot: string | null;
  namespace: string | null;
  thread: number;
  /** Under which the owner holds this file open. */
  descriptor: number;
}

const LOCK = 'owner.json';
const ADOPTED = 'adopted-';
const FOLDER_MODE = 0o700;
export const BEAT_EVERY_MS = 15_000;
const DEAD_AFTER_MS = 60_000;

export interface OwnFolder {
  path: string;
  /** Takes over the folders of the dead. */
  adopt(now: number): string[];
  /** Says that the owner lives. */
  beat(): void;
  /** Gives the folder free; deleted when it is empty. */
  release(): void;
}

/** Makes a folder for this delivery; throws what the file system says. */
export function ownFolder(folder: string): OwnFolder {
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  const name = `${process.pid}-${threadId}-${randomBytes(8).toString('hex')}`;
  const path = join(folder, name);
  const draft = join(folder, `.${name}`);
  mkdirSync(draft, { mode: FOLDER_MODE });
  const descriptor = openSync(join(draft, LOCK), 'wx', 0o600);
  writeFileSync(descriptor, JSON.stringify({ ...ownLock(), descriptor } satisfies Lock));
  // From the first moment that others see it, it is locked.
  renameSync(draft, path);
  const beats = new Map<string, { modified: number; since: number }>();
  return {
    path,
    adopt: (now) => adoptDead(folder, path, name, (other, lockPath) => hasNoBeat(beats, other, lockPath, now)),
    beat: () => {
      const now = new Date();
      void utimes(join(path, LOCK), now, now).catch(() => undefined);
    },
    release: () => {
      closeSync(descriptor);
      rmSync(join(path, LOCK), { force: true });
      removeIfEmpty(path);
    },
  };
}

/** Deletes the folder if nothing stands in it. */
export function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Something still stands in it: that is what it is kept for.
  }
}

function adoptDead(
  folder: string,
  own: string,
  ownName: string,
  isSilent: (name: string, lockPath: string) => boolean,
): string[] {
  const adopted: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === ownName) continue;
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) {
      removeDeadDraft(path);
      continue;
    }
    if (!isDead(path, () => isSilent(entry.name, join(path, LOCK)))) continue;
    const target = join(own, `${ADOPTED}${entry.name}`);
    try {
      renameSync(path, target);
    } catch {
      continue; // Another was faster.
    }
    adopted.push(...flatten(own, target));
  }
  return adopted;
}

/** What a process left that died while it made its folder: nothing but its lock. */
function removeDeadDraft(path: string): void {
  const lock = readLock(path);
  if (lock === null || lock === 'unreadable' || !isDead(path, () => false)) return;
  rmSync(path, { recursive: true, force: true });
}

/** What a dead process had adopted itself stands beside its own from now on: names do not grow with each crash. */
function flatten(own: string, path: string): string[] {
  const found = [path];
  rmSync(join(path, LOCK), { force: true });
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (!entry.isDirectory() || !entry.name.startsWith(ADOPTED)) continue;
    const target = join(own, entry.name);
    renameSync(join(path, entry.name), target);
    found.push(...flatten(own, target));
  }
  return found;
}

function isDead(path: string, isSilent: () => boolean): boolean {
  const lock = readLock(path);
  if (lock === null) return true;
  if (lock === 'unreadable') return isSilent();
  const own = ownLock();
  if (lock.boot !== own.boot || lock.namespace !== own.namespace) return isSilent();
  if (lock.pid === own.pid && lock.start === own.start)
    return lock.thread !== own.thread && !isHeld(lock, join(path, LOCK));
  if (own.start === null) return isGonePid(lock.pid) || isSilent();
  return startOf(lock.pid) !== lock.start;
}

/** By another thread of this process: descriptors are the process's, a number that was given again leads to another file. */
function isHeld({ descriptor }: Lock, lockPath: string): boolean {
  try {
    const [held, lock] = [fstatSync(descriptor), statSync(lockPath)];
    return held.ino === lock.ino && held.dev === lock.dev;
  } catch {
    return false;
  }
}

function readLock(path: string): Lock | 'unreadable' | null {
  const file = join(path, LOCK);
  if (!existsSync(file)) return null;
  try {
    const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
    return typeof lock.pid === 'number' ? lock : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

function hasNoBeat(
  beats: Map<string, { modified: number; since: number }>,
  name: string,
  lockPath: string,
  now: number,
): boolean {
  let modified: number;
  try {
    modified = statSync(lockPath).mtimeMs;
  } catch {
    return false; // Taken or released just now: the next look says which.
  }
  const last = beats.get(name);
  if (last?.modified !== modified) {
    beats.set(name, { modified, since: now });
    return false;
  }
  return now - last.since >= DEAD_AFTER_MS;
}

function ownLock(): Omit<Lock, 'descriptor'> {
  return {
    pid: process.pid,
    start: startOf(process.pid),
    boot: read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: read(() => readlinkSync('/proc/self/ns/pid')),
    thread: threadId,
  };
}

/** When the process started; null: there is none (a zombie is none), or it cannot be known. */
function startOf(pid: number): string | null {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === null) return null;
  // The name may hold anything, brackets too: the fields start behind the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}

function isGonePid(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function read(work: () => string): string | null {
  try {
    return work();
  } catch {
    return null;
  }
}
