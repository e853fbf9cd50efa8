import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { type Mailbox, openMailbox } from '../../../test/fixtures/smtp-mailbox.ts';
import { createSmtpChannel } from '../../adapters/channels/email/smtp.ts';
import { GuardianError } from '../shared/index.ts';
import { createDeliverer, type DelivererOptions } from './deliver.ts';
import type { Delivery, MailChannel, MailMessage } from './ports.ts';

const START = Date.UTC(2025, 9, 20, 3, 0);
const MINUTE = 60_000;
let now = START;
const clock = { now: () => now };
let stores: OpenedStores;
const mailboxes: Mailbox[] = [];
const channels: MailChannel[] = [];
let failures: { code: string; recipient: string; isGivenUp: boolean }[];

beforeEach(async () => {
  now = START;
  failures = [];
  stores = await DATABASES[0]!.open({ clock });
});
afterEach(async () => {
  for (const channel of channels.splice(0)) channel.close();
  for (const mailbox of mailboxes.splice(0)) await mailbox.close();
  await stores.close();
});

async function mailbox(options: Parameters<typeof openMailbox>[0] = {}): Promise<Mailbox> {
  const opened = await openMailbox({ authOptional: true, ...options });
  mailboxes.push(opened);
  return opened;
}
function smtp(port: number, timeoutMs = 5_000): MailChannel {
  const channel = createSmtpChannel({
    host: '127.0.0.1',
    port,
    user: null,
    password: null,
    encryption: 'none',
    timeoutMs,
    certificateAuthority: null,
    sender: { address: 'guardian@example.org', name: 'Guardian' },
  });
  channels.push(channel);
  return channel;
}
const deliverer = (channel: MailChannel, options: Partial<DelivererOptions> = {}) =>
  createDeliverer({
    store: stores.main.deliveries,
    channel,
    clock,
    onFailure: ({ code }, { recipient }, isGivenUp) => failures.push({ code, recipient, isGivenUp }),
    ...options,
  });
const message = (subject = 'Shop is CRITICAL'): MailMessage => ({
  subject,
  text: 'text',
  html: '<p>text</p>',
  attachments: [],
  date: START,
  language: 'en',
});
async function queue(recipient: string, occasion = 'report:1') {
  await stores.main.deliveries.queue({
    id: `${occasion}-${recipient}`,
    occasion,
    channel: 'email',
    recipient,
    message: message(),
    about: { service: 'shop', status: 'CRITICAL', issues: [] },
    createdAt: now,
  });
}
/** On a busy machine a moment may be long. */
const until = <T>(look: () => T) => expect.poll(look, { timeout: 15_000 });
const rows = async () => (await stores.main.deliveries.list({ cursor: null, limit: 100 })).items;
const row = async (recipient: string): Promise<Delivery> =>
  (await rows()).find((delivery) => delivery.recipient === recipient)!;

