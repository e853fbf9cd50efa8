import { alertKillRun } from '../test/bad-days/alert-kill-run.ts';
import { openPostgres } from '../test/fixtures/postgres.ts';
import type { Bench } from './bench.ts';

/** Kills on each database, and alerts meanwhile: what the promise is made for. */
const KILLS = 200;
const ALERTS = 10_000;

/**
 * SIGKILL again and again while 10,000 alerts enter and jobs run: what was accepted is told or visibly failed, at most one repeat for each kill, runs that
 * were left behind are closed within 30 s, and no tick comes twice. `--size N`: kills on each database; `--data sqlite|postgres`: only that one.
 */
export const bench: Bench = async ({ size, data }) => {
  const kills = Number(size ?? KILLS);
  const sqlite = data === 'postgres' ? undefined : await measured('sqlite', kills);
  if (data === 'sqlite') return { sqlite };
  const server = await openPostgres();
  try {
    return { sqlite, postgres: await measured('postgres', kills, await server.createDatabase()) };
  } finally {
    await server.stop();
  }
};

async function measured(name: string, kills: number, databaseUrl?: string): Promise<Record<string, unknown>> {
  const tell = (text: string) => process.stderr.write(`${name}: ${text}\n`);
  const outcome = await alertKillRun({ kills, alerts: ALERTS, databaseUrl, seed: Date.now(), onProgress: tell });
  const { lost, open, doubledTicks, begunTwice, unexpected, ...figures } = outcome;
  for (const line of [...lost, ...open, ...doubledTicks, ...begunTwice, ...unexpected]) tell(line);
  return {
    ...figures,
    lost: lost.length,
    open: open.length,
    doubledTicks: doubledTicks.length,
    begunTwice: begunTwice.length,
    unexpected: unexpected.length,
  };
}
