import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGuardian, startServer } from '../../src/app/server.ts';
import { loadConfiguration } from '../../src/config/index.ts';
import type { DeliverySummary } from '../../src/contracts/api/notifications.ts';
import { postAlert } from '../bad-days/night-load.ts';
import { type Behaviour, OK, type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { type Mailbox, openMailbox } from '../fixtures/smtp-mailbox.ts';

const MINUTE = 60_000;
let now = Date.parse('2026-03-05T12:00:00Z');
const clock = { now: () => now };

const MISBEHAVIOUR = {
  limited: { kind: 'answer', status: 429, headers: { 'retry-after': '600' }, body: 'slow down' },
  broken: { kind: 'answer', status: 500, body: 'oops' },
  hanging: { kind: 'hang' },
  resetting: { kind: 'reset' },
  dripping: { kind: 'drip' },
} as const satisfies Record<string, Behaviour>;
const MISBEHAVING = Object.keys(MISBEHAVIOUR) as (keyof typeof MISBEHAVIOUR)[];
/** What Guardian says of each, verbatim where the other side said something. */
const ERRORS: Record<string, RegExp> = {
  limited: /^HTTP 429: slow down$/,
  broken: /^HTTP 500: oops$/,
  hanging: /^no end after 1500 ms$/,
  resetting: /ECONNRESET|socket|other side closed|terminated/i,
  dripping: /^no end after 1500 ms$/,
  nowhere: /ENOTFOUND|EAI_AGAIN/,
  greylisted: /451/,
  mute: /time|no end/i,
};

let folder: string;
let guardian: RunningGuardian;
let key: string;
let mailbox: Mailbox;
let well: Receiver;
let sms: Receiver;
const receivers = new Map<string, Receiver>();
let isMailWell = false;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'misbehaving-'));
  well = await startReceiver();
  sms = await startReceiver({ kind: 'answer', status: 201, body: '{"sid": "SM1", "status": "queued"}' });
  for (const name of MISBEHAVING) receivers.set(name, await startReceiver(MISBEHAVIOUR[name]));
  mailbox = await openMailbox({
    onRcptTo({ address }, _session, done) {
      if (isMailWell) done();
      else if (address.startsWith('greylisted')) done(Object.assign(new Error('come later'), { responseCode: 451 }));
      // Nobody ever answers `mute`.
    },
  });
  const overrides = { dataFolder: join(folder, 'guardian'), server: { port: 0 }, ...settings() };
  const configuration = await loadConfiguration({ folder, file: null, environment: {}, overrides });
  guardian = await startServer({ configuration, folder, clock, version: '0.0.0', logger: pino({ level: 'silent' }) });
  const { items } = await get<{ items: { id: number }[] }>('/api/projects');
  key = (await get<{ items: { key: string }[] }>(`/api/projects/${items[0]!.id}/keys`)).items[0]!.key;
});

afterAll(async () => {
  await guardian?.stop();
  await mailbox.close();
  for (const receiver of [well, sms, ...receivers.values()]) await receiver.stop();
  rmSync(folder, { recursive: true, force: true });
});

function settings() {
  const hooks = Object.fromEntries(
    [...receivers].map(([name, { url }]) => [name, name === 'limited' ? { slack: url } : { webhook: url }]),
  );
  return {
    alertTypes: ['PROOF'],
    mail: {
      from: 'guardian@piano.ca',
      smtp: { host: '127.0.0.1', port: mailbox.port, encryption: 'none' as const, timeoutMs: 1_500 },
    },
    channels: {
      timeoutMs: 1_500,
      twilio: { accountSid: 'AC1', authToken: 't', from: '+15145550001', endpoint: sms.url },
    },
    recipients: {
      ...hooks,
      hanging: { ...hooks.hanging, sms: '+15145550002' },
      nowhere: { webhook: 'http://nowhere.guardian.invalid/hook' },
      greylisted: { email: 'greylisted@piano.ca' },
      mute: { email: 'mute@piano.ca' },
      well: { webhook: `${well.url}/hook` },
      administrator: { roles: ['administrators'], slack: `${well.url}/administrator` },
    },
    routes: [
      routeOver('webhook', [...MISBEHAVING.filter((name) => name !== 'limited'), 'nowhere', 'well']),
      routeOver('slack', ['limited']),
      routeOver('email', ['greylisted', 'mute']),
    ],
    notify: {
      groupFor: '0s',
      burstMessages: 1_000,
      repeat: null,
      attempts: 4,
      attemptsWithin: '2h',
      allowReservedDomains: true,
    },
  };
}

function routeOver(channel: 'webhook' | 'slack' | 'email', to: readonly string[]) {
  return { name: channel, on: ['alert_fired' as const], types: ['PROOF'], to: [...to], over: [channel] };
}

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(`${guardian.url}${path}`)).json()) as T;
}
async function deliveries(recipient?: string): Promise<DeliverySummary[]> {
  const query = `occasion=alert_fired&limit=100${recipient ? `&recipient=${recipient}` : ''}`;
  return (await get<{ items: DeliverySummary[] }>(`/api/deliveries?${query}`)).items;
}
const nextAttempt = ({ nextAttemptAt }: DeliverySummary) => Date.parse(nextAttemptAt ?? '');
const raise = async (id: string, severity = 'warning') =>
  expect((await postAlert({ url: guardian.url, key }, id, { severity })).status).toBe(201);

