import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface LoggingChild {
  /** Ids it said it had accepted in turns that were over. */
  accepted: string[];
  /** Resolves once it accepted so many. */
  count(total: number): Promise<void>;
  /** SIGKILL; resolves once it is gone and its last words are read. */
  kill(): Promise<void>;
}

/** A process that logs a few records each turn until it is killed. */
export function startLoggingChild(folder: string, url: string, prefix: string, perTurn = 5): LoggingChild {
  const file = fileURLToPath(new URL('logging-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', file, folder, url, prefix, String(perTurn)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const accepted: string[] = [];
  const waiting = new Set<() => void>();
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    accepted.push(...line.split(' ').filter(Boolean));
    for (const look of waiting) look();
  });
  const isRead = new Promise<void>((resolve) => lines.on('close', resolve));
  return {
    accepted,
    count: (total) =>
      new Promise((resolve) => {
        const look = () => {
          if (accepted.length < total) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async kill() {
      const isGone = exit(child);
      child.kill('SIGKILL');
      await isGone;
      await isRead;
    },
  };
}

function exit(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
