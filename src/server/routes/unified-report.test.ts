import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sampleReport } from '../../../test/fixtures/sample-report.ts';
import { overview } from '../../contracts/api/overview.ts';
import { reportSummary } from '../../contracts/api/reports.ts';
import { pageOf } from '../../contracts/api/shared.ts';
import { unifiedReport } from '../../contracts/api/unified.ts';
import type { StoredReport } from '../../core/reports/index.ts';
import { ask, makeShop, NOW, openTestServer, type TestServer } from '../server-fixtures.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let server: TestServer;
let project: number;
let authorization: string;
/** Parts of Guardian that stand still. */
let still: string[];

async function open() {
  still = [];
  server = await openTestServer({
    options: { partProblems: async () => still },
    configuration: { alertTypes: ['DISK_FULL'] },
  });
  const shop = await makeShop(server);
  project = shop.id;
  authorization = `Bearer ${shop.key}`;
}

const get = async () => unifiedReport.parse(await (await ask(server, '/api/reports/unified')).json());
const send = async (service: string) => {
  const event = { id: `${service}-1`, time: new Date(server.clock.now()).toISOString(), message: 'ready', service };
  const reply = await ask(server, '/api/events', { method: 'POST', json: event, headers: { authorization } });
  expect(reply.status).toBe(200);
};
const ran = async (name: string, status: string, more: object = {}) => {
  const json = { script_name: name, status, message: `${name} ended`, ...more };
  const reply = await ask(server, '/api/sync-logs', { method: 'POST', json, headers: { authorization } });
  expect(reply.status).toBe(201);
};

let reports = 0;
async function report(service: string, status: StoredReport['status'], fields: Partial<StoredReport> = {}) {
  const at = server.clock.now();
  const about: StoredReport = {
    ...{ id: `report-${++reports}`, projectId: project, service, status, occasion: 'schedule' },
    ...{ from: at - HOUR, to: at, madeAt: at, intervalMs: 2 * HOUR, errors: 0, warnings: 0 },
    problem: status === 'could not look' ? 'the source did not answer' : null,
    ...fields,
  };
  const content = { ...sampleReport(), service, status_reasons: ['5 warnings, more than 3'] };
  await server.store.reports.add(about, status === 'could not look' ? null : content);
  return about;
}

describe('the unified report', () => {
  beforeEach(open);
  afterEach(() => server.close());

  it('is OK when every service and every job is, and says what each rests on', async () => {
    await send('cart');
    const { id } = await report('cart', 'OK');
    await ran('import', 'success');
    const whole = await get();
    expect(whole).toMatchObject({ schema: 'guardian.unified/1', status: 'OK', gaps: 0, reasons: [] });
    expect(whole.services).toMatchObject([
      { name: 'cart', project: 'shop', status: 'OK', ageMs: 0, report: { id, status: 'OK', isStale: false } },
    ]);
    const job = whole.jobs.find(({ name }) => name === 'import');
    expect(job).toMatchObject({ origin: 'client', status: 'OK', run: { status: 'success' } });
    // What Guardian does for itself has not come to its time.
    expect(whole.jobs.filter(({ origin }) => origin === 'guardian').map(({ status }) => status)).toContain(
      'nothing yet',
    );
  });

  it('has the worst status of services and jobs together: neither hides the other', async () => {
    await send('cart');
    await report('cart', 'DEGRADED');
    await ran('import', 'success');
    expect(await get()).toMatchObject({ status: 'DEGRADED', reasons: ['cart: 5 warnings, more than 3'] });
    await ran('backup', 'error', { error_message: 'disk full' });
    const whole = await get();
    expect([whole.status, whole.gaps]).toEqual(['CRITICAL', 0]);
    expect(whole.reasons).toEqual(['backup: its last run failed: backup ended']);
    expect(whole.jobs[0]).toMatchObject({ name: 'backup', status: 'CRITICAL' });
    server.clock.pass(MINUTE);
    await ran('backup', 'success');
    expect((await get()).status).toBe('DEGRADED');
    await ran('import', 'warning');
    expect((await get()).jobs[0]).toMatchObject({ name: 'import', status: 'DEGRADED', reasons: ['import ended'] });
  });

  it('takes a service without a report, or with a look that failed, for a gap and never for OK', async () => {
    await send('cart');
    await send('pay');
    await report('cart', 'OK');
    const gap = await get();
    expect(gap).toMatchObject({ status: 'could not look', gaps: 1, reasons: ['pay: no report of it was made yet'] });
    await report('pay', 'could not look');
    expect((await get()).reasons).toEqual(['pay: the last look failed: the source did not answer']);
    await ran('backup', 'error');
    const worse = await get();
    expect(worse).toMatchObject({ status: 'CRITICAL', gaps: 1 });
    expect(worse.reasons.some((reason) => reason.startsWith('pay:'))).toBe(true);
  });

  it('takes a stale report for a gap, shows its age, and uses nothing that stood in it', async () => {
    await send('cart');
    await report('cart', 'OK', { intervalMs: 30 * MINUTE });
    server.clock.pass(34 * MINUTE);
    expect(await get()).toMatchObject({
      status: 'could not look',
      reasons: ['cart: its newest report is 34 min old, which is older than its schedule allows'],
      services: [{ status: 'could not look', ageMs: 34 * MINUTE, report: { status: 'OK', isStale: true } }],
    });
    await report('cart', 'OK');
    expect((await get()).status).toBe('OK');
  });

  it('takes a job that is paused for a gap', async () => {
    await ran('import', 'success');
    await ask(server, '/api/jobs/import/pause', { method: 'POST', json: { reason: 'stock-taking' } });
    const whole = await get();
    expect(whole).toMatchObject({ status: 'could not look', gaps: 1 });
    expect(whole.reasons[0]).toMatch(/^import: paused by .+ \(stock-taking\)$/);
  });

  it('counts open alerts, until they are over', async () => {
    await send('cart');
    await report('cart', 'OK');
    const post = (state: string) =>
      ask(server, '/api/alerts', {
        method: 'POST',
        json: {
          type: 'DISK_FULL',
          severity: 'critical',
          state,
          subject: { kind: 'host', id: 'db-1' },
          description: 'full',
        },
        headers: { authorization },
      });
    await post('firing');
    expect(await get()).toMatchObject({ status: 'CRITICAL', alerts: { total: 1, items: [{ type: 'DISK_FULL' }] } });
    await post('resolved');
    expect(await get()).toMatchObject({ status: 'OK', alerts: { total: 0, items: [] } });
  });

  it('is CRITICAL when a part of Guardian stands still, and a section that cannot be read is a gap', async () => {
    await send('cart');
    await report('cart', 'OK');
    still = ['planner'];
    expect(await get()).toMatchObject({ status: 'CRITICAL', reasons: ['planner: planner stands still'] });
    still = [];
    const { runs } = server.options.store;
    runs.lastOf = () => Promise.reject(new Error('the disk is away'));
    const whole = await get();
    expect(whole).toMatchObject({ status: 'could not look', gaps: 1, jobs: [] });
    expect(whole.reasons[0]).toMatch(/^Jobs: Jobs could not be read/);
    expect(whole.services).toMatchObject([{ status: 'OK' }]);
  });
});

