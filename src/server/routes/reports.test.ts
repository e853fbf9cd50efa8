import { afterEach, describe, expect, it } from 'vitest';
import { reportSummary } from '../../contracts/api/reports.ts';
import { pageOf } from '../../contracts/api/shared.ts';
import { type Report, reportSchema } from '../../contracts/report.ts';
import type { StoredReport } from '../../core/reports/index.ts';
import { ask, NOW, openTestServer, type TestServer } from '../server-fixtures.ts';
import type { ReportAsked, ServerOptions } from '../server-options.ts';

const opened: TestServer[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

const SHAPE = Object.keys(reportSchema.shape);

/** Stores a report as the real maker does; what it is made of is the maker's matter. */
async function open(trigger: ServerOptions['trigger'] = { token: 'a-trigger-token-of-ours', verify: null }) {
  const asked: ReportAsked[] = [];
  let server: TestServer | null = null;
  const makeReport = async (request: ReportAsked): Promise<StoredReport> => {
    asked.push(request);
    const about: StoredReport = {
      id: `report-${asked.length}`,
      projectId: request.projectId,
      service: request.service,
      status: request.service === 'gone' ? 'could not look' : 'OK',
      occasion: request.occasion,
      from: NOW - 3_600_000,
      to: NOW,
      madeAt: NOW,
      intervalMs: null,
      errors: 0,
      warnings: 0,
      problem: request.service === 'gone' ? 'the source did not answer' : null,
    };
    const content = Object.fromEntries(SHAPE.map((name) => [name, null])) as unknown as Report;
    await server!.store.reports.add(about, request.service === 'gone' ? null : { ...content, service: 'cart' });
    return about;
  };
  server = await openTestServer({ options: { makeReport, trigger } });
  opened.push(server);
  return { server, asked };
}

describe('reports', () => {
  it('are made on demand, listed, and read as people and programs want them', async () => {
    const { server, asked } = await open();
    const made = await ask(server, '/api/reports', { method: 'POST', json: { service: 'cart', freshness: '30m' } });
    expect(made.status).toBe(201);
    expect(asked).toEqual([{ projectId: null, service: 'cart', freshness: '30m', occasion: 'demand' }]);
    const { items } = pageOf(reportSummary).parse(await (await ask(server, '/api/reports')).json());
    expect(items).toMatchObject([{ id: 'report-1', status: 'OK', isStale: false }]);
    const json = await ask(server, '/api/reports/report-1');
    expect(Object.keys((await json.json()) as object).sort()).toEqual([...SHAPE].sort());
    const html = await ask(server, '/api/reports/report-1?format=html');
    expect([html.headers.get('content-type'), await html.text()]).toEqual([
      'text/html; charset=utf-8',
      'html of cart in en',
    ]);
    expect(html.headers.get('content-security-policy')).toContain('sandbox');
    const chosen = await ask(server, '/api/reports/report-1?format=html&language=fr');
    expect(await chosen.text()).toBe('html of cart in fr');
  });

  it('that could not be made say why, and are no report', async () => {
    const { server } = await open();
    const made = await ask(server, '/api/reports', { method: 'POST', json: { service: 'gone' } });
    expect(await made.json()).toMatchObject({ status: 'could not look', problem: 'the source did not answer' });
    const read = await ask(server, '/api/reports/report-1');
    expect([read.status, await read.text()]).toEqual([409, expect.stringContaining('the source did not answer')]);
    expect(await (await ask(server, '/api/overview')).json()).toMatchObject({
      status: 'unknown',
      reasons: ['Guardian could not look at gone'],
    });
  });
});

describe('the trigger of Cloud Scheduler', () => {
  const tick = (server: TestServer, time: string, token = 'a-trigger-token-of-ours') =>
    ask(server, '/api/trigger/report', {
      method: 'POST',
      body: '{"service":"cart"}',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/octet-stream',
        'x-cloudscheduler-scheduletime': time,
      },
    });

  it('makes one report for each tick, however often and however near it asks', async () => {
    const { server, asked } = await open();
    const first = await tick(server, '2026-01-31T08:00:00Z');
    expect([first.status, await first.json()]).toMatchObject([202, { id: 'report-1', occasion: 'trigger' }]);
    expect(await (await tick(server, '2026-01-31T08:00:00Z')).json()).toMatchObject({ id: 'report-1' });
    expect(await (await tick(server, '2026-01-31T10:00:00Z')).json()).toMatchObject({ id: 'report-2' });
    const both = await Promise.all([tick(server, '2026-01-31T12:00:00Z'), tick(server, '2026-01-31T12:00:00Z')]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 429]);
    expect(asked).toHaveLength(3);
  });

  it('lets nobody in without the token, and is off without one', async () => {
    const { server, asked } = await open();
    expect((await tick(server, 'x', 'a-guess')).status).toBe(401);
    expect((await ask(server, '/api/trigger/report', { method: 'POST' })).status).toBe(401);
    const off = await open({ token: null, verify: null });
    expect((await tick(off.server, 'x')).status).toBe(404);
    expect([asked, off.asked]).toEqual([[], []]);
  });

  it('asks to come again while a signed token cannot be verified', async () => {
    const verdicts = ['unavailable', 'refused', 'accepted'] as const;
    let asks = 0;
    const { server, asked } = await open({ token: null, verify: async () => verdicts[asks++]! });
    const unavailable = await tick(server, '2026-01-31T08:00:00Z');
    expect([unavailable.status, unavailable.headers.get('retry-after')]).toEqual([503, '30']);
    expect(await unavailable.json()).toMatchObject({ detail: expect.stringContaining('Google') });
    expect((await tick(server, '2026-01-31T08:00:00Z')).status).toBe(401);
    expect((await tick(server, '2026-01-31T08:00:00Z')).status).toBe(202);
    expect(asked).toHaveLength(1);
  });

  it('needs no body', async () => {
    const { server, asked } = await open();
    const headers = { authorization: 'Bearer a-trigger-token-of-ours' };
    expect((await ask(server, '/api/trigger/report', { method: 'POST', headers })).status).toBe(202);
    expect(asked).toEqual([{ projectId: null, service: null, freshness: '1h', occasion: 'trigger' }]);
  });
});
