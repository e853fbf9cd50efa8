import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { memorySink } from '../../src/client/client-fixtures.ts';
import { flush, getLogger, start, stop } from '../../src/index.ts';

afterEach(() => stop({ timeoutMs: 1_000 }));

test('ten loggers made at once by a hundred tasks, while the client starts, are ten, and none is made twice', async () => {
  const sink = memorySink();
  const names = Array.from({ length: 10 }, (_, index) => `shop.part-${index}`);
  const starting = Promise.all(
    Array.from({ length: 10 }, () => start({ service: 'shop', folder: null, sinks: [sink] })),
  );
  const made = await Promise.all(
    Array.from({ length: 100 }, async (_, task) => {
      if (task % 3 === 0) await nextTurn();
      const logger = getLogger(names[task % 10]!);
      logger.info('task {task} has its logger', { task });
      return logger;
    }),
  );
  expect(new Set(await starting).size).toBe(1);
  expect(new Set(made).size).toBe(10);
  expect(await flush()).toBe(true);
  expect(sink.records).toHaveLength(100);
  for (const name of names) expect(sink.records.filter(({ logger }) => logger === name)).toHaveLength(10);
  expect(new Set(sink.records.map(({ id }) => id)).size).toBe(100);
});
