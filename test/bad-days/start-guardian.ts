import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const GUARDIAN = fileURLToPath(new URL('../../bin/guardian.js', import.meta.url));
const AS_NOBODY = fileURLToPath(new URL('./start-as-nobody.ts', import.meta.url));

export interface FailedStart {
  status: number | null;
  errors: string;
}

/** `guardian start` where it cannot: its exit status and what it told. Ended after a while when it starts nevertheless. */
export function failToStart({
  folder,
  isNobody = false,
}: {
  folder: string;
  isNobody?: boolean;
}): Promise<FailedStart> {
  const args = isNobody ? [AS_NOBODY] : [GUARDIAN, 'start', '--port', '0'];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  // It says where it listens: then it has started.
  child.stdout.once('data', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, errors }));
  });
}
