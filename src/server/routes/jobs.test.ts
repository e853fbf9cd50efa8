import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainGraph, chainRun, jobDetail, jobList, runDetail, runPage } from '../../contracts/api/jobs.ts';
import { problem } from '../../contracts/api/shared.ts';
import { makeRuns } from '../jobs/run-fixtures.ts';
import { ask, makeShop, NOW, openTestServer, type TestServer } from '../server-fixtures.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let server: TestServer;
const get = async (path: string) => (await ask(server, path)).json();

beforeAll(async () => {
  server = await openTestServer({
    configuration: {
      jobs: {
        full_sync: {
          label: 'Full sync',
          shell: 'true',
          cron: '0 1 * * *',
          timeZone: 'America/Montreal',
          taskType: 'sync',
          retries: { count: 3, first: '30s' },
          overlap: { queue: 4 },
          concurrency: 'database',
        },
        timeline_report: { shell: 'true', after: [{ job: 'full_sync', strict: true }] },
        nightly_backup: { watched: { grace: '30m' }, cron: '0 3 * * *', label: 'Backup of the night' },
        ping_api: { http: 'http://127.0.0.1:1/', every: '5m' },
      },
    },
  });
  await makeShop(server);
});
afterAll(() => server.close());

describe('the list of jobs', () => {
  it('has each with its schedule, its next tick and nothing that was never there', async () => {
    const { items } = jobList.parse(await get('/api/jobs'));
    const own = items.filter(({ origin }) => origin === 'configuration');
    expect(own.map(({ label, schedule, nextTick }) => [label, schedule, nextTick])).toEqual([
      ['Backup of the night', '0 3 * * * (UTC)', '2026-02-01T03:00:00.000Z'],
      ['Full sync', '0 1 * * * (America/Montreal)', '2026-02-01T06:00:00.000Z'],
      ['ping_api', 'every 5 min', '2026-01-31T08:20:30.123Z'],
      ['timeline_report', 'after full_sync', null],
    ]);
    expect(
      own.map(({ last, lastSuccess, problem: wrong, recent, pause }) => [last, lastSuccess, wrong, recent, pause]),
    ).toEqual(own.map(() => [null, null, null, [], null]));
    // Guardian's own come last, so that nobody looks for theirs among them.
    expect(items.findIndex(({ origin }) => origin === 'guardian')).toBe(own.length);
  });

  it('shows the last run, the last success, the last failure, and how the newest twenty ended', async () => {
    const statuses = ['success', 'warning', 'error', 'timed_out', 'cancelled'] as const;
    await makeRuns(
      server,
      Array.from({ length: 25 }, (_, index) => ({
        job: 'full_sync',
        at: NOW - 30 * HOUR + index * HOUR,
        status: statuses[index % 5]!,
        ms: 90_000,
      })),
    );
    const { items } = jobList.parse(await get('/api/jobs'));
    const sync = items.find(({ id }) => id === 'full_sync')!;
    expect(sync.recent).toHaveLength(20);
    expect(sync.recent.slice(0, 5)).toEqual(['cancelled', 'timed_out', 'error', 'warning', 'success']);
    expect([sync.last?.status, sync.lastSuccess?.status, sync.lastFailure?.status]).toEqual([
      'cancelled',
      'warning',
      'timed_out',
    ]);
    expect(sync.last?.durationMs).toBe(90_000);
  });

  it('costs as many questions to the store for many jobs as for one', async () => {
    const { store } = server.options;
    const { runs } = store;
    const asked: string[] = [];
    store.runs = new Proxy(runs, {
      get(reader, name: keyof typeof runs) {
        asked.push(name);
        return reader[name];
      },
    });
    await get('/api/jobs');
    store.runs = runs;
    expect(asked.toSorted()).toEqual(['lastOf', 'recentOf']);
  });
});

