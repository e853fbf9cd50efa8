import { beforeEach, describe, expect, it } from 'vitest';
import type { EventIndex, EventPage, EventQuery } from '../../core/events/index.ts';
import { createSearchCache, lifeOf } from './search-cache.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.UTC(2026, 6, 1, 12);

describe('the cache of searches', () => {
  let now: number;
  let asked: EventQuery[];
  let states: Map<string, string>;
  let answer: () => Promise<EventPage>;
  let cache: ReturnType<typeof createSearchCache>;

  const query = (changes: Partial<EventQuery> = {}): EventQuery => ({
    words: [],
    fields: [],
    minimumSeverity: null,
    projectId: 1,
    from: null,
    to: null,
    cursor: null,
    limit: 10,
    order: 'newest',
    ...changes,
  });
  const open = (bytes = 1_000_000) => {
    const index: Partial<EventIndex> = {
      search: async (one) => {
        asked.push(one);
        return answer();
      },
      histogram: async () => ({ from: 0, stepMs: 1, steps: [], isExact: true }),
    };
    cache = createSearchCache({
      index: index as EventIndex,
      changes: { stateOf: async ({ from, to }) => states.get(`${from} ${to}`) ?? states.get('all') ?? '' },
      bytes,
      clock: { now: () => now },
    });
  };
  const page = (body = ''): EventPage => ({ events: [], cursor: body.length });

  beforeEach(() => {
    now = NOW;
    asked = [];
    states = new Map();
    answer = async () => page();
    open();
  });

  it.each([
    [0, 1_000],
    [MINUTE_MS - 1, 1_000],
    [MINUTE_MS, 10_000],
    [HOUR_MS - 1, 10_000],
    [HOUR_MS, MINUTE_MS],
    [DAY_MS, HOUR_MS],
    [7 * DAY_MS - 1, HOUR_MS],
    [7 * DAY_MS, DAY_MS],
    [400 * DAY_MS, DAY_MS],
    [-HOUR_MS, 1_000],
  ])('lets an answer whose newest instant is %d ms old live %d ms', async (age, life) => {
    expect(lifeOf(age)).toBe(life);
    const one = query({ to: NOW - age });
    expect((await cache.search(one)).cachedMs).toBeUndefined();
    now = NOW + life - 1;
    expect((await cache.search(one)).cachedMs).toBe(life - 1);
    now = NOW + life;
    expect((await cache.search(one)).cachedMs).toBeUndefined();
    expect(asked).toHaveLength(2);
  });

  it('counts a query that is open at its end as one for this moment, and the page behind a cursor by its cursor', async () => {
    await cache.search(query());
    now += 1_000;
    await cache.search(query());
    expect(asked).toHaveLength(2);
    const behind = query({ cursor: (NOW - 8 * DAY_MS) * 4_096 });
    await cache.search(behind);
    now += HOUR_MS;
    expect((await cache.search(behind)).cachedMs).toBe(HOUR_MS);
  });

  it('tells queries apart by all they hold, the project first', async () => {
    const to = NOW - DAY_MS;
    for (const one of [{}, { projectId: 2 }, { projectId: null }, { limit: 11 }, { order: 'oldest' as const }]) {
      expect((await cache.search(query({ to, ...one }))).cachedMs).toBeUndefined();
    }
    const { cursor: _, limit: __, order: ___, ...conditions } = query({ to });
    expect((await cache.histogram(conditions, 5)).cachedMs).toBeUndefined();
    expect((await cache.histogram(conditions, 6)).cachedMs).toBeUndefined();
    expect((await cache.histogram(conditions, 5)).cachedMs).toBe(0);
    expect(cache.counts()).toMatchObject({ hits: 1, misses: 7, entries: 7 });
  });

  it('asks anew once something came late to its hours, and not for other hours', async () => {
    const old = query({ from: NOW - 9 * DAY_MS, to: NOW - 8 * DAY_MS });
    const other = query({ from: NOW - 11 * DAY_MS, to: NOW - 10 * DAY_MS });
    await cache.search(old);
    await cache.search(other);
    states.set(`${old.from} ${old.to}`, 'changed');
    expect((await cache.search(old)).cachedMs).toBeUndefined();
    expect((await cache.search(other)).cachedMs).toBe(0);
    expect((await cache.search(old)).cachedMs).toBe(0);
  });

  it('does not keep for true what was asked before it changed', async () => {
    const old = query({ to: NOW - 8 * DAY_MS });
    answer = async () => {
      states.set('all', 'changed meanwhile');
      return page();
    };
    await cache.search(old);
    expect((await cache.search(old)).cachedMs).toBeUndefined();
    expect((await cache.search(old)).cachedMs).toBe(0);
  });

  it('asks once for all who ask the same at once, but not for who asks after a change', async () => {
    const gate = Promise.withResolvers<EventPage>();
    answer = () => gate.promise;
    const old = query({ to: NOW - DAY_MS });
    const waiting = [cache.search(old), cache.search(old), cache.search(old)];
    await Promise.resolve();
    states.set('all', 'changed');
    const later = cache.search(old);
    gate.resolve(page());
    expect((await Promise.all([...waiting, later])).every(({ cachedMs }) => cachedMs === undefined)).toBe(true);
    expect(asked).toHaveLength(2);
    expect(cache.counts()).toMatchObject({ misses: 2, joined: 2 });
  });

  it('keeps neither a failure nor what the database alone answered', async () => {
    const old = query({ to: NOW - DAY_MS });
    answer = async () => {
      throw new Error('away');
    };
    await expect(cache.search(old)).rejects.toThrow('away');
    answer = async () => ({ ...page(), isDatabaseOnly: true });
    await cache.search(old);
    answer = async () => page();
    const made = await cache.search(old);
    expect(made.cachedMs).toBeUndefined();
    expect(made.isDatabaseOnly).toBeUndefined();
    expect((await cache.search(old)).cachedMs).toBe(0);
  });

  it('stays within its bytes: what was used longest ago goes first, and what is larger than all is not kept', async () => {
    open(1_300);
    const one = (word: string) => query({ to: NOW - DAY_MS, words: [{ text: word, isExcluded: false }] });
    for (const word of ['a', 'b', 'c']) await cache.search(one(word));
    await cache.search(one('a'));
    for (const word of ['d', 'e']) await cache.search(one(word));
    const { bytes, evicted } = cache.counts();
    expect(bytes).toBeLessThanOrEqual(1_300);
    expect(evicted).toBeGreaterThan(0);
    expect((await cache.search(one('e'))).cachedMs).toBe(0);
    expect((await cache.search(one('b'))).cachedMs).toBeUndefined();
    await cache.search(one('x'.repeat(2_000)));
    expect((await cache.search(one('x'.repeat(2_000)))).cachedMs).toBeUndefined();
  });

  it('asks anew for the last minute once something came in, also when it was being asked', async () => {
    const old = query({ to: NOW - DAY_MS });
    await cache.search(query());
    await cache.search(old);
    cache.forgetNewest();
    expect((await cache.search(query())).cachedMs).toBeUndefined();
    expect((await cache.search(old)).cachedMs).toBe(0);
    cache.forgetNewest();
    answer = async () => {
      cache.forgetNewest();
      return page();
    };
    await cache.search(query());
    expect((await cache.search(query())).cachedMs).toBeUndefined();
  });
});
