import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { appended } from '../../../test/contract/stored-events.ts';
import type { Event, Exception, HttpRequest, SourceBatch } from '../events/index.ts';
import { at, event } from '../issues/event-fixtures.ts';
import { createStandingJudge, createUnderstanding } from '../issues/index.ts';
import { createStoredSource } from './stored-source.ts';

const HOUR = 3_600_000;
let stores: OpenedStores;
beforeEach(async () => {
  stores = await DATABASES[0]!.open({ clock: { now: () => at(3 * HOUR) } });
});
afterEach(() => stores.close());

const store = async (events: Event[], project = 0) => {
  const standingOf = createStandingJudge({ latencyMs: 3_000 });
  for (let start = 0; start < events.length; start += 1_000)
    await stores.ingest.events.append(
      appended(stores.projectIds[project]!, events.slice(start, start + 1_000), { at: at(0), standingOf }),
    );
};
interface Given {
  service?: string | null;
  maxEvents?: number;
  unjudgedUntil?: number;
  index?: OpenedStores['main']['index'];
}
const source = (options: Given = {}) =>
  createStoredSource({
    index: options.index ?? stores.main.index,
    standings: stores.main.standings,
    unjudgedUntil: options.unjudgedUntil ?? null,
    projectId: stores.projectIds[0],
    service: options.service === undefined ? 'shop' : options.service,
    maxEvents: options.maxEvents ?? 10_000,
  });
async function read(
  from: ReturnType<typeof source>,
  since: number | null = at(0),
  until: number | null = at(2 * HOUR),
) {
  const batches: SourceBatch[] = [];
  for await (const batch of from.read({ since, until })) batches.push(batch);
  return {
    events: batches.flatMap(({ events }) => events),
    quiet: batches.map(({ quiet }) => quiet).filter(({ entries }) => entries > 0),
    problems: batches.flatMap(({ problems }) => problems.map(({ kind, count }) => [kind, count])),
    understanding: (() => {
      const accumulator = createUnderstanding();
      for (const batch of batches) {
        accumulator.add(batch.events);
        accumulator.addQuiet(batch.quiet);
      }
      return accumulator.finish();
    })(),
  };
}
const info = (time: number, more: Partial<Event> = {}) => event({ time, observedTime: time, body: 'served', ...more });
const error = (time: number, more: Partial<Event> = {}) =>
  info(time, { severityNumber: 17, body: 'order 7 lost', ...more });

const REQUEST: HttpRequest = {
  ...{ method: 'GET', path: '/', route: null, host: 'shop.example', status: 200 },
  ...{ durationMs: 12, userAgent: 'Firefox', clientAddress: '10.0.0.9', id: null },
};
const FAILURE: Exception = {
  ...{ type: 'Error', message: 'no stock', module: null, language: 'node', relation: 'raised' },
  ...{ parent: null, handled: null, truncated: false, frames: [] },
};
const PLATFORM = { kind: 'cloud-logging', name: 'p1', position: '', stream: 'varlog/system' };

describe('a window within the bound', () => {
  it('is read whole, whatever its pages, of that service and project and time alone', async () => {
    const own = Array.from({ length: 2_300 }, (_, index) => info(at(index * 1_000)));
    await store([...own, info(at(5), { service: 'cart' }), info(at(-1)), info(at(2 * HOUR))]);
    await store([info(at(6))], 1);
    const { events, quiet, problems, understanding } = await read(source());
    expect(new Set(events.map(({ id }) => id))).toEqual(new Set(own.map(({ id }) => id)));
    expect([events.length, quiet, problems, understanding.entries]).toEqual([2_300, [], [], 2_300]);
  });

  it('that is empty is empty, not a failure', async () => {
    expect(await read(source())).toMatchObject({ events: [], quiet: [], problems: [] });
    expect(await read(source(), null, null)).toMatchObject({ events: [], quiet: [], problems: [] });
  });

  it('may hold exactly as many as the bound', async () => {
    await store(Array.from({ length: 50 }, (_, index) => info(at(index))));
    expect(await read(source({ maxEvents: 50 }))).toMatchObject({ quiet: [], problems: [] });
  });

  it('without ends, and of every service, is everything', async () => {
    await store([info(at(0)), info(at(HOUR), { service: 'cart' })]);
    expect((await read(source({ service: null }), null, null)).events).toHaveLength(2);
  });
});

