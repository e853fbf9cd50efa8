import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  recentSchedulerLogs,
  recentSyncLogs,
  schedulerLog,
  schedulerLogStats,
  syncLog,
  syncLogStats,
} from '../../contracts/api/job-logs.ts';
import { problem } from '../../contracts/api/shared.ts';
import { makeRuns } from '../jobs/run-fixtures.ts';
import { ask, makeShop, NOW, openTestServer, type TestServer } from '../server-fixtures.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let server: TestServer;
let authorization: string;

beforeAll(async () => {
  server = await openTestServer({
    configuration: {
      jobs: {
        full_sync: { label: 'Full sync', shell: 'true', taskType: 'sync' },
        clean_up: { label: 'Clean-up', shell: 'true' },
      },
    },
  });
  authorization = `Bearer ${(await makeShop(server)).key}`;
});
afterAll(() => server.close());

const get = async (path: string) => (await ask(server, path)).json();
const post = (json: object, headers: Record<string, string> = {}) =>
  ask(server, '/api/sync-logs', { method: 'POST', json, headers: { authorization, ...headers } });
const posted = async (json: object, headers?: Record<string, string>) => {
  const reply = await post(json, headers);
  expect(reply.status).toBe(201);
  return syncLog.parse(await reply.json());
};
const recent = async (query = '') => recentSyncLogs.parse(await get(`/api/sync-logs/recent${query}`));

