import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { appended } from '../../../test/contract/stored-events.ts';
import { type SmallCluster, startSmallCluster } from '../../adapters/search/opensearch/cluster-fixtures.ts';
import { configurationSchema } from '../../config/schema.ts';
import type { EventQuery } from '../../core/events/index.ts';
import { event } from '../../core/issues/event-fixtures.ts';
import type { GuardianError } from '../../core/shared/index.ts';
import { type OpenedSearch, openSearch } from './open-search.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const START = Date.UTC(2026, 2, 1, 12);

const ALL: EventQuery = {
  words: [],
  fields: [],
  minimumSeverity: null,
  projectId: null,
  from: null,
  to: null,
  cursor: null,
  limit: 100,
  order: 'newest',
};

describe('events in a search cluster that comes and goes', () => {
  let now: number;
  const clock = { now: () => now };
  let stores: OpenedStores;
  let small: SmallCluster;
  let failures: GuardianError[];
  const opened: OpenedSearch[] = [];

  const open = async (search: object = {}) => {
    const one = await openSearch({
      configuration: configurationSchema.parse({ search: { url: small.url, timeoutMs: 2_000, ...search } }),
      folder: '.',
      store: stores.main,
      clock,
      onFailure: (_what, error) => failures.push(error),
    });
    opened.push(one);
    return one;
  };
  const turn = async (one: OpenedSearch) => {
    now += 40_000;
    await one.rounds[0]!.run(new AbortController().signal);
  };
  const store = (...events: Parameters<typeof event>[0][]) =>
    stores.ingest.events.append(
      appended(
        stores.projectIds[0],
        events.map((given) => event(given)),
        { at: now },
      ),
    );
  const ids = async (one: OpenedSearch, changes: Partial<EventQuery> = {}) => {
    const { events, isDatabaseOnly = false } = await one.index.search({ ...ALL, ...changes });
    return [events.map(({ event: { id } }) => id).join(' '), isDatabaseOnly ? 'database only' : 'cluster'];
  };
  const inCluster = () =>
    [...small.documents.values()]
      .sort((a, b) => a.source.seq - b.source.seq)
      .map(({ source }) => (JSON.parse(String(source.event)) as { id: string }).id);
  const codes = async (one: OpenedSearch) => (await one.control.problems()).map(({ code }) => code);

  beforeEach(async () => {
    now = START;
    failures = [];
    small = await startSmallCluster();
    stores = await DATABASES[0]!.open({ clock });
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) one.close();
    await small.go().catch(() => {});
    await stores.close();
  });

  it('brings what was stored before into the cluster, and then what comes', async () => {
    await store({ id: 'before', time: START - DAY_MS });
    const search = await open();
    expect(await ids(search)).toEqual(['before', 'database only']);
    await turn(search);
    await store({ id: 'after', time: START - DAY_MS + 1 });
    await turn(search);
    expect(inCluster()).toEqual(['before', 'after']);
    expect(await ids(search)).toEqual(['after before', 'cluster']);
    expect(await codes(search)).toEqual([]);
  });

  it('answers from the database while the cluster is away, says so, and loses nothing', async () => {
    const search = await open();
    await store({ id: 'one', time: START - DAY_MS });
    await turn(search);
    await small.go();
    await store({ id: 'two', time: START - DAY_MS + 1 });
    await turn(search);
    await turn(search);
    expect(failures.map(({ code }) => code)).toEqual(['search_unreachable']);
    expect(await codes(search)).toEqual(['search_unreachable']);
    expect(await ids(search)).toEqual(['two one', 'database only']);
    expect((await stores.main.searchQueue.progress())?.waiting).toBe(1);
    await small.come();
    await turn(search);
    expect(inCluster()).toEqual(['one', 'two']);
    expect(await ids(search)).toEqual(['two one', 'cluster']);
    expect(await codes(search)).toEqual([]);
  });

  it('brings issues and deletions there, and asks anew what was answered before', async () => {
    const search = await open();
    await store({ id: 'one', time: START - DAY_MS }, { id: 'two', time: START - DAY_MS + 1 });
    await turn(search);
    const span = { from: START - 2 * DAY_MS, to: START - DAY_MS + 10 };
    const seqs = (await search.index.search({ ...ALL, ...span })).events.map(({ seq }) => seq);
    expect((await search.index.search({ ...ALL, ...span })).cachedMs).toBe(0);
    await stores.main.kysely.updateTable('event').set({ issue_id: 'ab12' }).where('seq', '=', seqs[1]!).execute();
    await stores.main.index.remove([seqs[0]!]);
    await turn(search);
    const { events, cachedMs } = await search.index.search({ ...ALL, ...span });
    expect(cachedMs).toBeUndefined();
    expect(events.map(({ event: { id }, issueId }) => [id, issueId])).toEqual([['one', 'ab12']]);
    expect(inCluster()).toEqual(['one']);
  });

  it('lets the database answer for the newest minute, in one page with the rest', async () => {
    const search = await open();
    await store({ id: 'old', time: START - DAY_MS }, { id: 'older', time: START - 2 * DAY_MS });
    await turn(search);
    await store({ id: 'now', time: now - 1_000 }, { id: 'just', time: now - 2_000 });
    expect(inCluster()).toEqual(['older', 'old']);
    expect(await ids(search)).toEqual(['now just old older', 'cluster']);
    expect(await ids(search, { order: 'oldest' })).toEqual(['older old just now', 'cluster']);
    for (const order of ['newest', 'oldest'] as const) {
      for (const limit of [1, 2, 3]) {
        const found: string[] = [];
        let cursor: number | null = null;
        do {
          const page = await search.index.search({ ...ALL, order, limit, cursor });
          expect(page.events.length).toBeGreaterThan(0);
          found.push(...page.events.map(({ event: { id } }) => id));
          cursor = page.cursor;
        } while (cursor !== null);
        const all = ['now', 'just', 'old', 'older'];
        expect(found).toEqual(order === 'newest' ? all : all.toReversed());
      }
    }
  });

  it('does not let a cluster that is behind answer', async () => {
    const search = await open();
    await turn(search);
    await store({ id: 'late', time: START - DAY_MS });
    now += MINUTE_MS * 2;
    await stores.main.kysely
      .updateTable('search_queue')
      .set({ at: now - 2 * MINUTE_MS })
      .execute();
    expect(await ids(search)).toEqual(['late', 'database only']);
    expect(await codes(search)).toEqual(['search_behind']);
    await turn(search);
    expect(await ids(search)).toEqual(['late', 'cluster']);
  });

  it('begins anew with another cluster at the same address', async () => {
    const search = await open();
    await store({ id: 'one', time: START - DAY_MS });
    await turn(search);
    await small.go();
    const port = Number(new URL(small.url).port);
    const other = await startSmallCluster({
      port,
      banner: { cluster_uuid: 'other', version: { number: '9.1.0' }, tagline: 'You Know, for Search' },
    });
    small = other;
    await ids(search);
    await turn(search);
    await turn(search);
    expect(inCluster()).toEqual(['one']);
    expect(await ids(search)).toEqual(['one', 'cluster']);
  });

  it('keeps in the cluster for its days what the database forgets, and ends indices after them', async () => {
    const search = await open({ days: 90 });
    await store({ id: 'kept', time: START - 40 * DAY_MS }, { id: 'over', time: START - 89 * DAY_MS });
    await turn(search);
    const { events } = await search.index.search(ALL);
    await stores.main.index.remove(events.map(({ seq }) => seq));
    await turn(search);
    expect(await ids(search)).toEqual(['kept over', 'cluster']);
    const [kept] = await search.index.get([events[0]!.seq]);
    expect(kept?.event.id).toBe('kept');
    now += 2 * DAY_MS;
    await turn(search);
    expect(inCluster()).toEqual(['kept']);
    await small.go();
    await expect(search.index.get([events[0]!.seq])).rejects.toMatchObject({ code: 'search_unreachable' });
  });

  it('counts and shows events that the cluster refuses for good, and goes on', async () => {
    const search = await open();
    await store({ id: 'odd', time: START - DAY_MS });
    small.misbehave((call, response) => {
      if (!call.includes('_bulk')) return undefined;
      response.writeHead(200);
      response.end(JSON.stringify({ items: [{ index: { status: 400, error: { type: 'why', reason: 'so' } } }] }));
      return true;
    });
    await turn(search);
    small.misbehave(null);
    await store({ id: 'good', time: START - DAY_MS });
    await turn(search);
    expect(inCluster()).toEqual(['good']);
    expect(await codes(search)).toEqual(['search_refused']);
    now += DAY_MS;
    expect(await codes(search)).toEqual([]);
  });

  it('starts without a cluster that is away, unless it is required, and with none that it does not know', async () => {
    await small.go();
    await open();
    expect(failures.map(({ code }) => code)).toEqual(['search_unreachable']);
    await expect(open({ isRequired: true })).rejects.toMatchObject({ code: 'search_unreachable' });
    const other = await startSmallCluster({ banner: { hello: 'world' } });
    await expect(open({ url: other.url })).rejects.toMatchObject({ code: 'search_product_unknown' });
    await other.go();
  });

  it('tells every node over the database that something came late, with and without a cluster', async () => {
    for (const url of [null, small.url]) {
      const [one, other] = [await open({ url }), await open({ url })];
      const span = { from: START - 9 * DAY_MS, to: START - 8 * DAY_MS };
      const ask = async (node: OpenedSearch) => {
        const { events, cachedMs } = await node.index.search({ ...ALL, ...span });
        return [events.length, cachedMs === undefined ? 'asked' : 'remembered'];
      };
      if (url) await turn(one);
      const before = url === null ? 0 : 1;
      expect(await ask(one)).toEqual([before, 'asked']);
      expect(await ask(other)).toEqual([before, 'asked']);
      expect(await ask(other)).toEqual([before, 'remembered']);
      await store({ id: `late ${url}`, time: START - 8 * DAY_MS - MINUTE_MS });
      if (url) await turn(one);
      expect(await ask(other)).toEqual([before + 1, 'asked']);
      expect(await ask(other)).toEqual([before + 1, 'remembered']);
      expect(await ask(one)).toEqual([before + 1, 'asked']);
    }
  });

  it('queues nothing any more once no cluster is configured', async () => {
    await turn(await open());
    const without = await open({ url: null });
    await store({ id: 'one', time: START - DAY_MS });
    expect(await stores.main.searchQueue.progress()).toBeNull();
    expect((await stores.main.searchQueue.waiting(10)).arrivals).toEqual([]);
    expect(await ids(without)).toEqual(['one', 'cluster']);
    expect(without.control.cluster).toBeNull();
  });
});