describe('one job', () => {
  it('tells its next ten ticks, the two next changes of the clock, and what it is configured with', async () => {
    const sync = jobDetail.parse(await get('/api/jobs/full_sync'));
    expect(sync.nextTicks).toHaveLength(10);
    expect(sync.nextTicks.slice(0, 2)).toEqual(['2026-02-01T06:00:00.000Z', '2026-02-02T06:00:00.000Z']);
    expect(sync.clockChanges).toEqual([
      {
        day: '2026-03-08',
        change: 'gap',
        ticks: ['2026-03-08T06:00:00.000Z'],
        note: 'The change of the clock does nothing to it.',
      },
      { day: '2026-11-01', change: 'overlap', ticks: ['2026-11-01T05:00:00.000Z'], note: expect.any(String) },
    ]);
    expect(sync.timeZone).toBe('America/Montreal');
    expect(sync.downstream).toEqual(['timeline_report']);
    expect(sync.pingUrl).toBeNull();
    expect(sync.description).toEqual(
      expect.arrayContaining([
        { name: 'Retries', value: '3 × 30 s × 2' },
        { name: 'When one is open already', value: 'queue (4)' },
        { name: 'Shares a lock', value: 'database (1)' },
      ]),
    );
    const report = jobDetail.parse(await get('/api/jobs/timeline_report'));
    expect([report.upstream, report.nextTicks]).toEqual([[{ job: 'full_sync', isStrict: true }], []]);
    expect(report.timeZone).toBeNull();
    expect(report.statistics).toMatchObject({ successRate: null, meanMs: null, p99Ms: null });
  });

  it('counts its rate over runs that did work, and over nothing is no rate', async () => {
    const { statistics } = jobDetail.parse(await get('/api/jobs/full_sync'));
    // Five of each status; those that were cancelled did no work.
    expect(statistics.byStatus).toMatchObject({ success: 5, warning: 5, error: 5, timed_out: 5, cancelled: 5 });
    expect([statistics.successRate, statistics.meanMs, statistics.p90Ms]).toEqual([0.5, 90_000, 90_000]);
  });

  it('that runs elsewhere has an address to tell of it', async () => {
    const backup = jobDetail.parse(await get('/api/jobs/nightly_backup'));
    expect(backup.pingUrl).toMatch(/^http:\/\/localhost:4400\/ping\/[0-9a-f-]{36}$/);
    expect((await ask(server, new URL(backup.pingUrl!).pathname)).status).toBe(200);
  });

  it('is said in the reader’s language', async () => {
    const reply = await ask(server, '/api/jobs/full_sync', { headers: { 'accept-language': 'fr' } });
    const { clockChanges, description } = jobDetail.parse(await reply.json());
    expect(description.map(({ name }) => name)).toContain('Nouvelles tentatives');
    expect(clockChanges[0]!.note).not.toContain('clock');
  });

  it('that is not there is 404, here and wherever its name stands', async () => {
    for (const path of ['/api/jobs/nobody', '/api/jobs/nobody/runs', '/api/jobs/nobody/resume', '/api/runs/nobody'])
      expect([path, (await ask(server, path)).status]).toEqual([path, 404]);
    for (const path of ['/api/runs/nobody/output', '/api/chains/nobody'])
      expect([path, (await ask(server, path)).status]).toEqual([path, 404]);
    for (const path of [
      '/api/jobs/nobody/run',
      '/api/jobs/nobody/pause',
      '/api/jobs/nobody/resume',
      '/api/runs/x/cancel',
    ])
      expect([path, (await ask(server, path, { method: 'POST', json: {} })).status]).toEqual([path, 404]);
  });
});

describe('runs of a job', () => {
  const list = async (query = '') => runPage.parse(await get(`/api/jobs/full_sync/runs${query}`));

  it('are listed newest first, page by page to the end, each once', async () => {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(`?limit=4${cursor && `&cursor=${cursor}`}`);
      expect(page.items.length).toBeLessThanOrEqual(4);
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    const all = (await list('?limit=200')).items;
    expect(ids).toEqual(all.map(({ id }) => id));
    expect(new Set(ids).size).toBe(25);
    const times = all.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted().reverse());
  });

  it('are filtered by status and time', async () => {
    expect((await list('?status=error,timed_out')).items.map(({ status }) => status)).toEqual(
      Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? 'timed_out' : 'error')),
    );
    const from = new Date(NOW - 8 * HOUR).toISOString();
    expect((await list(`?from=${from}`)).items).toHaveLength(3);
    // A `+` that nobody escaped.
    expect((await list(`?from=${from.replace('.123Z', '+00:00')}`)).items).toHaveLength(3);
    expect((await list(`?from=2026-01-30&to=2026-01-31`)).items).toHaveLength(22);
  });
});

describe('chains', () => {
  it('are the jobs that come after others, with how each ended last', async () => {
    const { jobs, edges } = chainGraph.parse(await get('/api/chains'));
    expect(edges).toEqual([{ from: 'full_sync', to: 'timeline_report', isStrict: true }]);
    expect(jobs.map(({ id, rule, last }) => [id, rule, last?.status])).toEqual([
      ['full_sync', null, 'cancelled'],
      ['timeline_report', 'all_success', undefined],
    ]);
  });

  it('show all runs of one chain run in their order, and that it goes on', async () => {
    const [first] = await makeRuns(server, [{ job: 'full_sync', at: NOW, status: 'success', ms: 1_000 }]);
    await makeRuns(server, [{ job: 'timeline_report', at: NOW + 1_000, status: 'running', chainRunId: first! }]);
    const chain = chainRun.parse(await get(`/api/chains/${first}`));
    expect([chain.isOpen, chain.runs.map(({ job }) => job)]).toEqual([true, ['full_sync', 'timeline_report']]);
    const run = runDetail.parse(await get(`/api/runs/${first}`));
    expect(run.chain.map(({ label, status }) => [label, status])).toEqual([
      ['Full sync', 'success'],
      ['timeline_report', 'running'],
    ]);
  });
});