/** Until nothing is on its way, and the worker has looked again and found nothing that it may take. */
async function settled(): Promise<void> {
  let [before, since] = ['', performance.now()];
  const isQuiet = async () => {
    const rows = await deliveries();
    const picture = rows.map(({ state, attempts }) => `${state} ${attempts}`).join();
    if (picture !== before || rows.some(({ state }) => state === 'sending'))
      [before, since] = [picture, performance.now()];
    return performance.now() - since > QUIET_MS;
  };
  await expect.poll(isQuiet, { timeout: 60_000, interval: 200 }).toBe(true);
}
/** More than two looks of the worker. */
const QUIET_MS = 2_200;
const OPEN = ['pending', 'failed', 'held', 'sending'];

/** `a warning`, `a critical`, … as a webhook or Slack got them. */
function told(receiver: Receiver): string[] {
  return receiver.received.map(({ body }) => wordsOf(body)).filter((words) => words !== '');
}
function wordsOf(body: string): string {
  const id = /of (subject-[a-z])/.exec(body)?.[1] ?? '';
  const { data } = (body.startsWith('{') ? JSON.parse(body) : {}) as { data?: { severity: string } };
  return id === '' ? '' : `${id} ${data?.severity ?? (/critical/i.test(body) ? 'critical' : 'warning')}`;
}
const FIRST = ['subject-a warning', 'subject-b warning', 'subject-a critical'];

describe('receivers that misbehave', () => {
  it('delay nobody else, and nothing counts as sent that nobody accepted', async () => {
    await raise('subject-a');
    await raise('subject-b');
    await raise('subject-a', 'critical');
    await well.count(3);
    // While those that hang still do.
    const waiting = (await deliveries()).filter(({ recipient, state }) => recipient !== 'well' && state === 'sent');
    expect(waiting).toEqual([]);
    expect(told(well).toSorted()).toEqual(FIRST.toSorted());
    await settled();
    for (const recipient of [...MISBEHAVING, 'nowhere', 'greylisted', 'mute']) {
      const rows = await deliveries(recipient);
      expect([recipient, rows.length, rows.filter(({ state }) => state === 'sent')]).toEqual([recipient, 3, []]);
      const failed = rows.filter(({ state }) => state === 'failed');
      expect([recipient, failed.length]).not.toEqual([recipient, 0]);
      for (const { lastError } of failed)
        expect([recipient, lastError]).toEqual([recipient, expect.stringMatching(ERRORS[recipient]!)]);
    }
    expect((await deliveries('well')).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent']);
  });

  it('are left alone for as long as they ask', async () => {
    const { length } = receivers.get('limited')!.received;
    for (const minutes of [1, 2, 6]) {
      now += minutes * MINUTE;
      await settled();
    }
    expect([length, receivers.get('limited')!.received.length]).toEqual([1, 1]);
    expect(receivers.get('broken')!.received.length).toBeGreaterThan(1);
  });

  it('have a fallback, which gets each message once, and administrators hear of it', async () => {
    await raise('subject-c');
    await expect.poll(() => sms.received.length, { timeout: 30_000 }).toBe(3);
    // A receiver has it before its answer is noted.
    const over = async () => (await deliveries('hanging')).filter(({ channel }) => channel === 'sms');
    await expect.poll(async () => (await over()).filter(({ state }) => state === 'sent')).toHaveLength(3);
    expect((await over()).map(({ fallbackOf }) => fallbackOf)).not.toContain(null);
    await expect
      .poll(() => well.received.filter(({ path }) => path === '/administrator').length, { timeout: 30_000 })
      .toBeGreaterThan(0);
  });

  it('get everything once they are well, in order; what never arrives is dead and seen to be', async () => {
    for (const receiver of receivers.values()) receiver.always(OK);
    isMailWell = true;
    const before = new Map([...receivers].map(([name, receiver]) => [name, receiver.received.length]));
    for (let step = 0; step < 40; step++) {
      const open = (await deliveries()).filter(({ state }) => OPEN.includes(state));
      if (open.length === 0) break;
      // Others wait behind those that failed.
      const failed = open.filter(({ state }) => state === 'failed').map(nextAttempt);
      now = failed.length === 0 ? now + MINUTE : Math.max(now + MINUTE, Math.min(...failed));
      await settled();
    }
    for (const [name, receiver] of receivers) {
      const since = receiver.received.slice(before.get(name)).map(({ body }) => wordsOf(body));
      // Of one key in the order in which it happened, each once.
      expect([name, since.filter((words) => words.startsWith('subject-a'))]).toEqual([
        name,
        ['subject-a warning', 'subject-a critical'],
      ]);
      expect([name, since]).toMatchObject([name, { length: 4 }]);
    }
    // What administrators hear of receivers that failed may have come last.
    const states = async () => Map.groupBy(await deliveries(), ({ state }) => state);
    await expect.poll(async () => [...(await states()).keys()].toSorted()).toEqual(['dead', 'sent']);
    const dead = (await states()).get('dead')!;
    expect(new Set(dead.map(({ recipient }) => recipient))).toEqual(new Set(['nowhere']));
    expect(dead).toHaveLength(4);
    expect(mailbox.messages.map(({ to }) => to[0]!).toSorted()).toEqual([
      ...Array(4).fill('greylisted@piano.ca'),
      ...Array(4).fill('mute@piano.ca'),
    ]);
  }, 240_000);
});
