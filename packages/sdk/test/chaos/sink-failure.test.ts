import { describe, expect, test } from 'vitest';
import { freePort } from '../../../../src/adapters/free-port.ts';
import { balance, entry, freshFolder, open, settled } from '../../src/delivery/delivery-fixtures.ts';
import { guardianSink } from '../../src/sinks/guardian.ts';
import { startGuardianReceiver } from '../../src/sinks/server-fixtures.ts';

const KNOBS = { flushAfterMs: 10, minRetryMs: 20, maxRetryMs: 200 };
const CALLS = 50;

/** Milliseconds of this thread's own work in the longest call: what else the machine does meanwhile is not ours. */
async function callFifty(accept: (one: ReturnType<typeof entry>) => boolean): Promise<number> {
  let longest = 0;
  for (let call = 0; call < CALLS; call++) {
    const one = entry();
    const before = process.threadCpuUsage();
    accept(one);
    const { user, system } = process.threadCpuUsage(before);
    longest = Math.max(longest, (user + system) / 1_000);
    await settled(1);
  }
  return longest;
}

describe('a sink that fails while fifty records are logged', () => {
  test.each(['503', 'reset'] as const)(
    'by %s: no call throws or takes over 5 ms, and fifty of fifty arrive afterwards',
    async (how) => {
      const server = await startGuardianReceiver();
      server.always(how === 'reset' ? 'reset' : { status: 503 });
      const delivery = open({ sink: guardianSink({ url: server.url, key: 'k' }), folder: freshFolder(), knobs: KNOBS });
      expect(await callFifty((one) => delivery.accept(one))).toBeLessThan(5);
      await settled(50);
      expect(server.stored.size).toBe(0);
      server.always(null);
      expect(await delivery.flush()).toBe(true);
      expect(server.stored.size).toBe(CALLS);
      expect(server.duplicates).toBe(0);
      expect(balance(delivery)).toEqual({ queued: CALLS, accounted: CALLS });
    },
  );

  test('by a closed port: the same', async () => {
    const port = await freePort();
    const delivery = open({
      sink: guardianSink({ url: `http://127.0.0.1:${port}`, key: 'k' }),
      folder: freshFolder(),
      knobs: KNOBS,
    });
    expect(await callFifty((one) => delivery.accept(one))).toBeLessThan(5);
    const server = await startGuardianReceiver({ port });
    expect(await delivery.flush()).toBe(true);
    expect(server.stored.size).toBe(CALLS);
  });

  test('by a certificate that is not trusted: held, never sent unverified, and sent once it is renewed', async () => {
    const port = await freePort();
    const bad = await startGuardianReceiver({ isSecure: true, port });
    const folder = freshFolder();
    const knobs = { ...KNOBS, holdRetryMs: 50 };
    const delivery = open({ sink: guardianSink({ url: bad.url, key: 'k' }), folder, knobs });
    expect(await callFifty((one) => delivery.accept(one))).toBeLessThan(5);
    expect(await delivery.shutdown({ timeoutMs: 300 })).toBe(false);
    expect(bad.requests).toHaveLength(0);
    expect(delivery.gauges().waiting).toBe(CALLS);
    const good = await startGuardianReceiver();
    const next = open({ sink: guardianSink({ url: good.url, key: 'k' }), folder, knobs });
    while (good.stored.size < CALLS) await settled(1);
    expect(await next.flush()).toBe(true);
    expect(good.duplicates).toBe(0);
  });
});

test('ten records, twenty while the sink fails, ten more: forty are stored once, and nothing is left on disk', async () => {
  const server = await startGuardianReceiver();
  const folder = freshFolder();
  const delivery = open({ sink: guardianSink({ url: server.url, key: 'k' }), folder, knobs: KNOBS });
  const log = (count: number) => {
    for (let index = 0; index < count; index++) delivery.accept(entry());
  };
  log(10);
  await delivery.flush();
  server.always({ status: 503 });
  log(20);
  expect(await delivery.flush({ timeoutMs: 100 })).toBe(false);
  server.always(null);
  log(10);
  expect(await delivery.flush({ timeoutMs: 5_000 })).toBe(true);
  expect(server.stored.size).toBe(40);
  expect(server.duplicates).toBe(0);
  expect(delivery.gauges()).toMatchObject({ spillEntries: 0, waiting: 0, problem: null });
});

test('a server that gives a byte a second loses nothing once it is well again', async () => {
  const server = await startGuardianReceiver();
  server.always('drip');
  const delivery = open({
    sink: guardianSink({ url: server.url, key: 'k' }),
    folder: freshFolder(),
    knobs: { ...KNOBS, timeoutMs: 1_500 },
  });
  expect(await callFifty((one) => delivery.accept(one))).toBeLessThan(5);
  expect(await delivery.flush({ timeoutMs: 4_000 })).toBe(false);
  expect(delivery.gauges().problem).toMatchObject({ kind: 'down' });
  server.always(null);
  expect(await delivery.flush({ timeoutMs: 10_000 })).toBe(true);
  expect(server.stored.size).toBe(CALLS);
});
