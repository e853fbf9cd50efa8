import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from './bench.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const shop = join(root, 'examples/shop');
const RUNS = 7;

/** Seconds of whole processes, the median of seven after one that warms up: the version, and the report of the bundled incident with its repository. */
export const bench: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'start-up-'));
  try {
    const clone = join(folder, 'shop');
    execFileSync('git', ['clone', '--quiet', '--branch', 'main', join(shop, 'history.bundle'), clone]);
    return {
      versionSeconds: median(['--version']),
      reportSeconds: median(['report', join(shop, 'incident.ndjson'), '--repo', clone, '--out', join(folder, 'out')]),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

function median(args: string[]): number {
  const times = Array.from({ length: RUNS + 1 }, () => {
    const begin = performance.now();
    const { error } = spawnSync(process.execPath, [join(root, 'bin/guardian.js'), ...args], { stdio: 'ignore' });
    if (error) throw error;
    return performance.now() - begin;
  });
  const sorted = times.slice(1).sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(RUNS / 2)] ?? 0) / 1000;
}
