import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event, EventStanding } from '../../src/core/events/index.ts';
import type { AppendBatch } from '../../src/core/ingest/index.ts';
import { at, event, exception, pythonFrames, request } from '../../src/core/issues/event-fixtures.ts';
import { createStandingJudge } from '../../src/core/issues/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';
import { appended } from './stored-events.ts';

const NOW = at(3_600_000);
const clock = { now: () => NOW };
const NOTHING: AppendBatch = { events: [], records: [], dropped: [], positions: [], at: NOW };

describe.each(DATABASES)('appending to $name', ({ open }) => {
  let stores: OpenedStores;
  let project: number;
  beforeAll(async () => {
    stores = await open({ clock });
    [project] = stores.projectIds;
  });
  afterAll(() => stores.close());

  const append = (events: readonly Event[], isCandidate = false) =>
    stores.ingest.events.append(appended(project, events, { at: NOW, isCandidate }));
  const newest = async (limit: number, service: string) => {
    const fields = [{ name: 'service', value: service, isExcluded: false }];
    const query = { words: [], fields, minimumSeverity: null, projectId: project, from: null, to: null, cursor: null };
    return (await stores.main.index.search({ ...query, limit, order: 'newest' })).events;
  };

  it('gives every field of an event back as it came', async () => {
    const whole = event({
      service: 'whole',
      time: at(1) + 0.25,
      observedTime: at(2) + 0.5,
      severityNumber: 18,
      severityText: 'CRITICAL',
      body: 'é 日本 \u{1F600} line\nline',
      template: 'order {id} failed',
      environment: 'production',
      instance: 'pod-1',
      logger: 'shop.stock',
      exceptions: [exception('ValueError', 'no stock', pythonFrames('stock:40:reserve'))],
      stackText: 'Traceback …',
      request: request({ method: 'POST', path: '/orders', status: 500, id: 'req-1' }),
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId: '00f067aa0ba902b7',
      user: { id: 'u-1', name: 'Ann' },
      breadcrumbs: [{ time: at(0), category: 'http', message: 'GET /', level: 'info' }],
      attributes: { 'order.id': 4711, nested: { deep: [1, null, 'x'] } },
      payload: { raw: 'x'.repeat(5_000) },
      trust: 'public',
      truncated: true,
      entries: 3,
    });
    const plain = event({ service: 'whole', time: at(5), timeSuspect: true, observedTime: at(7) });
    expect(await append([whole, plain])).toEqual(['stored', 'stored']);
    const [second, first] = await newest(2, 'whole');
    expect(first).toEqual({ seq: Math.floor(whole.time) * 4_096, projectId: project, issueId: null, event: whole });
    expect(second?.event).toEqual(plain);
    expect(Math.floor(second!.seq / 4_096)).toBe(at(7));
    expect(await stores.main.index.get([second!.seq, 12, first!.seq])).toEqual([second, first]);
  });

  it('stores a repeat once, in one batch, across batches and across connections, and says so', async () => {
    const one = event({ service: 'repeats', id: 'same' });
    expect(await append([one, { ...one, body: 'again' }])).toEqual(['stored', 'duplicate']);
    expect(await append([one, event({ service: 'repeats' })])).toEqual(['duplicate', 'stored']);
    const other = await stores.main.events.append(appended(project, [one], { at: NOW }));
    expect(other).toEqual(['duplicate']);
    expect(await newest(10, 'repeats')).toHaveLength(2);
    const elsewhere = { ...one, source: { ...one.source, kind: 'otlp' } };
    expect(await append([elsewhere])).toEqual(['stored']);
    const inAnotherProject = await stores.ingest.events.append(appended(stores.projectIds[1], [one], { at: NOW }));
    expect(inAnotherProject).toEqual(['stored']);
  });

  it('keeps the order of arrival within a millisecond, also when a millisecond is full, and between two writers', async () => {
    const time = at(100);
    const many = Array.from({ length: 5_000 }, (_, index) => event({ service: 'crowd', time, body: `n ${index}` }));
    await append(many.slice(0, 4_090));
    await stores.main.events.append(appended(project, many.slice(4_090, 4_100), { at: NOW }));
    await append(many.slice(4_100));
    const stored = await newest(5_001, 'crowd');
    expect(stored.map(({ event: { body } }) => body).reverse()).toEqual(many.map(({ body }) => body));
    expect(new Set(stored.map(({ event: { time: kept } }) => kept))).toEqual(new Set([time]));
  });

  it('queues candidates for folding in the same transaction, and only those that are new', async () => {
    const before = (await stores.ingest.fold.queued(0, 10_000)).length;
    const failing = event({ service: 'queue', severityNumber: 17 });
    await append([failing, event({ service: 'queue', severityNumber: 17 })], true);
    await append([failing], true);
    await append([event({ service: 'queue' })]);
    expect(await stores.ingest.fold.queued(0, 10_000)).toHaveLength(before + 2);
  });

  it('finds events by what they are to a report, whatever their severity says', async () => {
    const asked = (status: number, more: Partial<Event> = {}) =>
      event({ service: 'telling', request: request({ path: '/orders', status }), ...more });
    const events = [asked(502), asked(404), asked(200, { request: request({ path: '/', durationMs: 5_000 }) })];
    const standingOf = createStandingJudge({ latencyMs: 3_000 });
    const loud = [event({ service: 'telling', severityNumber: 17 }), event({ service: 'telling', severityNumber: 13 })];
    const quiet = [asked(200), asked(200), event({ service: 'telling' })];
    const batch = appended(project, [...events, ...loud, ...quiet], { at: NOW, standingOf });
    const packed = batch.events.map((one) => stores.ingest.events.pack?.(one) ?? one);
    await stores.ingest.events.append({ ...batch, events: packed });
    const fields = [{ name: 'service', value: 'telling', isExcluded: false }];
    const query = { words: [], fields, minimumSeverity: null, projectId: project, from: null, to: null };
    const find = async (...standings: EventStanding[]) => {
      const page = { ...query, cursor: null, limit: 10, order: 'oldest' as const };
      const found = await stores.main.standings.find(page, standings);
      return found.events.map(({ event: one }) => one.id);
    };
    const ids = [...events, ...loud, ...quiet].map(({ id }) => id);
    expect(await find('error')).toEqual([ids[0], ids[3]]);
    expect(await find('warning')).toEqual([ids[1], ids[4]]);
    expect(await find('latency', 'warning')).toEqual([ids[1], ids[2], ids[4]]);
    expect(await find('served')).toEqual([ids[5]]);
  });

  it('keeps how far sources were read, and why they cannot be', async () => {
    const { sourceStates } = stores.ingest;
    const failing = { source: 'file:/a', seenUntil: null, problem: 'EACCES', failingSince: NOW };
    await sourceStates.note(failing);
    await sourceStates.note({ source: 'cloud-logging:p', seenUntil: 5, problem: null, failingSince: null });
    expect(await stores.main.sourceStates.of(['file:/a', 'file:/b'])).toEqual([failing]);
    await sourceStates.note({ ...failing, problem: null, failingSince: null });
    expect((await stores.main.sourceStates.of(['file:/a']))[0]?.problem).toBeNull();
    expect(await stores.main.sourceStates.of([])).toEqual([]);
  });

  it('keeps client records once, positions, and counts what was dropped', async () => {
    const record = { projectId: project, kind: 'session' as const, id: 's-1', time: NOW, payload: { status: 'ok' } };
    const dropped = { projectId: project, source: 'sentry', reason: 'too-large', category: 'error', quantity: 2 };
    const batch = { ...NOTHING, records: [record, record], dropped: [dropped, { ...dropped, quantity: 3 }] };
    await stores.ingest.events.append({ ...batch, positions: [{ source: 'file:a', position: '10' }] });
    await stores.ingest.events.append({ ...batch, positions: [{ source: 'file:a', position: '20' }] });
    const records = await stores.main.kysely.selectFrom('client_record').selectAll().execute();
    expect(records.map(({ id, payload }) => [id, JSON.parse(payload)])).toEqual([['s-1', { status: 'ok' }]]);
    expect(await stores.main.positions.get('file:a')).toBe('20');
    expect(await stores.main.positions.get('file:b')).toBeNull();
    expect(await stores.main.activity.dropped(NOW - 1)).toEqual([{ ...dropped, quantity: 10 }]);
  });

  it('takes what a hostile client can put in: NUL, lone surrogates, times without end, a thousand attributes', async () => {
    const attributes = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`a${index}`, index]));
    const hostile = [
      event({ service: 'hostile', body: 'a\0b', id: 'n\0', environment: '\0' }),
      event({ service: 'hostile', body: '\ud800 lone', attributes: { '\ud800': '\udfff' } }),
      event({ service: 'hostile', time: 1e300, observedTime: at(1), id: 'far' }),
      event({ service: 'hostile', time: -5, observedTime: at(1), id: 'before' }),
      event({ service: 'hostile', time: Number.NaN, observedTime: Number.NaN, id: 'never' }),
      event({ service: 'hostile', attributes, body: `${'(('.repeat(20_000)}"'*^:` }),
      event({ service: "hostile'); DROP TABLE event; --" }),
    ];
    expect(new Set(await append(hostile))).toEqual(new Set(['stored']));
    const bodies = (await newest(10, 'hostile')).map(({ event: { body } }) => body);
    expect(bodies).toHaveLength(6);
    expect(bodies).toContain('a\uFFFDb');
  });

  it('counts by service, hour and source exactly what is stored', async () => {
    const before = await stores.main.activity.sources(NOW);
    expect(before.find(({ kind }) => kind === 'pubsub')).toBeUndefined();
    const source = { kind: 'pubsub', name: 'p', position: '', stream: '' };
    const events = [0, 1, 2].map((index) =>
      event({ service: 'counted', time: NOW - 60_000 * index, source, id: `c${index}` }),
    );
    await append([...events, event({ service: 'counted', time: NOW - 25 * 3_600_000, source, id: 'old' })]);
    await append(events);
    const activity = await stores.main.activity.services(NOW);
    expect(activity.find(({ service }) => service === 'counted')).toEqual({
      projectId: project,
      service: 'counted',
      lastEventAt: NOW,
      eventsLastDay: 3,
      incidentsByHour: new Array(24).fill(0),
      incidentsLastHour: 0,
      openIssues: 0,
      newestRevision: 'shop-00007',
    });
    const after = await stores.main.activity.sources(NOW);
    expect(after.find(({ kind }) => kind === 'pubsub')).toEqual({
      projectId: project,
      kind: 'pubsub',
      lastEventAt: NOW,
      eventsLastDay: 4,
    });
  });

  it('lets senders repeat the same events at once, in any order, and stores each once', async () => {
    const same = Array.from({ length: 200 }, (_, index) =>
      event({ service: 'same', time: at(900 + index), id: `same${index}` }),
    );
    const orders = [same, same.toReversed(), same.toSorted(() => -1), [...same.slice(100), ...same.slice(0, 100)]];
    const outcomes = await Promise.all(
      orders.map((batch) => stores.main.events.append(appended(project, batch, { at: NOW }))),
    );
    expect(outcomes.flat().filter((outcome) => outcome === 'stored')).toHaveLength(200);
    expect(await newest(1_000, 'same')).toHaveLength(200);
  });

  it('lets two writers append to the same instant at once', async () => {
    const batches = Array.from({ length: 20 }, (_, batch) =>
      Array.from({ length: 10 }, (_unused, index) =>
        event({ service: 'twice', time: at(500), id: `w${batch}.${index}` }),
      ),
    ).map((batch) => appended(project, batch, { at: NOW, isCandidate: true }));
    // The other writer has a thread of its own, as in the server: a connection that waits for a lock blocks its thread.
    const other = new Worker(new URL('../fixtures/append-thread.ts', import.meta.url), {
      workerData: { location: stores.location, batches: batches.slice(10) },
    });
    const theirs = once(other, 'message');
    const ours = await Promise.all(batches.slice(0, 10).map((batch) => stores.main.events.append(batch)));
    const [outcomes] = (await theirs) as [string[]];
    expect([...ours.flat(), ...outcomes]).toEqual(new Array(200).fill('stored'));
    expect(await newest(1_000, 'twice')).toHaveLength(200);
    expect((await stores.main.activity.services(NOW)).find(({ service }) => service === 'twice')?.eventsLastDay).toBe(
      200,
    );
  });
});
