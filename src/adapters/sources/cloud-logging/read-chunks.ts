import { type FileHandle, open } from 'node:fs/promises';

/** Large reads keep the calls few; two buffers let the next read run while the last chunk is worked on. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * The bytes of a file in chunks of up to 1 MiB. A chunk is valid until the one after the next is asked for: two buffers take turns.
 * Throws what the file system throws.
 */
export async function* readChunks(path: string): AsyncIterable<Uint8Array> {
  const file = await open(path, 'r');
  const buffers = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)] as const;
  let pending = fill(file, buffers[0]);
  try {
    for (let turn = 0; ; turn ^= 1) {
      const length = await pending;
      if (length === 0) return;
      pending = fill(file, turn === 0 ? buffers[1] : buffers[0]);
      yield (turn === 0 ? buffers[0] : buffers[1]).subarray(0, length);
    }
  } finally {
    await pending.catch(() => 0);
    await file.close();
  }
}

async function fill(file: FileHandle, buffer: Buffer): Promise<number> {
  const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
  return bytesRead;
}
