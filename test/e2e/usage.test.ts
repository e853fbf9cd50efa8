import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import express from 'express';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { start } from '../../packages/sdk/src/index.ts';
import { guardianExpress } from '../../packages/sdk/src/middleware/express.ts';
import { plantedRequest } from '../../packages/sdk/src/middleware/planted-fixtures.ts';
import {
  type UsageSummary,
  usageErased,
  usageReportMade,
  usageSummary,
  usageUserDetail,
} from '../../src/contracts/api/usage.ts';
import { guardianApi } from '../fixtures/guardian-api.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { type Mailbox, openMailbox } from '../fixtures/smtp-mailbox.ts';
import { runGuardian } from './run-guardian.ts';
import { put, workspace } from './workspace.ts';

const PATIENCE = { timeout: 30_000, interval: 100 };
const HOUR = 60 * 60_000;
const ANA = 'ana@piano.ca';
const BOB = 'bob@piano.ca';
/** Requests whose every place holds text of a user. */
const PLANTED = 40;
const CANARY = /CANARY\d+x/i;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

const folder = workspace();
const report = join(folder, '.guardian/reports/usage_report.json');
let mailbox: Mailbox;
let server: RunningServer;
let said = '';

/** An application with its own authentication, which runs after the middleware was installed. */
function shop(usage: Parameters<typeof guardianExpress>[0]) {
  const app = express();
  app.use(guardianExpress<express.Request & { user?: string }>(usage, { identify: (request) => request.user ?? null }));
  app.use((request: express.Request & { user?: string }, _response, next) => {
    const token = request.headers.authorization;
    if (token === 'Bearer ana') request.user = ANA;
    if (token === 'Bearer ann' || token === 'Bearer bob') request.user = BOB;
    next();
  });
  app.use(express.text({ type: () => true }));
  app.post('/api/chat/message', (_request, response) => void response.json({ ok: true }));
  app.get('/api/orders/:id', () => {
    throw new TypeError('order 8812 of ana@piano.ca does not exist');
  });
  app.post('/api/echo/:id', (request, response) => {
    const { id } = request.params;
    if (id.startsWith('throw')) throw new RangeError(`no ${id}`, { cause: new Error(request.body) });
    response.status(id.startsWith('refuse') ? 422 : 200).send(`${id} ${request.body}`);
  });
  app.use((_error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
    response.status(500).send('failed');
  });
  return app;
}

beforeAll(async () => {
  mailbox = await openMailbox();
  put(
    folder,
    'guardian.config.ts',
    `export default {
      mail: { from: 'guardian@piano.ca', smtp: { host: '127.0.0.1', port: ${mailbox.port}, encryption: 'none' } },
      recipients: { ops: { name: 'Ops', language: 'fr', email: 'ops@piano.ca' } },
      routes: [{ name: 'usage', on: ['usage_digest', 'alert_fired'], to: ['ops'], over: ['email'] }],
      notify: { groupFor: '0s', allowReservedDomains: true },
    };`,
  );
  server = await startGuardian({ folder });
});
afterAll(async () => {
  await server.stop();
  await mailbox.close();
});

async function json(path: string, init: RequestInit = {}): Promise<unknown> {
  const headers = { 'content-type': 'application/json', origin: server.url, ...init.headers };
  const response = await fetch(`${server.url}${path}`, { ...init, headers });
  expect(response.status, path).toBe(200);
  return response.json();
}
const summaryNow = async (): Promise<UsageSummary> => usageSummary.parse(await json('/api/usage/summary?hours=2'));

function inDatabase(statement: string, ...values: (string | number)[]): unknown[] {
  const database = new DatabaseSync(join(folder, '.guardian/guardian.db'));
  try {
    return database.prepare(statement).all(...values);
  } finally {
    database.close();
  }
}

async function call(url: string, path: string, init: RequestInit = {}): Promise<void> {
  const response = await fetch(`${url}${path}`, init);
  await response.arrayBuffer();
}

async function callPlanted(url: string, index: number): Promise<void> {
  const [path, asked] = plantedRequest(index);
  await call(url, path, asked as RequestInit);
}