describe('F6: what is not known', () => {
  it.each([
    ['/api/jobs?state=failed', 'state'],
    ['/api/jobs/full_sync?x=1', 'x'],
    ['/api/jobs/full_sync/runs?stauts=error', 'stauts'],
    ['/api/chains?job=full_sync', 'job'],
    ['/api/scheduler-logs/recent?task=full_sync', 'task'],
    ['/api/scheduler-logs/stats?hours=3', 'hours'],
    ['/api/scheduler-logs/export?limit=3', 'limit'],
    ['/api/sync-logs/recent?script=x', 'script'],
    ['/api/alerts?status=firing', 'status'],
    ['/api/rules?name=x', 'name'],
    ['/api/deliveries?to=ada', 'to'],
    ['/api/recipients?id=ada', 'id'],
    ['/api/routes?on=job_failed', 'on'],
    ['/api/channels?kind=email', 'kind'],
  ])('is refused as a filter: %s', async (path, name) => {
    const reply = await ask(server, path);
    expect(reply.status).toBe(400);
    const { code, detail } = problem.parse(await reply.json());
    expect([code, detail]).toEqual(['payload_invalid', expect.stringContaining(name)]);
  });

  it.each([
    ['/api/jobs/full_sync/runs?status=broken', 'status'],
    ['/api/jobs/full_sync/runs?from=yesterday', 'from'],
    // Without a zone it would be read in the server's.
    ['/api/jobs/full_sync/runs?from=2026-01-31T08:00:00', 'from'],
    ['/api/jobs/full_sync/runs?from=2026-01-31&to=2026-01-30', 'from'],
    ['/api/jobs/full_sync/runs?cursor=bogus', 'cursor'],
    ['/api/jobs/full_sync/runs?limit=201', 'limit'],
    ['/api/scheduler-logs/recent?limit=101', 'limit'],
    ['/api/scheduler-logs/recent?triggered_by=ada', 'triggered_by'],
    ['/api/sync-logs/recent?task_type=synch', 'task_type'],
    ['/api/scheduler-logs/stats?period_hours=0', 'period_hours'],
    ['/api/scheduler-logs/export?format=xlsx', 'format'],
    ['/api/alerts?severity=grave', 'severity'],
    ['/api/alerts?state=open', 'state'],
    ['/api/deliveries?state=delivered', 'state'],
    ['/api/deliveries?channel=fax', 'channel'],
    ['/api/deliveries?occasion=job_broke', 'occasion'],
  ])('is refused as a value: %s', async (path, name) => {
    const reply = await ask(server, path, { headers: { 'accept-language': 'fr' } });
    expect(reply.status).toBe(400);
    const { detail } = problem.parse(await reply.json());
    expect(detail).toContain(name);
    // In the reader's language, whatever is wrong.
    expect(detail).not.toMatch(/\b(?:must|is not|What was)\b/);
  });

  it.each([
    ['/api/jobs/full_sync/run', { now: true }],
    ['/api/jobs/full_sync/pause', { for: '1h' }],
    ['/api/jobs/full_sync/resume', { now: true }],
    ['/api/jobs/pause', { jobs: ['full_sync'] }],
    ['/api/jobs/resume', { jobs: ['full_sync'] }],
    ['/api/sync-logs', { script_name: 'x', status: 'success', by: 'ada' }],
    ['/api/alerts', { type: 'X_Y', subject: { kind: 'k', id: 'i' }, description: 'd', count: 3 }],
    ['/api/alerts/actions', { ids: ['a'], action: 'resolve', note: 'x' }],
    ['/api/measurements', { name: 'humidity', subject: { id: 'p' }, value: 3, units: '%' }],
    ['/api/measurements', { measurements: [{ name: 'humidity', subject: { id: 'p' }, value: 3, units: '%' }] }],
    ['/api/texts', { id: 't', text: 'x', lang: 'fr' }],
    ['/api/routes/preview', { occasion: 'job_failed', who: 'ada' }],
    ['/api/channels/email/test', { recipient: 'ada', to: 'x' }],
  ])('is refused in a body: %s %j', async (path, json) => {
    const reply = await ask(server, path, { method: 'POST', json });
    expect(reply.status).toBe(400);
    const { errors } = problem.parse(await reply.json());
    expect(errors?.[0]?.message).toMatch(/^is not known: /);
  });
});
