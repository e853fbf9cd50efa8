import { existsSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problem } from '../../contracts/api/shared.ts';
import {
  usageErased,
  usageReportMade,
  usageSummary,
  usageTimeline,
  usageUserDetail,
  usageUserPage,
} from '../../contracts/api/usage.ts';
import { makePeople, type People } from '../jobs/run-fixtures.ts';
import { ask, NOW, openTestServer, type TestServer } from '../server-fixtures.ts';
import { sendUsage, useRecord } from '../usage/usage-fixtures.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ANA = 'ana@example.com';

let server: TestServer;
let people: People;

beforeAll(async () => {
  server = await openTestServer({ configuration: { timeZone: 'Europe/Paris' } });
  people = await makePeople(server);
  await server.startShift();
  const key = people.ingest.authorization!.slice('Bearer '.length);
  await sendUsage(server, key, [
    useRecord(ANA, 90 * MINUTE),
    useRecord(ANA, 80 * MINUTE, { revision: 'r2' }),
    useRecord(ANA, 79 * MINUTE, { status: 500, error: { type: 'TypeError', message: 'InternalServerError 500' } }),
    useRecord('bob@example.com', 10 * MINUTE, { endpoint: '/', feature: 'home', group: 'home' }),
    useRecord(null, 9 * MINUTE, { status: 404, endpoint: '(unmatched)', feature: '(unmatched)', group: '(unmatched)' }),
    useRecord('cleo@example.com', 5 * HOUR),
  ]);
});
afterAll(() => server.close());

const get = (path: string, who: keyof People | null = 'admin') =>
  ask(server, `/api/usage${path}`, who === null ? {} : { headers: people[who] });
const post = (path: string, who: keyof People | null = 'admin') =>
  ask(server, `/api/usage${path}`, { method: 'POST', json: {}, ...(who === null ? {} : { headers: people[who] }) });

describe('the summary of usage', () => {
  it('says who used what up to now, with counts that add up', async () => {
    const summary = usageSummary.parse(await (await get('/summary?hours=2')).json());
    expect(summary).toMatchObject({
      period: '2026-01-31 07:15 - 09:15',
      active_users: 2,
      total_requests: 5,
      total_errors: 2,
      top_features: [
        { name: 'chat_message', count: 3 },
        { name: '(unmatched)', count: 1 },
        { name: 'home', count: 1 },
      ],
      error_breakdown: { 404: 1, 500: 1 },
      meta: { anonymousRequests: 1, anonymousErrors: 1, timeZone: 'Europe/Paris', end: new Date(NOW).toISOString() },
    });
    expect(summary.users[0]).toEqual({
      email: ANA,
      total_time_minutes: 11,
      features_used: ['chat'],
      requests_count: 3,
      errors_count: 1,
      errors: [
        {
          endpoint: '/api/chat/message',
          error: 'InternalServerError 500',
          timestamp: new Date(NOW - 79 * MINUTE).toISOString(),
        },
      ],
    });
  });

  it('covers 2 hours where nothing is said, and of the chosen service only', async () => {
    expect(usageSummary.parse(await (await get('/summary')).json()).total_requests).toBe(5);
    expect(usageSummary.parse(await (await get('/summary?hours=6')).json()).total_requests).toBe(6);
    expect(usageSummary.parse(await (await get('/summary?service=other')).json()).total_requests).toBe(0);
  });

  it('refuses other spans, strangers, and whoever is no administrator', async () => {
    for (const hours of ['0', '721', '1.5', 'all', '-2'])
      expect((await get(`/summary?hours=${hours}`)).status, hours).toBe(400);
    expect((await get('/summary?hours=720')).status).toBe(200);
    expect((await get('/summary?days=2')).status).toBe(400);
    const paths = ['/summary', '/timeline', '/users', `/users/${ANA}`, `/users/${ANA}/export`];
    for (const path of paths) {
      expect((await get(path, null)).status, path).toBe(401);
      expect((await get(path, 'viewer')).status, path).toBe(403);
      expect((await get(path, 'member')).status, path).toBe(403);
      expect((await get(path, 'ingest')).status, path).toBe(401);
    }
    for (const path of ['/generate-report', `/users/${ANA}/erase`]) {
      expect((await post(path, null)).status, path).toBe(401);
      expect((await post(path, 'member')).status, path).toBe(403);
    }
    expect(problem.parse(await (await get('/summary', 'member')).json()).code).toBe('forbidden');
  });
});

