import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LoggerName } from './loggers.ts';

export interface WriterOptions {
  logger: LoggerName;
  url: string;
  folder: string;
  seconds: number;
  everyMs: number;
  flushMs: number;
  /** Number of its first record; 1. */
  first?: number;
  /** It says which records it has logged, turn by turn. */
  isTelling?: boolean;
}

export interface WriterFigures {
  logged: number;
  callP99Us: number;
  loopP99Ms: number;
  memoryGrowthMiB: number;
}

export interface Writer {
  process: ChildProcess;
  /** Resolves with its first record. */
  started: Promise<void>;
  /** Numbers of the records whose turn was over, as far as told. */
  told: number[];
  figures: Promise<WriterFigures>;
  /** Resolves once it is gone and its last words are read. */
  gone: Promise<void>;
}

/** Starts an application in a process of its own. */
export function runWriter({
  logger,
  url,
  folder,
  seconds,
  everyMs,
  flushMs,
  first = 1,
  isTelling = false,
}: WriterOptions): Writer {
  const file = fileURLToPath(new URL('write.ts', import.meta.url));
  const args = [
    '--no-warnings',
    file,
    logger,
    url,
    folder,
    String(seconds),
    String(everyMs),
    String(flushMs),
    String(first),
  ];
  const child = spawn(process.execPath, isTelling ? [...args, 'tell'] : args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const told: number[] = [];
  const lines = createInterface({ input: child.stdout });
  const gone = new Promise<void>((resolve) => lines.on('close', resolve));
  const started = new Promise<void>((resolve) => lines.once('line', () => resolve()));
  const figures = new Promise<WriterFigures>((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.startsWith('{')) resolve(JSON.parse(line) as WriterFigures);
      else if (line !== 'started') told.push(Number(line));
    });
    child.once('exit', (code) => {
      if (code !== 0) reject(new Error(`${logger} ended with ${code}`));
    });
  });
  figures.catch(() => undefined);
  return { process: child, started, told, figures, gone };
}
