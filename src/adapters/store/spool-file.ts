import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppendBatch, EventAppender, Spool } from '../../core/ingest/index.ts';
import { GuardianError } from '../../core/shared/index.ts';

export interface SpoolFile extends Spool {
  /** Gives what waits to the store, oldest first, until it is empty or the store refuses. Rejects with what the store threw. */
  drain(appender: EventAppender): Promise<number>;
}

/**
 * Batches that the store could not take, one file each (`00000001.json`), written whole and synced before anybody is answered. A file is removed
 * once the store has its batch; a crash between the two repeats the batch, which changes nothing.
 */
export function openSpoolFile({ folder, maxBytes }: { folder: string; maxBytes: number }): SpoolFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let files = readdirSync(folder)
    .filter((name) => /^\d{8,}\.json$/.test(name))
    .sort();
  let bytes = files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  let next = Number.parseInt(files.at(-1) ?? '0', 10) + 1;
  let waitingEvents = files.reduce((sum, name) => sum + (read(join(folder, name))?.events.length ?? 0), 0);

  return {
    get waitingEvents() {
      return waitingEvents;
    },
    async add(batch) {
      const text = JSON.stringify(batch);
      const size = Buffer.byteLength(text);
      if (bytes + size > maxBytes) throw new GuardianError('store_full', { reason: `${folder} holds ${bytes} bytes` });
      const name = `${String(next++).padStart(8, '0')}.json`;
      writeDurably(join(folder, name), text);
      files.push(name);
      bytes += size;
      waitingEvents += batch.events.length;
    },
    async drain(appender) {
      let drained = 0;
      while (files.length > 0) {
        const path = join(folder, files[0]!);
        const batch = read(path);
        // A file that was not written whole was never answered for.
        if (batch !== null) await appender.append(batch);
        bytes -= statSync(path).size;
        rmSync(path);
        files = files.slice(1);
        waitingEvents -= batch?.events.length ?? 0;
        drained += batch?.events.length ?? 0;
      }
      return drained;
    },
  };
}

function writeDurably(path: string, text: string): void {
  const file = openSync(`${path}.part`, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.part`, path);
  const folder = openSync(join(path, '..'), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function read(path: string): AppendBatch | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as AppendBatch;
  } catch {
    return null;
  }
}
