import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createDelivery } from '../packages/sdk/src/delivery/create-delivery.ts';
import { entries, entry } from '../packages/sdk/src/delivery/delivery-fixtures.ts';
import { guardianSink } from '../packages/sdk/src/sinks/guardian.ts';
import { type Behaviour, startGuardianReceiver } from '../packages/sdk/src/sinks/server-fixtures.ts';
import { freePort } from '../src/adapters/free-port.ts';
import type { BenchOptions } from './bench.ts';
import { machine } from './log/machine.ts';

const MEBIBYTE = 1024 * 1024;
const CALLS = 50;
const THREADS = 5;
const SLOW_SECONDS = 60;
/** Between two tries of a sink that fails; the way back would else be most of the figure. */
const KNOBS = { flushAfterMs: 10, minRetryMs: 20, maxRetryMs: 1_000 };

/**
 * The chaos tests of the SDK's delivery at full size, each with what it took: 100 records (ms), 50 calls while the sink answers 503, resets or is closed
 * (longest call, ms; stored afterwards), five threads of 20,000 (records/s, lost), 100,000 records of 5 kB (MiB over the start), ten, twenty while it
 * fails, ten (ms until nothing waits), a server that gives a byte a second for `--seconds` (60).
 */
export const bench = async ({ seconds }: BenchOptions & { seconds?: string }): Promise<Record<string, unknown>> => ({
  baseline: await baseline(),
  sinkFailure: {
    503: await failing({ status: 503 }),
    reset: await failing('reset'),
    closedPort: await closed(),
  },
  stress: await stress(),
  memory: await memory(),
  recovery: await recovery(),
  slowServer: await failing('drip', Number(seconds ?? SLOW_SECONDS) * 1_000),
  ...machine(['pino']),
});

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-chaos-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function delivering(url: string, folder: string) {
  return createDelivery({ sink: guardianSink({ url, key: 'k' }), folder, knobs: KNOBS, onTrouble: () => undefined });
}

function rounded(ms: number): number {
  return Number(ms.toFixed(2));
}

async function baseline(): Promise<Record<string, unknown>> {
  return inFolder(async (folder) => {
    const server = await startGuardianReceiver();
    const delivery = delivering(server.url, folder);
    const startedAt = performance.now();
    for (const one of entries(100)) delivery.accept(one);
    await delivery.flush();
    const ms = rounded(performance.now() - startedAt);
    await delivery.shutdown({ timeoutMs: 1_000 });
    await server.stop();
    return { records: 100, stored: server.stored.size, ms };
  });
}

/** Milliseconds of the longest of fifty calls, a turn between each. */
async function callFifty(delivery: ReturnType<typeof delivering>): Promise<number> {
  let longest = 0;
  for (const one of entries(CALLS)) {
    const startedAt = performance.now();
    delivery.accept(one);
    longest = Math.max(longest, performance.now() - startedAt);
    await turn();
  }
  return rounded(longest);
}

async function failing(how: Behaviour, lastingMs = 500): Promise<Record<string, unknown>> {
  return inFolder(async (folder) => {
    const server = await startGuardianReceiver();
    server.always(how);
    const delivery = delivering(server.url, folder);
    const longestCallMs = await callFifty(delivery);
    await new Promise((resolve) => setTimeout(resolve, lastingMs));
    server.always(null);
    const startedAt = performance.now();
    await delivery.flush({ timeoutMs: 60_000 });
    const backMs = rounded(performance.now() - startedAt);
    await delivery.shutdown({ timeoutMs: 1_000 });
    await server.stop();
    return { longestCallMs, stored: server.stored.size, of: CALLS, twice: server.duplicates, lastingMs, backMs };
  });
}

async function closed(): Promise<Record<string, unknown>> {
  return inFolder(async (folder) => {
    const port = await freePort();
    const delivery = delivering(`http://127.0.0.1:${port}`, folder);
    const longestCallMs = await callFifty(delivery);
    const server = await startGuardianReceiver({ port });
    await delivery.flush({ timeoutMs: 60_000 });
    await delivery.shutdown({ timeoutMs: 1_000 });
    await server.stop();
    return { longestCallMs, stored: server.stored.size, of: CALLS, twice: server.duplicates };
  });
}

async function stress(): Promise<Record<string, unknown>> {
  const count = 20_000;
  return inFolder(async (folder) => {
    const server = await startGuardianReceiver();
    const file = new URL('../packages/sdk/test/chaos/stress-thread.ts', import.meta.url);
    const accepted = await Promise.all(
      Array.from({ length: THREADS }, (_, thread) => {
        const workerData = { folder, url: server.url, prefix: `thread${thread}`, count };
        const worker = new Worker(file, { workerData });
        return new Promise<{ acceptedMs: number }>((resolve, reject) =>
          worker.once('message', resolve).once('error', reject),
        );
      }),
    );
    await server.stop();
    const slowestMs = Math.max(...accepted.map(({ acceptedMs }) => acceptedMs));
    return {
      records: THREADS * count,
      lost: THREADS * count - server.stored.size,
      twice: server.duplicates,
      perSecond: Math.round((THREADS * count * 1_000) / slowestMs),
    };
  });
}

async function memory(): Promise<Record<string, unknown>> {
  return inFolder(async (folder) => {
    let stored = 0;
    const delivery = createDelivery({
      sink: {
        name: 'working',
        send: async (batch) => {
          await turn();
          stored += batch.length;
          return { kind: 'answered', outcomes: batch.map(() => ({ kind: 'sent' })), roundTripMs: 1 };
        },
      },
      folder,
      onTrouble: () => undefined,
    });
    const text = 'x'.repeat(4_900);
    const before = process.memoryUsage().rss;
    let most = 0;
    for (let sequence = 0; sequence < 100_000; sequence++) {
      delivery.accept(entry({ message: text }));
      if (sequence % 50 === 49) await turn();
      if (sequence % 1_000 === 999) most = Math.max(most, process.memoryUsage().rss - before);
    }
    await delivery.shutdown({ timeoutMs: 60_000 });
    return { records: 100_000, stored, peakGrowthMiB: Math.round(most / MEBIBYTE), boundMiB: 48 };
  });
}

async function recovery(): Promise<Record<string, unknown>> {
  return inFolder(async (folder) => {
    const server = await startGuardianReceiver();
    const delivery = delivering(server.url, folder);
    for (const one of entries(10)) delivery.accept(one);
    await delivery.flush();
    server.always({ status: 503 });
    for (const one of entries(20)) delivery.accept(one);
    await delivery.flush({ timeoutMs: 500 });
    server.always(null);
    for (const one of entries(10)) delivery.accept(one);
    const startedAt = performance.now();
    await delivery.flush({ timeoutMs: 30_000 });
    const emptyAfterMs = rounded(performance.now() - startedAt);
    const { waiting, spillEntries } = delivery.gauges();
    await delivery.shutdown({ timeoutMs: 1_000 });
    await server.stop();
    return {
      stored: server.stored.size,
      of: 40,
      twice: server.duplicates,
      waiting: waiting + spillEntries,
      emptyAfterMs,
    };
  });
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
