import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../../test/fixtures/receiver.ts';
import {
  channelList,
  channelTestReply,
  deliveryDetail,
  deliveryPage,
  recipientList,
  routeList,
  routePreview,
} from '../../contracts/api/notifications.ts';
import { problem } from '../../contracts/api/shared.ts';
import { eventually } from '../jobs/run-fixtures.ts';
import { ask, makeShop, openTestServer, type TestServer } from '../server-fixtures.ts';

let server: TestServer;
let receiver: Receiver;
let authorization: string;

beforeAll(async () => {
  receiver = await startReceiver();
  server = await openTestServer({
    // Receivers refuse here on purpose.
    onFailure: () => {},
    configuration: {
      timeZone: 'America/Montreal',
      server: { publicUrl: 'https://guardian.piano.ca' },
      alertTypes: ['DISK_FULL', 'LATE'],
      recipients: {
        ada: { name: 'Ada', roles: ['administrators'], webhook: `${receiver.url}/secret-of-ada`, language: 'fr' },
        bob: { webhook: `${receiver.url}/bob`, quietHours: { from: '21:00', to: '07:00', release: '07:05' } },
        eve: { name: 'Eve', slack: 'https://hooks.slack.example.org/services/T0/B0/secret-token' },
      },
      routes: [
        {
          name: 'disks',
          on: ['alert_fired', 'alert_resolved'],
          types: ['DISK_*'],
          to: ['role:administrators'],
          over: ['webhook'],
        },
        { name: 'late', on: ['alert_fired'], severity: 'error', types: ['LATE'], to: ['bob'], over: ['webhook'] },
      ],
      notify: { coolDown: '30m', allowReservedDomains: true, attempts: 1 },
    },
  });
  authorization = `Bearer ${(await makeShop(server)).key}`;
  await server.startShift();
});
afterAll(async () => {
  await server.close();
  await receiver.stop();
});

const get = async (path: string) => (await ask(server, path)).json();
const post = (path: string, json: unknown = {}, headers: Record<string, string> = {}) =>
  ask(server, path, { method: 'POST', json, headers });
const fire = (type: string, id: string) =>
  post(
    '/api/alerts',
    { type, subject: { kind: 'host', id }, severity: 'error', description: `${id} is full` },
    { authorization },
  );
const deliveries = async (query = '') => deliveryPage.parse(await get(`/api/deliveries${query}`)).items;
const preview = async (json: object, headers = {}) => {
  const reply = await post('/api/routes/preview', json, headers);
  expect(reply.status).toBe(200);
  return routePreview.parse(await reply.json());
};

