import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../../test/contract/open-stores.ts';
import { type Mailbox, openMailbox } from '../../../../test/fixtures/smtp-mailbox.ts';
import { createEmailChannel } from '../../../adapters/channels/email/email-channel.ts';
import { createSmtpChannel } from '../../../adapters/channels/email/smtp.ts';
import { GuardianError } from '../../shared/index.ts';
import { ANA, directoryOf, HOUR, MINUTE, NOON } from '../acceptance-fixtures.ts';
import { DEFAULT_NOTIFY_KNOBS, type NotifyKnobs } from '../knobs.ts';
import type { Channel, ChannelKind, Message } from '../notification.ts';
import type { DeliveryQueue, NotificationDelivery } from '../ports.ts';
import { createDeliveryWorker } from './delivery-worker.ts';

let now = NOON;
const clock = { now: () => now };
let stores: OpenedStores;
const closing: (() => Promise<void> | void)[] = [];
let failures: string[];

beforeEach(async () => {
  now = NOON;
  failures = [];
  stores = await DATABASES[0]!.open({ clock });
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await stores.close();
});

async function mailbox(options: Parameters<typeof openMailbox>[0] = {}): Promise<Mailbox> {
  const opened = await openMailbox({ authOptional: true, ...options });
  closing.push(() => opened.close());
  return opened;
}
function smtp(port: number, timeoutMs = 5_000): Channel {
  const channel = createSmtpChannel({
    host: '127.0.0.1',
    port,
    user: null,
    password: null,
    encryption: 'none',
    timeoutMs,
    certificateAuthority: null,
    sender: { address: 'guardian@piano.ca', name: 'Guardian' },
  });
  closing.push(() => channel.close());
  return createEmailChannel(channel);
}
function channelOf(
  send: (address: string, message: Message, id: string) => Promise<void> | void,
  kind: ChannelKind = 'email',
): Channel {
  return {
    kind,
    async send(message, address, { id }) {
      await send(address, message, id);
      return { outcome: 'sent', detail: '250', providerId: 'p' };
    },
    check: async () => {},
    close: () => {},
  };
}
interface WorkerGiven {
  knobs?: Partial<NotifyKnobs>;
  store?: DeliveryQueue;
  isOnlyNode?: boolean;
  onProblem?(error: GuardianError): void;
}
function workerOf(channel: Channel, { knobs, store, isOnlyNode = false, onProblem }: WorkerGiven = {}) {
  const worker = createDeliveryWorker({
    store: store ?? stores.main.notifications,
    channels: new Map([[channel.kind, channel]]),
    directory: directoryOf(),
    knobs: { ...DEFAULT_NOTIFY_KNOBS, ...knobs },
    compose: { language: 'en', timeZone: 'UTC', tag: null, publicUrl: null, links: null },
    clock,
    isOnlyNode,
    ...(onProblem ? { onProblem } : {}),
    onFailure: ({ code }, { address }, isDead) => failures.push(`${address} ${code}${isDead ? ' dead' : ''}`),
  });
  closing.push(() => worker.stop());
  return worker;
}
const message = (subject = 'Shop is CRITICAL'): Message => ({
  subject,
  text: 'text',
  html: '<p>text</p>',
  short: subject,
  attachments: [],
  date: NOON,
  language: 'en',
  severity: 'error',
  action: 'none',
  dedupeKey: subject,
  url: null,
  acknowledgeUrl: null,
  notifications: [],
});
async function queue(address: string, key = 'report:1', channel: ChannelKind = 'email') {
  const composed = {
    key,
    occasion: 'report_ready' as const,
    severity: 'error' as const,
    title: key,
    message: message(key),
  };
  await stores.main.notifications.queueComposed(composed, [{ recipientId: '', channel, address, routes: [] }], now);
}
const rows = async () => (await stores.main.notifications.log.list({}, { cursor: null, limit: 500 })).items;
const row = async (address: string): Promise<NotificationDelivery> =>
  (await rows()).find((delivery) => delivery.address === address)!;
const attemptsOf = async (address: string) =>
  (await stores.main.notifications.log.get((await row(address)).id))!.attempts.map(({ outcome, error }) => [
    outcome,
    error,
  ]);
/** On a busy machine a moment may be long. */
const until = <T>(look: () => T) => expect.poll(look);