describe('pages of usage', () => {
  it('show requests and errors in equal steps, and when a revision went to work', async () => {
    const { points, revisions, stepMs } = usageTimeline.parse(await (await get('/timeline?hours=3')).json());
    expect(stepMs).toBe(MINUTE);
    expect(points.reduce((sum, { requests }) => sum + requests, 0)).toBe(5);
    expect(points.reduce((sum, { errors }) => sum + errors, 0)).toBe(2);
    expect(revisions).toEqual([{ at: new Date(NOW - 80 * MINUTE).toISOString(), service: 'shop', revision: 'r2' }]);
  });

  it('list users a page at a time, and look for a part of the name', async () => {
    const first = usageUserPage.parse(await (await get('/users?hours=6&limit=2')).json());
    expect(first.items.map(({ email }) => email)).toEqual([ANA, 'bob@example.com']);
    const next = usageUserPage.parse(await (await get(`/users?hours=6&limit=2&cursor=${first.nextCursor}`)).json());
    expect([next.items.map(({ email }) => email), next.nextCursor]).toEqual([['cleo@example.com'], null]);
    const found = usageUserPage.parse(await (await get('/users?hours=6&text=CLEO')).json());
    expect(found.items).toHaveLength(1);
    expect((await get('/users?cursor=nonsense')).status).toBe(400);
  });

  it('note every look at a user before it is answered, without the name', async () => {
    const detail = usageUserDetail.parse(await (await get(`/users/${encodeURIComponent(ANA)}`)).json());
    expect(detail).toMatchObject({ email: ANA, requests: 3, errors: 1, totalMinutes: 11 });
    expect(detail.sessions).toHaveLength(1);
    expect(detail.recentErrors).toMatchObject([{ error_type: 'TypeError', error_code: 500, issue_id: null }]);
    expect((await get('/users/nobody@example.com')).status).toBe(404);
    const text = JSON.stringify(await (await ask(server, '/api/audit', { headers: people.admin })).json());
    expect(text.match(/usage user viewed/g)).toHaveLength(2);
    expect(text).not.toContain(ANA);
  });

  it('export everything of one user, as JSON and as CSV', async () => {
    const json = await get(`/users/${ANA}/export`);
    expect(json.headers.get('content-disposition')).toBe('attachment; filename="usage-export.json"');
    const exported = (await json.json()) as Record<string, { user_email?: string }[]>;
    expect(exported.feature_usage).toHaveLength(3);
    expect(exported.user_sessions).toHaveLength(1);
    expect(JSON.stringify(exported)).not.toContain('bob@example.com');
    const csv = await get(`/users/${ANA}/export?format=csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect((await csv.text()).split('\r\n').filter((line) => line.startsWith('feature_usage,'))).toHaveLength(3);
    expect((await get(`/users/${ANA}/export?format=xml`)).status).toBe(400);
  });
});

describe('the report of usage', () => {
  it('is made by its job on demand, saved, and written as a file that is the same', async () => {
    const made = usageReportMade.parse(await (await post('/generate-report')).json());
    expect(made.summary).toMatchObject({ total_requests: 5, period: '2026-01-31 07:15 - 09:15' });
    expect(made.file).toMatch(/reports\/usage_report\.json$/);
    expect(JSON.parse(readFileSync(made.file, 'utf8'))).toEqual(made.summary);
    const run = await server.store.runs.get(made.run!);
    expect(run).toMatchObject({ jobId: 'guardian-usage_report', status: 'success', tick: null });
    expect(run!.triggeredBy.user).toBe('Ada');
  });

  it('erases nobody while that cannot be noted', async () => {
    const refuse = "CREATE TRIGGER refused BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(FAIL, 'no room'); END";
    await sql.raw(refuse).execute(server.store.kysely);
    expect((await post(`/users/${ANA}/erase`)).status).toBeGreaterThanOrEqual(500);
    await sql.raw('DROP TRIGGER refused').execute(server.store.kysely);
    expect(usageUserDetail.parse(await (await get(`/users/${ANA}`)).json())).toMatchObject({ requests: 3 });
  });

  it('names nobody any more once they are erased, and keeps the totals', async () => {
    const { file } = usageReportMade.parse(await (await post('/generate-report')).json());
    const erased = usageErased.parse(await (await post(`/users/${ANA}/erase`)).json());
    expect(erased).toMatchObject({ user: ANA, verified: true });
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).not.toContain(ANA);
    const summary = usageSummary.parse(await (await get('/summary')).json());
    expect([summary.total_requests, summary.total_errors, summary.active_users]).toEqual([5, 2, 1]);
    expect((await get(`/users/${ANA}`)).status).toBe(404);
    const { items } = (await (await ask(server, '/api/audit', { headers: people.admin })).json()) as {
      items: { action: string; fields: unknown }[];
    };
    const noted = items.filter(({ action }) => /eras/.test(action)).map(({ action, fields }) => [action, fields]);
    expect(noted.reverse()).toEqual([
      ['usage user erasure asked', null],
      ['usage user erased', { rows: erased.rows, verified: true }],
    ]);
  });
});