describe('usage of a real application', () => {
  it('comes from its requests as rows, sessions and a summary that adds up', async () => {
    const client = await start({
      url: server.url,
      key: server.key,
      service: 'shop',
      revision: 'r7',
      folder: join(folder, 'sdk'),
    });
    const listening: Server = await new Promise((resolve) => {
      const app = shop(client.usage).listen(0, '127.0.0.1', () => resolve(app));
    });
    const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
    try {
      const ana = { authorization: 'Bearer ana', 'user-agent': 'curl/8' };
      for (let index = 0; index < 3; index++)
        await call(url, '/api/chat/message', { method: 'POST', headers: ana, body: 'a word that nobody may read' });
      for (let index = 0; index < 5; index++)
        await call(url, `/api/orders/881${index}`, {
          headers: { ...ana, traceparent: `00-${TRACE}-00f067aa0ba902b7-01` },
        });
      await call(url, '/health');
      await call(url, '/nowhere');
      for (let index = 0; index < PLANTED; index++) await callPlanted(url, index);
    } finally {
      await new Promise((resolve) => listening.close(resolve));
      await client.stop();
    }
    const summary = await vi.waitFor(async () => {
      const found = await summaryNow();
      expect(found.total_requests).toBe(9 + PLANTED);
      return found;
    }, PATIENCE);
    expect(summary.active_users).toBe(2);
    const anaNow = summary.users.find(({ email }) => email === ANA)!;
    expect(anaNow).toMatchObject({ requests_count: 8, errors_count: 5, features_used: ['orders', 'chat'] });
    expect(anaNow.errors[0]).toMatchObject({ endpoint: '/api/orders/:id', error: 'TypeError 500' });
    const ofUsers = summary.users.reduce((sum, { requests_count }) => sum + requests_count, 0);
    const errors = summary.users.reduce((sum, { errors_count }) => sum + errors_count, 0);
    const breakdown = Object.values(summary.error_breakdown).reduce((sum, count) => sum + count, 0);
    expect(ofUsers + summary.meta.anonymousRequests).toBe(summary.total_requests);
    expect([errors + summary.meta.anonymousErrors, breakdown]).toEqual([summary.total_errors, summary.total_errors]);
    expect(summary.meta.missingRecords).toBe(0);
    const detail = usageUserDetail.parse(await json(`/api/usage/users/${ANA}`));
    expect(detail.sessions).toMatchObject([{ service: 'shop', user_agent: 'curl', ip_address: null }]);
  });

  it('raises one alert for the user whose fifth error came, and mails it', async () => {
    const alert = await vi.waitFor(async () => {
      const { items } = (await json('/api/alerts?type=USER_ERRORS')) as {
        items: { subject: { name: string }; state: string }[];
      };
      expect(items.filter(({ subject }) => subject.name === ANA)).toHaveLength(1);
      return items.find(({ subject }) => subject.name === ANA)!;
    }, PATIENCE);
    expect(alert.state).toBe('firing');
    await vi.waitFor(
      () => expect(mailbox.messages.some(({ raw }) => raw.includes('USER_ERRORS'))).toBe(true),
      PATIENCE,
    );
  });

  it('links an error to the issue of its request, by the trace', async () => {
    await json('/api/events', {
      method: 'POST',
      headers: { authorization: `Bearer ${server.key}` },
      body: JSON.stringify([
        {
          ...{
            severity: 'error',
            service: 'shop',
            exception: 'TypeError: no such order\n    at pay (/app/pay.js:1:1)',
          },
          ...{ traceId: TRACE, message: 'order failed' },
        },
      ]),
    });
    const { issue } = await guardianApi(server.url).waitForIssue('TypeError: no such order');
    await vi.waitFor(async () => {
      const { recentErrors } = usageUserDetail.parse(await json(`/api/usage/users/${ANA}`));
      expect(recentErrors.map(({ issue_id }) => issue_id)).toEqual(Array(5).fill(issue.id));
    }, PATIENCE);
  });

  it('is reported on demand, as a file that is what the route says', async () => {
    const made = usageReportMade.parse(await json('/api/usage/generate-report', { method: 'POST', body: '{}' }));
    expect(made.file).toBe(report);
    const file = usageSummary.parse(JSON.parse(readFileSync(report, 'utf8')));
    expect(file).toEqual(made.summary);
    expect(statSync(report).mode & 0o777).toBe(0o600);
    const now = await summaryNow();
    expect({ ...file, meta: null, period: null }).toEqual({ ...now, meta: null, period: null });
  });

  it('says on the terminal and to Prometheus that records come', async () => {
    const { stdout } = await runGuardian(['doctor'], { folder });
    expect(stdout).toMatch(/^ok {6}Usage +shop: last record 20/m);
    const api = guardianApi(server.url);
    expect(await api.metric('guardian_usage_requests')).toBe(9 + PLANTED);
    expect(await api.metric('guardian_usage_active_users')).toBe(2);
    expect(await api.metric('guardian_usage_last_record_timestamp_seconds{service="shop"}')).toBeGreaterThan(1e9);
  });

  it('makes up a tick that was missed, from the rows, and mails it in the language of who reads it', async () => {
    const tick = Math.floor(Date.now() / (2 * HOUR)) * 2 * HOUR;
    const record = (minutes: number, more: object) => ({
      ...{
        kind: 'request',
        id: crypto.randomUUID(),
        time: new Date(tick - minutes * 60_000).toISOString(),
        service: 'till',
      },
      ...{
        user: 'cleo@piano.ca',
        method: 'GET',
        endpoint: '/sales',
        feature: 'sale_list',
        group: 'sales',
        status: 200,
      },
      ...{ durationMs: 5, ...more },
    });
    const headers = { authorization: `Bearer ${server.key}` };
    const records = [record(90, {}), record(80, { status: 404 }), record(0, {}), record(120, {})];
    await json('/api/usage', { method: 'POST', headers, body: JSON.stringify(records) });
    await vi.waitFor(() => {
      expect(inDatabase("SELECT id FROM feature_usage WHERE service = 'till'")).toHaveLength(4);
    }, PATIENCE);
    said += server.errors();
    await server.stop();
    const before = tick - 24 * HOUR;
    inDatabase(
      "UPDATE job SET planned_until = ?, first_seen_at = ?, version_since = ? WHERE id = 'guardian-usage_report' RETURNING id",
      ...[tick - 1, before, before],
    );
    server = await startGuardian({ folder });
    const mail = await vi.waitFor(() => {
      const found = mailbox.messages.find(({ raw }) => /^Subject: .*Utilisation/m.test(raw));
      expect(found).toBeDefined();
      return found!;
    }, PATIENCE);
    const stored = inDatabase('SELECT json FROM usage_report WHERE to_at = ?', tick) as { json: string }[];
    const summary = usageSummary.parse(JSON.parse(stored[0]!.json));
    const till = summary.users.find(({ email }) => email === 'cleo@piano.ca')!;
    // Half-open: what came at its end is of the next one, what came at its beginning of this one.
    expect(till).toMatchObject({ requests_count: 3, errors_count: 1, total_time_minutes: 40 });
    const { text, html, to } = await simpleParser(mail.raw);
    expect(JSON.stringify(to)).toContain('ops@piano.ca');
    expect(text).toContain('cleo@piano.ca');
    expect(text).toMatch(/Erreurs par code/);
    expect(html).toContain('sale_list');
  });

  it('holds nothing that a user wrote: in no row, log, report, mail or figure', async () => {
    const metrics = await (await fetch(`${server.url}/api/metrics`)).text();
    // What the application's own client spilled stands in the same folder.
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const places: [string, string][] = [
      ...files.map((entry): [string, string] => [
        entry.name,
        readFileSync(join(entry.parentPath, entry.name)).toString('latin1'),
      ]),
      ['log', said + server.errors()],
      ['metrics', metrics],
      ...mailbox.messages.map(({ raw }, index): [string, string] => [`mail ${index}`, raw]),
      ['summary', JSON.stringify(await summaryNow())],
    ];
    expect(places.map(([name]) => name)).toEqual(
      expect.arrayContaining(['guardian.db', 'usage_report.json', 'mail 0']),
    );
    expect(places.filter(([, text]) => CANARY.test(text)).map(([name]) => name)).toEqual([]);
    expect(
      places.filter(([, text]) => /a word that nobody may read|order 8812/.test(text)).map(([name]) => name),
    ).toEqual([]);
    expect(metrics).not.toContain(ANA);
  });

  it('of one user is exported and erased on the terminal, beside the running server', async () => {
    const exported = await runGuardian(['usage', 'export', ANA], { folder });
    expect(exported.status).toBe(0);
    expect((JSON.parse(exported.stdout) as { feature_usage: unknown[] }).feature_usage).toHaveLength(8);
    const before = await summaryNow();
    expect((await runGuardian(['usage', 'erase', ANA], { folder })).status).toBe(64);
    const erased = await runGuardian(['usage', 'erase', ANA, '--yes'], { folder });
    expect([erased.status, erased.stderr]).toEqual([0, '']);
    const after = await summaryNow();
    expect(after.total_requests).toBe(before.total_requests);
    expect(JSON.stringify(after)).not.toContain(ANA);
    expect(existsSync(report) && readFileSync(report, 'utf8')).not.toContain(ANA);
    const late = await fetch(`${server.url}/api/usage/users/${ANA}/erase`, {
      ...{ method: 'POST', body: '{}', headers: { 'content-type': 'application/json', origin: server.url } },
    });
    expect(usageErased.parse(await late.json()).verified).toBe(true);
  });
});