describe('recipients and routes', () => {
  it('are listed with their channels, and no secret of theirs', async () => {
    const text = JSON.stringify([await get('/api/recipients'), await get('/api/routes'), await get('/api/channels')]);
    expect(text).not.toMatch(/secret/);
    const { items } = recipientList.parse(await get('/api/recipients'));
    expect(items).toEqual([
      {
        id: 'ada',
        name: 'Ada',
        roles: ['administrators'],
        channels: [{ channel: 'webhook', addresses: 1 }],
        timeZone: 'America/Montreal',
        language: 'fr',
        quietHours: null,
      },
      expect.objectContaining({ id: 'bob', name: 'bob', quietHours: { from: '21:00', to: '07:00', release: '07:05' } }),
      expect.objectContaining({ id: 'eve', channels: [{ channel: 'slack', addresses: 1 }] }),
    ]);
    const routes = routeList.parse(await get('/api/routes'));
    expect(routes.items.map(({ name, match, to }) => [name, match, to])).toEqual([
      ['disks', 'DISK_*', ['role:administrators']],
      ['late', 'error at least · LATE', ['bob']],
    ]);
    expect(routes.policy.length).toBeGreaterThan(4);
  });

  it('F15: explain who would get something, and why others would not', async () => {
    const found = await preview({ occasion: 'alert_fired', type: 'DISK_FULL', severity: 'error' });
    expect(found).toMatchObject({
      isUnrouted: false,
      deliveries: [{ recipient: 'Ada', channel: 'webhook', route: 'disks', decision: 'at once', releaseAt: null }],
    });
    expect(found.deliveries[0]!.address).not.toContain('secret');
    expect(found.routes.map(({ name, isMatch }) => [name, isMatch])).toEqual([
      ['disks', true],
      ['late', false],
    ]);
    expect(found.routes[1]!.reason).toBe('type of alert: LATE, but here DISK_FULL');
    const other = { occasion: 'job_late', severity: 'info' };
    const french = await preview(other, { 'accept-language': 'fr' });
    expect(french.routes.map(({ reason }) => reason)).toEqual([
      'ce qui arrive : Alerte déclenchée, Alerte terminée, mais ici Tâche en retard; type d’alerte : DISK_*, mais ici rien',
      'ce qui arrive : Alerte déclenchée, mais ici Tâche en retard; gravité : au moins erreur, mais ici info; type d’alerte : LATE, mais ici rien',
    ]);
    // What nothing matches goes to administrators, and says so.
    const unrouted = await preview({ occasion: 'job_failed', job: 'full_sync' });
    expect([unrouted.isUnrouted, unrouted.deliveries.map(({ recipient }) => recipient)]).toEqual([true, ['Ada']]);
  });

  it('know quiet hours at the time that is asked about', async () => {
    const night = await preview({
      occasion: 'alert_fired',
      type: 'LATE',
      severity: 'error',
      at: '2026-02-01T03:00:00Z',
    });
    expect(night.deliveries[0]).toMatchObject({ recipient: 'bob', releaseAt: '2026-02-01T12:05:00.000Z' });
    const critical = { occasion: 'alert_fired', type: 'LATE', severity: 'critical', at: '2026-02-01T03:00:00Z' };
    expect((await preview(critical)).deliveries[0]?.releaseAt).toBeNull();
    expect(receiver.received).toEqual([]);
  });

  it('refuse an occasion that there is not, in the reader’s language', async () => {
    const reply = await post('/api/routes/preview', { occasion: 'job_broke' }, { 'accept-language': 'fr' });
    expect(reply.status).toBe(400);
    expect(problem.parse(await reply.json()).detail).toContain('job_failed');
  });
});

describe('the test button of a channel', () => {
  const test = async (recipient: string, kind = 'webhook') => {
    server.clock.pass(1_000);
    return post(`/api/channels/${kind}/test`, { recipient });
  };

  it('C4: sends a real message, in the recipient’s language, and says what the other side said', async () => {
    const reply = await test('ada');
    expect(reply.status).toBe(200);
    expect(channelTestReply.parse(await reply.json()).outcome).toBe('sent');
    const [request] = receiver.received;
    expect([request?.method, request?.path]).toEqual(['POST', '/secret-of-ada']);
    expect(request?.headers['webhook-signature']).toMatch(/^v1,/);
    const [delivery] = await deliveries('?occasion=test');
    expect(delivery).toMatchObject({ state: 'sent', recipient: 'Ada', channel: 'webhook', attempts: 1 });
  });

  it('F9: says failed, with the error as it came, where the other side refused', async () => {
    receiver.next({ kind: 'answer', status: 403, body: 'this hook was revoked' });
    const { outcome, detail } = channelTestReply.parse(await (await test('ada')).json());
    expect([outcome, detail]).toEqual(['failed', expect.stringContaining('this hook was revoked')]);
    const { items } = channelList.parse(await get('/api/channels'));
    expect(items.find(({ kind }) => kind === 'webhook')).toMatchObject({
      state: 'failing',
      failuresInARow: 1,
      lastError: expect.stringContaining('403'),
      recipients: ['Ada', 'bob'],
    });
    expect(items.find(({ kind }) => kind === 'sms')).toMatchObject({ isConfigured: false, state: 'unused' });
    expect(channelTestReply.parse(await (await test('ada')).json()).outcome).toBe('sent');
    const after = channelList.parse(await get('/api/channels')).items.find(({ kind }) => kind === 'webhook');
    expect([after?.state, after?.failuresInARow, after?.lastError]).toEqual(['well', 0, null]);
  });

  it('knows nobody who is not there, and says so where somebody has no such address', async () => {
    const nobody = await test('nobody');
    expect([nobody.status, problem.parse(await nobody.json()).detail]).toEqual([404, 'There is no recipient nobody.']);
    const without = await test('eve');
    expect(without.status).toBe(409);
    expect(problem.parse(await without.json()).detail).toContain('this person has no address for it');
    expect((await test('ada', 'fax')).status).toBe(400);
  });
});

