import { spawn } from 'node:child_process';
import { GuardianError } from '../../core/shared/index.ts';
import { type GitPlace, gitEnvironment, SAFE_OPTIONS } from './run-git.ts';

/** What a command prints, as far as whole lines of it fit: then git is ended. Throws `git_failed` when it fails by itself. */
export function firstBytesOf(
  { folder, environment, limits, gitVariables }: GitPlace,
  command: readonly string[],
  maxBytes: number,
): Promise<{ text: string; isCut: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...SAFE_OPTIONS, ...command], {
      cwd: folder,
      env: { ...gitEnvironment(environment), ...gitVariables },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: limits.timeoutMs,
      killSignal: 'SIGKILL',
    });
    const pieces: Buffer[] = [];
    let length = 0;
    child.stdout.on('data', (piece: Buffer) => {
      if (length > maxBytes) return;
      pieces.push(piece);
      length += piece.length;
      if (length > maxBytes) child.kill('SIGKILL');
    });
    child.once('error', (cause) => reject(new GuardianError('git_failed', { reason: cause.message, cause })));
    child.once('close', (code) => {
      const all = Buffer.concat(pieces);
      if (length > maxBytes) {
        const end = all.lastIndexOf(10, maxBytes - 1) + 1;
        resolve({ text: all.subarray(0, end > 0 ? end : maxBytes).toString('utf8'), isCut: true });
      } else if (code === 0) resolve({ text: all.toString('utf8'), isCut: false });
      else reject(new GuardianError('git_failed', { reason: (m) => m.outward.git.exitStatus(String(code)) }));
    });
  });
}
