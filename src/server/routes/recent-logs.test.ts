import { afterAll, beforeAll, expect, it } from 'vitest';
import { recentSchedulerLogs, recentSyncLogs, schedulerLogStats, syncLogStats } from '../../contracts/api/job-logs.ts';
import type { Message } from '../../core/notify/index.ts';
import { makeRuns } from '../jobs/run-fixtures.ts';
import { ask, NOW, openTestServer, type TestServer } from '../server-fixtures.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({
    configuration: { jobs: { sync: { label: 'Nightly sync', shell: 'true', taskType: 'sync' } } },
  });
  await makeRuns(
    server,
    Array.from({ length: 35 }, (_, index) => ({ job: 'sync', at: NOW - 60_000 + index, status: 'success', ms: 1 })),
  );
});
afterAll(() => server.close());

const get = async (path: string) => (await ask(server, path)).json();

it('30 tasks and 20 synchronisations are recent where nobody says how many, and more are on the next page', async () => {
  const tasks = recentSchedulerLogs.parse(await get('/api/scheduler-logs/recent'));
  const syncs = recentSyncLogs.parse(await get('/api/sync-logs/recent'));
  expect([tasks.count, syncs.count]).toEqual([30, 20]);
  expect([tasks.next_cursor, syncs.next_cursor].every((cursor) => typeof cursor === 'string')).toBe(true);
});

it('both logs name a job as people call it, and as it is configured', async () => {
  const [task] = recentSchedulerLogs.parse(await get('/api/scheduler-logs/recent?limit=1')).logs;
  const [sync] = recentSyncLogs.parse(await get('/api/sync-logs/recent?limit=1')).logs;
  expect(task).toMatchObject({ task_name: 'sync', task_label: 'Nightly sync' });
  expect(sync).toMatchObject({ script_name: 'sync', script_label: 'Nightly sync' });
});

it('the statistics of both logs count what was sent by type, channel and status', async () => {
  const { notifications } = server.store;
  const composed = { key: 'test:1', occasion: 'job_failed', severity: 'error', title: 'Sync' } as const;
  const target = { recipientId: 'ada', channel: 'slack', address: 'hooks.slack.com#1', routes: ['nights'] } as const;
  await notifications.queueComposed({ ...composed, message: MESSAGE }, [target], NOW - 1_000);
  const sent = [{ type: 'job_failed', channel: 'slack', status: 'pending', count: 1 }];
  expect(schedulerLogStats.parse(await get('/api/scheduler-logs/stats')).notifications).toEqual(sent);
  expect(syncLogStats.parse(await get('/api/sync-logs/stats')).notifications).toEqual(sent);
});

const MESSAGE: Message = {
  subject: 'Sync failed',
  text: 'Sync failed',
  html: '<p>Sync failed</p>',
  short: 'Sync failed',
  attachments: [],
  date: NOW,
  language: 'en',
  severity: 'error',
  action: 'trigger',
  dedupeKey: 'job sync',
  url: null,
  acknowledgeUrl: null,
  notifications: [],
};
