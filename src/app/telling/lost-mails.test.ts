import { afterEach, beforeEach, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { type Receiver, startReceiver } from '../../../test/fixtures/receiver.ts';
import { sampleReport } from '../../../test/fixtures/sample-report.ts';
import { type Mailbox, openMailbox, TEST_AUTHORITY } from '../../../test/fixtures/smtp-mailbox.ts';
import { configurationSchema } from '../../config/schema.ts';
import type { StoredReport } from '../../core/reports/index.ts';
import { messagesFor } from '../../core/shared/index.ts';
import { guardianParts } from '../alerts/guardian-parts.ts';
import { openAlerts } from '../alerts/open-alerts.ts';
import { openChannels } from '../declare/channels.ts';
import { declaredDirectory, notifyKnobsOf } from '../declare/directory.ts';
import { mailChannel } from '../mail-channel.ts';
import { openTelling } from '../telling.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 12, 17);

let now: number;
const clock = { now: () => now };
let stores: OpenedStores;
let mailbox: Mailbox;
let hook: Receiver;
/** The password that the mail server knows: that of the configuration is `right password`. */
let known: string;

beforeEach(async () => {
  now = START;
  known = 'right password';
  [stores, hook, mailbox] = await Promise.all([
    DATABASES[0]!.open({ clock }),
    startReceiver(),
    openMailbox({
      authOptional: false,
      onAuth: ({ username, password }, _session, done) =>
        password === known ? done(null, { user: username }) : done(new Error('535 the password was rotated')),
    }),
  ]);
});
afterEach(async () => {
  await Promise.all([hook.stop(), mailbox.close()]);
  await stores.close();
});

/** Reports go to an address by mail; the administrator is reached over a webhook. */
function open() {
  const configuration = configurationSchema.parse({
    mail: {
      recipients: ['team@piano.ca'],
      from: 'guardian@piano.ca',
      smtp: {
        ...{ host: '127.0.0.1', port: mailbox.port, user: 'guardian@piano.ca', password: 'right password' },
        certificateAuthority: TEST_AUTHORITY,
      },
    },
    recipients: { ana: { roles: ['administrators'], webhook: `${hook.url}/hook` } },
  });
  const knobs = notifyKnobsOf(configuration);
  let dead = 0;
  const mail = mailChannel(configuration, '/nowhere');
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const sender = { address: 'guardian@piano.ca', name: null };
  const telling = openTelling({
    ...{ configuration, store: stores.main, channel: mail, directory: declaredDirectory(configuration), knobs, clock },
    channels: openChannels(configuration, { mail, sender, webhookSecret: secret, clock }),
    makeReport: () => Promise.reject(new Error('no report is made here')),
    onChange: () => {},
    onFailure: () => {},
    onDead: () => dead++,
  });
  const alerts = openAlerts({
    ...{ configuration, store: stores.main, knobs, clock, onChange: () => {}, onTold: () => {} },
    parts: guardianParts({
      store: stores.main,
      failuresInRow: knobs.failuresInRow,
      engine: () => [],
      telling: () => [],
      worker: () => ({ isStopped: false }),
      ingest: () => ({ problem: null }),
      sources: async () => [],
      messages: messagesFor('en'),
    }),
  });
  /** What the server's loops do in a minute. */
  const minute = async () => {
    await telling.rounds[0]!.run(new AbortController().signal);
    await telling.worker.pass();
    await telling.standIns.pass();
    await alerts.evaluateSchedules();
    await telling.intake.pass();
    await telling.worker.pass();
    now += MINUTE;
  };
  return { minute, telling, close: () => mail.close(), deadSoFar: () => dead };
}

async function addReport(id: string): Promise<void> {
  const content = sampleReport();
  const about: StoredReport = {
    ...{ id, projectId: stores.projectIds[0], service: 'shop', status: content.status, occasion: 'trigger' },
    ...{ from: now - 60 * MINUTE, to: now, madeAt: now, intervalMs: null, errors: 9, warnings: 0, problem: null },
  };
  await stores.main.reports.add(about, content);
}

/** What the webhook heard of mail. */
const heard = () =>
  hook.received.map(({ body }) => body).filter((body) => /CHANNEL_FAILING|guardian_degraded/.test(body));

it('a mail of a report that the server refuses is told over another channel within minutes, once, with its words; one that arrives is not', async () => {
  const { minute, close } = open();
  await addReport('well');
  await minute();
  expect(mailbox.messages).toHaveLength(1);
  expect(heard()).toEqual([]);

  known = 'another password';
  now += 7 * 60 * MINUTE;
  await addReport('lost');
  for (let minutes = 0; minutes < 30; minutes++) await minute();
  expect(mailbox.messages).toHaveLength(1);
  expect(heard()).toHaveLength(1);
  expect(heard()[0]).toContain('team@piano.ca');
  expect(heard()[0]).toContain('535');
  close();
});

it('and when the password is right again the mail still goes out', async () => {
  const { minute, close } = open();
  known = 'another password';
  await addReport('kept');
  for (let minutes = 0; minutes < 8; minutes++) await minute();
  expect([mailbox.messages.length, heard().length]).toEqual([0, 1]);
  known = 'right password';
  for (let minutes = 0; minutes < 60; minutes++) await minute();
  expect(mailbox.messages).toHaveLength(1);
  close();
});

it('a message that the other side refuses for good is said to be dead at once, one that arrives is not', async () => {
  const { telling, close, deadSoFar } = open();
  const send = async () => {
    now += MINUTE;
    await telling.test({ recipientId: 'ana', channel: 'webhook' });
    await telling.worker.pass();
    return deadSoFar();
  };
  expect(await send()).toBe(0);
  hook.always({ kind: 'answer', status: 404, body: 'gone' });
  expect(await send()).toBe(1);
  close();
});
