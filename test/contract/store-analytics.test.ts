import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnalyticsQuery, Event } from '../../src/core/events/index.ts';
import { event as createEvent } from '../../src/core/issues/event-fixtures.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 0, 31, 12, 0);

let stores: OpenedStores;
let next = 0;

function eventAt(time: number, over: Partial<Event> = {}): Event {
  return createEvent({ id: `event-${next++}`, time, observedTime: time, service: 'shop', ...over });
}

const ingested = (event: Event) => ({
  ...{ projectId: stores.projectIds[0], event, claimedTime: event.time, isCandidate: false },
});

async function append(events: readonly Event[], over: { dropped?: number; at?: number } = {}): Promise<void> {
  const { dropped = 0, at = NOW } = over;
  await stores.ingest.events.append({
    events: events.map(ingested),
    records: [],
    dropped:
      dropped === 0
        ? []
        : [
            {
              ...{ projectId: stores.projectIds[0], source: 'native', reason: 'invalid', category: 'event' },
              quantity: dropped,
            },
          ],
    positions: [],
    at,
  });
}

async function read(over: Partial<AnalyticsQuery> = {}) {
  while ((await stores.main.analytics.fold({ now: NOW, limit: 100 })) > 0);
  return stores.main.analytics.read({
    ...{ step: 'minute', from: NOW - HOUR, to: NOW, projectId: null, service: null },
    ...{ logger: null, agent: null, category: null, by: 'service', limit: 50 },
    ...over,
  });
}

