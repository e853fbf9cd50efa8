import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/guardian.js', import.meta.url));
const AS_NOBODY = fileURLToPath(new URL('./read-as-nobody.ts', import.meta.url));
const TELL_MEMORY = new URL('./tell-peak-memory.js', import.meta.url).href;

export interface RunOptions {
  /** The current folder; also the home, so that nothing of the machine's user shows. */
  folder: string;
  environment?: Record<string, string>;
  /** Bytes for standard input; nothing by default. */
  input?: string | Buffer;
  /** Only reads the files, without the superuser’s rights. */
  isNobody?: boolean;
}

export interface Run {
  /** Exit status; null when a signal ended it. */
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The environment a user with nothing configured has; without Google's address, which would be asked for credentials. */
export function cleanEnvironment({ folder, environment }: RunOptions): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    METADATA_SERVER_DETECTION: 'none',
    ...environment,
  };
}

export function startGuardian(args: string[], options: RunOptions): ChildProcess {
  return spawn(process.execPath, options.isNobody ? [AS_NOBODY, ...args.slice(1)] : [PROGRAM, ...args], {
    cwd: options.folder,
    env: cleanEnvironment(options),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs the command line as a user would, in a process of its own, to its end. */
export function runGuardian(args: string[], options: RunOptions): Promise<Run> {
  const child = startGuardian(args, options);
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input ?? '');
  return ended(child);
}

export function ended(child: ChildProcess): Promise<Run> {
  return new Promise((resolve, reject) => {
    const texts = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      texts.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      texts.stderr += text;
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, ...texts }));
  });
}

/** The same, and how much memory the process held at most, bytes. */
export async function runMeasured(args: string[], options: RunOptions): Promise<Run & { peakBytes: number }> {
  const file = join(options.folder, `peak-${process.hrtime.bigint()}`);
  const environment = { ...options.environment, NODE_OPTIONS: `--import=${TELL_MEMORY}`, PEAK_MEMORY_FILE: file };
  const run = await runGuardian(args, { ...options, environment });
  return { ...run, peakBytes: Number(readFileSync(file, 'utf8')) * 1024 };
}