describe('a window above the bound', () => {
  const odd = 17 * 60_000 + 11_000;

  it('has every failure and warning, the lines around the newest, and the others counted, each once', async () => {
    const lines = Array.from({ length: 3_000 }, (_, index) => info(at(odd + index * 2_000)));
    const failures = [
      error(at(odd + 1_000_001)),
      error(at(odd + 3_000_001)),
      info(at(odd + 5), { severityNumber: 13 }),
    ];
    const before = Array.from({ length: 200 }, (_, index) => info(at(odd - 1 - index * 1_000)));
    const after = Array.from({ length: 200 }, (_, index) => info(at(odd + 2 * HOUR + index)));
    await store([...lines, ...failures, ...before, ...after]);
    const { events, problems, understanding } = await read(source({ maxEvents: 1_000 }), at(odd), at(odd + 2 * HOUR));
    const ids = events.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id } of failures) expect(ids).toContain(id);
    expect(events.filter(({ time }) => Math.abs(time - at(odd + 3_000_000)) <= 60_000).length).toBeGreaterThan(20);
    expect(events.every(({ time }) => time >= at(odd) && time < at(odd + 2 * HOUR))).toBe(true);
    expect([problems, understanding.entries, understanding.errorIncidents]).toEqual([[], 3_003, 2]);
  });

  it('comes to the same counts as the same window read whole, whatever severity its failures were logged at', async () => {
    const lines = Array.from({ length: 48 }, (_, index) => info(at(index * 1_000)));
    const scan = ['/.env', '/.git/config', '/phpinfo', '/admin/setup', '/backup'].map((path, index) =>
      info(at(20_200 + index * 1_000), { request: { ...REQUEST, path, status: 404 } }),
    );
    const telling = [
      info(at(5_100), { request: { ...REQUEST, path: '/pay', status: 502 } }),
      info(at(9_100), { exceptions: [{ ...FAILURE, frames: [] }], stackText: 'Error: no stock' }),
      info(at(12_100), { body: 'Container called exit(1).', source: PLATFORM }),
      info(at(15_100), { request: { ...REQUEST, path: '/api/orders/7' } }),
      info(at(20_100), { request: { ...REQUEST, path: '/api/orders/8', status: 404 } }),
      info(at(25_100), { request: { ...REQUEST, path: '/report', durationMs: 5_000 } }),
      info(at(30_100), { request: { ...REQUEST, path: '/wp-login.php', status: 404, host: 'elsewhere.example' } }),
    ];
    await store([...lines, ...telling, ...scan]);
    const whole = await read(source());
    const bounded = await read(source({ maxEvents: 20 }));
    const countsOf = ({ understanding: found, problems }: typeof whole) => ({
      entries: found.entries,
      errors: found.errorIncidents,
      warnings: found.warningIncidents,
      signals: found.signalCount,
      latency: found.latencyCount,
      noise: found.noise.entries,
      problems,
    });
    expect(countsOf(whole)).toEqual({
      ...{ entries: 60, errors: 3, warnings: 1, signals: 1, latency: 1, noise: 6, problems: [] },
    });
    expect(countsOf(bounded)).toEqual(countsOf(whole));
    expect(whole.events).toHaveLength(60);
    expect(bounded.events.length).toBeLessThan(60);
  });

  it('knows the routes and hosts that were served, also by what is only counted', async () => {
    const served = info(at(-60_000), { request: { ...REQUEST, path: '/api/orders/7' } });
    const scan = ['/.env', '/.git/config', '/phpinfo', '/admin/setup', '/backup', '/api/orders/8'].map((path, index) =>
      info(at(HOUR + index * 1_000), { request: { ...REQUEST, path, status: 404 } }),
    );
    await store([served, ...Array.from({ length: 300 }, (_, index) => info(at(index * 1_000))), ...scan]);
    const { understanding } = await read(source({ maxEvents: 20 }));
    expect([understanding.warningIncidents, understanding.noise.entries]).toEqual([1, 5]);
  });

  it('with more warnings than the bound has every failure all the same, and says what it has not', async () => {
    const warnings = Array.from({ length: 150 }, (_, index) => info(at(HOUR + index), { severityNumber: 13 }));
    await store([error(at(1_000)), error(at(2_000), { body: 'order 8 lost' }), ...warnings]);
    const { problems, understanding } = await read(source({ maxEvents: 100 }));
    expect(problems).toEqual([['unread-warnings', 1]]);
    expect([understanding.entries, understanding.errorIncidents]).toEqual([152, 2]);
  });

  it('says of what was stored before standings were judged that its severity alone tells', async () => {
    await store(Array.from({ length: 60 }, (_, index) => info(at(index * 60_000))));
    const bounded = source({ maxEvents: 20, unjudgedUntil: at(600_000) });
    expect((await read(bounded, at(300_000))).problems).toEqual([['unjudged', 1]]);
    expect((await read(bounded, at(600_001))).problems).toEqual([]);
  });

  it('with more failures than the bound has the newest ones, and says that it was cut', async () => {
    const failures = Array.from({ length: 150 }, (_, index) => error(at(index * 10_000)));
    await store([...failures, ...Array.from({ length: 100 }, (_, index) => info(at(HOUR + index)))]);
    const { events, problems, understanding } = await read(source({ maxEvents: 100 }));
    const severe = events.filter(({ severityNumber }) => severityNumber === 17);
    expect(
      severe
        .map(({ time }) => time)
        .sort((a, b) => a - b)
        .at(-1),
    ).toBe(at(149 * 10_000));
    expect(severe.length).toBeGreaterThanOrEqual(100);
    expect([problems, understanding.entries]).toEqual([[['entry-limit', 1]], 200]);
  });

  it('counts by the minute when it holds more than are counted one by one', async () => {
    await stores.close();
    stores = await DATABASES[0]!.open({ clock: { now: () => at(3 * HOUR) }, knobs: { countedMatches: 50 } });
    const lines = Array.from({ length: 400 }, (_, index) => info(at(odd + index * 15_000)));
    const before = Array.from({ length: 300 }, (_, index) => info(at(odd - 60_000 - index * 1_000)));
    await store([...lines, ...before]);
    const { understanding } = await read(source({ maxEvents: 100 }), at(odd), at(odd + 2 * HOUR));
    expect(understanding.entries).toBe(400);
  });
});

describe('reading', () => {
  it('ends with its signal', async () => {
    await store([info(at(0))]);
    const reading = source().read({ since: at(0), until: at(HOUR), signal: AbortSignal.abort() });
    await expect(reading[Symbol.asyncIterator]().next()).rejects.toThrow();
  });

  it('takes a time nobody believes by the moment it came', async () => {
    const odd = error(at(-900 * HOUR), { observedTime: at(HOUR), timeSuspect: true });
    await store([odd, ...Array.from({ length: 30 }, (_, index) => info(at(HOUR - 1_000 * index)))]);
    const { events } = await read(source({ maxEvents: 10 }));
    expect(events.filter(({ body }) => body === 'served').length).toBeGreaterThan(10);
  });
});
