/** `npm start` as a person starts it: it says where it listens, is healthy there, ends with 0 after SIGTERM, and nothing of it stays. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LONGEST_START_MS = 60_000;
const LONGEST_STOP_MS = 20_000;

const data = mkdtempSync(join(tmpdir(), 'guardian-start-'));
const npm = spawn('npm', ['start', '--', '--port', '0'], {
  env: { ...process.env, GUARDIAN_DATA: data },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(npm, 'exit');
try {
  const url = await addressOf();
  const reply = await fetch(`${url}/api/health`);
  const health = (await reply.json()) as { status: string };
  console.log(health);
  assert.deepEqual([reply.status, health.status], [200, 'ok']);
  assert.equal((await fetch(`${url}/api/ready`)).status, 200);

  // The server itself: npm runs it behind a shell that passes no signal on.
  process.kill(serverOf(npm.pid!), 'SIGTERM');
  const [status, signal] = await within(LONGEST_STOP_MS, ended, 'did not end after SIGTERM');
  assert.deepEqual([status, signal], [0, null], 'npm start ends with 0 after SIGTERM');
  await assert.rejects(fetch(`${url}/api/health`), 'nobody listens there any more');
} finally {
  if (npm.exitCode === null && npm.signalCode === null) process.kill(serverOf(npm.pid!), 'SIGKILL');
  rmSync(data, { recursive: true, force: true });
}

/** npm, its shell, the server: the last of them; what the server runs itself has another command. */
function serverOf(pid: number): number {
  const child = Number(
    spawnSync('pgrep', ['-P', String(pid), '-f', 'bin/guardian.js'], { encoding: 'utf8' }).stdout.split('\n')[0],
  );
  return child > 0 ? serverOf(child) : pid;
}

async function addressOf(): Promise<string> {
  let output = '';
  const told = new Promise<string>((resolve) => {
    npm.stdout.setEncoding('utf8').on('data', (text: string) => {
      process.stdout.write(text);
      output += text;
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      if (address) resolve(address);
    });
  });
  const early = ended.then(([status]) => Promise.reject(new Error(`npm start ended with status ${status}`)));
  early.catch(() => {});
  return within(LONGEST_START_MS, Promise.race([told, early]), 'did not say where it listens');
}

async function within<T>(ms: number, wanted: Promise<T>, otherwise: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`npm start ${otherwise} within ${ms / 1_000} s`)), ms);
  try {
    return await Promise.race([wanted, promise]);
  } finally {
    clearTimeout(timer);
  }
}
