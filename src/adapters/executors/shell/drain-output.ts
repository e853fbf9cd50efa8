import type { Readable } from 'node:stream';

/** ms without output after which a pipe that is still open is somebody else's: what the command left running may hold it for ever. */
const QUIET_MS = 400;
/** Bytes that may have waited in the pipe when the command ended; more was written after it. */
const LONGEST_PIPE = 1024 * 1024;

/**
 * Call it when the command has ended: resolves when all that it wrote has been read, and closes the stream. A stream that is paused waits for its
 * reader, however long that takes.
 */
export function drainOutput(stream: Readable): Promise<void> {
  if (stream.readableEnded || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let seen = 0;
    let seenBefore = 0;
    // A loop that was held up has its timers run before what came meanwhile is read.
    const later = () => setImmediate(look);
    let timer = setTimeout(later, QUIET_MS);
    function look(): void {
      if (seen === seenBefore && !stream.isPaused()) finish();
      else timer = setTimeout(later, QUIET_MS);
      seenBefore = seen;
    }
    function onData(chunk: Buffer | string): void {
      seen += chunk.length;
      if (seen > LONGEST_PIPE) finish();
    }
    function finish(): void {
      clearTimeout(timer);
      stream.off('data', onData).off('end', finish).off('close', finish);
      stream.destroy();
      resolve();
    }
    stream.on('data', onData).once('end', finish).once('close', finish);
    stream.on('error', () => {});
  });
}
