import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Chunks } from './byte-streams.ts';
import type { Compression } from './recognise-content.ts';
import { ZstdFrames } from './zstd-frames.ts';

export interface DecompressOptions {
  compression: Compression;
  /** The same bytes once more, to win back what stands right before a damage; null when they cannot be read twice. */
  again: (() => Chunks) | null;
  /** Called once when the stream is cut or damaged. */
  onDamage: (reason: string) => void;
}

/** Bytes of one output buffer. */
const OUTPUT_BYTES = 256 * 1024;
/** Compressed bytes handed over at once: a bomb of 1,000:1 makes 32 MiB of them, which is what may be in memory. */
const INPUT_BYTES = 32 * 1024;
/** When a damaged stream is read again, the piece that failed is handed over in such steps: a failing step gives nothing, those before it do. */
const SALVAGE_BYTES = 4;

/**
 * The decompressed stream, several members or frames in a row too. A cut or damaged one gives everything that can be read, then tells; it never throws
 * for what the input holds.
 */
export async function* decompress(
  chunks: Chunks,
  { compression, again, onDamage }: DecompressOptions,
): AsyncGenerator<Buffer> {
  let delivered = 0;
  const first = new Inflating(compression);
  for await (const part of first.run(chunks)) {
    delivered += part.length;
    yield part;
  }
  if (first.damage === null) return;
  if (!first.isCut && again) {
    let skip = delivered;
    for await (const part of new Inflating(compression, first.failedAt).run(again())) {
      if (skip >= part.length) skip -= part.length;
      else {
        yield part.subarray(skip);
        skip = 0;
      }
    }
  }
  onDamage(first.damage);
}

type Stream = ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>;

/** One pass over a compressed stream. Bytes are written one piece at a time, so all that a piece gave is out before the next one may fail. */
class Inflating {
  damage: string | null = null;
  /** The input ends too early; nothing that could be read is missing. */
  isCut = false;
  /** Compressed bytes in front of the piece that failed. */
  failedAt = 0;
  readonly #compression: Compression;
  readonly #fineFrom: number;
  #stream: Stream | null = null;
  #out: Buffer[] = [];

  constructor(compression: Compression, fineFrom = Number.POSITIVE_INFINITY) {
    this.#compression = compression;
    this.#fineFrom = fineFrom;
  }

  async *run(chunks: Chunks): AsyncGenerator<Buffer> {
    const frames = this.#compression === 'zstd' ? new ZstdFrames() : null;
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length && this.damage === null; ) {
        const piece = chunk.subarray(at, at + this.#step());
        at += piece.length;
        yield* this.#inflate(piece, frames);
      }
      if (this.damage !== null) break;
    }
    if (this.damage === null) await this.#end();
    yield* this.#out.splice(0);
    if (frames && this.damage === null && !frames.isAtBorder) this.#cut();
  }

  async *#inflate(piece: Buffer, frames: ZstdFrames | null): AsyncGenerator<Buffer> {
    for (const { bytes, isLast } of frames ? frames.split(piece) : [{ bytes: piece, isLast: false }]) {
      await this.#write(bytes);
      yield* this.#out.splice(0);
      if (isLast) await this.#end();
      yield* this.#out.splice(0);
    }
    if (frames?.isBroken) this.damage ??= 'foreign bytes behind a frame';
    if (this.damage === null) this.failedAt += piece.length;
  }

  #step(): number {
    const left = this.#fineFrom - this.failedAt;
    return left > 0 ? Math.min(INPUT_BYTES, left) : SALVAGE_BYTES;
  }

  #cut(): void {
    this.isCut = true;
    this.damage = 'it ends inside the compressed data';
  }

  #open(): Stream {
    const options = { chunkSize: OUTPUT_BYTES };
    const stream = this.#compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options);
    stream.on('data', (part: Buffer) => this.#out.push(part));
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'Z_BUF_ERROR') this.#cut();
      else this.damage ??= error.message;
    });
    return stream;
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#stream ??= this.#open();
    const stream = this.#stream;
    if (this.damage !== null) return;
    await new Promise<void>((resolve) => {
      stream.once('close', resolve);
      stream.write(bytes, () => {
        stream.off('close', resolve);
        resolve();
      });
    });
  }

  async #end(): Promise<void> {
    const stream = this.#stream;
    this.#stream = null;
    if (!stream || this.damage !== null || stream.destroyed) return;
    await new Promise<void>((resolve) => {
      stream.once('close', resolve);
      stream.end();
    });
  }
}
