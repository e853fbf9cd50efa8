import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analytics, liveMetrics } from '../../contracts/api/analytics.ts';
import { trace, tracePage } from '../../contracts/api/traces.ts';
import { createLiveRates } from '../../core/events/index.ts';
import { ask, makeShop, NOW, openTestServer, type TestServer } from '../server-fixtures.ts';

const MINUTE = 60_000;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const rates = createLiveRates({ now: () => NOW });

let server: TestServer;
let key: string;
beforeAll(async () => {
  server = await openTestServer({ options: { live: rates } });
  ({ key } = await makeShop(server));
});
afterAll(() => server.close());

const at = (ms: number) => new Date(NOW + ms).toISOString();

async function send(events: object[]): Promise<void> {
  const body = events.map((event) => JSON.stringify(event)).join('\n');
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' };
  expect((await ask(server, '/api/events', { method: 'POST', headers, body })).status).toBe(200);
  while ((await server.store.analytics.fold({ now: NOW, limit: 10 })) > 0);
}

const event = (over: object) => ({ time: at(-MINUTE), severity: 'info', message: 'paid', service: 'shop', ...over });

describe('analytics', () => {
  it('show what the events of a window amount to, and each view of it', async () => {
    await send([
      event({ id: 'a', message: 'order 1 was paid', logger: 'cart' }),
      event({ id: 'b', message: 'order 2 was paid', logger: 'cart' }),
      event({ id: 'c', severity: 'error', message: 'card was declined', logger: 'pay' }),
      event({
        ...{ id: 'd', message: '{operation} took {durationMs} ms', time: at(-2 * MINUTE), logger: 'pay' },
        attributes: { category: 'performance', operation: 'charge', durationMs: 40, outcome: 'ok' },
      }),
    ]);
    const from = at(-60 * MINUTE);
    const read = async (query = '') =>
      analytics.parse(await (await ask(server, `/api/analytics?from=${from}&to=${at(0)}${query}`)).json());
    const found = await read();
    expect(found).toMatchObject({
      step: 'minute',
      rows: [{ key: 'shop', events: 4, errors: 1, errorRate: 0.25, lastAt: at(-MINUTE) }],
      slowOperations: [{ name: 'charge', service: 'shop', count: 1, failures: 0 }],
    });
    // Of every minute of the hour, the one that has begun included: a gap is seen as one.
    expect(found.volume.map((one) => Date.parse(one.at))).toEqual(
      Array.from({ length: 61 }, (_, minute) => Date.parse(found.from) + minute * MINUTE),
    );
    expect(found.volume.slice(-4).map(({ events, errors }) => [events, errors])).toEqual([
      [0, 0],
      [1, 0],
      [3, 1],
      [0, 0],
    ]);
    expect(found.slowOperations[0]!.p95Ms).toBeCloseTo(40, -1);
    expect(found.templates[0]).toEqual({
      ...{ template: 'order * was paid', service: 'shop', level: 'info', count: 2, before: 0, change: null },
    });
    expect((await read('&by=logger')).rows.map((row) => [row.key, row.events])).toEqual([
      ['cart', 2],
      ['pay', 2],
    ]);
    const { volume } = await read('&logger=pay&category=performance');
    expect(volume.filter(({ events }) => events > 0)).toMatchObject([{ events: 1 }]);
    expect((await ask(server, '/api/analytics?project=nowhere')).status).toBe(404);
  });

  it('take the last day where no window is named, and refuse one that is none', async () => {
    const day = analytics.parse(await (await ask(server, '/api/analytics')).json());
    expect(day).toMatchObject({ step: 'hour', from: '2026-01-30T08:00:00.000Z', to: '2026-01-31T09:00:00.000Z' });
    expect(day.volume).toHaveLength(25);
    expect(day.volume.filter(({ events }) => events === 0)).toHaveLength(24);
    expect((await ask(server, `/api/analytics?from=${at(0)}&to=${at(-1)}`)).status).toBe(400);
    expect((await ask(server, '/api/analytics?by=colour')).status).toBe(400);
    const long = analytics.parse(await (await ask(server, '/api/analytics?from=2001-01-01')).json());
    expect(long).toMatchObject({ step: 'day', from: '2024-12-27T00:00:00.000Z' });
  });

  it('show what comes in now from the counters in memory', async () => {
    rates.add([{ service: 'shop', events: 50, errors: 5, lastAt: NOW }]);
    const live = liveMetrics.parse(await (await ask(server, '/api/analytics/live')).json());
    expect(live.services).toEqual([{ service: 'shop', eventsPerSecond: 5, errorsPerSecond: 0.5, lastEventAt: at(0) }]);
    expect(live.ingest).toMatchObject({ accepted: 4, duplicates: 0, waiting: 0 });
  });
});

