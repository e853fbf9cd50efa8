import { spawn } from 'node:child_process';
import type { Sentence } from '../../../core/shared/index.ts';
import { say } from '../sayings.ts';

const OUTPUT_BYTES = 8 * 1024 * 1024;
const REASON_LENGTH = 500;

export interface DockerRun {
  /** What it printed; its warnings are not among it. */
  output: string;
  /** Null: it ended with 0. */
  problem: Sentence | null;
  /** The program did not start, or did not end in time: nothing is known. */
  isLost: boolean;
}

export interface DockerOptions {
  program: string;
  environment: Readonly<Record<string, string>>;
  timeoutMs: number;
}

/** `docker` without a shell, what it prints and what it complains about kept apart. Never throws. */
export function runDocker(
  args: readonly string[],
  { program, environment, timeoutMs }: DockerOptions,
): Promise<DockerRun> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env: { ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaints = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > OUTPUT_BYTES) child.kill('SIGKILL');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints = (complaints + text).slice(-REASON_LENGTH);
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ output: '', problem: error.message, isLost: true });
    });
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      const told = complaints.trim() || say.compose.endedWith(String(status ?? signal));
      resolve({ output, problem: status === 0 ? null : told, isLost: status === null });
    });
  });
}
