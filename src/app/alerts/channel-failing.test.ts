import { afterEach, beforeEach, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { type Receiver, startReceiver } from '../../../test/fixtures/receiver.ts';
import { createSlackChannel } from '../../adapters/channels/slack/slack.ts';
import { configurationSchema } from '../../config/schema.ts';
import {
  createDeliveryWorker,
  createIntake,
  createStandIns,
  DEFAULT_NOTIFY_KNOBS as knobs,
  queueTest,
} from '../../core/notify/index.ts';
import { messagesFor } from '../../core/shared/index.ts';
import { failingChannels } from '../telling/failing-channels.ts';
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

/** Nicolas is the administrator; each address is a lane of its own. */
function openTelling(addresses: readonly string[]) {
  const nicolas = {
    id: 'nicolas',
    name: 'Nicolas',
    roles: ['administrators'],
    addresses: { slack: [...addresses] },
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
    worker: () => ({ isStopped: false }),
    ingest: () => ({ problem: null }),
    sources: async () => [],
    messages: messagesFor('en'),
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
  return {
    worker,
    alerts,
    intake: createIntake({ store: notifications, directory, knobs, clock, sharedKinds: [] }),
    standIns: createStandIns({
      store: notifications,
      directory,
      knobs,
      clock,
      failingChannels: () => failingChannels(stores.main),
    }),
    queueTest: () =>
      queueTest({ store: notifications, directory, clock, tag: null }, { recipientId: 'nicolas', channel: 'slack' }),
  };
}

const failing = async () =>
  (await stores.main.alerts.list({ types: ['CHANNEL_FAILING'] }, { cursor: null, limit: 9 })).items;

it('F10: a channel whose account was closed is an alert within two looks, with the words of the other side, until it takes one again', async () => {
  const { worker, alerts, queueTest: test } = openTelling([`${slack.url}/hook`]);
  const send = async () => {
    await test();
    await worker.pass();
    now += MINUTE;
    await alerts.evaluateSchedules();
  };

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

it('C2: an administrator hears of a channel that fails by its alert or by the message that died of it, whichever comes first, once in the cool-down', async () => {
  const well = await startReceiver();
  const { worker, alerts, intake, standIns, queueTest: test } = openTelling([`${slack.url}/hook`, `${well.url}/hook`]);
  const minute = async () => {
    await standIns.pass();
    await alerts.evaluateSchedules();
    await intake.pass();
    await worker.pass();
    now += MINUTE;
  };
  const heard = () => well.received.map(({ body }) => body).filter((body) => !/test message/i.test(body));
  slack.always({ kind: 'answer', status: 404, body: 'no_service' });
  for (let count = 0; count <= knobs.failuresInRow + 2; count++) {
    await test();
    await worker.pass();
    await minute();
  }
  expect(await failing()).toMatchObject([{ state: 'firing' }]);
  expect(heard()).toHaveLength(1);
  // It lasts: past the cool-down the alert is told, and no message that dies is any more.
  for (let count = 0; count < 90; count++) {
    if (count % 20 === 0) await test();
    await minute();
  }
  expect(heard()).toHaveLength(2);
  expect(heard()[1]).toContain('CHANNEL_FAILING');
  slack.always({ kind: 'answer', status: 200, body: 'ok' });
  await test();
  await worker.pass();
  // As long as messages are gathered.
  for (let count = 0; count < 7; count++) await minute();
  expect(await failing()).toMatchObject([{ state: 'resolved' }]);
  expect(heard()).toHaveLength(3);
  await well.stop();
});