describe.each(DATABASES)('analytics in $name', ({ open }) => {
  beforeEach(async () => {
    stores = await open({ clock: { now: () => NOW } });
  });
  afterEach(() => stores.close());

  it('count what came by minute, hour and day, an event that is repeated once', async () => {
    const first = eventAt(NOW - 2 * MINUTE);
    await append([first, eventAt(NOW - 2 * MINUTE, { severityNumber: 17 })]);
    await append([first, eventAt(NOW - MINUTE, { severityNumber: 21, service: 'billing' })]);
    expect(await read()).toMatchObject({
      volume: [
        { at: NOW - 2 * MINUTE, events: 2, errors: 1, dropped: 0 },
        { at: NOW - MINUTE, events: 1, errors: 1, dropped: 0 },
      ],
      rows: [
        { key: 'shop', events: 2, errors: 1, lastAt: NOW - 2 * MINUTE },
        { key: 'billing', events: 1, errors: 1, lastAt: NOW - MINUTE },
      ],
    });
    expect((await read({ step: 'hour' })).volume).toEqual([{ at: NOW - HOUR, events: 3, errors: 2, dropped: 0 }]);
    const day = NOW - (NOW % (24 * HOUR));
    expect((await read({ step: 'day', from: day, to: NOW })).volume).toMatchObject([{ at: day, events: 3 }]);
    expect((await read({ service: 'billing' })).volume).toMatchObject([{ events: 1 }]);
  });

  it('correct the window that a late event belongs to', async () => {
    await append([eventAt(NOW - MINUTE)]);
    expect((await read({ step: 'hour', from: NOW - 3 * HOUR })).volume).toHaveLength(1);
    await append([eventAt(NOW - 3 * HOUR + MINUTE)]);
    expect((await read({ step: 'hour', from: NOW - 3 * HOUR })).volume).toMatchObject([
      { at: NOW - 3 * HOUR, events: 1 },
      { at: NOW - HOUR, events: 1 },
    ]);
  });

  it('tell loggers, agents and categories apart', async () => {
    await append([
      eventAt(NOW - MINUTE, { logger: 'shop.cart', attributes: { category: 'system' } }),
      eventAt(NOW - MINUTE, { logger: 'shop.cart', attributes: { category: 'system' } }),
      eventAt(NOW - MINUTE, { logger: 'agent.sales.buyer.ada', attributes: { category: 'agents' } }),
    ]);
    const keys = async (by: AnalyticsQuery['by']) => (await read({ by })).rows.map(({ key, events }) => [key, events]);
    expect(await keys('logger')).toEqual([
      ['shop.cart', 2],
      ['agent.sales.buyer.ada', 1],
    ]);
    expect(await keys('agent')).toEqual([['sales.buyer.ada', 1]]);
    expect(await keys('category')).toEqual([
      ['system', 2],
      ['agents', 1],
    ]);
    expect((await read({ agent: 'sales.buyer.ada' })).volume).toMatchObject([{ events: 1 }]);
  });

  it('count a folded record as many times as it stands for, and what clients and the server dropped', async () => {
    await append([
      eventAt(NOW - MINUTE, { attributes: { folded: { count: 40 } } }),
      eventAt(NOW - MINUTE, { logger: 'guardian.delivery', attributes: { count: 7 } }),
    ]);
    await append([], { dropped: 3, at: NOW - MINUTE });
    expect(await read()).toMatchObject({
      volume: [{ events: 41, dropped: 10 }],
      rows: [
        { key: 'shop', events: 41, dropped: 7 },
        { key: '(unknown)', events: 0, dropped: 3 },
      ],
    });
  });

  it('show the templates with their count in the window before, what has stopped as well', async () => {
    const paid = (time: number, order: number) => eventAt(time, { body: `order ${order} was paid` });
    const gone = { body: 'cache is cold', template: 'cache is {state}' };
    await append([paid(NOW - 90 * MINUTE, 1), eventAt(NOW - 90 * MINUTE, gone)]);
    await append([paid(NOW - MINUTE, 2), paid(NOW - MINUTE, 3), eventAt(NOW - MINUTE, { body: 'new', service: 'x' })]);
    expect((await read()).templates).toEqual([
      { template: 'order * was paid', service: 'shop', severity: 9, count: 2, before: 1 },
      { template: 'new', service: 'x', severity: 9, count: 1, before: 0 },
      { template: 'cache is {state}', service: 'shop', severity: 9, count: 0, before: 1 },
    ]);
  });

  it('measure operations by the timers of all batches, within the bound of the histogram', async () => {
    const timer = (durationMs: number, outcome = 'ok') =>
      eventAt(NOW - MINUTE, { attributes: { category: 'performance', operation: 'load cart', durationMs, outcome } });
    for (let start = 1; start <= 100; start += 10)
      await append(Array.from({ length: 10 }, (_, index) => timer(start + index, index === 0 ? 'failed' : 'ok')));
    const [operation] = (await read()).operations;
    expect(operation).toMatchObject({ name: 'load cart', service: 'shop', count: 100, failures: 10 });
    for (const [told, real] of [
      [operation!.p50, 50],
      [operation!.p95, 95],
      [operation!.p99, 99],
    ] as const)
      expect(Math.abs(told - real) / real).toBeLessThan(0.03);
  });

  it('keep what senders name within bounds', async () => {
    for (let start = 0; start < 700; start += 100)
      await append(Array.from({ length: 100 }, (_, index) => eventAt(NOW - MINUTE, { logger: `l${start + index}` })));
    const { rows, volume } = await read({ by: 'logger', limit: 1_000 });
    expect(rows).toHaveLength(501);
    expect(rows[0]).toMatchObject({ key: '(other)', events: 200 });
    expect(volume).toMatchObject([{ events: 700 }]);
  });

  it('take turns when two nodes fold, and count each batch once', async () => {
    for (let count = 0; count < 40; count++) {
      const attributes = { category: 'performance', operation: 'load', durationMs: 10 };
      await append([eventAt(NOW - MINUTE, { attributes })]);
    }
    const { main, ingest } = stores;
    // SQLite's second connection would block the thread that the first one answers to.
    const folders = main.kind === 'postgres' ? [main, ingest] : [main, main];
    const folded = await Promise.all(
      folders.flatMap((store) => [1, 2, 3].map(() => store.analytics.fold({ now: NOW, limit: 10 }))),
    );
    expect(folded.reduce((sum, count) => sum + count, 0)).toBe(40);
    expect(await read()).toMatchObject({ volume: [{ events: 40 }], operations: [{ count: 40 }] });
  });

  it('forget each step when its time is over', async () => {
    await append([eventAt(NOW - MINUTE)]);
    await read();
    const forgotten = async (now: number) => {
      while ((await stores.main.analytics.forget({ now, limit: 2 })) > 0);
      const { main } = stores;
      const rows = await main.kysely.selectFrom('analytics_count').select('step').orderBy('step').execute();
      return rows.map(({ step }) => step);
    };
    expect(await forgotten(NOW + 47 * HOUR)).toEqual(['day', 'hour', 'minute']);
    expect(await forgotten(NOW + 49 * HOUR)).toEqual(['day', 'hour']);
    expect(await forgotten(NOW + 61 * 24 * HOUR)).toEqual(['day']);
    expect(await forgotten(NOW + 401 * 24 * HOUR)).toEqual([]);
  });
});
