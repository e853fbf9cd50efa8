import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readChunks } from './byte-streams.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * Standard input that can be read a second time: the first reading keeps its bytes in a file without a name (mode 0600), so that nothing is left behind
 * whatever ends the process. The second reading closes it.
 */
export function rereadable(input: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let kept: FileHandle | null = null;
  async function* readFirst(): AsyncGenerator<Uint8Array> {
    kept = await openNameless();
    for await (const chunk of input) {
      await kept.appendFile(chunk);
      yield chunk;
    }
  }
  async function* readAgain(from: FileHandle): AsyncGenerator<Uint8Array> {
    try {
      yield* readChunks(from, CHUNK_BYTES);
    } finally {
      await from.close();
    }
  }
  return { [Symbol.asyncIterator]: () => (kept ? readAgain(kept) : readFirst()) };
}

async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `guardian-input-${randomUUID()}`);
  const handle = await open(path, 'wx+', 0o600);
  await unlink(path);
  return handle;
}
