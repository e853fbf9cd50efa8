import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const SHOP = fileURLToPath(new URL('../../examples/shop/', import.meta.url));
/** What the bundled shop logged while it was broken, and its history. */
export const SHOP_LOG = join(SHOP, 'incident.ndjson');
const SHOP_BUNDLE = join(SHOP, 'history.bundle');

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own, gone after the file's tests. */
export function workspace(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'guardian-e2e-')));
  chmodSync(folder, 0o755);
  made.push(folder);
  return folder;
}

/** Writes a file, and the folders above it; gives its path. */
export function put(folder: string, name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

export function git(folder: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
  }).trimEnd();
}

/** The shop's repository, as somebody who works on it has it. */
export function cloneShop(folder: string): string {
  git(folder, 'clone', '--quiet', '--branch', 'main', SHOP_BUNDLE, 'shop');
  return join(folder, 'shop');
}
