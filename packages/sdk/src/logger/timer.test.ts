import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MemorySink, memorySink, type TestTime, testTime } from '../client/client-fixtures.ts';
import { type Client, getLogger, runInTrace, start, stop } from '../index.ts';
import { createHistogram } from './histogram.ts';

let sink: MemorySink;
let client: Client;
let time: TestTime;

beforeEach(async () => {
  sink = memorySink();
  time = testTime();
  client = await start({ service: 'shop', folder: null, sinks: [sink], time });
});

afterEach(() => stop());

async function records() {
  await client.stop();
  return sink.records;
}

test('a timer takes fields until it ends, ends once, and is slow beyond 100 ms', async () => {
  const logger = getLogger('timers');
  const quick = logger.time('quick', { a: 1 });
  time.advance(100);
  quick.set({ b: 2 });
  expect(quick.end({ c: 3 })).toBe(100);
  expect(quick.end()).toBe(100);
  const slow = logger.time('slow');
  time.advance(101);
  slow.end();
  const [first, second, ...more] = await records();
  expect(more).toEqual([]);
  expect(first).toMatchObject({
    severity: 'info',
    message: 'quick took 100 ms',
    template: '{operation} took {durationMs} ms',
  });
  expect(first!.attributes).toMatchObject({
    category: 'performance',
    operation: 'quick',
    durationMs: 100,
    outcome: 'ok',
    a: 1,
    b: 2,
    c: 3,
  });
  expect(first!.attributes.slow).toBeUndefined();
  expect(second!.attributes).toMatchObject({ durationMs: 101, slow: true });
});

test('a failure logs the error and goes on to the caller, from a function as from a promise', async () => {
  const logger = getLogger('timers');
  expect(() =>
    logger.timed('sync', () => {
      throw new TypeError('no');
    }),
  ).toThrow('no');
  const promise = logger.timed('async', async () => {
    time.advance(7);
    await Promise.resolve();
    throw new RangeError('later');
  });
  await expect(promise).rejects.toThrow('later');
  expect(logger.timed('value', () => 42)).toBe(42);
  expect(await records()).toMatchObject([
    {
      severity: 'error',
      message: 'sync failed after 0 ms',
      exception: { type: 'TypeError', message: 'no' },
      attributes: { outcome: 'failed' },
    },
    { severity: 'error', exception: { type: 'RangeError' }, attributes: { operation: 'async', durationMs: 7 } },
    { severity: 'info', attributes: { operation: 'value', outcome: 'ok' } },
  ]);
});

test('timers nest within one trace, records within carry their span', async () => {
  const logger = getLogger('timers');
  await runInTrace({ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }, () =>
    logger.timed('outer', async () => {
      logger.info('in outer');
      await logger.timed('inner', async () => {
        await Promise.resolve();
        logger.info('in inner');
      });
      logger.time('leaf').end();
    }),
  );
  const [inOuter, inInner, inner, leaf, outer] = await records();
  expect(new Set(sink.records.map(({ traceId }) => traceId))).toEqual(new Set(['4bf92f3577b34da6a3ce929d0e0e4736']));
  expect(inOuter!.spanId).toBe(outer!.spanId);
  expect(inInner!.spanId).toBe(inner!.spanId);
  expect(inner!.attributes.parentSpanId).toBe(outer!.spanId);
  expect(leaf!.attributes.parentSpanId).toBe(outer!.spanId);
  expect(outer!.attributes.operation).toBe('outer');
  expect(new Set([inner, leaf, outer].map((record) => record!.spanId)).size).toBe(3);
});

test('a timer measures by the monotonic clock and its histogram counts where no record is written', async () => {
  getLogger('timers.quiet', { level: 'error' }).time('quiet').end();
  expect(client.stats().timers.quiet).toMatchObject({ count: 1 });
  expect(await records()).toEqual([]);
});

test('quantiles of a known distribution are right to a sixteenth, in bounded memory', () => {
  const histogram = createHistogram();
  for (let ms = 1; ms <= 10_000; ms++) histogram.add(ms, ms > 100, ms % 10 === 0);
  const { count, failed, slow, sum, max, p50, p95, p99 } = histogram.summary();
  expect({ count, failed, slow, sum, max }).toEqual({
    count: 10_000,
    failed: 1_000,
    slow: 9_900,
    sum: 50_005_000,
    max: 10_000,
  });
  for (const [found, true_] of [
    [p50, 5_000],
    [p95, 9_500],
    [p99, 9_900],
  ] as const) {
    expect(Math.abs(found - true_) / true_).toBeLessThan(1 / 16);
  }
  histogram.add(Number.MAX_VALUE, true, false);
  histogram.add(-1, false, false);
  histogram.add(0, false, false);
  expect(histogram.summary().count).toBe(10_003);
  expect(createHistogram().summary()).toEqual({ count: 0, failed: 0, slow: 0, sum: 0, max: 0, p50: 0, p95: 0, p99: 0 });
});

test('operations beyond the bound share one histogram', async () => {
  await client.stop();
  client = await start({
    service: 'shop',
    folder: null,
    sinks: [memorySink()],
    timers: { operations: 2, slowMs: 5 },
    time,
  });
  for (const name of ['a', 'b', 'c', 'd', 'a']) {
    const timer = getLogger('timers').time(name);
    time.advance(6);
    timer.end();
  }
  expect(Object.entries(client.stats().timers).map(([name, { count, slow }]) => [name, count, slow])).toEqual([
    ['a', 2, 2],
    ['b', 1, 1],
    ['(other)', 2, 2],
  ]);
});