describe('a delivery', () => {
  it('is sent when the server accepted it, and then never again', async () => {
    const box = await mailbox();
    await queue('ana@example.org');
    const { pass } = deliverer(smtp(box.port));
    now += MINUTE;
    expect([await pass(), await pass()]).toEqual([1, 0]);
    expect(box.messages.map(({ to }) => to)).toEqual([['ana@example.org']]);
    expect(await row('ana@example.org')).toMatchObject({ state: 'sent', sentAt: now, attempts: 1, lastError: null });
    expect((await row('ana@example.org')).receipt).toMatch(/^250/);
  });

  it('is stored, and never sent, when it stands in the outbox folder', async () => {
    const channel: MailChannel = {
      send: async () => ({ outcome: 'stored', detail: '/data/outbox/1.eml', messageId: 'm' }),
      close() {},
    };
    await queue('ana@example.org');
    await deliverer(channel).pass();
    expect(await row('ana@example.org')).toMatchObject({
      state: 'stored',
      sentAt: null,
      receipt: '/data/outbox/1.eml',
    });
  });

  it('waits twice as long each time the server cannot be reached, and is given up in the end', async () => {
    const box = await mailbox();
    await box.close();
    await queue('ana@example.org');
    const { pass } = deliverer(smtp(box.port), {
      limits: { attempts: 4, firstRetryMs: MINUTE, longestRetryMs: 3 * MINUTE },
    });
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt++) {
      expect(await pass()).toBe(1);
      const { nextAttemptAt, state } = await row('ana@example.org');
      waits.push(nextAttemptAt - now);
      expect(state).toBe(attempt < 4 ? 'pending' : 'failed');
      now = nextAttemptAt - 1;
      expect(await pass()).toBe(0);
      now += 1;
    }
    expect(waits.slice(0, 3)).toEqual([MINUTE, 2 * MINUTE, 3 * MINUTE]);
    expect(await pass()).toBe(0);
    expect(failures.map(({ code, isGivenUp }) => [code, isGivenUp])).toEqual([
      ['mail_unreachable', false],
      ['mail_unreachable', false],
      ['mail_unreachable', false],
      ['mail_unreachable', true],
    ]);
    expect((await row('ana@example.org')).lastError).toContain('ECONNREFUSED');
  });

  it('is tried for most of a day by default: a server may be down over night', async () => {
    const down: MailChannel = {
      send: async () => {
        throw new GuardianError('mail_unreachable');
      },
      close() {},
    };
    await queue('ana@example.org');
    const { pass } = deliverer(down);
    for (let rounds = 0; rounds < 100 && (await row('ana@example.org')).state !== 'failed'; rounds++) {
      await pass();
      now = Math.max(now, (await row('ana@example.org')).nextAttemptAt);
    }
    expect(Math.round((now - START) / (60 * MINUTE))).toBeGreaterThanOrEqual(19);
    expect(Math.round((now - START) / (60 * MINUTE))).toBeLessThanOrEqual(24);
  });

  it('that is refused for good is not tried again, and keeps nobody else from theirs', async () => {
    const box = await mailbox({
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith('nobody')
          ? done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }))
          : done(),
    });
    await queue('nobody@example.org');
    await queue('ana@example.org');
    const { pass } = deliverer(smtp(box.port));
    expect(await pass()).toBe(2);
    expect(await row('nobody@example.org')).toMatchObject({ state: 'failed', sentAt: null, attempts: 1 });
    expect((await row('nobody@example.org')).lastError).toContain('no such mailbox');
    expect((await row('ana@example.org')).state).toBe('sent');
    now += 100 * MINUTE;
    expect(await pass()).toBe(0);
    expect(failures).toEqual([{ code: 'mail_refused', recipient: 'nobody@example.org', isGivenUp: true }]);
  });

  it('that the server wants later is tried again later', async () => {
    let isBusy = true;
    const box = await mailbox({
      onRcptTo: (_address, _session, done) =>
        isBusy ? done(Object.assign(new Error('greylisted'), { responseCode: 451 })) : done(),
    });
    await queue('ana@example.org');
    const { pass } = deliverer(smtp(box.port));
    await pass();
    expect(await row('ana@example.org')).toMatchObject({ state: 'pending', nextAttemptAt: now + 30_000 });
    isBusy = false;
    now += 30_000;
    await pass();
    expect(await row('ana@example.org')).toMatchObject({ state: 'sent', attempts: 2 });
  });

  it('to a server that hangs ends with its time, and is tried again', async () => {
    const box = await mailbox({ onData: () => {} });
    await queue('ana@example.org');
    await deliverer(smtp(box.port, 150)).pass();
    expect(await row('ana@example.org')).toMatchObject({ state: 'pending', sentAt: null, receipt: null });
    expect(failures).toEqual([{ code: 'mail_unreachable', recipient: 'ana@example.org', isGivenUp: false }]);
  });
});

describe('claims', () => {
  it('let no two processes send one message, however slow the server is', async () => {
    const sent: string[] = [];
    let finish = () => {};
    const slow: MailChannel = {
      send: async (_message, recipient) => {
        sent.push(recipient);
        if (recipient === 'a@example.org') await new Promise<void>((resolve) => (finish = resolve));
        return { outcome: 'sent', detail: '250', messageId: 'm' };
      },
      close() {},
    };
    for (const recipient of ['a@example.org', 'b@example.org']) await queue(recipient);
    const first = deliverer(slow).pass();
    await until(() => sent).toEqual(['a@example.org']);
    now += 119_000;
    expect(await deliverer(slow).pass()).toBe(1);
    finish();
    await first;
    expect(sent).toEqual(['a@example.org', 'b@example.org']);
    expect((await rows()).map(({ state }) => state)).toEqual(['sent', 'sent']);
  });

  it('of a process that died run out, and the message is due again', async () => {
    await queue('ana@example.org');
    await stores.main.deliveries.claim(now, 20, 120_000);
    const box = await mailbox();
    const { pass } = deliverer(smtp(box.port));
    now += 119_999;
    expect(await pass()).toBe(0);
    now += 1;
    expect(await pass()).toBe(1);
    expect(await row('ana@example.org')).toMatchObject({ state: 'sent', attempts: 2 });
  });

  it('take a bounded number at a time, and none once it is to stop', async () => {
    const box = await mailbox();
    for (let index = 0; index < 5; index++) await queue(`a${index}@example.org`);
    const { pass } = deliverer(smtp(box.port), { limits: { batch: 3 } });
    expect(await pass(AbortSignal.abort())).toBe(0);
    expect([await pass(), await pass(), await pass()]).toEqual([3, 2, 0]);
    expect(box.messages).toHaveLength(5);
  });
});

describe('a store that fails behind the sending', () => {
  it('makes the pass reject, and is no reason to call the message failed', async () => {
    const box = await mailbox();
    await queue('ana@example.org');
    const { deliveries } = stores.main;
    const { pass } = deliverer(smtp(box.port), {
      store: {
        ...deliveries,
        settle: async () => {
          throw new GuardianError('store_unavailable');
        },
      },
    });
    await expect(pass()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect([box.messages.length, failures, (await row('ana@example.org')).state]).toEqual([1, [], 'sending']);
  });
});