describe('a delivery', () => {
  it('F9: is sent when the server accepted it, with its words, and then never again', async () => {
    const box = await mailbox();
    await queue('ana@piano.ca');
    const { pass } = workerOf(smtp(box.port));
    expect([await pass(), await pass()]).toEqual([1, 0]);
    expect(box.messages.map(({ to }) => to)).toEqual([['ana@piano.ca']]);
    expect(await row('ana@piano.ca')).toMatchObject({
      state: 'sent',
      sentAt: now,
      attempts: 1,
      lastError: null,
      receipt: expect.stringMatching(/^250/),
      providerId: expect.stringContaining('@piano.ca'),
    });
    expect(await attemptsOf('ana@piano.ca')).toEqual([['sent', null]]);
  });

  it('F9: is stored, and never sent nor simulated, where there is only the outbox folder', async () => {
    const stored = createEmailChannel({
      send: async () => ({ outcome: 'stored', detail: '/data/outbox/1.eml', messageId: 'm' }),
      close() {},
    });
    await queue('ana@piano.ca');
    await workerOf(stored).pass();
    expect(await row('ana@piano.ca')).toMatchObject({
      state: 'stored',
      sentAt: null,
      receipt: '/data/outbox/1.eml',
    });
  });

  it('F9: of a channel that is not configured is dead at once, and says so', async () => {
    await queue('+15148880001', 'report:1', 'sms');
    await workerOf(channelOf(() => {})).pass();
    expect(await row('+15148880001')).toMatchObject({ state: 'dead', lastError: 'this channel is not configured' });
  });

  it('F11: that is refused for good is not tried again, and keeps nobody else from theirs', async () => {
    const box = await mailbox({
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith('nobody')
          ? done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }))
          : done(),
    });
    await queue('nobody@piano.ca');
    await queue('ana@piano.ca');
    const { pass } = workerOf(smtp(box.port));
    expect(await pass()).toBe(2);
    expect(await row('nobody@piano.ca')).toMatchObject({ state: 'dead', sentAt: null, attempts: 1 });
    expect(await attemptsOf('nobody@piano.ca')).toEqual([['dead', expect.stringContaining('no such mailbox')]]);
    expect((await row('ana@piano.ca')).state).toBe('sent');
    now += 25 * HOUR;
    expect(await pass()).toBe(0);
    expect(failures).toEqual(['nobody@piano.ca mail_refused dead']);
  });

  it('F11: that the server wants later is tried again later', async () => {
    let isBusy = true;
    const box = await mailbox({
      onRcptTo: (_address, _session, done) =>
        isBusy ? done(Object.assign(new Error('greylisted'), { responseCode: 451 })) : done(),
    });
    await queue('ana@piano.ca');
    const { pass } = workerOf(smtp(box.port));
    await pass();
    expect(await row('ana@piano.ca')).toMatchObject({ state: 'failed', nextAttemptAt: now + 30_000 });
    isBusy = false;
    now += 29_999;
    expect(await pass()).toBe(0);
    now += 1;
    await pass();
    expect(await row('ana@piano.ca')).toMatchObject({ state: 'sent', attempts: 2 });
    expect((await attemptsOf('ana@piano.ca')).map(([outcome]) => outcome)).toEqual(['failed', 'sent']);
  });

  it('C2: survives the process that was to send it', async () => {
    await queue('ana@piano.ca');
    await stores.main.notifications.claim({ at: now, holdMs: 120_000, limit: 20, busy: [] });
    const box = await mailbox();
    const { pass } = workerOf(smtp(box.port));
    now += 119_999;
    expect(await pass()).toBe(0);
    now += 1;
    expect(await pass()).toBe(1);
    expect(await row('ana@piano.ca')).toMatchObject({ state: 'sent', attempts: 2 });
    expect((await attemptsOf('ana@piano.ca')).map(([outcome]) => outcome)).toEqual(['lost', 'sent']);
  });

  it('C2: is due at once when the one process that has the database starts again', async () => {
    await queue('ana@piano.ca');
    await stores.main.notifications.claim({ at: now, holdMs: 120_000, limit: 20, busy: [] });
    const sent: string[] = [];
    const worker = workerOf(
      channelOf((address) => void sent.push(address)),
      { isOnlyNode: true },
    );
    worker.start();
    await until(() => sent).toEqual(['ana@piano.ca']);
    await worker.stop();
    expect((await attemptsOf('ana@piano.ca')).map(([outcome]) => outcome)).toEqual(['lost', 'sent']);
  });

  it('F11: that is dead is sent again by hand, with ten attempts of its own', async () => {
    let isDown = true;
    const sent: string[] = [];
    const { pass } = workerOf(
      channelOf((address) => {
        if (isDown) throw new GuardianError('delivery_unreachable', { reason: 'reset' });
        sent.push(address);
      }),
    );
    await queue('ana@piano.ca');
    for (let tries = 0; tries < 20 && (await row('ana@piano.ca')).state !== 'dead'; tries++) {
      await pass();
      now = Math.max(now + 1, (await row('ana@piano.ca')).nextAttemptAt);
    }
    const { id, attempts } = await row('ana@piano.ca');
    expect(attempts).toBe(10);
    expect(await stores.main.notifications.resend(id, now)).toMatchObject({ state: 'pending', attempts: 10 });
    await pass();
    expect((await row('ana@piano.ca')).state).toBe('failed');
    isDown = false;
    now += 30_000;
    await pass();
    expect([sent, (await row('ana@piano.ca')).state]).toEqual([['ana@piano.ca'], 'sent']);
    expect(await stores.main.notifications.resend(id, now)).toBeNull();
  });
});

