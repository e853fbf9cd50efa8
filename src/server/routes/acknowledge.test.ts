import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertDetail } from '../../contracts/api/alerts.ts';
import { createAcknowledgeLinks } from '../../core/notify/index.ts';
import { makePeople, type People } from '../jobs/run-fixtures.ts';
import { ask, openTestServer, type TestServer } from '../server-fixtures.ts';

const DAY = 24 * 60 * 60_000;

let server: TestServer;
let people: People;

beforeAll(async () => {
  server = await openTestServer({
    configuration: {
      alertTypes: ['DISK_FULL'],
      recipients: { ada: { name: 'Ada', webhook: 'http://127.0.0.1:1/', roles: ['administrators'] } },
    },
  });
  people = await makePeople(server);
});
afterAll(() => server.close());

const links = () => createAcknowledgeLinks({ settings: server.store.settings, clock: server.clock, linkMs: 7 * DAY });

async function fire(id: string, description = `${id} is full`): Promise<string> {
  const reply = await ask(server, '/api/alerts', {
    method: 'POST',
    json: { type: 'DISK_FULL', subject: { kind: 'host', id }, description },
    headers: people.ingest,
  });
  return ((await reply.json()) as { id: string }).id;
}
const alertOf = async (id: string) =>
  alertDetail.parse(await (await ask(server, `/api/alerts/${id}`, { headers: people.viewer })).json());
const linkTo = async (...ids: string[]) =>
  `/ack/${await links().sign({ alerts: ids.map((id) => ({ id, firing: 1 })), recipientId: 'ada' })}`;

describe('the link of a message', () => {
  it('changes nothing when it is looked at, however often and by whatever', async () => {
    const id = await fire('host-1');
    const path = await linkTo(id);
    const before = await alertOf(id);
    for (let index = 0; index < 100; index += 1) expect((await ask(server, path)).status).toBe(200);
    const methods = ['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'];
    for (const method of methods) await ask(server, path, { method });
    expect(await alertOf(id)).toEqual(before);
  });

  it('is a page that asks, with nothing of others in it but text', async () => {
    const id = await fire('host-2', '<script>alert(1)</script> & co');
    const reply = await ask(server, await linkTo(id), { headers: { 'accept-language': 'fr' } });
    const page = await reply.text();
    expect(page).toContain('<form method="post">');
    expect(page).toContain('lang="fr"');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; co');
    expect(page).not.toContain('<script>');
    expect(reply.headers.get('content-security-policy')).toContain("form-action 'self'");
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('acknowledges when its button is pressed, without a session, as a browser sends a form', async () => {
    const id = await fire('host-3');
    const path = await linkTo(id);
    const press = () =>
      ask(server, path, {
        method: 'POST',
        body: '',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'null' },
      });
    const page = await (await press()).text();
    expect(page).not.toContain('<form');
    const alert = await alertOf(id);
    expect([alert.state, alert.acknowledgedBy]).toEqual(['acknowledged', 'link:ada']);
    expect(alert.acknowledgedUntil).not.toBeNull();
    // Once more is no second acknowledgement.
    expect((await press()).status).toBe(200);
    expect((await alertOf(id)).changes.filter(({ action }) => action === 'acknowledged')).toHaveLength(1);
    const audit = await ask(server, '/api/audit', { headers: people.admin });
    expect(JSON.stringify(await audit.json())).toContain('link:ada');
  });

  it('acknowledges all the alerts of its message', async () => {
    const ids = [await fire('host-4'), await fire('host-5')];
    await ask(server, await linkTo(...ids), { method: 'POST' });
    for (const id of ids) expect((await alertOf(id)).state).toBe('acknowledged');
  });

  it('that was forged, cut or altered does nothing', async () => {
    const id = await fire('host-6');
    const path = await linkTo(id);
    const other = createAcknowledgeLinks({
      settings: { get: async () => Buffer.alloc(32, 1).toString('base64url'), set: async () => {} },
      clock: server.clock,
      linkMs: DAY,
    });
    const forged = `/ack/${await other.sign({ alerts: [{ id, firing: 1 }], recipientId: 'ada' })}`;
    const [head, payload = '', signature] = path.split('.');
    const altered = Buffer.from(payload, 'base64url').toString().replace('ada', 'eve');
    const wrong = [
      forged,
      path.slice(0, -4),
      `${head}.${Buffer.from(altered).toString('base64url')}.${signature}`,
      '/ack/x',
      `/ack/${'x'.repeat(10_000)}`,
    ];
    for (const one of wrong)
      for (const method of ['GET', 'POST']) expect((await ask(server, one, { method })).status).toBe(404);
    expect((await alertOf(id)).state).toBe('firing');
  });

  it('ends after its days, and then says so', async () => {
    const id = await fire('host-7');
    const path = await linkTo(id);
    server.clock.pass(7 * DAY + 1);
    for (const method of ['GET', 'POST']) expect((await ask(server, path, { method })).status).toBe(410);
    const reply = await ask(server, path);
    expect(await reply.text()).toContain('role="alert"');
  });
});
