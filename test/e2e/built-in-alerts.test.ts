import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { getLogger, start, stop } from '../../packages/sdk/src/index.ts';
import { createLocalWrapper } from '../../packages/sdk/src/seal/index.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { type Mailbox, openMailbox } from '../fixtures/smtp-mailbox.ts';
import { runGuardian } from './run-guardian.ts';

const IBAN = 'FR7630006000011234567890189';
const PATIENCE = { timeout: 40_000, interval: 200 };
/** The rules that look once a minute. */
const RULES = { timeout: 100_000, interval: 500 };
const folder = mkdtempSync(join(tmpdir(), 'guardian-built-in-'));
let server: RunningServer;
let mailbox: Mailbox;
let receiver: Receiver;

interface Delivery {
  occasion: string;
  channel: string;
  state: string;
}

beforeAll(async () => {
  [mailbox, receiver] = await Promise.all([openMailbox(), startReceiver()]);
  writeFileSync(
    join(folder, 'guardian.config.ts'),
    `export default {
      mail: { from: 'guardian@piano.ca', smtp: { host: '127.0.0.1', port: ${mailbox.port}, encryption: 'none' } },
      recipients: { ana: { roles: ['administrators'], email: 'ana@piano.ca', webhook: '${receiver.url}/hook' } },
      routes: [{ name: 'alerts', on: ['alert_fired'], to: ['ana'], over: ['email', 'webhook'] }],
      notify: { groupFor: '0s' },
      alertTypes: ['CROWDED'],
      rules: [{ name: 'crowded', type: 'CROWDED', usage: { of: 'users', within: '1h', from: 2 } }],
      audit: { tellEvery: null },
    };`,
  );
  server = await startGuardian({ folder });
  // Rules over usage look once a minute: what they will see is there from the beginning.
  await postUsage(
    Array.from({ length: 24 }, (_, index) => ({
      ...{
        service: 'kiosk',
        status: index < 6 ? 500 : 200,
        user: index % 2 === 0 ? 'ada@example.com' : 'eve@example.com',
      },
      id: `0198f3c2-bbbb-7000-8000-0000000200${10 + index}`,
    })),
  );
});
afterAll(async () => {
  await stop({ timeoutMs: 1_000 });
  await server.stop();
  await Promise.all([mailbox.close(), receiver.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

async function json<T>(path: string): Promise<T> {
  const response = await fetch(`${server.url}${path}`);
  expect(response.status, path).toBe(200);
  return (await response.json()) as T;
}

/** Requests to the application, as its middleware tells of them. */
async function postUsage(uses: readonly { id: string; service: string; status: number; user: string }[]) {
  const time = new Date().toISOString();
  const request = { kind: 'request', time, method: 'GET', endpoint: '/api/threads/:id', feature: 'thread_get' };
  const posted = await fetch(`${server.url}/api/usage`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${server.key}` },
    body: uses.map((use) => JSON.stringify({ ...request, group: 'threads', durationMs: 3, ...use })).join('\n'),
  });
  expect([posted.status, await posted.text()]).toMatchObject([
    200,
    expect.stringContaining(`"accepted":${uses.length}`),
  ]);
}

/** The alert of that type once it is there, and both of its deliveries, sent. */
async function toldOf(
  type: string,
  patience = PATIENCE,
): Promise<{ subject: { name: string }; description: string; advice: string }> {
  type Alert = Awaited<ReturnType<typeof toldOf>> & { id: string };
  const alert = await vi.waitFor(async () => {
    const { items } = await json<{ items: Alert[] }>(`/api/alerts?type=${type}`);
    expect(items).toHaveLength(1);
    return items[0]!;
  }, patience);
  await vi.waitFor(async () => {
    const { items } = await json<{ items: Delivery[] }>(`/api/deliveries?alert=${alert.id}`);
    expect(items.map(({ occasion, channel, state }) => `${occasion} ${channel} ${state}`).sort()).toEqual([
      'alert_fired email sent',
      'alert_fired webhook sent',
    ]);
  }, PATIENCE);
  return alert;
}

describe('built-in rules tell over mail and webhook, each a delivery that the other side took', () => {
  it('the threshold of errors', async () => {
    await start({ url: server.url, key: server.key, service: 'shop', folder: join(folder, 'spool') });
    for (let order = 0; order < 10; order++) getLogger('orders').error(`order ${order} failed`);
    expect(await stop()).toBe(true);
    const alert = await toldOf('ERROR_THRESHOLD');
    expect(alert).toMatchObject({ subject: { name: 'shop' }, description: '10 error records of shop within 5 min' });
    expect(mailbox.messages.some(({ raw }) => raw.includes('10 error records of shop within 5 min'))).toBe(true);
    expect(receiver.received.some(({ body }) => body.includes('10 error records of shop within 5 min'))).toBe(true);
  });

  it('errors of one user of an application', async () => {
    const uses = Array.from({ length: 5 }, (_, index) => ({
      ...{ service: 'desk', status: 500, user: 'ben@example.com' },
      id: `0198f3c2-aaaa-7000-8000-00000002000${index}`,
    }));
    await postUsage(uses);
    expect(await toldOf('USER_ERRORS')).toMatchObject({ subject: { name: 'ben@example.com' } });
  });

  it('a client that could not seal: nothing of it left in clear, and the operator reads what to do', async () => {
    const key = createLocalWrapper({ bytes: randomBytes(32) });
    let isAway = false;
    const client = await start({
      ...{ url: server.url, key: server.key, service: 'checkout', folder: join(folder, 'sealing') },
      ...{ onTrouble: () => {}, redaction: { paths: [{ path: 'iban', action: 'encrypt' }] } },
      sealing: {
        rotateAfterMs: 20,
        wrappingKey: {
          ...{ id: key.id, unwrap: key.unwrap },
          wrap: async (bytes: Uint8Array, binding: string) => {
            if (isAway) throw new Error('the key service is away');
            return key.wrap(bytes, binding);
          },
        },
      },
    });
    isAway = true;
    await vi.waitFor(async () => {
      getLogger('checkout').info('paid', { iban: IBAN });
      await Promise.resolve();
      expect(client.stats().records.sealFailed.info).toBeGreaterThan(0);
    }, PATIENCE);
    expect(await stop()).toBe(true);
    const alert = await toldOf('SEALING_FAILED');
    expect(alert.subject.name).toBe('checkout');
    expect(alert.description).toContain('they came without those values (no-key)');
    expect(alert.advice).toContain('Nothing left in clear');
    const told = receiver.received.filter(({ body }) => body.includes('SEALING_FAILED'));
    expect(told).toHaveLength(1);
    expect(told[0]!.body).toContain('Nothing left in clear');
    const { items } = await json<{ items: { body: string }[] }>('/api/events?service=checkout');
    expect(items.length).toBeGreaterThan(0);
    for (const place of ['.guardian', 'sealing'])
      for (const file of readdirSync(join(folder, place), { recursive: true, withFileTypes: true }))
        if (file.isFile()) expect(readFileSync(join(file.parentPath, file.name)).includes(IBAN), file.name).toBe(false);
  });

  it('the rate of errors of an application, and what a rule of the configuration says of its users', async () => {
    const tested = await runGuardian(['alerts', 'test'], { folder });
    expect([tested.status, tested.stderr]).toEqual([0, '']);
    expect(await toldOf('USAGE_ERROR_RATE', RULES)).toMatchObject({
      ...{ subject: { name: 'kiosk' }, value: 25, unit: '%' },
      description: '25 % of the requests to kiosk failed within 1 h: 6 of 24 (limit: above 10 %)',
    });
    expect(await toldOf('CROWDED', RULES)).toMatchObject({ subject: { name: 'kiosk' }, value: 2 });
  });
});
