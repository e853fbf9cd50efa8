import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { drainOutput } from '../shell/drain-output.ts';
import { openOutputPipes } from '../shell/output-pipes.ts';
import { endGroup, signalGroup } from '../shell/process-group.ts';

/** Sent to us, they are meant for the command. */
const PASSED_ON = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'] as const;
/** A terminal sends these to everybody of the command, not to it alone. */
const FOR_ALL: ReadonlySet<string> = new Set(['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGWINCH']);
/** As a shell numbers them: no such command, not executable. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

export interface WrapOptions {
  command: readonly string[];
  folder: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** Of its own; null: there is none. */
  scratchFolder: string | null;
  /** Where standard output and error go on to, byte for byte. */
  stdout: Writable;
  stderr: Writable;
  /** What was written, as text. */
  onOutput(stream: 'stdout' | 'stderr', text: string): void;
  graceMs: number;
}

export type WrappedEnd =
  | { how: 'exited' | 'timeout'; status: number; signal: null }
  | { how: 'signalled' | 'timeout'; status: null; signal: NodeJS.Signals }
  | { how: 'not-started'; status: number; signal: null; error: string };

export interface WrappedCommand {
  /** Null: it was not started. */
  pid: number | null;
  end: Promise<WrappedEnd>;
  /** Ends it as one that takes too long. */
  timeOut(): void;
  /** Hands a signal on that came to the wrapper. */
  pass(signal: NodeJS.Signals): void;
}

/**
 * Runs a command as if it ran by itself: its standard input is ours, its output goes on unchanged, and it gets the signals that we get. Away from a terminal
 * it has a process group of its own, so that all of it can be ended.
 */
export async function wrapCommand(options: WrapOptions): Promise<WrappedCommand> {
  const { command, folder, environment, scratchFolder, onOutput, graceMs } = options;
  const [file = '', ...args] = command;
  const isAlone = !process.stdin.isTTY;
  const { promise, resolve } = Promise.withResolvers<WrappedEnd>();
  let hasTimedOut = false;
  let ending: Promise<void> | null = null;
  const pipes = await openOutputPipes(scratchFolder);
  let child: ChildProcess;
  try {
    child = spawn(file, args, {
      cwd: folder,
      env: environment as NodeJS.ProcessEnv,
      detached: isAlone,
      stdio: ['inherit', ...pipes.stdio],
    });
  } catch (error) {
    pipes.dispose();
    resolve({ how: 'not-started', status: NOT_FOUND, signal: null, error: (error as Error).message });
    return { pid: null, end: promise, timeOut: () => {}, pass: () => {} };
  }
  const { stdout, stderr } = pipes.started(child);
  passOn(stdout, options.stdout, (text) => onOutput('stdout', text));
  passOn(stderr, options.stderr, (text) => onOutput('stderr', text));
  child.once('error', (error: NodeJS.ErrnoException) => {
    if (child.pid !== undefined) return;
    stdout.destroy();
    stderr.destroy();
    const status = error.code === 'EACCES' || error.code === 'EPERM' ? NOT_EXECUTABLE : NOT_FOUND;
    resolve({ how: 'not-started', status, signal: null, error: error.message });
  });
  child.once('exit', async (code, signal) => {
    await ending;
    await Promise.all([stdout, stderr].map(drainOutput));
    const how = hasTimedOut ? 'timeout' : null;
    if (signal !== null) resolve({ how: how ?? 'signalled', status: null, signal });
    else resolve({ how: how ?? 'exited', status: code ?? 1, signal: null });
  });

  return {
    pid: child.pid ?? null,
    end: promise,
    timeOut() {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      hasTimedOut = true;
      ending = isAlone ? endGroup(child.pid, graceMs) : endOne(child, graceMs);
    },
    pass(signal) {
      if (child.pid === undefined) return;
      if (FOR_ALL.has(signal)) {
        // At a terminal it has come to all of them already.
        if (isAlone) signalGroup(child.pid, signal);
      } else child.kill(signal);
    },
  };
}

/** Calls back with each signal that is meant for the command, until it is stopped. */
export function listenForSignals(onSignal: (signal: NodeJS.Signals) => void): () => void {
  const listeners = PASSED_ON.map((signal) => [signal, () => onSignal(signal)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}

/** Ends this process by the signal that ended the command, so that whoever waits for us sees the same. Gives the status of a shell where that fails. */
export function dieBy(signal: NodeJS.Signals): number {
  process.removeAllListeners(signal);
  try {
    process.kill(process.pid, signal);
  } catch {
    // A signal that this system does not know cannot have ended anything here either.
  }
  return 128 + (constants.signals[signal] ?? 0);
}

/** Bytes go on as they are, no faster than they are taken; a reader that went away ends the pipe for the command too. */
function passOn(from: Readable, to: Writable, onText: (text: string) => void): void {
  const decoder = new StringDecoder('utf8');
  const onGone = () => from.destroy();
  const onDrain = () => from.resume();
  to.on('error', onGone).on('drain', onDrain);
  from.on('data', (chunk: Buffer) => {
    const text = decoder.write(chunk);
    if (text !== '') onText(text);
    if (!to.write(chunk)) from.pause();
  });
  from.once('end', () => {
    const rest = decoder.end();
    if (rest !== '') onText(rest);
  });
  from.once('close', () => to.off('drain', onDrain));
  from.on('error', () => {});
}

async function endOne(child: ChildProcess, graceMs: number): Promise<void> {
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exited;
  clearTimeout(force);
}
