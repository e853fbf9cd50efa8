import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { guardianApi } from '../fixtures/guardian-api.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { startLoad } from './load.ts';
import { compareMarkers, disagreements, openRows } from './stored-rows.ts';

const GUARDIAN = fileURLToPath(new URL('../../bin/guardian.js', import.meta.url));

export interface KillRunOptions {
  kills: number;
  /** PostgreSQL; without it SQLite in a folder of its own. */
  databaseUrl?: string;
  /** Decides the moments of the kills. */
  seed?: number;
  onProgress?(text: string): void;
}

export interface KillOutcome {
  kills: number;
  acknowledged: number;
  /** Events with a marker that are in the database: acknowledged ones, and those whose answer the kill took. */
  stored: number;
  missing: string[];
  doubled: string[];
  disagreements: string[];
  /** What the clients were answered, by status. */
  answers: Record<string, number>;
  /** Answers that are neither success nor "come again". */
  unexpected: string[];
  /** Exit status of the last one, which was stopped with SIGTERM. */
  exitStatus: number | null;
}

/** Every so many kills, the server is killed before it says that it is ready. */
const KILL_IN_START = 4;

/**
 * Clients of four protocols send without pause while the server is killed at random moments and started again; what got no answer is sent again. Then
 * the rows are compared with what was acknowledged.
 */
export async function killRun({ kills, databaseUrl, seed = 1, onProgress }: KillRunOptions): Promise<KillOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-kill-'));
  const random = randomOf(seed);
  const start = () => startGuardian({ folder, databaseUrl });
  let server: RunningServer | null = await start();
  const load = startLoad({ server: () => server });
  try {
    for (let kill = 1; kill <= kills; kill++) {
      if (kill % KILL_IN_START === 0) {
        const dying = server;
        server = null;
        await dying!.kill();
        await killInStart({ folder, databaseUrl, afterMs: 30 + random() * 900 });
      } else {
        await pause(30 + random() * 900);
        const dying = server;
        // The clients go on until the connection breaks under them.
        await dying!.kill();
      }
      server = null;
      server = await start();
      onProgress?.(`${kill} kills, ${load.acknowledged.size} acknowledged`);
    }
    await load.finish();
    await untilFolded(server!);
    const exitStatus = await server!.stop();
    server = null;
    const reader = openRows({ folder, databaseUrl });
    const compared = await compareMarkers(reader, load.acknowledged);
    const disagreeing = await disagreements(reader);
    await reader.close();
    return {
      kills,
      acknowledged: load.acknowledged.size,
      ...compared,
      disagreements: disagreeing,
      answers: Object.fromEntries(load.answers),
      unexpected: load.unexpected.map(({ status, body }) => `${status} ${body.slice(0, 200)}`),
      exitStatus,
    };
  } finally {
    await server?.kill();
    await load.finish().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Killed while it migrates, recovers or opens its port. */
function killInStart(options: { folder: string; databaseUrl?: string | undefined; afterMs: number }): Promise<void> {
  const { folder, databaseUrl, afterMs } = options;
  const child = spawn(process.execPath, [GUARDIAN, 'start', '--port', '0'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}) },
    stdio: 'ignore',
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Rejects when something waits to be folded for half a minute after the last event came. */
export async function untilFolded({ url, key }: RunningServer): Promise<void> {
  const api = guardianApi(url);
  await api.settle(key);
  for (let look = 0; look < 600; look++) {
    if ((await api.metric('guardian_fold_queue')) === 0 && (await api.metric('guardian_events_spooled')) === 0) return;
    await pause(50);
  }
  throw new Error(`${await api.metric('guardian_fold_queue')} events are never folded`);
}

/** mulberry32: small, and the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
