import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { isMainThread } from 'node:worker_threads';

/** Standard output and error of a command that is about to be started. */
export interface OutputPipes {
  /** For `spawn`: what it takes for the two. */
  stdio: [number, number] | ['pipe', 'pipe'];
  /** Call it once the command was started, with what `spawn` gave: our ends of them. */
  started(child: { stdout: Readable | null; stderr: Readable | null }): { stdout: Readable; stderr: Readable };
  /** It could not be started. */
  dispose(): void;
}

const run = promisify(execFile);

/**
 * Real pipes. What `spawn` makes by itself are sockets: a command that opens `/dev/stdout` or `/dev/stderr` (`echo … > /dev/stderr`) fails on them, and
 * one whose reader went away gets an error in the place of SIGPIPE. The folder is one's own; where no pipes can be made there, sockets have to do.
 * So they do in a worker thread: when it ends, the runtime closes every descriptor that was opened in it, also those that a socket has closed long since,
 * whose number may be another's by then.
 */
export async function openOutputPipes(folder: string | null): Promise<OutputPipes> {
  if (folder === null || !isMainThread) return SOCKETS;
  const paths = ['stdout', 'stderr'].map((name) => join(folder, name));
  const opened: number[] = [];
  try {
    await run('mkfifo', ['-m', '600', ...paths]);
    // A reader that does not wait for its writer first: then the writer finds it.
    const readers = paths.map((path) => open(path, constants.O_RDONLY | constants.O_NONBLOCK, opened));
    const writers = paths.map((path) => open(path, constants.O_WRONLY, opened));
    for (const path of paths) unlinkSync(path);
    return {
      stdio: [writers[0]!, writers[1]!],
      started() {
        for (const fd of writers) closeSync(fd);
        const [stdout, stderr] = readers.map((fd) => new Socket({ fd, readable: true, writable: false }));
        // A pipe that breaks is at its end; how the command ends tells the rest.
        for (const socket of [stdout!, stderr!]) socket.on('error', () => {});
        return { stdout: stdout!, stderr: stderr! };
      },
      dispose: () => close(opened),
    };
  } catch {
    close(opened);
    return SOCKETS;
  }
}

const SOCKETS: OutputPipes = {
  stdio: ['pipe', 'pipe'],
  started: ({ stdout, stderr }) => ({ stdout: stdout!, stderr: stderr! }),
  dispose: () => {},
};

function open(path: string, flags: number, opened: number[]): number {
  const fd = openSync(path, flags);
  opened.push(fd);
  return fd;
}

function close(opened: readonly number[]): void {
  for (const fd of opened) closeSync(fd);
}
