import type { OutputChunk } from '../run.ts';

const MIB = 1024 * 1024;
const CHUNK_CHARACTERS = 32 * 1024;

export interface BoundedOutput {
  /** The next instant's text of a stream. */
  write(stream: OutputChunk['stream'], text: string): void;
  /** All since the last call, in order, and how many bytes were dropped between them. */
  take(): { chunks: OutputChunk[]; lostBytes: number };
  /** Whether there is anything to take. */
  readonly isEmpty: boolean;
}

export interface BoundedOutputOptions {
  clock: { now(): number };
  /** Bytes from the beginning of the run that are always kept. */
  headBytes?: number;
  /** Bytes that may wait behind them; then the oldest of these are dropped. */
  tailBytes?: number;
}

/**
 * What a run writes, until somebody takes it: the beginning, then the newest, in memory of 10 MiB at most however much is written. Writes are put
 * together into chunks of about 32 KiB; NUL, which no database keeps in text, becomes U+FFFD.
 */
export function createBoundedOutput({
  clock,
  headBytes = MIB,
  tailBytes = 9 * MIB,
}: BoundedOutputOptions): BoundedOutput {
  let seq = 0;
  let written = 0;
  let lostBytes = 0;
  let head: Pending[] = [];
  /** Before `first` it is dropped already. */
  let tail: Pending[] = [];
  let first = 0;
  let tailHeld = 0;

  return {
    write(stream, text) {
      const clean = text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
      for (let at = 0; at < clean.length; ) {
        const end = endOfPiece(clean, at);
        add(stream, clean.slice(at, end));
        at = end;
      }
    },
    take() {
      const chunks = [...head, ...tail.slice(first)].map(({ seq: number, at, stream, parts }) => ({
        seq: number,
        at,
        stream,
        text: parts.join(''),
      }));
      const taken = { chunks, lostBytes };
      head = [];
      tail = [];
      first = 0;
      tailHeld = 0;
      lostBytes = 0;
      return taken;
    },
    get isEmpty() {
      return head.length === 0 && tail.length === first && lostBytes === 0;
    },
  };

  /** To the last piece, where it has room; those before `from` are gone. */
  function append(
    pieces: Pending[],
    from: number,
    { stream, text, bytes }: { stream: OutputChunk['stream']; text: string; bytes: number },
  ): void {
    const last = pieces.length > from ? pieces.at(-1)! : null;
    if (last && last.stream === stream && last.characters + text.length <= CHUNK_CHARACTERS) {
      last.parts.push(text);
      last.characters += text.length;
      last.bytes += bytes;
    } else {
      seq += 1;
      pieces.push({ seq, at: clock.now(), stream, parts: [text], characters: text.length, bytes });
    }
  }

  function add(stream: OutputChunk['stream'], text: string): void {
    const bytes = Buffer.byteLength(text);
    const isHead = written < headBytes;
    written += bytes;
    if (isHead) {
      append(head, 0, { stream, text, bytes });
      return;
    }
    append(tail, first, { stream, text, bytes });
    tailHeld += bytes;
    while (tailHeld > tailBytes && first < tail.length) {
      tailHeld -= tail[first]!.bytes;
      lostBytes += tail[first]!.bytes;
      first += 1;
    }
    // Dropping from the front one by one would move the rest each time.
    if (first > 1_000 && first * 2 > tail.length) {
      tail = tail.slice(first);
      first = 0;
    }
  }
}

interface Pending extends Omit<OutputChunk, 'text'> {
  parts: string[];
  characters: number;
  bytes: number;
}

/** Never between the halves of one character. */
function endOfPiece(text: string, at: number): number {
  const end = Math.min(at + CHUNK_CHARACTERS, text.length);
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last <= 0xdbff ? end + 1 : end;
}