describe('a posted log', () => {
  it('is a run of a job that it makes, under its own times and numbers', async () => {
    const log = await posted({
      script_name: 'Sync_Pianos été.py',
      task_type: 'backup',
      status: 'success',
      message: '412 pianos',
      stats: { pianos: 412 },
      started_at: '2026-01-31T08:00:00Z',
      completed_at: '2026-01-31T08:01:30.500Z',
    });
    expect(log).toMatchObject({
      script_name: 'sync_pianos-ete-py',
      script_label: 'sync_pianos-ete-py',
      task_type: 'backup',
      status: 'success',
      message: '412 pianos',
      stats: { pianos: 412 },
      error_details: null,
      triggered_by: 'api',
      started_at: '2026-01-31T08:00:00.000Z',
      completed_at: '2026-01-31T08:01:30.500Z',
      execution_time_seconds: 90.5,
      duration_ms: 90_500,
      trigger: 'posted',
    });
    const { logs } = await recent('?name=pianos');
    expect(logs).toEqual([log]);
    expect((await ask(server, `/api/runs/${log.id}`)).status).toBe(200);
  });

  it('F23: belongs to the key that posted it, never to a name in the body', async () => {
    const log = await posted({
      script_name: 'import',
      status: 'success',
      triggered_by: 'manual',
      triggered_by_user: 'the director',
    });
    expect([log.triggered_by, log.triggered_by_user]).not.toContain('the director');
    expect(log.triggered_by).toBe('api');
  });

  it('takes the old names', async () => {
    const log = await posted({
      script_name: 'old',
      status: 'error',
      tables_updated: { clients: 3 },
      error_message: 'HTTP 500',
      execution_time_seconds: 12,
    });
    expect(log).toMatchObject({ stats: { clients: 3 }, error_details: 'HTTP 500', execution_time_seconds: 12 });
    const list = await posted({ script_name: 'old', status: 'success', tables_updated: ['clients', 'pianos'] });
    expect(list.stats).toEqual({ tables: ['clients', 'pianos'] });
    // The message of what failed is its error, where nothing else is said.
    expect((await posted({ script_name: 'old', status: 'error', message: 'no route' })).error_details).toBe('no route');
  });

  it('opens as running and is closed later by the same key, once', async () => {
    const key = { 'idempotency-key': 'night-1' };
    const open = await posted({ script_name: 'long', status: 'running', started_at: '2026-01-31T08:15:00Z' }, key);
    expect([open.status, open.completed_at, open.execution_time_seconds]).toEqual(['running', null, null]);
    expect((await posted({ script_name: 'long', status: 'running' }, key)).id).toBe(open.id);
    server.clock.pass(MINUTE);
    const closed = await posted({ script_name: 'long', status: 'success', stats: { rows: 7 } }, key);
    expect(closed).toMatchObject({ id: open.id, status: 'success', stats: { rows: 7 }, duration_ms: 90_123 });
    // What it says it took counts, also of a run that was opened by a post before.
    const timed = { 'idempotency-key': 'night-3' };
    await posted({ script_name: 'timed', status: 'running' }, timed);
    server.clock.pass(MINUTE);
    const took = await posted({ script_name: 'timed', status: 'success', execution_time_seconds: 33 }, timed);
    expect([took.execution_time_seconds, took.duration_ms]).toEqual([33, 33_000]);
    // Nor does a clock that is behind make it end before it began.
    const other = { 'idempotency-key': 'night-2' };
    await posted({ script_name: 'behind', status: 'running' }, other);
    const behind = { script_name: 'behind', status: 'success', completed_at: '2026-01-31T08:00:00Z' };
    expect((await posted(behind, other)).duration_ms).toBe(0);
    // A late repeat changes nothing of what has ended.
    const late = await posted({ script_name: 'long', status: 'error', message: 'late' }, key);
    expect(late).toEqual(closed);
    expect((await recent('?name=long')).count).toBe(1);
  });

  it('without a key is a run of its own each time', async () => {
    const one = await posted({ script_name: 'twice', status: 'success' });
    const other = await posted({ script_name: 'twice', status: 'success' });
    expect(other.id).not.toBe(one.id);
    // Nobody said how long it took: it has no duration, rather than one of 0.
    expect(one.execution_time_seconds).toBeNull();
  });

  it('neither lies ahead of the clock nor ends before it began', async () => {
    const ahead = await posted({
      script_name: 'skewed',
      status: 'success',
      started_at: '2030-01-01T00:00:00Z',
      completed_at: '2029-01-01T00:00:00Z',
    });
    expect(ahead).toMatchObject({ duration_ms: 0 });
    expect(Date.parse(ahead.completed_at!)).toBe(server.clock.now());
    const backwards = await posted({
      script_name: 'skewed',
      status: 'success',
      started_at: '2026-01-31T08:00:00Z',
      completed_at: '2026-01-31T07:00:00Z',
    });
    expect(backwards.duration_ms).toBe(0);
  });

  it.each([
    [{ script_name: 'x', status: 'done' }, 'status'],
    [{ script_name: '', status: 'success' }, 'script_name'],
    [{ script_name: 'x', status: 'success', execution_time_seconds: 1e300 }, 'execution_time_seconds'],
    [{ script_name: 'x', status: 'success', execution_time_seconds: -1 }, 'execution_time_seconds'],
    [{ script_name: 'x', status: 'success', started_at: '2026-01-31 08:00' }, 'started_at'],
    [{ script_name: 'x', status: 'success', stats: { text: 'x'.repeat(70_000) } }, 'stats'],
    [{ script_name: 'x', status: 'success', task_type: 'import' }, 'task_type'],
  ])('that is wrong is refused, and says where: %#', async (json, key) => {
    const reply = await post(json);
    expect(reply.status).toBe(400);
    expect(problem.parse(await reply.json()).detail).toContain(key);
  });
});

