/** Part of a zstd stream that belongs to one frame; `isLast` when the frame ends with it. */
export interface FramePart {
  bytes: Buffer;
  isLast: boolean;
}

const MAGIC = 0xfd2fb528;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];
const DICTIONARY_BYTES = [0, 1, 2, 4];

type Awaiting = 'magic' | 'descriptor' | 'header' | 'block' | 'content' | 'checksum' | 'skippable' | 'skip';

/**
 * Walks through the frames of a zstd stream without decompressing them (RFC 8878, section 3.1): a file may hold several, and only the walk tells a whole
 * file from a cut one, for the decompressor takes both.
 */
export class ZstdFrames {
  #awaiting: Awaiting = 'magic';
  /** Bytes of the piece that is read whole before it is understood. */
  #need = 4;
  #piece: number[] = [];
  /** Bytes that are passed over. */
  #pass = 0;
  #hasChecksum = false;
  #isLastBlock = false;
  #isBroken = false;

  /** Between two frames: here the input may end. */
  get isAtBorder(): boolean {
    return this.#awaiting === 'magic' && this.#piece.length === 0;
  }

  /** Something else than a frame stands in the stream; what follows it is left out. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  *split(chunk: Buffer): Generator<FramePart> {
    let from = 0;
    let at = 0;
    while (at < chunk.length && !this.#isBroken) {
      if (this.#pass > 0) {
        const passed = Math.min(this.#pass, chunk.length - at);
        this.#pass -= passed;
        at += passed;
        if (this.#pass > 0) break;
      } else {
        this.#piece.push(chunk[at++] ?? 0);
        if (this.#piece.length < this.#need) continue;
      }
      const isFrameEnd = this.#advance();
      if (this.#isBroken) return;
      if (!isFrameEnd) continue;
      yield { bytes: chunk.subarray(from, at), isLast: true };
      from = at;
    }
    if (from < at) yield { bytes: chunk.subarray(from, at), isLast: false };
  }

  /** The piece is whole, or the pass is over: what comes next. True when a frame ended. */
  #advance(): boolean {
    const piece = this.#piece;
    this.#piece = [];
    switch (this.#awaiting) {
      case 'magic':
        return this.#takeMagic(littleEndian(piece));
      case 'descriptor':
        return this.#takeDescriptor(piece[0] ?? 0);
      case 'header':
      case 'content':
        return this.#isLastBlock && this.#awaiting === 'content' ? this.#endBlocks() : this.#await('block', 3);
      case 'block':
        return this.#takeBlock(littleEndian(piece));
      case 'skippable':
        return this.#passOver('skip', littleEndian(piece));
      case 'checksum':
      case 'skip':
        this.#await('magic', 4);
        return true;
      default:
        return this.#awaiting satisfies never;
    }
  }

  #await(awaiting: Awaiting, need: number): false {
    this.#awaiting = awaiting;
    this.#need = need;
    return false;
  }

  #passOver(awaiting: Awaiting, bytes: number): boolean {
    this.#await(awaiting, 0);
    this.#pass = bytes;
    return bytes === 0 ? this.#advance() : false;
  }

  #takeMagic(magic: number): boolean {
    if (magic === MAGIC) return this.#await('descriptor', 1);
    if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50) return this.#await('skippable', 4);
    this.#isBroken = true;
    return false;
  }

  #takeDescriptor(descriptor: number): boolean {
    const isSingle = (descriptor & 0x20) !== 0;
    this.#hasChecksum = (descriptor & 4) !== 0;
    this.#isLastBlock = false;
    const contentSize = descriptor >> 6 === 0 && isSingle ? 1 : (CONTENT_SIZE_BYTES[descriptor >> 6] ?? 0);
    return this.#passOver('header', (isSingle ? 0 : 1) + (DICTIONARY_BYTES[descriptor & 3] ?? 0) + contentSize);
  }

  #takeBlock(header: number): boolean {
    const type = (header >> 1) & 3;
    this.#isLastBlock = (header & 1) === 1;
    if (type === 3) {
      this.#isBroken = true;
      return false;
    }
    return this.#passOver('content', type === 1 ? 1 : header >>> 3);
  }

  #endBlocks(): boolean {
    if (this.#hasChecksum) return this.#passOver('checksum', 4);
    this.#await('magic', 4);
    return true;
  }
}

function littleEndian(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte, index) => sum + byte * 2 ** (8 * index), 0);
}
