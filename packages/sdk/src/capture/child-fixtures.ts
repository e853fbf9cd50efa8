import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SDK = fileURLToPath(new URL('../index.ts', import.meta.url));

export interface ChildEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface ChildOptions {
  env?: Record<string, string>;
  /** Sent once the child wrote a line `ready`. */
  signal?: NodeJS.Signals;
  /** False: the module runs without the SDK. */
  hasSdk?: boolean;
}

/** Runs a module that has the SDK as `sdk`, and waits for its end. Ended by force after 20 s. */
export async function runChild(
  module: string,
  { env = {}, signal, hasSdk = true }: ChildOptions = {},
): Promise<ChildEnd> {
  const source = hasSdk ? `import * as sdk from ${JSON.stringify(SDK)};\n${module}` : module;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', source], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const deadline = setTimeout(() => child.kill('SIGKILL'), 20_000);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const wasReady = stdout.includes('ready\n');
    stdout += chunk.toString('utf8');
    if (signal !== undefined && !wasReady && stdout.includes('ready\n')) child.kill(signal);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  return new Promise((resolve) => {
    child.on('close', (code, endedBy) => {
      clearTimeout(deadline);
      resolve({ code, signal: endedBy, stdout, stderr });
    });
  });
}
