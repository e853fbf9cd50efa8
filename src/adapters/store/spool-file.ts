import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { AppendBatch, EventAppender, Spool } from '../../core/ingest/index.ts';
import { GuardianError, messagesFor, sayingsOf, toGuardianError } from '../../core/shared/index.ts';

const say = sayingsOf(messagesFor('en').stores, 'stores');

export interface SpoolFile extends Spool {
  /**
   * Gives what waits to the store, oldest first, until it is empty or the store refuses; gives how many events went. Rejects with what the store
   * threw. A batch that the store itself refuses for good is set aside (`.refused`), so that those behind it go with the next call.
   */
  drain(appender: EventAppender): Promise<number>;
}

interface Waiting {
  path: string;
  bytes: number;
  events: number;
}

/**
 * Batches that the store could not take, one file each (`00000001.json`), written whole and synced before anybody is answered. A file is removed
 * once the store has its batch; a crash between the two repeats the batch, which changes nothing. Throws `store_unavailable` when a file cannot be read.
 */
export function openSpoolFile({ folder, maxBytes }: { folder: string; maxBytes: number }): SpoolFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = readdirSync(folder);
  // What was not written whole was never answered for.
  for (const name of names) if (name.endsWith('.json.part')) rmSync(join(folder, name), { force: true });
  const numbers = names.filter((name) => /^\d{8,15}\.json(?:\.refused)?$/.test(name)).map(numberOf);
  const waiting = names
    .filter((name) => /^\d{8,15}\.json$/.test(name))
    .sort((a, b) => numberOf(a) - numberOf(b))
    .map((name) => waitingAt(join(folder, name)));
  let bytes = names
    .filter((name) => name.endsWith('.refused'))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, sumOf(waiting, 'bytes'));
  let next = numbers.reduce((highest, number) => Math.max(highest, number), 0) + 1;

  return {
    get waitingEvents() {
      return sumOf(waiting, 'events');
    },
    async add(batch) {
      const text = JSON.stringify(batch);
      const size = Buffer.byteLength(text);
      if (bytes + size > maxBytes) throw new GuardianError('store_full', { reason: say.spoolFull(folder, bytes) });
      const path = join(folder, `${String(next++).padStart(8, '0')}.json`);
      writeDurably(path, text);
      waiting.push({ path, bytes: size, events: batch.events.length });
      bytes += size;
    },
    async drain(appender) {
      let drained = 0;
      for (let first = waiting[0]; first; first = waiting[0]) {
        const batch = read(first.path);
        try {
          if (batch !== null) await appender.append(batch);
        } catch (thrown) {
          if (toGuardianError(thrown).code === 'payload_invalid') {
            renameSync(first.path, `${first.path}.refused`);
            waiting.shift();
          }
          throw thrown;
        }
        rmSync(first.path, { force: true });
        waiting.shift();
        bytes -= first.bytes;
        drained += first.events;
      }
      return drained;
    },
  };
}

/** Whether there is nothing to give to the store, nor anything to clear away. False also where the folder cannot be made or read: whoever opens it tells why. */
export function isSpoolEmpty(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return readdirSync(folder).length === 0;
  } catch {
    return false;
  }
}

function numberOf(name: string): number {
  return Number.parseInt(name, 10);
}

function sumOf(waiting: readonly Waiting[], of: 'bytes' | 'events'): number {
  return waiting.reduce((sum, file) => sum + file[of], 0);
}

function waitingAt(path: string): Waiting {
  return { path, bytes: statSync(path).size, events: read(path)?.events.length ?? 0 };
}

function writeDurably(path: string, text: string): void {
  const part = `${path}.part`;
  try {
    const file = openSync(part, 'w', 0o600);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(part, path);
  } catch (error) {
    // On a full disk the part would take the room that is missing.
    rmSync(part, { force: true });
    throw error;
  }
  const folder = openSync(join(path, '..'), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

/** Null when the file holds no whole batch: then nobody was answered for it. */
function read(path: string): AppendBatch | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new GuardianError('store_unavailable', { path, reason, cause });
  }
  try {
    const batch = JSON.parse(text) as AppendBatch | null;
    return Array.isArray(batch?.events) ? batch : null;
  } catch {
    return null;
  }
}
