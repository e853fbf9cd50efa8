import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import {
  createOutputLines,
  judgeAbort,
  judgeFailure,
  judgeSuccess,
  mergeFacts,
  type RunTexts,
} from '../../../core/jobs/index.ts';
import type { ExecutionContext, ExecutionOutcome, Executor } from '../../../core/jobs/ports.ts';
import { drainOutput } from './drain-output.ts';
import { openOutputPipes } from './output-pipes.ts';
import { endGroup } from './process-group.ts';
import { makeScratch, type Scratch } from './scratch.ts';

/** What commands get of Guardian's own environment: never its secrets. */
const BASE_NAMES = ['PATH', 'HOME', 'LANG', 'TZ'] as const;
/** Characters of standard error that are kept as the error of a run. */
const ERROR_TAIL = 4_096;

export interface ShellOptions {
  texts: RunTexts;
  /** Guardian's own environment: PATH, HOME, LANG and TZ are taken from it, nothing else. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Commands without a folder of their own run here. */
  folder: string;
  /** ms from SIGTERM to SIGKILL. */
  graceMs?: number;
  /** Where stats files stand while a command runs; default: the system's folder for such. */
  scratchFolder?: string;
}

type ShellJob = Parameters<Executor['execute']>[1];
type ShellRun = Parameters<Executor['execute']>[0];
/** `isAborted`: it was asked to end while it ran. */
type Ended = { code: number | null; signal: NodeJS.Signals | null; isAborted: boolean };

/**
 * Carries out `shell` jobs: a string by `/bin/sh -c`, a list without any shell; each in a process group of its own, standard input closed. The run ends
 * with the command itself, not with what it leaves running; when the run is aborted, everything of the group is ended before it is told.
 */
export function createShellExecutor(options: ShellOptions): Executor {
  const { texts, graceMs = 10_000, scratchFolder = tmpdir() } = options;
  return {
    async execute(run, job, context) {
      const abort = { timeoutMs: run.timeoutMs, texts };
      if (context.signal.aborted) return judgeAbort(context.signal.reason, abort);
      let scratch: Scratch;
      try {
        scratch = await makeScratch(scratchFolder);
      } catch (error) {
        return judgeFailure({ reason: 'exception', message: texts.notStarted(scratchFolder), error: String(error) });
      }
      try {
        return await carryOut(run, job, { context, scratch });
      } finally {
        await scratch.remove();
      }
    },
  };

  async function carryOut(
    run: ShellRun,
    job: ShellJob,
    { context, scratch }: { context: ExecutionContext; scratch: Scratch },
  ): Promise<ExecutionOutcome> {
    if (job.work.kind !== 'shell') throw new TypeError(`${job.work.kind} is no shell job`);
    const { command, folder } = job.work;
    const [file, ...args] = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
    const environment = environmentOf(run, job, scratch.statsFile);
    const cwd = folder ?? options.folder;
    const pipes = await openOutputPipes(scratch.folder);
    let child: ChildProcess;
    try {
      child = spawn(file ?? '', args, { cwd, env: environment, detached: true, stdio: ['ignore', ...pipes.stdio] });
    } catch (error) {
      pipes.dispose();
      // An empty command, a NUL in an argument: the command line itself is wrong.
      return judgeFailure({ reason: 'exception', message: texts.notStarted(String(file)), error: String(error) });
    }
    const lines = createOutputLines();
    const tail = tailOf(ERROR_TAIL);
    const { stdout, stderr } = pipes.started(child);
    stdout.setEncoding('utf8').on('data', (text: string) => {
      lines.read(text);
      context.output('stdout', text);
    });
    stderr.setEncoding('utf8').on('data', (text: string) => {
      tail.add(text);
      context.output('stderr', text);
    });
    const ended = await endOf(child, { outputs: [stdout, stderr], signal: context.signal, graceMs });
    const facts = mergeFacts(await scratch.readStats(), lines.facts());
    if (ended instanceof Error) {
      const message = texts.notStarted(`${file} (${cwd})`);
      return judgeFailure({ reason: 'exception', message, error: ended.message, facts });
    }
    // One that ends with status 0 because it was asked to end has not done its work; one that was through before has.
    if (ended.isAborted) return judgeAbort(context.signal.reason, { timeoutMs: run.timeoutMs, texts, facts });
    if (ended.code === 0) return judgeSuccess({ facts, job, texts });
    const message = endText(ended);
    return judgeFailure({ reason: 'exit', message, error: errorText(message, tail.text().trim()), facts });
  }

  function errorText(message: string, written: string): string | null {
    return written === '' ? null : `${message}\n${written}`;
  }

  function endText({ code, signal }: Ended): string {
    return code === null ? texts.signal(signal ?? 'SIGKILL') : texts.exit(code);
  }

  function environmentOf(run: ShellRun, job: ShellJob, statsFile: string): Record<string, string> {
    const base = BASE_NAMES.flatMap((name) => {
      const value = options.environment[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    return {
      ...Object.fromEntries(base),
      ...(job.work.kind === 'shell' ? job.work.environment : {}),
      GUARDIAN_RUN_ID: run.id,
      GUARDIAN_JOB: job.id,
      GUARDIAN_STATS_FILE: statsFile,
      // A run that is late still belongs to the instant it was made for.
      ...(run.tick === null ? {} : { GUARDIAN_TICK: new Date(run.tick).toISOString() }),
    };
  }
}

/** Resolves when the command has ended and its output is read; with an abort, when nobody of its group is left. The error: it never started. */
function endOf(
  child: ChildProcess,
  { outputs, signal, graceMs }: { outputs: Readable[]; signal: AbortSignal; graceMs: number },
): Promise<Ended | Error> {
  return new Promise((resolve) => {
    let ending: Promise<void> | null = null;
    const onAbort = () => {
      if (child.pid !== undefined) ending = endGroup(child.pid, graceMs);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    child.once('error', (error) => {
      // Of a command that runs only a signal that could not be sent comes here: its end still does.
      if (child.pid !== undefined) return;
      signal.removeEventListener('abort', onAbort);
      for (const output of outputs) output.destroy();
      resolve(error);
    });
    child.once('exit', async (code, exitSignal) => {
      signal.removeEventListener('abort', onAbort);
      await ending;
      await Promise.all(outputs.map(drainOutput));
      resolve({ code, signal: exitSignal, isAborted: ending !== null });
    });
  });
}

/** The newest characters of a text that comes in pieces. */
function tailOf(length: number): { add(piece: string): void; text(): string } {
  let kept = '';
  return {
    add(piece) {
      kept += piece.length > length ? piece.slice(-length) : piece;
      if (kept.length > length * 4) kept = kept.slice(-length);
    },
    text: () => kept.slice(-length),
  };
}
