import { open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type FilePosition, hasStart, START_BYTES } from './tail-position.ts';

/** The first that is still the same file under the same name, and does not hold any more what it held. */
export async function findTruncated(positions: readonly FilePosition[]): Promise<FilePosition | undefined> {
  for (const position of positions) {
    const stats = await stat(position.path, { bigint: true }).catch(() => null);
    if (stats === null || `${stats.dev}:${stats.ino}` !== position.identity) continue;
    const head = await headOf(position.path);
    if (Number(stats.size) < position.offset || (head !== null && !hasStart(head, position.start))) return position;
  }
  return undefined;
}

/** `app.log.1`, `app.log-20251020` and `app-20251020.log` may be copies of `app.log`. */
export function isCopyName(path: string, original: string): boolean {
  if (path === original || dirname(path) !== dirname(original)) return false;
  const stem = basename(original).split('.', 1)[0] ?? '';
  return stem !== '' && basename(path).startsWith(stem);
}

export async function headOf(path: string): Promise<Buffer | null> {
  const handle = await open(path, 'r').catch(() => null);
  if (handle === null) return null;
  try {
    const buffer = Buffer.alloc(START_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, START_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    // What cannot be read is told when it is followed.
    return null;
  } finally {
    await handle.close().catch(() => undefined);
  }
}