describe('traces', () => {
  const spans = (service: string, list: object[]) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [{ spans: list }],
  });
  const nanos = (ms: number) => `${NOW + ms}000000`;
  const span = (id: number, parent: number | null, from: number, to: number, over: object = {}) => ({
    traceId: TRACE,
    spanId: String(id).padStart(16, '0'),
    ...(parent === null ? {} : { parentSpanId: String(parent).padStart(16, '0') }),
    ...{ name: `span ${id}`, startTimeUnixNano: nanos(from), endTimeUnixNano: nanos(to), ...over },
  });

  it('are shown over all services with their events and timers, clocks corrected', async () => {
    const resourceSpans = [
      spans('shop', [span(1, null, 0, 100, { kind: 2, name: 'GET /cart' }), span(2, 1, 10, 70, { kind: 3 })]),
      // Its clock is an hour ahead.
      spans('billing', [
        span(3, 2, 3_600_000, 3_600_040, {
          ...{ kind: 2, status: { code: 2 } },
          attributes: [{ key: 'user.password', value: { stringValue: 'hunter2' } }],
        }),
      ]),
    ];
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ resourceSpans });
    expect((await ask(server, '/v1/traces', { method: 'POST', headers, body })).status).toBe(200);
    await send([
      event({ id: 'x', time: at(3_600_010), service: 'billing', traceId: TRACE, spanId: '0000000000000003' }),
      event({
        ...{ id: 'y', time: at(90), traceId: TRACE, spanId: '0000000000000009' },
        attributes: { category: 'performance', operation: 'render', durationMs: 15, parentSpanId: '0000000000000001' },
      }),
    ]);
    const reply = await ask(server, `/api/traces/${TRACE.toUpperCase()}`);
    const whole = trace.parse(await reply.json());
    expect(whole).toMatchObject({
      id: TRACE,
      start: at(0),
      durationMs: 100,
      services: ['billing', 'shop'],
      isCut: false,
    });
    expect(whole.spans.map(({ name, depth, offsetMs, skewMs }) => [name, depth, offsetMs, skewMs])).toEqual([
      ['GET /cart', 0, 0, 0],
      ['span 2', 1, 10, 0],
      ['span 3', 2, 20, 3_599_980],
      ['render', 1, 75, 0],
    ]);
    expect(JSON.stringify(whole.spans)).not.toContain('hunter2');
    expect(whole.events).toMatchObject([
      { offsetMs: 20, service: 'billing', level: 'error', message: 'span 3: error' },
      { offsetMs: 30, service: 'billing', level: 'info', message: 'paid' },
    ]);
    expect(whole.gaps[0]).toEqual({ fromMs: 0, toMs: 20 });
  });

  it('are listed by what is asked for', async () => {
    const list = async (query: string) => tracePage.parse(await (await ask(server, `/api/traces${query}`)).json());
    expect((await list('')).items).toMatchObject([
      { id: TRACE, root: 'GET /cart', services: ['billing', 'shop'], spans: 4, errors: 1 },
    ]);
    expect((await list('?service=mailer')).items).toEqual([]);
    expect((await list('?status=error&service=billing')).items).toHaveLength(1);
    expect((await ask(server, '/api/traces?cursor=nonsense')).status).toBe(400);
  });

  it('are not there under an unknown or impossible id', async () => {
    expect((await ask(server, `/api/traces/${'0'.repeat(31)}1`)).status).toBe(404);
    expect((await ask(server, '/api/traces/xyz')).status).toBe(400);
  });
});
