import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OK, type Receiver, startReceiver } from '../../../test/fixtures/receiver.ts';
import { type Channel, type Message, type Notification, renderTest } from '../../core/notify/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { createSendGridChannel } from './email/sendgrid.ts';
import { createNtfyChannel } from './ntfy/ntfy.ts';
import { createPagerDutyChannel, pagerDutyBody } from './pagerduty/pagerduty.ts';
import { createSlackChannel } from './slack/slack.ts';
import { createTwilioChannel } from './sms/twilio.ts';
import { createWebhookChannel } from './webhook/webhook.ts';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => void receiver.received.splice(0));

const NOW = Date.UTC(2026, 0, 31, 8, 0, 0);
const timeoutMs = 300;
const attempt = () => ({ id: 'delivery-1', number: 1, signal: new AbortController().signal });

const notification: Notification = {
  id: 'notification-1',
  occasion: 'alert_fired',
  key: 'alert-1:1',
  dedupeKey: 'humidity piano 3',
  at: NOW,
  severity: 'critical',
  projectId: 1,
  match: { job: null, type: 'TOO_DRY', service: null, labels: { place: 'Salle Bourgie' } },
  about: { kind: 'alert', id: 'alert-1', firing: 1 },
  facts: {
    title: 'TOO_DRY',
    subject: 'Steinway (Salle Bourgie)',
    value: '28.5 %',
    threshold: 'below 35 %',
    since: NOW,
    cause: null,
    advice: 'Fill the humidifier.',
    path: '/alerts/alert-1',
    details: [],
  },
};

function message(over: Partial<Message> = {}): Message {
  return {
    subject: 'CRITICAL: TOO_DRY <!channel> & *bold*',
    text: 'Where: <https://evil.example|click> @here `x`',
    html: '<p>TOO_DRY</p>',
    short: 'CRITICAL: TOO_DRY - 28.5 %',
    attachments: [],
    date: NOW,
    language: 'en',
    severity: 'critical',
    action: 'trigger',
    dedupeKey: 'humidity piano 3',
    url: 'https://guardian.piano.ca/alerts/alert-1',
    acknowledgeUrl: 'https://guardian.piano.ca/ack/token',
    notifications: [notification],
    ...over,
  };
}

const channels: [string, () => Channel, string][] = [
  ['Slack', () => createSlackChannel({ timeoutMs }), receiverUrl('/hook')],
  [
    'a webhook',
    () => createWebhookChannel({ timeoutMs, secret: 'a secret of some length', clock: { now: () => NOW } }),
    receiverUrl('/hook'),
  ],
  ['PagerDuty', () => createPagerDutyChannel({ timeoutMs, endpoint: receiver.url }), 'routing-key'],
  [
    'Twilio',
    () =>
      createTwilioChannel({
        timeoutMs,
        accountSid: 'AC1',
        authToken: 't',
        from: '+15145550100',
        endpoint: receiver.url,
      }),
    '+15145550101',
  ],
  ['ntfy', () => createNtfyChannel({ timeoutMs, server: receiver.url, token: null }), 'pianos'],
  [
    'SendGrid',
    () =>
      createSendGridChannel({
        timeoutMs,
        apiKey: 'SG.x',
        endpoint: receiver.url,
        sender: { address: 'g@piano.ca', name: 'Guardian' },
      }),
    'nicolas@piano.ca',
  ],
];

/** The receiver's port is known only once it runs. */
function receiverUrl(path: string): string {
  return `receiver:${path}`;
}

const resolved = (address: string) =>
  address.startsWith('receiver:') ? `${receiver.url}${address.slice('receiver:'.length)}` : address;

async function failure(work: Promise<unknown>): Promise<GuardianError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GuardianError)) throw new Error(`no error of the catalogue: ${String(error)}`);
  return error;
}

describe.each(channels)('%s', (_, open, address) => {
  it('F9: says sent only when the other side accepted', async () => {
    await expect(open().send(message(), resolved(address), attempt())).resolves.toMatchObject({ outcome: 'sent' });
    expect(receiver.received).toHaveLength(1);
  });

  it.each([429, 503])('obeys Retry-After of %i, and may be tried again', async (status) => {
    receiver.next({ kind: 'answer', status, headers: { 'retry-after': '7' }, body: 'slow down' });
    const error = await failure(open().send(message(), resolved(address), attempt()));
    expect(error.about).toMatchObject({ retryAfterMs: 7_000, reason: `HTTP ${status}: slow down` });
    expect(error.kind.isRetryable).toBe(true);
  });

  it.each([400, 403, 404, 410])('gives up on %i at once, with the verbatim words', async (status) => {
    receiver.next({ kind: 'answer', status, body: 'no_such_channel' });
    const error = await failure(open().send(message(), resolved(address), attempt()));
    expect(error.kind.isRetryable).toBe(false);
    expect(error.about.reason).toBe(`HTTP ${status}: no_such_channel`);
  });

  it('does not follow a redirect to somewhere else', async () => {
    receiver.next({ kind: 'answer', status: 302, headers: { location: `${receiver.url}/elsewhere` } });
    await failure(open().send(message(), resolved(address), attempt()));
    expect(receiver.received).toHaveLength(1);
  });

  it.each(['hang', 'reset', 'drip'] as const)(
    'ends an attempt at a receiver that %ss, to be tried again',
    async (kind) => {
      receiver.next({ kind });
      const error = await failure(open().send(message(), resolved(address), attempt()));
      expect(error).toMatchObject({ code: 'delivery_unreachable' });
      expect(error.kind.isRetryable).toBe(true);
    },
  );

  it('never tries again by itself', async () => {
    receiver.next({ kind: 'answer', status: 500 });
    await failure(open().send(message(), resolved(address), attempt()));
    expect(receiver.received).toHaveLength(1);
  });

  it('is ended by its signal', async () => {
    receiver.next({ kind: 'hang' });
    const stop = new AbortController();
    const sending = failure(open().send(message(), resolved(address), { id: 'd', number: 1, signal: stop.signal }));
    await receiver.count(1);
    stop.abort();
    expect((await sending).kind.isRetryable).toBe(true);
  });
});

