import { read } from 'node:fs';
import { promisify } from 'node:util';

/** Large reads keep the calls few; two buffers let the next read run while the last chunk is worked on. */
const CHUNK_BYTES = 1024 * 1024;

const readInto = promisify(read);

/**
 * The bytes of an open file from `position` in chunks of up to 1 MiB. A chunk is valid until the one after the next is asked for: two buffers
 * take turns. Throws what the file system throws.
 */
export async function* readChunks(fileDescriptor: number, position: number): AsyncGenerator<Uint8Array> {
  const buffers = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)] as const;
  let at = position;
  const fill = async (buffer: Buffer): Promise<number> => {
    const { bytesRead } = await readInto(fileDescriptor, buffer, 0, buffer.length, at);
    at += bytesRead;
    return bytesRead;
  };
  let pending = fill(buffers[0]);
  try {
    for (let turn = 0; ; turn ^= 1) {
      const length = await pending;
      if (length === 0) return;
      pending = fill(turn === 0 ? buffers[1] : buffers[0]);
      // A failure is seen where it is awaited, not as an unhandled one.
      pending.catch(() => undefined);
      yield (turn === 0 ? buffers[0] : buffers[1]).subarray(0, length);
    }
  } finally {
    await pending.catch(() => undefined);
  }
}