describe('an installation that watches nothing', () => {
  beforeAll(open);
  afterAll(() => server.close());

  it('is not OK: nothing was looked at', async () => {
    expect(await get()).toMatchObject({
      ...{ status: 'could not look', gaps: 0, services: [] },
      reasons: ['Nothing is watched yet: no service has sent anything, and no job has run'],
    });
  });

  it.each([
    ['?format=text', {}, 'text/plain', 'Production report over everything — COULD NOT LOOK'],
    ['?format=markdown', {}, 'text/markdown', '# Production report over everything: COULD NOT LOOK'],
    ['', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }, 'text/html', '<!doctype html>'],
    ['', { accept: 'text/markdown' }, 'text/markdown', '# Production report'],
    ['', { accept: '*/*' }, 'application/json', '{"schema":"guardian.unified/1"'],
    ['?format=text', { 'accept-language': 'fr' }, 'text/plain', 'Rapport de production sur tout'],
    ['?format=text&language=fr', { 'accept-language': 'en' }, 'text/plain', 'Rapport de production sur tout'],
  ] as const)('is read as people and programs want it: %s %j', async (query, headers, type, begins) => {
    const reply = await ask(server, `/api/reports/unified${query}`, { headers });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
    expect((await reply.text()).startsWith(begins)).toBe(true);
    if (type === 'text/html') expect(reply.headers.get('content-security-policy')).toContain('sandbox');
  });
});

describe('a report that is older than its schedule allows', () => {
  beforeAll(open);
  afterAll(() => server.close());
  const listed = async () => pageOf(reportSummary).parse(await (await ask(server, '/api/reports')).json()).items;

  it('is shown as stale on the list and on the overview, with when it was made; history is not', async () => {
    const first = await report('cart', 'OK');
    server.clock.pass(2 * HOUR);
    const second = await report('cart', 'OK');
    expect((await listed()).map(({ id, isStale }) => [id, isStale])).toEqual([
      [second.id, false],
      [first.id, false],
    ]);
    // A moment to make the next one in.
    server.clock.pass(2 * HOUR + MINUTE);
    expect((await listed()).map(({ isStale }) => isStale)).toEqual([false, false]);
    server.clock.pass(5 * MINUTE);
    expect((await listed()).map(({ isStale }) => isStale)).toEqual([true, false]);
    const { latestReports } = overview.parse(await (await ask(server, '/api/overview')).json());
    expect(latestReports).toMatchObject([
      { id: second.id, isStale: true, madeAt: new Date(NOW + 2 * HOUR).toISOString() },
    ]);
  });

  it('is valid for its window where no schedule made it', async () => {
    const { id } = await report('pay', 'OK', { occasion: 'demand', intervalMs: null });
    const isStale = async () => (await listed()).find((one) => one.id === id)?.isStale;
    expect(await isStale()).toBe(false);
    server.clock.pass(HOUR + 6 * MINUTE);
    expect(await isStale()).toBe(true);
  });
});