describe('deliveries', () => {
  it('C3: tell of an alert whom it reached, over what, by which route, with every attempt', async () => {
    // Whatever else is on its way is answered so, too.
    // One that answers with what it was sent.
    const sent = 'https://guardian.piano.ca/ack/v1.WyJhIl0.c2lnbmVk';
    receiver.always({ kind: 'answer', status: 400, body: `no such channel for ${sent}` });
    const { id } = (await (await fire('DISK_FULL', 'host-1')).json()) as { id: string };
    const [delivery] = await eventually(
      () => deliveries(`?alert=${id}`),
      (items) => items.some(({ state }) => state === 'dead'),
    );
    receiver.always({ kind: 'answer', status: 200, body: 'ok' });
    expect(delivery).toMatchObject({
      occasion: 'alert_fired',
      recipient: 'Ada',
      route: 'disks',
      isUnrouted: false,
      severity: 'error',
      attempts: 1,
      about: { kind: 'alert', id },
      nextAttemptAt: null,
    });
    const whole = deliveryDetail.parse(await get(`/api/deliveries/${delivery!.id}`));
    expect(whole.tries).toMatchObject([{ number: 1, error: expect.stringContaining('no such channel') }]);
    expect(whole.text).toContain('host-1 is full');
    expect(JSON.stringify(whole)).not.toContain('secret-of-ada');
  });

  it('never show the link by which their recipient answers for an alert, to whoever may read', async () => {
    const link = 'https://guardian.piano.ca/ack/v1.';
    expect(receiver.received.some(({ body }) => body.includes('host-1') && body.includes(link))).toBe(true);
    const [delivery] = (await deliveries()).filter(({ subject }) => subject.includes('host-1'));
    const { key } = (await (await post('/api/keys', { label: 'reader', scope: 'read' })).json()) as { key: string };
    const asReader = async (path: string) =>
      (await ask(server, path, { headers: { authorization: `Bearer ${key}` } })).text();
    const detail = await asReader(`/api/deliveries/${delivery!.id}`);
    expect(deliveryDetail.parse(JSON.parse(detail))).toMatchObject({
      text: expect.stringContaining('Prendre en charge'),
      html: expect.stringContaining('Prendre en charge'),
    });
    const alert = delivery!.about!.id;
    const others = [`/api/deliveries?alert=${alert}`, `/api/alerts/${alert}`, '/api/alerts', '/api/channels'];
    const seen = [detail, ...(await Promise.all(others.map(asReader)))];
    expect(seen.filter((text) => text.includes('/ack/'))).toEqual([]);
  });

  it('F11: that are dead are sent again on request, and then no more', async () => {
    const dead = (await deliveries('?state=dead&occasion=alert_fired')).find(({ subject }) =>
      subject.includes('host-1'),
    );
    const before = receiver.received.length;
    const reply = await post(`/api/deliveries/${dead!.id}/resend`);
    expect(reply.status).toBe(200);
    await receiver.count(before + 1);
    await eventually(
      () => deliveries(`?alert=${dead!.about!.id}`),
      ([found]) => found?.state === 'sent',
    );
    const again = await ask(server, `/api/deliveries/${dead!.id}/resend`, {
      method: 'POST',
      headers: { 'accept-language': 'fr' },
    });
    expect(again.status).toBe(409);
    expect(problem.parse(await again.json()).detail).not.toContain('only what');
    expect((await post('/api/deliveries/nobody/resend')).status).toBe(404);
  });

  it('are filtered, and paged to the end', async () => {
    const all = await deliveries('?limit=200');
    expect((await deliveries('?recipient=ada')).length).toBe(all.length);
    expect(await deliveries('?recipient=bob')).toEqual([]);
    expect((await deliveries('?channel=webhook,email')).length).toBe(all.length);
    expect(await deliveries('?run=nobody')).toEqual([]);
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: ReturnType<typeof deliveryPage.parse> = deliveryPage.parse(
        await get(`/api/deliveries?limit=1${cursor && `&cursor=${cursor}`}`),
      );
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(ids).toEqual(all.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
