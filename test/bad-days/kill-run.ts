import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { guardianApi } from '../fixtures/guardian-api.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { acknowledgedMore, type Load, startLoad } from './load.ts';
import { send } from './send.ts';
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

export interface Accounts {
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

export interface KillOutcome extends Accounts {
  kills: number;
}

/** Every so many kills, the server is killed before it says that it is ready. */
const KILL_IN_START = 4;
const FIRST_ANSWER_MS = 20_000;

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
        // At work: a slow machine takes longer to get there, and killing it before is what the other branch does.
        await takesEvents(load);
        await pause(30 + random() * 900);
        const dying = server;
        // The clients go on until the connection breaks under them.
        await dying!.kill();
      }
      server = null;
      server = await start();
      onProgress?.(`${kill} kills, ${load.acknowledged.size} acknowledged`);
    }
    await acknowledgedMore(load, 501);
    await load.finish();
    const last: RunningServer = server!;
    server = null;
    return { kills, ...(await settleAccounts({ server: last, load, folder, databaseUrl })) };
  } finally {
    await server?.kill();
    await load.finish().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Until this server has acknowledged something. */
async function takesEvents({ acknowledged }: Load): Promise<void> {
  const before = acknowledged.size;
  const until = performance.now() + FIRST_ANSWER_MS;
  while (acknowledged.size === before && performance.now() < until) await pause(5);
}

/** Once the load has ended: waits until all is folded, stops the server, and compares the rows with what was acknowledged. */
export async function settleAccounts(options: {
  server: RunningServer;
  load: Load;
  folder: string;
  databaseUrl?: string | undefined;
}): Promise<Accounts> {
  const { server, load, folder, databaseUrl } = options;
  try {
    await untilFolded(server);
  } catch (thrown) {
    await server.kill();
    throw thrown;
  }
  const exitStatus = await server.stop();
  const reader = openRows({ folder, databaseUrl });
  try {
    return {
      acknowledged: load.acknowledged.size,
      ...(await compareMarkers(reader, load.acknowledged)),
      disagreements: await disagreements(reader),
      answers: Object.fromEntries(load.answers),
      unexpected: load.unexpected.map(({ status, body }) => `${status} ${body.slice(0, 200)}`),
      exitStatus,
    };
  } finally {
    await reader.close();
  }
}

/** Nothing was lost, nothing is there twice, and the figures are those of the rows. */
export const SETTLED = { missing: [], doubled: [], disagreements: [], unexpected: [], exitStatus: 0 };

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

const LONGEST_FOLDING_MS = 120_000;

/** An error sent now comes behind all that was accepted: once it has an issue, and nothing waits, all is folded. Rejects after two minutes. */
export async function untilFolded(server: RunningServer): Promise<void> {
  const api = guardianApi(server.url);
  const mark = `MarkError: ${crypto.randomUUID()}`;
  await send(server, {
    path: '/api/events',
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
    body: JSON.stringify([{ severity: 'error', exception: mark, service: 'mark' }]),
  });
  const until = performance.now() + LONGEST_FOLDING_MS;
  for (;;) {
    const isTold = (await api.events(mark)).some(({ issueId }) => issueId !== null);
    const queue = await api.metric('guardian_fold_queue');
    if (isTold && queue === 0 && (await api.metric('guardian_events_spooled')) === 0) return;
    if (performance.now() > until) throw new Error(`${queue} events are never folded`);
    await pause(100);
  }
}

/** mulberry32: small, and the same numbers for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
