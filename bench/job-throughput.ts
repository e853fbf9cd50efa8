import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExecutors } from '../src/adapters/executors/index.ts';
import { openStore, type StoreLocation } from '../src/adapters/store/sql/index.ts';
import { createJobEngine, systemTimer } from '../src/core/jobs/index.ts';
import { systemClock as clock, messagesFor } from '../src/core/shared/index.ts';
import type { Bench } from './bench.ts';
import { trivialJob } from './night/trivial-job.ts';

/**
 * Trivial function runs a second, a row each, from queued to done: on SQLite, and on one PostgreSQL beside pg-boss and graphile-worker, which are given the
 * same number of jobs and as many at once. `--size N`: runs (default 10,000).
 */
export const bench: Bench = async ({ size }) => {
  const runs = Number(size ?? 10_000);
  const folder = mkdtempSync(join(tmpdir(), 'guardian-bench-'));
  const { openPostgres } = await import('../test/fixtures/postgres.ts');
  const postgres = await openPostgres();
  try {
    const sqlite = await guardian({ kind: 'sqlite', folder }, folder, runs);
    const own = await guardian({ kind: 'postgres', url: await postgres.createDatabase() }, folder, runs);
    const boss = await pgBoss(await postgres.createDatabase(), runs);
    const worker = await graphileWorker(await postgres.createDatabase(), runs);
    return { runs, atOnce: AT_ONCE, sqlite, postgres: own, pgBoss: boss, graphileWorker: worker };
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

const AT_ONCE = 32;
const OPEN_RUNS = 500;
const perSecond = (runs: number, ms: number) => Math.round((runs / ms) * 1_000);

async function guardian(dialect: StoreLocation, folder: string, runs: number) {
  const module = join(folder, 'trivial.ts');
  writeFileSync(module, 'export default () => ({ ok: 1 });\n');
  const store = await openStore({ dialect, role: 'main', clock });
  const texts = messagesFor('en').runs;
  const executors = createExecutors({ texts, clock, folder, environment: {}, userAgent: 'bench', onProblem: () => {} });
  const { executor } = executors;
  let done = 0;
  let finish: () => void = () => {};
  const engine = createJobEngine({
    stores: {
      registry: store.jobs,
      planner: store.runs,
      queue: store.runs,
      watched: store.runs,
      reader: store.runs,
      outputs: store.output,
      notices: store.notices,
    },
    executors: { function: executor },
    clock,
    timer: systemTimer,
    node: 'bench',
    isOnlyNode: dialect.kind === 'sqlite',
    texts,
    redact: (text) => text,
    knobs: { runsAtOnce: AT_ONCE },
    onRuns: (changed) => {
      done += changed.filter(({ status }) => status === 'success').length;
      if (done >= runs) finish();
    },
    onFailure: (part, error) => console.error(part, error.message),
  });
  try {
    // A job has a bound on its open runs: so many jobs that together they may have them all.
    const jobs = Array.from({ length: Math.ceil(runs / OPEN_RUNS) }, (_, index) =>
      trivialJob(`trivial-${index}`, module),
    );
    await store.jobs.declare('configuration', jobs, clock.now());
    const queued = performance.now();
    for (let start = 0; start < runs; start += 100) {
      await Promise.all(
        Array.from({ length: Math.min(100, runs - start) }, (_, index) =>
          engine.run(`trivial-${Math.floor((start + index) / OPEN_RUNS)}`, { kind: 'api', user: 'bench' }),
        ),
      );
    }
    const admitMs = performance.now() - queued;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const began = performance.now();
    await engine.start();
    await finished;
    return { runsPerSecond: perSecond(runs, performance.now() - began), admittedPerSecond: perSecond(runs, admitMs) };
  } finally {
    await engine.stop();
    await executors.stop();
    await store.close();
  }
}

async function pgBoss(url: string, runs: number) {
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({ connectionString: url, max: 10 });
  boss.on('error', (error) => console.error('pg-boss', error.message));
  await boss.start();
  await boss.createQueue('trivial');
  const jobs = Array.from({ length: runs }, (_, index) => ({ data: { index } }));
  for (let start = 0; start < runs; start += 1_000) await boss.insert('trivial', jobs.slice(start, start + 1_000));
  let done = 0;
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const began = performance.now();
  // It polls twice a second at most: so many workers, each with a batch, keep it busy in between.
  for (let worker = 0; worker < AT_ONCE; worker++) {
    await boss.work('trivial', { batchSize: 50, pollingIntervalSeconds: 0.5 }, async (batch) => {
      done += batch.length;
      if (done >= runs) finish();
    });
  }
  await finished;
  const ms = performance.now() - began;
  await boss.stop({ graceful: false });
  return { runsPerSecond: perSecond(runs, ms) };
}

async function graphileWorker(url: string, runs: number) {
  const { makeWorkerUtils, run } = await import('graphile-worker');
  const utils = await makeWorkerUtils({ connectionString: url });
  await utils.migrate();
  await utils.withPgClient((client) =>
    client.query(
      `SELECT graphile_worker.add_job('trivial', json_build_object('index', index)) FROM generate_series(1, $1) AS index`,
      [runs],
    ),
  );
  let done = 0;
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const began = performance.now();
  const runner = await run({
    connectionString: url,
    concurrency: AT_ONCE,
    maxPoolSize: 10,
    noHandleSignals: true,
    logger: new (await import('graphile-worker')).Logger(() => () => {}),
    taskList: {
      trivial: () => {
        if (++done >= runs) finish();
      },
    },
  });
  await finished;
  const ms = performance.now() - began;
  await runner.stop();
  await utils.release();
  return { runsPerSecond: perSecond(runs, ms) };
}