describe('lanes', () => {
  it('keep one that hangs from holding up any other, and what hangs ends with its time', async () => {
    const sent: string[] = [];
    const { pass } = workerOf(
      channelOf((address) => (address === 'hangs@piano.ca' ? new Promise(() => {}) : void sent.push(address))),
      { knobs: { attemptMs: 300 } },
    );
    await queue('hangs@piano.ca');
    await queue('hangs@piano.ca', 'report:2');
    for (let index = 0; index < 20; index++) await queue(`a${index}@piano.ca`);
    const passed = pass();
    await until(() => sent.length).toBe(20);
    expect(failures).toEqual([]);
    await passed;
    expect(failures).toEqual(['hangs@piano.ca delivery_unreachable']);
    const untried = (await rows()).filter(({ address, attempts }) => address === 'hangs@piano.ca' && attempts === 0);
    // Given back: it costs no attempt.
    expect(untried).toMatchObject([{ state: 'pending', nextAttemptAt: now + 30_000 }]);
  });

  it('take what comes while others are under way', async () => {
    const sent: string[] = [];
    let finish = () => {};
    const worker = workerOf(
      channelOf(async (address) => {
        sent.push(address);
        if (address === 'slow@piano.ca') await new Promise<void>((resolve) => (finish = resolve));
      }),
    );
    await queue('slow@piano.ca');
    worker.start();
    await until(() => sent).toEqual(['slow@piano.ca']);
    await queue('fast@piano.ca');
    worker.wake();
    await until(() => sent).toEqual(['slow@piano.ca', 'fast@piano.ca']);
    finish();
    await worker.stop();
    expect((await rows()).map(({ state }) => state)).toEqual(['sent', 'sent']);
  });

  it('are given more while they send, and give back what comes while the other side fails', async () => {
    const sent: string[] = [];
    let finish = (_error?: Error) => {};
    let claiming = async () => {};
    const { notifications } = stores.main;
    const worker = workerOf(
      channelOf(async (_, { subject }) => {
        sent.push(subject);
        await new Promise<void>((resolve, reject) => {
          finish = (error) => (error ? reject(error) : resolve());
        });
      }),
      {
        store: {
          ...notifications,
          claim: async (asked) => {
            const claimed = await notifications.claim(asked);
            if (claimed.length > 0) await claiming();
            return claimed;
          },
        },
      },
    );
    await queue('ana@piano.ca', 'report:1');
    worker.start();
    await until(() => sent).toEqual(['report:1']);
    await queue('ana@piano.ca', 'report:2');
    worker.wake();
    // Claimed before the first is through.
    await expect.poll(async () => (await rows()).map(({ state }) => state)).toEqual(['sending', 'sending']);
    finish();
    await until(() => sent).toEqual(['report:1', 'report:2']);
    const failed = Promise.withResolvers<void>();
    claiming = async () => {
      finish(new GuardianError('delivery_unreachable', { reason: 'reset' }));
      await until(() => failures).toHaveLength(1);
      failed.resolve();
    };
    await queue('ana@piano.ca', 'report:3');
    worker.wake();
    await failed.promise;
    await expect
      .poll(async () =>
        Object.fromEntries((await rows()).map(({ title, state, attempts }) => [title, [state, attempts]])),
      )
      .toEqual({ 'report:1': ['sent', 1], 'report:2': ['failed', 1], 'report:3': ['pending', 0] });
    expect(sent).toHaveLength(2);
  });

  it('bring at once what waited for hours, as soon as the other side takes one again', async () => {
    let isDown = true;
    const { pass } = workerOf(
      channelOf(() => {
        if (isDown) throw new GuardianError('delivery_unreachable', { reason: 'reset' });
      }),
    );
    await queue('ana@piano.ca', 'report:1');
    for (let tries = 0; tries < 6; tries++) {
      await pass();
      now = (await row('ana@piano.ca')).nextAttemptAt;
    }
    isDown = false;
    now -= MINUTE;
    await queue('ana@piano.ca', 'report:2');
    await pass();
    expect((await rows()).map(({ state }) => state)).toEqual(['sent', 'sent']);
  });

  it('send several at once to an address that answers slowly, where its channel may', async () => {
    const under = { now: 0, most: 0 };
    const slow = channelOf(async () => {
      under.most = Math.max(under.most, ++under.now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now += 60;
      under.now--;
    });
    const { pass } = workerOf({ ...slow, atOnce: 4 });
    await queue('slow@piano.ca', 'report:first');
    await pass();
    expect(under.most).toBe(1);
    for (let index = 0; index < 20; index++) await queue('slow@piano.ca', `report:${index}`);
    await pass();
    expect([under.most, new Set((await rows()).map(({ state }) => state))]).toEqual([4, new Set(['sent'])]);
  });

  it('send several at once also to one that turned slow, and is sent something all the time', async () => {
    const under = { now: 0, most: 0, sent: 0 };
    const slow = channelOf(async () => {
      under.most = Math.max(under.most, ++under.now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now += 60;
      under.now--;
      under.sent++;
    });
    const worker = workerOf({ ...slow, atOnce: 4 });
    worker.start();
    for (let index = 0; index < 60 && under.most < 4; index++) {
      await queue('slow@piano.ca', `report:${index}`);
      await queue('slow@piano.ca', `other:${index}`);
      worker.wake();
    }
    await until(() => under.most).toBe(4);
    await worker.stop();
  });

  it('let one idle worker send fifty to fifty addresses, or to one, each once', async () => {
    const sent: string[] = [];
    const { pass } = workerOf(channelOf((address) => void sent.push(address)));
    for (let index = 0; index < 50; index++) await queue(`a${index}@piano.ca`);
    for (let index = 0; index < 50; index++) await queue('one@piano.ca', `report:${index}`);
    expect(await pass()).toBe(100);
    expect([sent.length, new Set(sent).size]).toEqual([100, 51]);
  });
});

describe('claims', () => {
  it('C6: let no two processes send one message, however many pass at once', async () => {
    const ids: string[] = [];
    const workers = [1, 2, 3, 4].map(() => workerOf(channelOf((_address, _message, id) => void ids.push(id))));
    for (let index = 0; index < 40; index++) await queue(`a${index}@piano.ca`);
    await Promise.all(workers.map(({ pass }) => pass()));
    expect([ids.length, new Set(ids).size]).toEqual([40, 40]);
  });

  it('are held for as long as an attempt takes', async () => {
    const sent: string[] = [];
    let finish = () => {};
    const slow = channelOf(async (address) => {
      sent.push(address);
      await new Promise<void>((resolve) => (finish = resolve));
    });
    let renewals = 0;
    const { notifications } = stores.main;
    const store: DeliveryQueue = {
      ...notifications,
      renew: async (claims, untilAt) => {
        renewals++;
        return notifications.renew(claims, untilAt);
      },
    };
    await queue('ana@piano.ca');
    const first = workerOf(slow, { knobs: { holdMs: 90 }, store }).pass();
    await until(() => sent).toEqual(['ana@piano.ca']);
    now += 80;
    const before = renewals;
    await until(() => renewals > before + 1).toBe(true);
    now += 80;
    expect(await workerOf(slow).pass()).toBe(0);
    finish();
    await first;
    expect(sent).toEqual(['ana@piano.ca']);
  });

  it('that ran out are another’s: what waited in them is not sent from here', async () => {
    const sent: string[] = [];
    let finish = () => {};
    const slow = channelOf(async (_address, { subject }) => {
      sent.push(`first: ${subject}`);
      await new Promise<void>((resolve) => (finish = resolve));
    });
    const { notifications } = stores.main;
    let isAsleep = true;
    const lost: string[] = [];
    const store: DeliveryQueue = {
      ...notifications,
      async renew(claims, untilAt) {
        if (isAsleep) return [];
        const gone = await notifications.renew(claims, untilAt);
        lost.push(...gone);
        return gone;
      },
    };
    for (const key of ['report:1', 'report:2']) await queue('ana@piano.ca', key);
    const first = workerOf(slow, { knobs: { holdMs: 30 }, store }).pass();
    await until(() => sent).toEqual(['first: report:1']);
    now += 31;
    await workerOf(channelOf((_address, { subject }) => void sent.push(`second: ${subject}`))).pass();
    isAsleep = false;
    await until(() => lost.length > 1).toBe(true);
    finish();
    await first;
    expect(sent).toEqual(['first: report:1', 'second: report:1', 'second: report:2']);
    expect((await rows()).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['sent', 2],
      ['sent', 2],
    ]);
  });

  it('are none once it is to stop', async () => {
    await queue('ana@piano.ca');
    expect(await workerOf(channelOf(() => {})).pass(AbortSignal.abort())).toBe(0);
    expect((await row('ana@piano.ca')).state).toBe('pending');
  });
});

describe('a store that fails behind the sending', () => {
  it('makes the pass reject, and is no reason to call the message failed', async () => {
    const box = await mailbox();
    await queue('ana@piano.ca');
    const store: DeliveryQueue = {
      ...stores.main.notifications,
      settle: async () => {
        throw new GuardianError('store_unavailable');
      },
    };
    await expect(workerOf(smtp(box.port), { store }).pass()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect([box.messages.length, failures, (await row('ana@piano.ca')).state]).toEqual([1, [], 'sending']);
  });
});

describe('a worker that runs by itself', () => {
  it('tells once that the store fails it, and goes on when it is well', async () => {
    let isDown = true;
    let looks = 0;
    const problems: string[] = [];
    const sent: string[] = [];
    const store: DeliveryQueue = {
      ...stores.main.notifications,
      claim: async (request) => {
        looks++;
        if (isDown) throw new GuardianError('store_unavailable');
        return stores.main.notifications.claim(request);
      },
    };
    await queue('ana@piano.ca');
    const worker = workerOf(
      channelOf((address) => void sent.push(address)),
      { store, onProblem: ({ code }) => problems.push(code) },
    );
    worker.start();
    for (const wanted of [1, 2, 3]) {
      await until(() => looks >= wanted).toBe(true);
      worker.wake();
    }
    expect([problems, worker.state().lastTurnAt]).toEqual([['store_unavailable'], null]);
    isDown = false;
    worker.wake();
    await until(() => sent).toEqual(['ana@piano.ca']);
    expect(worker.state()).toMatchObject({ lastTurnAt: now, isRunning: true, isStopped: false });
    await worker.stop();
    expect(worker.state()).toMatchObject({ isRunning: false, isStopped: true });
  });
});

describe('the health of channels (F10)', () => {
  it('counts failures in a row, and is well again with the first that is taken', async () => {
    let isDown = true;
    const { pass } = workerOf(
      channelOf(() => {
        if (isDown) throw new GuardianError('delivery_refused', { reason: 'account closed' });
      }),
    );
    const health = async () =>
      (await stores.main.notifications.log.health()).map((one) => [
        one.channel,
        one.address,
        one.failuresInRow,
        one.lastError,
      ]);
    for (let index = 0; index < 3; index++) await queue(ANA.addresses.email![0]!, `report:${index}`);
    await pass();
    expect(await health()).toEqual([['email', 'ana@piano.ca', 3, 'account closed']]);
    isDown = false;
    await queue('ana@piano.ca', 'report:9');
    await pass();
    expect(await health()).toEqual([['email', 'ana@piano.ca', 0, 'account closed']]);
  });
});
