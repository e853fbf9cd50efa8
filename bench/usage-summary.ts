import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { openStore, type Store } from '../src/adapters/store/sql/index.ts';
import { summariseUsage, type UsageWindow } from '../src/core/usage/index.ts';
import type { Bench } from './bench.ts';
import { quantile } from './night/start-with.ts';
import { fillUsage, type Shape, scanUsage } from './usage/generated-usage.ts';

const HOUR = 3_600_000;
const HOURS = [2, 24, 720];
const TIMES = 60;
/** 13:37: of the hour in which a window begins nearly half lies outside it, which is the most that is read in rows. */
const END = Date.UTC(2026, 5, 30, 13, 37, 21, 500);

/**
 * ms of the usage summary over 101 million requests (90 days, 5,000 users) on SQLite, hours 2, 24 and 720 up to now; median, 95 of 100, longest. Counts are generated
 * from each request, rows exist for the hours at which these windows begin, and errors for 31 days. Before each summary the current hour and day
 * have changed, as they do while records come in. `isEqual`: the whole summary equals one made from each request, without any counts.
 * `--size N`: days.
 */
export const bench: Bench = async ({ size }) => {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-bench-'));
  const shape: Shape = { days: Number(size ?? 90), users: 5_000, requests: 45, end: END };
  const clock = { now: () => END };
  const dialect = { kind: 'sqlite', folder } as const;
  try {
    await (await openStore({ dialect, role: 'main', clock })).close();
    const began = performance.now();
    const path = join(folder, 'guardian.db');
    const hours = new Set(HOURS.map((count) => startOfHour(END - count * HOUR)).concat(startOfHour(END)));
    const requests = fillUsage(path, shape, (hour) => hours.has(hour));
    process.stderr.write(`filled in ${Math.round((performance.now() - began) / 1_000)} s\n`);
    const store = await openStore({ dialect, role: 'main', clock });
    try {
      const figures: Record<string, unknown> = {};
      for (const count of HOURS) figures[`hours${count}`] = await measure(store, shape, count);
      return {
        requests,
        users: shape.users,
        days: shape.days,
        databaseMb: Math.round(statSync(path).size / 1e6),
        ...figures,
      };
    } finally {
      await store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

async function measure(store: Store, shape: Shape, hours: number) {
  const windowAt = (now: number): UsageWindow => ({ from: now - hours * HOUR, to: now, service: null });
  const once = async (now: number) => {
    const began = performance.now();
    const summary = summariseUsage(await store.usage.parts(windowAt(now)));
    return { ms: performance.now() - began, summary };
  };
  const cold = await once(END);
  const times: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    await touch(store);
    times.push((await once(END + time * 500)).ms);
  }
  const isEqual = isDeepStrictEqual(cold.summary, summariseUsage({ ...scanUsage(shape, windowAt(END)) }));
  times.sort((a, b) => a - b);
  const [median, p95, longest] = [0.5, 0.95, 1].map((share) => round(quantile(times, share)));
  return { median, p95, longest, first: round(cold.ms), totalRequests: cold.summary.totalRequests, isEqual };
}

/** What a batch of records does to whoever remembers sums. */
async function touch({ kysely }: Store): Promise<void> {
  await kysely
    .updateTable('usage_version')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where((eb) =>
      eb.or([
        eb.and([eb('step', '=', 'hour'), eb('at', '=', startOfHour(END))]),
        eb.and([eb('step', '=', 'day'), eb('at', '=', END - (END % (24 * HOUR)))]),
        eb('step', '=', 'all'),
      ]),
    )
    .execute();
}

function startOfHour(at: number): number {
  return at - (at % HOUR);
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
