import { killRun } from '../test/bad-days/kill-run.ts';
import { freshPostgresDatabase } from '../test/fixtures/postgres.ts';
import type { Bench } from './bench.ts';

/** Kills on each database when no size is given: what the promise is made for. */
const KILLS = 50;

/**
 * SIGKILL at random moments, also while starting, under load of four protocols: what was acknowledged is stored, exactly once, and counts agree
 * with rows. `--size N`: kills on each database.
 */
export const bench: Bench = async ({ size }) => {
  const kills = Number(size ?? KILLS);
  const sqlite = await measured('sqlite', kills);
  const database = await freshPostgresDatabase();
  try {
    return { sqlite, postgres: await measured('postgres', kills, database.url) };
  } finally {
    await database.drop();
  }
};

async function measured(name: string, kills: number, databaseUrl?: string): Promise<Record<string, unknown>> {
  const { missing, doubled, disagreements, unexpected, answers, ...outcome } = await killRun({
    kills,
    ...(databaseUrl ? { databaseUrl } : {}),
    seed: Date.now(),
    onProgress: (text) => process.stderr.write(`${name}: ${text}\n`),
  });
  for (const line of [...disagreements, ...unexpected]) process.stderr.write(`${name}: ${line}\n`);
  return {
    ...outcome,
    missing: missing.length,
    doubled: doubled.length,
    countsAgree: disagreements.length === 0,
    unexpected: unexpected.length,
    answers,
  };
}
