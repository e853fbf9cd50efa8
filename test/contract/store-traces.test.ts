import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Span, TraceListQuery } from '../../src/core/events/index.ts';
import { event } from '../../src/core/issues/event-fixtures.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const NOW = Date.UTC(2026, 0, 31, 12, 0);
const DAY = 24 * 60 * 60 * 1000;
const traceId = (number: number) => number.toString(16).padStart(32, '0');
const spanId = (number: number) => number.toString(16).padStart(16, '0');

let stores: OpenedStores;

function span(number: number, over: Partial<Span> = {}): Span {
  return {
    projectId: stores.projectIds[0],
    traceId: traceId(1),
    id: spanId(number),
    parent: number === 1 ? null : spanId(1),
    name: number === 1 ? 'GET /cart' : `step ${number}`,
    service: 'shop',
    kind: 'internal',
    start: NOW + number / 8,
    durationMs: 10,
    status: 'unset',
    attributes: { number },
    ...over,
  };
}

async function append(spans: Span[], events: ReturnType<typeof event>[] = []): Promise<void> {
  await stores.ingest.events.append({
    events: events.map((one) => ({
      ...{ projectId: stores.projectIds[0], event: one, claimedTime: one.time, isCandidate: false },
    })),
    records: [],
    spans,
    dropped: [],
    positions: [],
    at: NOW,
  });
}

async function list(over: Partial<TraceListQuery> = {}) {
  return stores.main.traces.list({
    ...{ projectId: null, service: null, minDurationMs: null, hasErrors: false, from: null, to: null },
    ...{ cursor: null, limit: 10, ...over },
  });
}

describe.each(DATABASES)('traces in $name', ({ open }) => {
  beforeEach(async () => {
    stores = await open({ clock: { now: () => NOW } });
  });
  afterEach(() => stores.close());

  it('keep each span once, as it came, by its start', async () => {
    const spans = [span(2, { kind: 'client', status: 'error', start: NOW + 0.125 }), span(1, { start: NOW })];
    await append(spans);
    await append(spans);
    expect(await stores.main.traces.spans(traceId(1), 100)).toEqual([spans[1], spans[0]]);
    expect(await stores.main.traces.spans(traceId(1), 1)).toEqual([spans[1]]);
    expect(await stores.main.traces.spans(traceId(9), 1)).toEqual([]);
  });

  it('sum up a trace over services and batches, whichever comes first', async () => {
    await append([span(2, { start: NOW + 50, durationMs: 100, service: 'billing', status: 'error' })]);
    await append([span(1, { start: NOW, durationMs: 90 })]);
    expect((await list()).items).toEqual([
      {
        ...{ traceId: traceId(1), start: NOW, durationMs: 150, root: 'GET /cart', spans: 2, errors: 1 },
        services: ['billing', 'shop'],
      },
    ]);
  });

  it('take the timers of the SDK for spans', async () => {
    const attributes = { category: 'performance', operation: 'load', durationMs: 30, outcome: 'ok' };
    const timer = event({
      ...{ time: NOW, observedTime: NOW, traceId: traceId(1), spanId: spanId(7) },
      attributes: { ...attributes, parentSpanId: spanId(1) },
    });
    await append([], [timer]);
    expect(await stores.main.traces.spans(traceId(1), 10)).toMatchObject([
      { id: spanId(7), parent: spanId(1), name: 'load', kind: 'timer', start: NOW - 30, durationMs: 30, status: 'ok' },
    ]);
  });

  it('are listed newest first, page by page, by what is asked for', async () => {
    await append([
      span(1, { traceId: traceId(1), start: NOW, durationMs: 500 }),
      span(1, { traceId: traceId(2), start: NOW + 1, service: 'billing' }),
      span(1, { traceId: traceId(3), start: NOW + 1, status: 'error' }),
      span(1, { traceId: traceId(4), start: NOW + 2, projectId: stores.projectIds[1] }),
    ]);
    const ids = async (over: Partial<TraceListQuery>) => (await list(over)).items.map((one) => Number(one.traceId));
    expect(await ids({})).toEqual([4, 3, 2, 1]);
    expect(await ids({ service: 'billing' })).toEqual([2]);
    expect(await ids({ hasErrors: true })).toEqual([3]);
    expect(await ids({ minDurationMs: 400 })).toEqual([1]);
    expect(await ids({ projectId: stores.projectIds[1] })).toEqual([4]);
    expect(await ids({ from: NOW + 1, to: NOW + 2 })).toEqual([3, 2]);
    const first = await list({ limit: 2 });
    const second = await list({ limit: 2, cursor: first.cursor });
    expect([...first.items, ...second.items].map((one) => Number(one.traceId))).toEqual([4, 3, 2, 1]);
    expect(second.cursor).toBeNull();
  });

  it('keep no more spans of one trace than anybody can look at, and count the others', async () => {
    const many = (from: number) => Array.from({ length: 5_001 }, (_, index) => span(from + index));
    await append(many(1));
    await append(many(5_002));
    expect((await list()).items).toMatchObject([{ spans: 10_000 }]);
    expect(await stores.main.activity.dropped(NOW - DAY)).toMatchObject([{ reason: 'trace-too-large', quantity: 2 }]);
  });

  it('forget whole traces by age and by number, the oldest first', async () => {
    for (let number = 1; number <= 5; number++)
      await append([1, 2].map((one) => span(one, { traceId: traceId(number), start: NOW + number })));
    const { traces, kysely } = stores.main;
    expect(await traces.forget({ before: NOW, traces: 100, limit: 10 })).toBe(0);
    await kysely
      .updateTable('trace')
      .set({ start: NOW - 8 * DAY })
      .where('trace_id', '=', traceId(3))
      .execute();
    expect(await traces.forget({ before: NOW - 7 * DAY, traces: 100, limit: 10 })).toBe(1);
    expect(await traces.spans(traceId(3), 10)).toEqual([]);
    expect(await traces.forget({ before: NOW - 7 * DAY, traces: 3, limit: 10 })).toBe(1);
    expect((await list()).items).toHaveLength(3);
    const left = await kysely.selectFrom('trace_service').select('trace_id').execute();
    expect(left).toHaveLength(3);
  });
});
