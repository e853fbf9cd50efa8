import { expect, test } from 'vitest';
import type { Delivery } from '../../src/delivery/delivery.ts';
import { balance, filesIn, freshFolder, open, total, until } from '../../src/delivery/delivery-fixtures.ts';
import { guardianSink } from '../../src/sinks/guardian.ts';
import { startGuardianReceiver } from '../../src/sinks/server-fixtures.ts';
import { startLoggingChild } from './children.ts';

const KNOBS = { flushAfterMs: 20, minRetryMs: 20, maxRetryMs: 100 };

/** Until a successor has sent everything that lies in the folder. */
async function finish(folder: string, successor: Delivery): Promise<void> {
  await until(() => successor.gauges().waiting === 0 && !filesIn(folder).some((name) => name === 'low-00000001.seg'));
}

test('SIGKILL in the middle of an outage loses nothing that was accepted, and stores nothing twice', async () => {
  const folder = freshFolder();
  const server = await startGuardianReceiver();
  server.always({ status: 503 });
  const child = startLoggingChild(folder, server.url, 'a');
  await child.count(2_000);
  await child.kill();
  expect(server.stored.size).toBe(0);
  server.always(null);
  const successor = open({ sink: guardianSink({ url: server.url, key: 'k' }), folder, knobs: KNOBS });
  await finish(folder, successor);
  expect(child.accepted.filter((id) => !server.stored.has(id))).toEqual([]);
  expect(server.duplicates).toBe(0);
  const { queued, accounted } = balance(successor);
  expect(accounted).toBe(queued);
  await successor.shutdown();
  expect(filesIn(folder)).toEqual([]);
});

test('SIGKILL while batches are under way sends at most those again', async () => {
  const folder = freshFolder();
  const server = await startGuardianReceiver();
  for (let life = 0; life < 5; life++) {
    const child = startLoggingChild(folder, server.url, `life${life}`);
    await child.count(500 + 137 * life);
    await child.kill();
    const before = server.duplicates;
    const successor = open({ sink: guardianSink({ url: server.url, key: 'k' }), folder, knobs: KNOBS });
    await finish(folder, successor);
    expect(child.accepted.filter((id) => !server.stored.has(id))).toEqual([]);
    expect(total(successor.counters().duplicate)).toBe(server.duplicates - before);
    // A batch of a few turns: the marker of the one before was written in the step that took its answer.
    expect(server.duplicates - before).toBeLessThanOrEqual(8 * 110);
    await successor.shutdown();
  }
});

test('what a killed process left is adopted by exactly one of several successors', async () => {
  const folder = freshFolder();
  const server = await startGuardianReceiver();
  server.always({ status: 503 });
  const children = ['a', 'b', 'c'].map((prefix) => startLoggingChild(folder, server.url, prefix));
  await Promise.all(children.map((child) => child.count(300)));
  await Promise.all(children.map((child) => child.kill()));
  server.always(null);
  const sink = () => guardianSink({ url: server.url, key: 'k' });
  const successors = Array.from({ length: 4 }, () => open({ sink: sink(), folder, knobs: KNOBS }));
  const accepted = children.flatMap((child) => child.accepted);
  await until(() => accepted.every((id) => server.stored.has(id)));
  await Promise.all(successors.map((successor) => successor.flush()));
  expect(server.duplicates).toBe(0);
  const queued = successors.reduce((sum, successor) => sum + total(successor.counters().queued), 0);
  expect(queued).toBe(server.stored.size);
});

test('nothing of a process that lives is taken from it', async () => {
  const folder = freshFolder();
  const server = await startGuardianReceiver();
  server.always({ status: 503 });
  const child = startLoggingChild(folder, server.url, 'living');
  await child.count(200);
  const other = open({ sink: guardianSink({ url: server.url, key: 'k' }), folder, knobs: KNOBS });
  await child.count(1_000);
  expect(total(other.counters().queued)).toBe(0);
  server.always(null);
  await until(() => server.stored.size > 1_000);
  expect(server.duplicates).toBe(0);
  await child.kill();
});
