import { type FSWatcher, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface FolderWatch {
  close(): void;
}

export interface WatchOptions {
  /** Silence after the last change before it is told, ms: an editor writes several times. */
  quietMs: number;
  /** It is told so often at least, ms: some file systems say nothing of changes. */
  lookEveryMs: number;
}

/** Times the silence that a change waits at most. */
const LONGEST = 10;

/**
 * Tells that something in a folder or in the folders in it may have changed; also when it goes away, comes, or is another one of the same name. Where it
 * is not there, the nearest folder above is watched.
 */
export async function watchFolder(
  folder: string,
  { quietMs, lookEveryMs }: WatchOptions,
  onChange: () => void,
): Promise<FolderWatch> {
  let watchers: FSWatcher[] = [];
  let quiet: NodeJS.Timeout | null = null;
  let firstAt: number | null = null;
  let isClosed = false;
  const look = setInterval(() => touched(), lookEveryMs);
  look.unref();

  function touched(): void {
    if (isClosed) return;
    // Who writes without end does not keep it from ever being told.
    const now = performance.now();
    firstAt ??= now;
    if (quiet && now - firstAt > LONGEST * quietMs) return;
    if (quiet) clearTimeout(quiet);
    quiet = setTimeout(() => {
      quiet = null;
      firstAt = null;
      // Watches are of what stood there, not of the name: they are set anew before it is read.
      void set().then(() => {
        if (!isClosed) onChange();
      });
    }, quietMs);
    quiet.unref();
  }

  async function set(): Promise<void> {
    const folders = await foldersOf(folder);
    for (const one of watchers.splice(0)) one.close();
    if (isClosed) return;
    watchers = folders.flatMap((one) => {
      try {
        const isAbove = one === dirname(folder) && folders.includes(folder);
        // Above it stands much that is none of its concern.
        const watcher = watch(one, { persistent: false }, (_event, name) => {
          if (!isAbove || name === null || name === basename(folder)) touched();
        });
        watcher.on('error', touched);
        return [watcher];
      } catch {
        // It went away in between: the look at intervals finds what comes.
        return [];
      }
    });
  }

  await set();
  return {
    close() {
      isClosed = true;
      clearInterval(look);
      if (quiet) clearTimeout(quiet);
      for (const one of watchers) one.close();
    },
  };
}

/** The folder, its parent and the folders in it; or the nearest one above that is there. */
async function foldersOf(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const inner = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
    return [dirname(folder), folder, ...inner.slice(0, 200)];
  } catch {
    const above = dirname(folder);
    return above === folder ? [] : (await foldersOf(above)).slice(0, 2);
  }
}
