import type { FileHandle } from 'node:fs/promises';
import type { Encoding } from './recognise-content.ts';

export type Chunks = AsyncIterable<Buffer>;

/** The bytes of a file from `position`, in fresh buffers that the receiver may keep; the next one is read while this one is looked at. */
export async function* readChunks(handle: FileHandle, chunkBytes: number, position = 0): AsyncGenerator<Buffer> {
  let at = position;
  const readNext = async (): Promise<Buffer> => {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    const { bytesRead } = await handle.read(buffer, 0, chunkBytes, at);
    at += bytesRead;
    return buffer.subarray(0, bytesRead);
  };
  let next = readNext();
  try {
    for (let chunk = await next; chunk.length > 0; chunk = await next) {
      next = readNext();
      // A failure is seen where it is awaited, not as an unhandled one.
      next.catch(() => undefined);
      yield chunk;
    }
  } finally {
    await next.catch(() => undefined);
  }
}

/** The first bytes, and the whole stream again with them. */
export async function peek(chunks: Chunks, headBytes: number): Promise<{ head: Buffer; chunks: Chunks }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const taken: Buffer[] = [];
  let length = 0;
  while (length < headBytes) {
    const next = await iterator.next();
    if (next.done) break;
    taken.push(next.value);
    length += next.value.length;
  }
  const head = (taken.length === 1 && taken[0] !== undefined ? taken[0] : Buffer.concat(taken)).subarray(0, headBytes);
  async function* again(): AsyncGenerator<Buffer> {
    try {
      yield* taken.splice(0);
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head, chunks: again() };
}

/** The stream without its first bytes. */
export async function* without(chunks: Chunks, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (left >= chunk.length) left -= chunk.length;
    else {
      yield left === 0 ? chunk : chunk.subarray(left);
      left = 0;
    }
  }
}

/** UTF-16 as UTF-8. A lone surrogate becomes U+FFFD. */
export async function* transcode(chunks: Chunks, encoding: Exclude<Encoding, 'utf-8'>): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}

/** Any bytes as buffers over the same memory. */
export async function* asBuffers(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    if (typeof chunk === 'string') yield Buffer.from(chunk);
    else yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}
