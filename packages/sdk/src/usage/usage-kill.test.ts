import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createDelivery } from '../delivery/create-delivery.ts';
import { guardianSink } from '../sinks/guardian.ts';
import { ask, startUsageServer, type UsageServer } from './usage-fixtures.ts';

const APPLICATION = fileURLToPath(new URL('./kill-fixtures.ts', import.meta.url));

async function startApplication() {
  const server = await startUsageServer();
  const folder = mkdtempSync(join(tmpdir(), 'guardian-usage-kill-'));
  const child = fork(APPLICATION, [server.url, folder], { execArgv: [] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const [port] = (await once(child, 'message')) as [number];
  return { server, folder, child, url: `http://127.0.0.1:${port}` };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** What the dead process left on disk, sent by its successor. */
async function adopt(server: UsageServer, folder: string): Promise<void> {
  const delivery = createDelivery({ sink: guardianSink({ url: server.url, key: 'test', stream: 'usage' }), folder });
  const isSettled = () => delivery.gauges().waiting === 0 && server.records().length > 0;
  for (let turn = 0; turn < 200 && !isSettled(); turn++) {
    await delivery.flush({ timeoutMs: 100 });
    await new Promise((passed) => setTimeout(passed, 20));
  }
  await delivery.shutdown({ timeoutMs: 2_000 });
}

test('a graceful stop loses 0 ("unreferenced background writes")', async () => {
  const { server, child, url } = await startApplication();
  for (let index = 0; index < 200; index++) await ask(`${url}/api/threads/${index}`);
  await end(child, 'SIGTERM');
  expect(server.requests()).toHaveLength(200);
  const records = server.records();
  expect(records.map(({ sequence }) => sequence)).toEqual(records.map((_, index) => index + 1));
  expect(records.at(-1)).toMatchObject({ kind: 'sequence', state: 'stop', counters: { requests: 200, lost: 0 } });
});

test('SIGKILL takes what was recorded within one flush interval, no more, and the missing goodbye shows it', async () => {
  const { server, folder, child, url } = await startApplication();
  server.isDown = true;
  const answered: number[] = [];
  const until = Date.now() + 2_500;
  while (Date.now() < until) {
    await ask(`${url}/api/threads/1`);
    answered.push(Date.now());
  }
  const killedAt = Date.now();
  await end(child, 'SIGKILL');
  server.isDown = false;
  await adopt(server, folder);
  const kept = server.requests();
  const due = answered.filter((at) => at < killedAt - 1_000).length;
  expect(kept.length).toBeGreaterThanOrEqual(due);
  expect(due).toBeGreaterThan(0);
  const records = server.records();
  expect(records.map(({ sequence }) => sequence)).toEqual(records.map((_, index) => index + 1));
  expect(records.filter((record) => record.kind === 'sequence').map(({ state }) => state)).not.toContain('stop');
});
