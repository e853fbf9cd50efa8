import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { appended } from '../../../test/contract/stored-events.ts';
import type { Event, SourceBatch } from '../events/index.ts';
import { at, event } from '../issues/event-fixtures.ts';
import { createUnderstanding } from '../issues/index.ts';
import { createStoredSource } from './stored-source.ts';

const HOUR = 3_600_000;
let stores: OpenedStores;
beforeEach(async () => {
  stores = await DATABASES[0]!.open({ clock: { now: () => at(3 * HOUR) } });
});
afterEach(() => stores.close());

const store = async (events: Event[], project = 0) => {
  for (let start = 0; start < events.length; start += 1_000)
    await stores.ingest.events.append(
      appended(stores.projectIds[project]!, events.slice(start, start + 1_000), { at: at(0) }),
    );
};
const source = (options: { service?: string | null; maxEvents?: number; index?: OpenedStores['main']['index'] } = {}) =>
  createStoredSource({
    index: options.index ?? stores.main.index,
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
    expect([problems, understanding.entries]).toEqual([[['entry-limit', 100]], 250]);
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
