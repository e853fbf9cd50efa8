import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { balance, entries, entry, filesIn, freshFolder, open, settled } from '../../src/delivery/delivery-fixtures.ts';
import { guardianSink } from '../../src/sinks/guardian.ts';
import { startGuardianReceiver } from '../../src/sinks/server-fixtures.ts';

const MEBIBYTE = 1024 * 1024;

test('a hundred records of a hundred are there', async () => {
  const server = await startGuardianReceiver();
  const delivery = open({ sink: guardianSink({ url: server.url, key: 'k' }), folder: freshFolder() });
  for (const one of entries(100)) delivery.accept(one);
  expect(await delivery.flush()).toBe(true);
  expect(server.stored.size).toBe(100);
});

interface Told {
  acceptedMs: number;
  isSent: boolean;
  waiting: number;
}

async function fiveThreads(
  count: number,
): Promise<{ told: Told[]; stored: number; duplicates: number; left: string[] }> {
  const server = await startGuardianReceiver();
  const folder = freshFolder();
  const told = await Promise.all(
    Array.from({ length: 5 }, async (_, thread) => {
      const workerData = { folder, url: server.url, prefix: `thread${thread}`, count };
      const worker = new Worker(new URL('stress-thread.ts', import.meta.url), { workerData });
      return new Promise<Told>((resolve, reject) => worker.once('message', resolve).once('error', reject));
    }),
  );
  return { told, stored: server.stored.size, duplicates: server.duplicates, left: filesIn(folder) };
}

test('five threads of a hundred records lose none', async () => {
  const { told, stored, duplicates, left } = await fiveThreads(100);
  expect(told.every(({ isSent }) => isSent)).toBe(true);
  expect({ stored, duplicates, left }).toEqual({ stored: 500, duplicates: 0, left: [] });
});

test('five threads of twenty thousand records lose none', async () => {
  const { stored, duplicates, left } = await fiveThreads(20_000);
  expect({ stored, duplicates, left }).toEqual({ stored: 100_000, duplicates: 0, left: [] });
});

test('a hundred records of 5 kB arrive as they were', async () => {
  const server = await startGuardianReceiver();
  const delivery = open({ sink: guardianSink({ url: server.url, key: 'k' }), folder: freshFolder() });
  const all = Array.from({ length: 100 }, (_, index) =>
    entry({ message: String.fromCharCode(97 + (index % 26)).repeat(5_000) }),
  );
  for (const one of all) delivery.accept(one);
  expect(await delivery.flush()).toBe(true);
  expect(all.every(({ id, line }) => JSON.stringify(server.stored.get(id)) === line)).toBe(true);
});

test('a hundred thousand records of 5 kB pass within the bound of the queue and 32 MiB', async () => {
  const { createDelivery } = await import('../../src/delivery/create-delivery.ts');
  let stored = 0;
  const delivery = createDelivery({
    sink: {
      name: 'working',
      send: async (batch) => {
        await new Promise((resolve) => setImmediate(resolve));
        stored += batch.length;
        return { kind: 'answered', outcomes: batch.map(() => ({ kind: 'sent' })), roundTripMs: 1 };
      },
    },
    folder: freshFolder(),
  });
  const text = 'x'.repeat(4_900);
  // What is held, not what waits to be collected: other files leave the collector busy with theirs.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const memory = () => {
    collect();
    return process.memoryUsage().heapUsed + process.memoryUsage().external;
  };
  const before = memory();
  let most = 0;
  for (let sequence = 0; sequence < 100_000; sequence++) {
    delivery.accept(entry({ message: text }));
    if (sequence % 50 === 49) await settled(1);
    if (sequence % 10_000 === 9_999) most = Math.max(most, memory() - before);
    expect(delivery.gauges().queueBytes).toBeLessThanOrEqual(16 * MEBIBYTE);
  }
  expect(await delivery.shutdown({ timeoutMs: 30_000 })).toBe(true);
  expect(stored).toBe(100_000);
  expect(balance(delivery)).toEqual({ queued: 100_000, accounted: 100_000 });
  expect(most).toBeLessThan((16 + 32) * MEBIBYTE);
});
