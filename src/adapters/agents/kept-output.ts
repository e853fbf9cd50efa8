import type { KeptOutput } from '../../core/fixes/index.ts';

export interface OutputKeeper {
  /** False once more was written than anybody may. */
  add(piece: Buffer): boolean;
  kept(redact: (text: string) => string): KeptOutput;
}

/** Head and tail of what a command writes; the middle is dropped and counted. */
export function createOutputKeeper({ keptBytes, mostBytes }: { keptBytes: number; mostBytes: number }): OutputKeeper {
  const headBytes = Math.floor(keptBytes / 4);
  const tailBytes = keptBytes - headBytes;
  let head: Buffer = Buffer.alloc(0);
  let tail: Buffer[] = [];
  let tailLength = 0;
  let bytes = 0;
  return {
    add(piece) {
      bytes += piece.length;
      const room = headBytes - head.length;
      if (room > 0) head = Buffer.concat([head, piece.subarray(0, room)]);
      const rest = piece.subarray(Math.max(0, room));
      if (rest.length > 0) {
        tail.push(rest);
        tailLength += rest.length;
        // Joined now and then only: else a drip of small pieces is copied over and over.
        if (tailLength > tailBytes * 2) {
          tail = [Buffer.concat(tail).subarray(-tailBytes)];
          tailLength = tail[0]!.length;
        }
      }
      return bytes <= mostBytes;
    },
    kept(redact) {
      const end = Buffer.concat(tail).subarray(-tailBytes);
      const cutBytes = bytes - head.length - end.length;
      const between = cutBytes > 0 ? `\n… ${cutBytes} bytes …\n` : '';
      const text = `${head.toString('utf8')}${between}${end.toString('utf8')}`;
      return { text: redact(text.replaceAll('\0', '\uFFFD').toWellFormed()), bytes, cutBytes };
    },
  };
}
