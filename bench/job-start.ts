import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGuardian } from '../test/fixtures/running-server.ts';
import type { Bench } from './bench.ts';
import { onBothDatabases } from './night/start-with.ts';

const JOBS = 200;
const RUNS = 7;

/**
 * Seconds from the start of the process until it is ready, with 200 declared jobs (four in five on a schedule, the others after another) whose rows are there
 * from an earlier start; beside it the first start, which declares them, and the same without a job. Median and longest of seven. On SQLite and on
 * PostgreSQL. `--size N`: jobs.
 */
export const bench: Bench = async ({ size }) => {
  const jobs = Number(size ?? JOBS);
  return { jobs, ...(await onBothDatabases((databaseUrl) => measure(jobs, databaseUrl))) };
};

async function measure(jobs: number, databaseUrl: string | undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-bench-'));
  try {
    // The very first start makes the tables.
    await starts(folder, databaseUrl, 1);
    const bare = await starts(folder, databaseUrl);
    writeFileSync(join(folder, 'guardian.config.ts'), `export default ${JSON.stringify({ jobs: declared(jobs) })};\n`);
    const [declaring = Number.NaN] = await starts(folder, databaseUrl, 1);
    const ready = await starts(folder, databaseUrl);
    return { ...figures('ready', ready), declaringSeconds: rounded(declaring), ...figures('withoutJobs', bare) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every fifth waits for the one before it. */
function declared(jobs: number): Record<string, object> {
  return Object.fromEntries(
    Array.from({ length: jobs }, (_, index) => [
      `job_${index}`,
      {
        shell: { command: ['true'] },
        ...(index % 5 === 4 ? { after: [`job_${index - 1}`] } : { cron: `${index % 60} ${index % 24} * * *` }),
      },
    ]),
  );
}

async function starts(folder: string, databaseUrl: string | undefined, times = RUNS): Promise<number[]> {
  const seconds: number[] = [];
  for (let time = 0; time < times; time++) {
    const server = await startGuardian({ folder, databaseUrl });
    seconds.push(server.readySeconds);
    await server.stop();
  }
  return seconds;
}

const rounded = (value: number) => Math.round(value * 100) / 100;

function figures(name: string, seconds: readonly number[]): Record<string, number> {
  const sorted = seconds.toSorted((a, b) => a - b);
  return {
    [`${name}Seconds`]: rounded(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN),
    [`${name}LongestSeconds`]: rounded(sorted.at(-1) ?? Number.NaN),
  };
}