describe('the logs', () => {
  it('hold every run that Guardian starts, and every synchronisation: one run, one id in both', async () => {
    const [sync, clean] = await makeRuns(server, [
      { job: 'full_sync', at: NOW - 2 * HOUR, status: 'success', ms: 4_000, stats: { clients: 5 } },
      { job: 'clean_up', at: NOW - HOUR, status: 'error', ms: 2_000, message: 'disk full' },
    ]);
    const scheduler = recentSchedulerLogs.parse(await get('/api/scheduler-logs/recent'));
    expect(scheduler.logs.map(({ id, task_name, task_label }) => [id, task_name, task_label])).toEqual([
      [clean, 'clean_up', 'Clean-up'],
      [sync, 'full_sync', 'Full sync'],
    ]);
    expect(scheduler).toMatchObject({ count: 2, next_cursor: null, last_success: { id: sync, duration_seconds: 4 } });
    const syncs = await recent('?name=full');
    expect(syncs.logs.map(({ id }) => id)).toEqual([sync]);
    expect((await recent()).logs.map(({ id }) => id)).not.toContain(clean);
  });

  it('find their last success over all rows that match, not over the page', async () => {
    const page = recentSchedulerLogs.parse(await get('/api/scheduler-logs/recent?limit=1'));
    expect([page.logs[0]?.status, page.last_success?.task_name]).toEqual(['error', 'full_sync']);
    const failed = recentSchedulerLogs.parse(await get('/api/scheduler-logs/recent?status=error'));
    expect(failed.last_success).toBeNull();
  });

  it.each([
    ['name=CLEAN', ['clean_up']],
    ['status=error,timed_out', ['clean_up']],
    ['task_type=sync', ['full_sync']],
    ['triggered_by=scheduler', ['clean_up', 'full_sync']],
    ['triggered_by=manual', []],
    ['user=ada', []],
    [`from=${new Date(NOW - 90 * MINUTE).toISOString()}`, ['clean_up']],
    [`to=${new Date(NOW - 90 * MINUTE).toISOString()}`, ['full_sync']],
    ['text=DISK', ['clean_up']],
    ['text=100%25', []],
  ])('are filtered: %s', async (query, names) => {
    const { logs } = recentSchedulerLogs.parse(await get(`/api/scheduler-logs/recent?${query}`));
    expect(logs.map(({ task_name }) => task_name)).toEqual(names);
  });

  it('F22: are paged to the end, and no row is in two pages', async () => {
    const all: string[] = [];
    let next = '';
    do {
      const page = await recent(`?limit=2${next && `&cursor=${next}`}`);
      expect(page.count).toBe(page.logs.length);
      all.push(...page.logs.map(({ id }) => id));
      next = page.next_cursor ?? '';
    } while (next !== '');
    expect(all).toEqual((await recent('?limit=100')).logs.map(({ id }) => id));
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('the export', () => {
  const lines = async (path: string) => (await (await ask(server, path)).text()).split(/\r?\n/).filter(Boolean);

  it('is every row that matches, in JSON Lines, however many pages of the store', async () => {
    await makeRuns(
      server,
      Array.from({ length: 450 }, (_, index) => ({ job: 'clean_up', at: NOW - 3 * HOUR + index, status: 'success' })),
    );
    const reply = await ask(server, '/api/scheduler-logs/export');
    expect(reply.headers.get('content-type')).toBe('application/x-ndjson');
    expect(reply.headers.get('content-disposition')).toBe('attachment; filename="scheduler-logs-2026-01-31.jsonl"');
    const rows = (await reply.text())
      .split('\n')
      .filter(Boolean)
      .map((line) => schedulerLog.parse(JSON.parse(line)));
    expect(new Set(rows.map(({ id }) => id)).size).toBe(452);
    expect(await lines('/api/scheduler-logs/export?status=error')).toHaveLength(1);
  });

  it('is a table that no spreadsheet takes for formulas', async () => {
    const message = '=HYPERLINK("http://evil.example","click, me")';
    await posted({ script_name: 'evil', status: 'warning', message, stats: { a: '=1+1', n: -3 } });
    const reply = await ask(server, '/api/sync-logs/export?format=csv&name=evil');
    expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [head = '', row = '', ...rest] = (await reply.text()).split('\r\n');
    expect(head).toBe(Object.keys(syncLog.shape).join(','));
    expect(row).toContain(',"\'=HYPERLINK(""http://evil.example"",""click, me"")",');
    expect(row).toContain('"{""a"":""=1+1"",""n"":-3}"');
    expect(rest).toEqual(['']);
    for (const start of ['+1', '-1', '@SUM', '\t=1', '\r=1', '\n=1', '＝1']) {
      await posted({ script_name: 'guarded', status: 'warning', message: start });
      const [, ...cells] = (await (await ask(server, '/api/sync-logs/export?format=csv&name=guarded')).text()).split(
        ',',
      );
      expect(cells.join(',')).toContain(`'${start}`);
    }
  });

  it('of nothing still has its head', async () => {
    expect(await lines('/api/sync-logs/export?format=csv&name=nobody')).toEqual([Object.keys(syncLog.shape).join(',')]);
    expect(await lines('/api/sync-logs/export?name=nobody')).toEqual([]);
  });
});

describe('the statistics', () => {
  let counted: TestServer;
  const stats = async (query = '') =>
    schedulerLogStats.parse(await (await ask(counted, `/api/scheduler-logs/stats${query}`)).json());

  beforeAll(async () => {
    counted = await openTestServer({
      configuration: { jobs: { a: { shell: 'true', label: 'A' }, b: { shell: 'true' } } },
    });
  });
  afterAll(() => counted.close());

  it('over nothing have no rate and no duration, rather than 0', async () => {
    expect(await stats()).toMatchObject({
      total_tasks: 0,
      success_count: 0,
      success_rate: null,
      avg_execution_time: null,
      p50_execution_time: null,
      p99_execution_time: null,
      last_execution: null,
      period_hours: 24,
      per_job: [],
      notifications: [],
    });
  });

  it('count each status for itself; rate and durations are over runs that did work', async () => {
    await makeRuns(counted, [
      { job: 'a', at: NOW - 23 * HOUR, status: 'success', ms: 1_000 },
      { job: 'a', at: NOW - 10 * HOUR, status: 'success', ms: 3_000 },
      { job: 'a', at: NOW - 9 * HOUR, status: 'warning', ms: 5_000 },
      { job: 'b', at: NOW - 8 * HOUR, status: 'error', ms: 7_000 },
      { job: 'b', at: NOW - 8 * HOUR, status: 'timed_out', ms: 64_000 },
      // None of these did work, however long they took.
      { job: 'a', at: NOW - 3 * HOUR, status: 'cancelled', ms: 900_000 },
      { job: 'b', at: NOW - 2 * HOUR, status: 'skipped' },
      { job: 'b', at: NOW - 2 * HOUR, status: 'upstream_failed' },
      { job: 'b', at: NOW, status: 'running' },
      // Before the period.
      { job: 'a', at: NOW - 25 * HOUR, status: 'error', ms: 1 },
    ]);
    const found = await stats();
    expect(found).toMatchObject({
      total_tasks: 9,
      success_count: 2,
      warning_count: 1,
      error_count: 1,
      timed_out_count: 1,
      cancelled_count: 1,
      skipped_count: 1,
      upstream_failed_count: 1,
      running_count: 1,
      success_rate: 3 / 5,
      avg_execution_time: 16,
      p50_execution_time: 5,
      p90_execution_time: 64,
      p99_execution_time: 64,
      last_execution: '2026-01-31T08:15:30.123Z',
    });
    expect(found.per_job).toEqual([
      {
        name: 'a',
        label: 'A',
        total: 4,
        success_rate: 1,
        avg_execution_time: 3,
        last_status: 'cancelled',
        last_run: '2026-01-31T05:15:30.123Z',
      },
      {
        name: 'b',
        label: 'b',
        total: 5,
        success_rate: 0,
        avg_execution_time: 35.5,
        last_status: 'running',
        last_run: '2026-01-31T08:15:30.123Z',
      },
    ]);
  });

  it.each([1, 24, 48, 49, 720, 8_760])('over %i hours, the steps add up to the totals', async (hours) => {
    const { trend, success_count, warning_count, error_count, timed_out_count } = await stats(`?period_hours=${hours}`);
    const sum = (of: 'success' | 'warning' | 'error') => trend.reduce((total, step) => total + step[of], 0);
    expect([sum('success'), sum('warning'), sum('error')]).toEqual([
      success_count,
      warning_count,
      error_count + timed_out_count,
    ]);
    expect(trend.length).toBeGreaterThan(0);
    expect(trend.length).toBeLessThanOrEqual(30);
    const starts = trend.map(({ at }) => Date.parse(at));
    expect(starts[0]).toBe(NOW + 1 - hours * HOUR);
    expect(starts.at(-1)).toBeLessThanOrEqual(NOW);
  });

  it('name the last run of all, however long ago it was', async () => {
    const quiet = await openTestServer({ configuration: { jobs: { a: { shell: 'true', taskType: 'sync' } } } });
    await makeRuns(quiet, [{ job: 'a', at: NOW - 72 * HOUR, status: 'success', ms: 1 }]);
    const found = syncLogStats.parse(await (await ask(quiet, '/api/sync-logs/stats')).json());
    expect([found.total_syncs, found.last_sync]).toEqual([0, '2026-01-28T08:15:30.123Z']);
    await quiet.close();
  });
});
