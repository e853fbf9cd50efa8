import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type RunningServer, startGuardian } from '../test/fixtures/running-server.ts';
import type { Bench } from './bench.ts';
import { smallEvents } from './server/generated-events.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IDLE_MS = 30_000;
const RUNS = 5;
const STORED = 10_000;

/**
 * What it takes to have it run: MB resident 30 s after a start and 30 s after traffic has ended, seconds until it is ready on a store that holds
 * `--size N` events (default 10,000; the median of five starts), and MB on disk of a clone with what `npm install --omit=dev` brings and the built
 * dashboard, without its history.
 */
export const bench: Bench = async ({ size }) => {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-footprint-'));
  try {
    const stored = Number(size ?? STORED);
    const first = await startGuardian({ folder });
    const freshReadySeconds = first.readySeconds;
    await fill(first, stored);
    await pause(IDLE_MS);
    const afterTrafficMb = first.memory().residentMb;
    await first.stop();
    const starts: number[] = [];
    let idleMb = 0;
    for (let run = 0; run < RUNS; run++) {
      const server = await startGuardian({ folder });
      starts.push(server.readySeconds);
      if (run === RUNS - 1) {
        await pause(IDLE_MS);
        idleMb = server.memory().residentMb;
      }
      await server.stop();
    }
    starts.sort((a, b) => a - b);
    return {
      stored,
      idleMb,
      afterTrafficMb,
      readySeconds: rounded(starts[Math.floor(RUNS / 2)]!),
      freshReadySeconds: rounded(freshReadySeconds),
      ...installed(folder),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

async function fill({ url, key }: RunningServer, events: number): Promise<void> {
  const perBatch = 500;
  for (let batch = 0; batch * perBatch < events; batch++) {
    const { status } = await fetch(`${url}/api/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
      body: smallEvents(batch, perBatch),
    });
    if (status !== 200) throw new Error(`answered with ${status}`);
  }
}

/** What a user has on disk: the committed tree, its production dependencies, the dashboard as it is built here. */
function installed(folder: string): Record<string, number> {
  const clone = join(folder, 'clone');
  execFileSync('git', ['clone', '--quiet', '--no-local', '--depth', '1', `file://${ROOT}`, clone]);
  // npm stands beside the Node that a user has, not in the tree.
  const options = { cwd: clone, stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'] };
  execFileSync('npm', ['install', '--omit=dev', '--no-audit', '--no-fund'], options);
  const dashboard = join(ROOT, 'dist/dashboard');
  const hasOwn = existsSync(join(clone, 'dist/dashboard'));
  rmSync(join(clone, '.git'), { recursive: true, force: true });
  const dashboardMb = existsSync(dashboard) ? megabytes(dashboard) : 0;
  const total = megabytes(clone) + (hasOwn ? 0 : dashboardMb);
  return {
    installMb: rounded(total),
    dependenciesMb: rounded(megabytes(join(clone, 'node_modules'))),
    dashboardMb: rounded(dashboardMb),
  };
}

function megabytes(path: string): number {
  const told = execFileSync('du', ['-sk', path], { encoding: 'utf8', cwd: dirname(path) });
  return Number(told.split(/\s/)[0]) / 1024;
}

const rounded = (value: number) => Math.round(value * 100) / 100;
