import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guardianApi } from '../../../test/fixtures/guardian-api.ts';
import { type RunningServer, startGuardian } from '../../../test/fixtures/running-server.ts';
import { balance, entries, entry, freshFolder, open, total } from '../src/delivery/delivery-fixtures.ts';
import { guardianSink } from '../src/sinks/guardian.ts';

describe('a Guardian server that runs', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startGuardian();
  });
  afterAll(() => server.stop());

  test('row 6: stores what counts as sent, once, and says which were there', async () => {
    const delivery = open({ sink: guardianSink({ url: server.url, key: server.key }), folder: freshFolder() });
    const now = new Date().toISOString();
    const record = (id: string, message: string) =>
      entry({
        id,
        line: JSON.stringify({
          id,
          time: now,
          severity: 'error',
          message,
          service: 'sdk-shop',
          attributes: { category: 'errors', order: 12 },
        }),
      });
    const all = Array.from({ length: 150 }, (_, at) => record(`real-${at}`, `payment ${at} failed`));
    for (const one of all) delivery.accept(one);
    expect(await delivery.flush({ timeoutMs: 20_000 })).toBe(true);
    for (const one of all.slice(0, 40)) delivery.accept(one);
    delivery.accept(record('real-bad', ''));
    expect(await delivery.flush({ timeoutMs: 20_000 })).toBe(false);
    const { sent, duplicate, deadLettered } = delivery.counters();
    expect([total(sent), total(duplicate), total(deadLettered)]).toEqual([190, 40, 1]);
    expect(balance(delivery)).toEqual({ queued: 191, accounted: 191 });
    const api = guardianApi(server.url);
    await api.settle(server.key);
    const stored = await api.events('service:sdk-shop');
    expect(stored).toHaveLength(150);
    const event = await api.waitForEvent('payment 149 failed');
    expect(JSON.stringify(event)).toContain('"order"');
  });

  test('with a key that it does not know, everything is kept and the remedy said', async () => {
    const delivery = open({ sink: guardianSink({ url: server.url, key: 'gk_unknown' }) });
    for (const one of entries(3)) delivery.accept(one);
    expect(await delivery.flush({ timeoutMs: 1_500 })).toBe(false);
    expect(delivery.gauges()).toMatchObject({ waiting: 3, problem: { kind: 'held' } });
  });
});
