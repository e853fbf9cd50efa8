import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createExecutors } from '../src/adapters/executors/index.ts';
import { openStore, type Store } from '../src/adapters/store/sql/index.ts';
import { createJobEngine, type Job, systemTimer } from '../src/core/jobs/index.ts';
import { systemClock as clock, messagesFor } from '../src/core/shared/index.ts';
import type { Bench } from './bench.ts';
import { onBothDatabases, quantile } from './night/start-with.ts';
import { trivialJob } from './night/trivial-job.ts';

const SCHEDULES = 1_000;
const EVERY_MS = 10_000;
/** The first tick comes when everything has been declared. */
const AHEAD_MS = 10_000;

/**
 * ms from a tick's due instant until its run is a durable row: 1,000 schedules, each every 10 s, spread evenly and then all on one second; every run is a trivial
 * function that runs. On SQLite and on PostgreSQL. `--size N`: seconds of the spread ones (default 60); those on one second run for a minute at most.
 */
export const bench: Bench = async ({ size }) => {
  const seconds = Number(size ?? 60);
  return {
    schedules: SCHEDULES,
    everyMs: EVERY_MS,
    seconds,
    ...(await onBothDatabases(async (url) => ({
      spread: await measure({ url, seconds, isSpread: true }),
      onOneSecond: await measure({ url, seconds: Math.min(seconds, 60), isSpread: false }),
    }))),
  };
};

interface Given {
  /** PostgreSQL; undefined: SQLite. */
  url: string | undefined;
  seconds: number;
  isSpread: boolean;
}

async function measure({ url, seconds, isSpread }: Given) {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-bench-'));
  const dialect = url ? ({ kind: 'postgres', url } as const) : ({ kind: 'sqlite', folder } as const);
  const module = join(folder, 'trivial.ts');
  writeFileSync(module, 'export default () => ({ ok: 1 });\n');
  const store = await openStore({ dialect, role: 'main', clock });
  const late = new Map<string, number>();
  const first = Math.ceil((clock.now() + AHEAD_MS) / 1_000) * 1_000;
  const parts = startEngine(store, folder, dialect.kind === 'sqlite', (id, tick) => {
    const ms = clock.now() - tick;
    if (tick >= first && tick < first + seconds * 1_000 && !late.has(id)) late.set(id, ms);
  });
  try {
    const jobs = Array.from({ length: SCHEDULES }, (_, index): Job => {
      const anchor = first + (isSpread ? Math.floor((index * EVERY_MS) / SCHEDULES) : 0);
      return {
        ...trivialJob(`tick-${index}`, module),
        trigger: { kind: 'interval', everyMs: EVERY_MS, anchor },
        catchUp: { kind: 'last', lookBackMs: 60_000 },
      };
    });
    await store.jobs.declare('configuration', jobs, clock.now());
    await parts.engine.start();
    await pause(first + seconds * 1_000 + 5_000 - clock.now());
  } finally {
    await parts.engine.stop();
    await parts.executors.stop();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const ms = [...late.values()];
  return {
    due: Math.floor(seconds / (EVERY_MS / 1_000)) * SCHEDULES,
    rows: ms.length,
    p50Ms: quantile(ms, 0.5),
    p99Ms: quantile(ms, 0.99),
    maxMs: quantile(ms, 1),
  };
}

/** `onRow` is told of each run of a tick as soon as its row is durable. */
function startEngine(store: Store, folder: string, isOnlyNode: boolean, onRow: (id: string, tick: number) => void) {
  const texts = messagesFor('en').runs;
  const executors = createExecutors({ texts, clock, folder, environment: {}, userAgent: 'bench', onProblem: () => {} });
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
    executors: { function: executors.executor },
    clock,
    timer: systemTimer,
    node: 'bench',
    isOnlyNode,
    texts,
    redact: (text) => text,
    onRuns: (runs) => {
      for (const { id, tick } of runs) if (tick !== null) onRow(id, tick);
    },
    onFailure: (part, error) => console.error(part, error.message),
  });
  return { engine, executors };
}
