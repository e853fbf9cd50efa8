import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type DashboardTab,
  ensureDashboard,
  openDashboard,
  overflow,
  seriousViolations,
} from '../fixtures/dashboard-browser.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';

/** Usage, traces, analytics, audit trails, templates and learning as a real server shows them, from what real clients send. */

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PATIENCE = { timeout: 30_000, interval: 250 };

let server: RunningServer;
let tab: DashboardTab;

beforeAll(async () => {
  ensureDashboard();
  server = await startGuardian();
  await Promise.all([sendUsage(), sendTrace()]);
  tab = await openDashboard(server.url);
});
afterAll(async () => {
  await tab?.close();
  await server?.stop();
});
afterEach(() => {
  expect(tab.troubles.splice(0)).toEqual([]);
});

async function post(path: string, body: string, type: string): Promise<void> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': type, authorization: `Bearer ${server.key}` },
    body,
  });
  expect(response.status, path).toBe(200);
}

function sendUsage(): Promise<void> {
  const batch = {
    ...{ kind: 'batch', id: '0198f3c2-aaaa-7000-8000-000000010000', service: 'shop', sender: 'one' },
    ...{ time: new Date(Date.now() - 60_000).toISOString(), sequence: 1, revision: 'r1' },
    uses: [
      ['POST', '/api/threads/:id', 'thread_create', 'threads'],
      ['GET', '/', 'home'],
    ],
    who: [['ana@example.com', 'firefox'], [null]],
    rows: [
      [0, 12, 0, 200, 0],
      [500, 3, 1, 404, 1],
      [900, 7, 0, 500, 0],
      [950, 7, 0, 200, 0],
    ],
  };
  return post('/api/usage', JSON.stringify(batch), 'application/x-ndjson');
}

async function sendTrace(): Promise<void> {
  const at = (ms: number) => `${Date.now() - 10_000 + ms}000000`;
  const service = (name: string) => ({ attributes: [{ key: 'service.name', value: { stringValue: name } }] });
  const ids = { traceId: TRACE, spanId: '00f067aa0ba902b7' };
  const spans = [
    { ...ids, name: 'POST /orders', kind: 2, startTimeUnixNano: at(0), endTimeUnixNano: at(400) },
    {
      ...{ ...ids, spanId: '00f067aa0ba902b8', parentSpanId: ids.spanId, name: 'INSERT order', kind: 3 },
      ...{ startTimeUnixNano: at(50), endTimeUnixNano: at(90), status: { code: 2 } },
    },
  ];
  const resourceSpans = [{ resource: service('shop'), scopeSpans: [{ spans }] }];
  await post('/v1/traces', JSON.stringify({ resourceSpans }), 'application/json');
  const body = { stringValue: 'KeyError: price' };
  const logRecords = [{ ...ids, timeUnixNano: at(60), severityNumber: 17, body }];
  const resourceLogs = [{ resource: service('shop'), scopeLogs: [{ logRecords }] }];
  await post('/v1/logs', JSON.stringify({ resourceLogs }), 'application/json');
}

async function open(path: string): Promise<void> {
  await tab.page.goto(server.url + path);
  await tab.page.locator('main h1').first().waitFor();
  await expect.poll(() => tab.page.getByText(/^Loading …$/).count()).toBe(0);
}

/** Opens it again until it shows the text: what was sent is folded within seconds. */
async function openUntil(path: string, text: string | RegExp): Promise<void> {
  await expect
    .poll(async () => {
      await open(path);
      return tab.page.locator('main').getByText(text).count();
    }, PATIENCE)
    .toBeGreaterThan(0);
}
const told = (text: string | RegExp) => tab.page.locator('main').getByText(text).first().waitFor();

describe('a real server', () => {
  it('shows who used what, and each look at them in the audit trail', async () => {
    await openUntil('/usage', 'ana@example.com');
    const numbers = await tab.page.getByRole('region', { name: 'In numbers' }).textContent();
    expect(numbers).toContain('Active users1');
    expect(numbers).toContain('Requests4');
    expect(numbers).toContain('Errors2');
    await tab.page.getByRole('link', { name: 'ana@example.com' }).click();
    await tab.page.getByRole('heading', { level: 1, name: 'ana@example.com' }).waitFor();
    await told('/api/threads/:id');
    await open('/audit');
    await told(/looked at the usage of/);
  });

  it('verifies its own audit trail', async () => {
    await open('/audit');
    await tab.page.getByRole('button', { name: 'Verify the trail' }).click();
    await told(/^Intact: \d+ entr/);
  });

  it('shows a trace over its spans and log entries, and what was slow', async () => {
    await openUntil('/traces', 'POST /orders');
    await tab.page.getByRole('link', { name: 'POST /orders' }).click();
    const spans = tab.page.getByRole('list', { name: 'Waterfall' }).getByRole('listitem');
    await expect.poll(() => spans.count(), PATIENCE).toBe(2);
    expect(await spans.nth(1).textContent()).toContain('INSERT order failed');
    await tab.page.getByRole('region', { name: 'Its log entries' }).getByText('KeyError: price').waitFor();
    await openUntil('/analytics', 'INSERT order');
  });

  it('shows its built-in templates, each with a preview', async () => {
    await open('/templates');
    await tab.page.locator('main li[data-row] a').first().click();
    await tab.page.getByRole('button', { name: 'Show', exact: true }).click();
    await tab.page.locator('iframe, main [role=status] pre').first().waitFor();
    tab.refused.length = 0;
  });

  it.each(['/usage', '/audit', '/traces', `/traces/${TRACE}`, '/analytics', '/templates', '/coordination'])(
    'loads %s whole, readable, at 360 pixels too',
    async (path) => {
      await open(path);
      expect(await tab.page.getByText('This could not be loaded').count()).toBe(0);
      expect(await seriousViolations(tab.page)).toEqual([]);
      await tab.page.setViewportSize({ width: 360, height: 740 });
      expect(await overflow(tab.page)).toBe(0);
      await tab.page.setViewportSize({ width: 1280, height: 900 });
    },
  );
});
