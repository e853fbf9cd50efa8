import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Receiver, startReceiver } from '../../../test/fixtures/receiver.ts';
import { configurationSchema } from '../../config/schema.ts';
import { runDetail, runSummary } from '../../contracts/api/jobs.ts';
import { DEFAULT_NOTIFY_KNOBS } from '../../core/notify/index.ts';
import { ask, openTestServer, type TestServer } from '../../server/server-fixtures.ts';
import { openAlerts } from './open-alerts.ts';

/** docs/jobs.md, "Whether the public can reach it". */
const given = (url: string) => ({
  jobs: { shop_access: { label: 'Public access of the shop', http: { url, text: 'Welcome' } } },
  alertTypes: ['ACCESS_LOST'],
  rules: [
    {
      ...{ name: 'shop-access', type: 'ACCESS_LOST', severity: 'critical' as const },
      jobs: { of: 'failures' as const, jobs: ['shop_access'], from: 2 },
    },
  ],
});
const WELCOME = { kind: 'answer', status: 200, body: '<h1>Welcome</h1>' } as const;

let site: Receiver;
let server: TestServer;
let alerts: ReturnType<typeof openAlerts>;

beforeEach(async () => {
  site = await startReceiver(WELCOME);
  const configuration = given(`${site.url}/`);
  server = await openTestServer({ configuration });
  alerts = openAlerts({
    ...{ configuration: configurationSchema.parse(configuration), store: server.store, clock: server.clock },
    ...{ knobs: DEFAULT_NOTIFY_KNOBS, parts: { parts: async () => [] }, onChange: () => {}, onTold: () => {} },
  });
  await server.startShift();
});
afterEach(async () => {
  await server.close();
  await site.stop();
});

/** One look at the address, and then one of the rules. */
async function look(): Promise<{ status: string; message: string | null }> {
  const asked = await ask(server, '/api/jobs/shop_access/run', { method: 'POST', json: {} });
  const { id } = runSummary.parse(((await asked.json()) as { run: unknown }).run);
  const ended = await vi.waitFor(
    async () => {
      const run = runDetail.parse(await (await ask(server, `/api/runs/${id}`)).json());
      expect(run.finishedAt).not.toBeNull();
      return run;
    },
    { timeout: 30_000, interval: 50 },
  );
  server.clock.pass(60_000);
  await alerts.evaluateSchedules();
  return ended;
}
const open = async () =>
  (await server.store.alerts.list({ types: ['ACCESS_LOST'] }, { cursor: null, limit: 9 })).items.map(
    ({ state }) => state,
  );

it.each([
  ['401 for everybody', 401],
  ['403 for everybody, the health check excepted', 403],
  ['a sign-in in its place', 302],
])(
  'a public address that answers %s is an alert at the second look, until it lets people in again',
  async (_, status) => {
    expect((await look()).status).toBe('success');
    expect(site.received[0]!.headers.authorization).toBeUndefined();
    expect(site.received[0]!.headers['user-agent']).toBe('Guardian/1.2.3');
    site.always({ kind: 'answer', status, headers: { location: '/sign-in' }, body: 'Welcome, sign in' });
    expect(await look()).toMatchObject({ status: 'error', message: expect.stringContaining(String(status)) });
    expect(await open()).toEqual([]);
    expect((await look()).status).toBe('error');
    expect(await open()).toEqual(['firing']);
    site.always(WELCOME);
    expect((await look()).status).toBe('success');
    expect(await open()).toEqual(['resolved']);
  },
);

it('and so is one that refuses the connection', async () => {
  await look();
  await site.stop();
  await look();
  expect(await look()).toMatchObject({ status: 'error' });
  expect(await open()).toEqual(['firing']);
  const whole = (await (await ask(server, '/api/reports/unified')).json()) as { status: string };
  expect(whole.status).toBe('CRITICAL');
});
