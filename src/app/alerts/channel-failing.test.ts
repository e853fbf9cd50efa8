import { afterEach, beforeEach, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { type Receiver, startReceiver } from '../../../test/fixtures/receiver.ts';
import { createSlackChannel } from '../../adapters/channels/slack/slack.ts';
import { configurationSchema } from '../../config/schema.ts';
import { createDeliveryWorker, DEFAULT_NOTIFY_KNOBS as knobs, queueTest } from '../../core/notify/index.ts';
import { guardianParts } from './guardian-parts.ts';
import { openAlerts } from './open-alerts.ts';

const MINUTE = 60_000;

let now = Date.UTC(2026, 0, 12, 17, 0);
const clock = { now: () => now };
let stores: OpenedStores;
let slack: Receiver;

beforeEach(async () => {
  stores = await DATABASES[0]!.open({ clock });
  slack = await startReceiver();
});
afterEach(async () => {
  await slack.stop();
  await stores.close();
});

it('F10: a channel whose account was closed is an alert within two looks, with the words of the other side, until it takes one again', async () => {
  const nicolas = {
    id: 'nicolas',
    name: 'Nicolas',
    roles: ['administrators'],
    addresses: { slack: [`${slack.url}/hook`] },
    timeZone: 'America/Montreal',
    language: 'en' as const,
    quietHours: null,
  };
  const directory = { recipients: [nicolas], routes: [], rotations: [] };
  const { notifications } = stores.main;
  const worker = createDeliveryWorker({
    store: notifications,
    channels: new Map([['slack', createSlackChannel({ timeoutMs: 5_000 })]]),
    directory,
    knobs,
    compose: { language: 'en', timeZone: 'UTC', tag: null, publicUrl: null, links: null },
    clock,
    onFailure: () => {},
  });
  const parts = guardianParts({
    store: stores.main,
    failuresInRow: knobs.failuresInRow,
    engine: () => [],
    telling: () => [],
    worker: () => ({ lastTurnAt: now, isRunning: true }),
    ingest: () => ({ problem: null }),
    now: clock.now,
  });
  const alerts = openAlerts({
    configuration: configurationSchema.parse({}),
    store: stores.main,
    knobs,
    parts,
    clock,
    onChange: () => {},
    onTold: () => {},
  });
  const send = async () => {
    await queueTest(
      { store: notifications, directory, clock, tag: null },
      { recipientId: 'nicolas', channel: 'slack' },
    );
    await worker.pass();
    now += MINUTE;
    await alerts.evaluateSchedules();
  };
  const failing = async () =>
    (await stores.main.alerts.list({ types: ['CHANNEL_FAILING'] }, { cursor: null, limit: 9 })).items;

  await send();
  slack.always({ kind: 'answer', status: 404, body: 'no_service' });
  for (let count = 0; count < knobs.failuresInRow; count++) await send();
  expect(await failing()).toEqual([]);
  await send();
  expect(await failing()).toMatchObject([
    { state: 'firing', description: expect.stringContaining('HTTP 404: no_service') },
  ]);
  const outbox = await stores.main.kysely.selectFrom('outbox').select('kind').execute();
  expect(outbox.filter(({ kind }) => kind === 'alert-fired')).toHaveLength(1);

  slack.always({ kind: 'answer', status: 200, body: 'ok' });
  await send();
  expect(await failing()).toMatchObject([{ state: 'resolved' }]);
});
