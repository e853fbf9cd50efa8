import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const GUARDIAN = fileURLToPath(new URL('../../bin/guardian.js', import.meta.url));

/** What the process was told before it ran, by its system; null where that says nothing. */
function bornWith(pid: number, name: string): string | null | undefined {
  if (process.platform !== 'linux') return null;
  const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  return variables.find((variable) => variable.startsWith(`${name}=`))?.slice(name.length + 1);
}

async function bornServer(environment: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-process-'));
  const child = spawn(process.execPath, [GUARDIAN, 'start', '--port', '0'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  try {
    await Promise.race([once(child.stdout, 'data'), ended]);
    expect(errors).toBe('');
    const pools = bornWith(child.pid!, 'MALLOC_ARENA_MAX');
    const folderSeen = bornWith(child.pid!, 'HOME');
    child.kill('SIGTERM');
    const [status] = (await ended) as [number | null];
    return { pools, isEnvironmentKept: folderSeen === null || folderSeen === folder, status, errors };
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

it('the server bounds the pools of the allocator before it runs, as the process that was started', async () => {
  const pools = process.platform === 'linux' ? '2' : null;
  expect(await bornServer({})).toEqual({ pools, isEnvironmentKept: true, status: 0, errors: '' });
});

it('the server leaves them as its environment says', async () => {
  const pools = process.platform === 'linux' ? '5' : null;
  const born = await bornServer({ MALLOC_ARENA_MAX: '5' });
  expect(born).toEqual({ pools, isEnvironmentKept: true, status: 0, errors: '' });
});
