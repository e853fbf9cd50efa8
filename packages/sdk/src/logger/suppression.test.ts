import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MemorySink, memorySink, type TestTime, testTime } from '../client/client-fixtures.ts';
import { type Client, getLogger, start, stop } from '../index.ts';
import { createSuppression, DEFAULT_SUPPRESSION, type SuppressionOptions } from './suppression.ts';

let sink: MemorySink;
let client: Client;
let time: TestTime;

beforeEach(async () => {
  sink = memorySink();
  time = testTime();
  client = await start({ service: 'shop', folder: null, sinks: [sink], time, suppression: true });
});

afterEach(() => stop());

/** Of each record how many it stands for beside itself; 0 for those that passed. */
const counts = () =>
  sink.records.map(({ attributes }) => (attributes.folded as { count: number } | undefined)?.count ?? 0);

test('row 8: of ten equal errors one passes and one record counts the nine, with the first and last instant', async () => {
  const logger = getLogger('folding');
  for (let call = 0; call < 10; call++) {
    logger.error('payment of {order} failed', { order: call, error: new Error('declined') });
    time.advance(10);
  }
  time.advance(1_000);
  await client.flush();
  expect(counts()).toEqual([0, 9]);
  const [passed, told] = sink.records;
  expect(told).toMatchObject({
    severity: 'error',
    logger: 'folding',
    message: 'payment of {order} failed',
    template: 'payment of {order} failed',
    exception: passed!.exception,
    attributes: { folded: { count: 9, first: '2026-03-01T12:00:00.010Z', last: '2026-03-01T12:00:00.090Z' } },
  });
  expect(sink.entries[1]!.count).toBe(9);
});

test('row 25: only records of the levels that were given fold', async () => {
  await stop();
  client = await start({ service: 'shop', folder: null, sinks: [sink], time, suppression: { levels: ['warn'] } });
  const logger = getLogger('folding.levels');
  for (let call = 0; call < 3; call++) {
    logger.info('said');
    logger.warn('warned');
    logger.error('failed');
  }
  await client.stop();
  const seen = sink.records.map(({ message }) => message);
  expect(seen.filter((one) => one === 'said')).toHaveLength(3);
  expect(seen.filter((one) => one === 'failed')).toHaveLength(3);
  expect(seen.filter((one) => one === 'warned')).toHaveLength(2);
  expect(counts().filter((count) => count > 0)).toEqual([2]);
});

test('row 8: the window doubles to 300 s while it repeats and halves when quiet', () => {
  const { log, told, clock } = bare();
  for (let call = 0; call < 4_000; call++) {
    log('again');
    clock.advance(500);
  }
  const spans = told.slice(1).map(({ at }, index) => at - told[index]!.at);
  expect(spans.slice(0, 9)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300].map((seconds) => seconds * 1_000));
  expect(Math.max(...spans)).toBe(300_000);
  const repeating = told.length;
  while (told.length === repeating) clock.advance(1_000);
  // The last ones are told; the window that begins now, of 300 s, stays quiet.
  clock.advance(301_000);
  const before = told.length;
  expect(log('again')).toBe(true);
  log('again');
  clock.advance(149_000);
  expect(told.length).toBe(before);
  clock.advance(2_000);
  expect(told.length).toBe(before + 1);
  clock.advance(3_600_000);
  expect(log('again')).toBe(true);
  log('again');
  clock.advance(1_000);
  expect(told.length).toBe(before + 2);
});

test('logger, level and template tell records apart; fatal never folds', async () => {
  for (let call = 0; call < 2; call++) {
    getLogger('folding').info('a {x}', { x: call });
    getLogger('folding').warn('a {x}', { x: call });
    getLogger('folding.other').info('a {x}', { x: call });
    getLogger('folding').info('b {x}', { x: call });
    getLogger('folding').fatal('down');
  }
  await client.flush();
  expect(counts()).toEqual([0, 0, 0, 0, 0, 0]);
  expect(sink.records.filter(({ severity }) => severity === 'fatal')).toHaveLength(2);
});

test('what is folded is told at eviction and at shutdown', async () => {
  await client.stop();
  sink = memorySink();
  client = await start({ service: 'shop', folder: null, sinks: [sink], time, suppression: { keys: 2 } });
  const logger = getLogger('folding');
  for (const message of ['a', 'a', 'a', 'b', 'b', 'c']) logger.info(message);
  await client.flush();
  expect(sink.records.map(({ message }) => message)).toEqual(['a', 'b', 'a', 'c']);
  expect(counts()).toEqual([0, 0, 2, 0]);
  await client.stop();
  expect(sink.records.map(({ message }) => message).slice(4)).toEqual(['b']);
  expect(counts()).toEqual([0, 0, 2, 0, 1]);
});

test('without the option everything passes', async () => {
  await client.stop();
  sink = memorySink();
  client = await start({ service: 'shop', folder: null, sinks: [sink], time });
  for (let call = 0; call < 3; call++) getLogger('folding').info('same');
  await client.stop();
  expect(sink.records).toHaveLength(3);
});

test('row 8: whatever comes when, each record passed or is in exactly one count', () => {
  const steps = fc.array(fc.record({ key: fc.nat({ max: 6 }), wait: fc.nat({ max: 5_000 }) }), { maxLength: 200 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), (calls, keys) => {
      const { log, told, clock, tellAll } = bare({ keys, maxTtlMs: 16_000 });
      let passed = 0;
      for (const { key, wait } of calls) {
        if (log(`m${key}`)) passed++;
        clock.advance(wait);
      }
      tellAll();
      expect(passed + told.reduce((sum, { count }) => sum + count, 0)).toBe(calls.length);
      for (const { first, last } of told) expect(first).toBeLessThanOrEqual(last);
    }),
  );
});

/** Suppression alone, without a client around it. */
function bare(options: SuppressionOptions = {}) {
  const clock = testTime();
  const told: { count: number; first: number; last: number; at: number }[] = [];
  const suppression = createSuppression<string>({
    options: { ...DEFAULT_SUPPRESSION, ...options },
    now: clock.now,
    wall: clock.wall,
    after: clock.after,
    tell: ({ count, first, last }) => told.push({ count, first, last, at: clock.now() }),
  });
  /** True: it passed. */
  const log = (message: string): boolean => {
    const folds = suppression.folds('x', 'warn', message);
    if (!folds) suppression.remember(message);
    return !folds;
  };
  return { clock, told, log, tellAll: suppression.tellAll };
}