it('C2: says which name could not be resolved', async () => {
  const error = await failure(
    createSlackChannel({ timeoutMs }).send(message(), 'http://no-such-host.invalid/hook', attempt()),
  );
  expect(error.about.reason).toMatch(/no-such-host\.invalid|ENOTFOUND|EAI_AGAIN/);
  expect(error.kind.isRetryable).toBe(true);
});

it('shows Slack no markup of others: no mention, no hidden link', async () => {
  await createSlackChannel({ timeoutMs }).send(message(), `${receiver.url}/hook`, attempt());
  const { body } = receiver.received[0]!;
  expect(body).not.toContain('<!channel>"');
  const { blocks, text } = JSON.parse(body) as { text: string; blocks: { type: string; text?: { text: string } }[] };
  expect(text).toContain('&lt;!channel&gt; &amp; \u200b*bold\u200b*');
  expect(blocks[1]!.text!.text).not.toMatch(/[<>]/);
  expect(JSON.stringify(blocks)).toContain('https://guardian.piano.ca/ack/token');
});

it('signs a webhook as Standard Webhooks says, one id over all attempts', async () => {
  const secret = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`;
  const channel = createWebhookChannel({ timeoutMs, secret, clock: { now: () => NOW } });
  for (const number of [1, 2]) await channel.send(message(), `${receiver.url}/hook`, { ...attempt(), number });
  const [first, second] = receiver.received;
  expect(first!.headers['webhook-id']).toBe('delivery-1');
  expect(second!.headers['webhook-id']).toBe('delivery-1');
  const signed = `${first!.headers['webhook-id']}.${first!.headers['webhook-timestamp']}.${first!.body}`;
  const expected = createHmac('sha256', Buffer.from('0123456789abcdef01234567')).update(signed).digest('base64');
  expect(first!.headers['webhook-signature']).toBe(`v1,${expected}`);
  expect(JSON.parse(first!.body)).toMatchObject({
    type: 'alert_fired',
    data: { dedupe_key: 'humidity piano 3', severity: 'critical' },
  });
});

it('lets PagerDuty trigger and resolve one incident by the same key, however long', () => {
  const dedupeKey = 'k'.repeat(400);
  const trigger = pagerDutyBody(message({ dedupeKey }), 'routing-key');
  const resolve = pagerDutyBody(message({ dedupeKey, action: 'resolve' }), 'routing-key');
  expect(trigger).toMatchObject({ event_action: 'trigger', payload: { severity: 'critical', class: 'TOO_DRY' } });
  expect(resolve).toEqual({ routing_key: 'routing-key', event_action: 'resolve', dedup_key: trigger.dedup_key });
  expect(trigger.dedup_key.length).toBeLessThanOrEqual(255);
});

it('tells PagerDuty as a change what is no trouble: no incident is opened, and nobody is paged', async () => {
  const channel = createPagerDutyChannel({ timeoutMs, endpoint: receiver.url });
  await channel.send(message({ action: 'none', severity: 'info', subject: 'INFO: nightly: ended' }), 'key', attempt());
  expect(receiver.received.map(({ path }) => path)).toEqual(['/v2/change/enqueue']);
  expect(JSON.parse(receiver.received[0]!.body)).toEqual({
    routing_key: 'key',
    payload: {
      summary: 'INFO: nightly: ended',
      source: 'Steinway (Salle Bourgie)',
      timestamp: '2026-01-31T08:00:00.000Z',
      custom_details: { text: expect.stringContaining('Where'), place: 'Salle Bourgie' },
    },
    links: [{ href: 'https://guardian.piano.ca/alerts/alert-1', text: 'Guardian' }],
  });
});

it('resolves at PagerDuty the incident that a test opens, and opens it again where that failed', async () => {
  const channel = createPagerDutyChannel({ timeoutMs, endpoint: receiver.url });
  const test = renderTest({ language: 'en', tag: null, at: NOW, isDrill: true });
  const actions = () =>
    receiver.received.map(({ body }) => JSON.parse(body)).map((one) => [one.event_action, one.dedup_key]);
  const [trigger, resolve] = [
    ['trigger', 'test'],
    ['resolve', 'test'],
  ];
  receiver.next(OK, { kind: 'answer', status: 503 });
  await expect(failure(channel.send(test, 'key', attempt()))).resolves.toMatchObject({ code: 'delivery_unreachable' });
  await expect(channel.send(test, 'key', attempt())).resolves.toMatchObject({ outcome: 'sent' });
  expect(actions()).toEqual([trigger, resolve, trigger, resolve]);
});
