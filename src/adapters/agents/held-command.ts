import { type ChildProcess, spawn } from 'node:child_process';
import type { AgentRun, KeptOutput } from '../../core/fixes/index.ts';
import { drainOutput } from '../executors/shell/drain-output.ts';
import { endGroup } from '../executors/shell/process-group.ts';
import { COULD_NOT_HOLD } from './first-process.ts';
import type { Launch } from './isolation.ts';
import { createOutputKeeper } from './kept-output.ts';

export interface HeldCommand {
  launch: Launch;
  folder: string;
  environment: Readonly<Record<string, string>>;
  /** Standard input; empty: none. */
  input: string;
  timeoutMs: number;
  keptBytes: number;
  /** Whoever writes more is ended. */
  mostBytes: number;
  redact(text: string): string;
  signal: AbortSignal;
  /** Told of its process group once it runs. */
  onStart?(group: number): void;
}

export type HeldOutcome = Pick<AgentRun, 'exitCode' | 'signal' | 'end' | 'ms'> & { output: KeptOutput };

/** ms from SIGTERM to SIGKILL. */
const GRACE_MS = 2_000;

/** Runs one command in a process group of its own until it ends, is too long at it, or writes too much; nobody of it is left when it resolves. */
export async function runHeld(command: HeldCommand): Promise<HeldOutcome> {
  const { launch, folder, environment, signal, keptBytes, mostBytes, redact } = command;
  const began = performance.now();
  const keeper = createOutputKeeper({ keptBytes, mostBytes });
  const outcome = (end: AgentRun['end'], exit: Pick<AgentRun, 'exitCode' | 'signal'>): HeldOutcome => ({
    ...exit,
    end,
    ms: Math.round(performance.now() - began),
    output: keeper.kept(redact),
  });
  const nothing = { exitCode: null, signal: null };
  if (signal.aborted) return outcome('aborted', nothing);
  let child: ChildProcess;
  try {
    child = spawn(launch.file, launch.args, {
      cwd: folder,
      env: { ...environment },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  } catch (error) {
    keeper.add(Buffer.from(String(error)));
    return outcome('not-started', nothing);
  }
  let why: AgentRun['end'] = 'exited';
  let ending: Promise<void> | null = null;
  const stop = (reason: AgentRun['end']) => {
    if (ending !== null || child.pid === undefined) return;
    why = reason;
    ending = endGroup(child.pid, GRACE_MS);
  };
  const onAbort = () => stop('aborted');
  const timer = setTimeout(() => stop('timed-out'), command.timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (piece: Buffer) => {
      if (!keeper.add(piece)) stop('killed-output');
    });
  // One that does not read what it is told ends no earlier for it.
  child.stdin!.on('error', () => {});
  child.stdin!.end(command.input);
  if (child.pid !== undefined) command.onStart?.(child.pid);
  const exit = await endOf(child);
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);
  if (exit instanceof Error) {
    keeper.add(Buffer.from(exit.message));
    return outcome('not-started', nothing);
  }
  // What it left running in its group goes with it.
  await (ending ?? endGroup(child.pid!, 0));
  await Promise.all([drainOutput(child.stdout!), drainOutput(child.stderr!)]);
  const isHeld = exit.exitCode !== COULD_NOT_HOLD || why !== 'exited';
  return outcome(isHeld ? why : 'not-started', exit);
}

function endOf(child: ChildProcess): Promise<Pick<AgentRun, 'exitCode' | 'signal'> | Error> {
  return new Promise((resolve) => {
    child.once('error', (error) => child.pid === undefined && resolve(error));
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}
