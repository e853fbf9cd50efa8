import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptWindow, startOf, summariseUsage, timelineWindow, type UsageFact } from '../../src/core/usage/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Half past ten. */
const NOW = Date.UTC(2026, 4, 20, 10, 30);
const TIMEOUT = 30 * MINUTE;
const KNOBS = { rowDays: 90, errorDays: 30, minuteDays: 7, hourDays: 400 };

describe.each(DATABASES)('what pages, alerts and retention ask of usage in $name', ({ open }) => {
  let stores: OpenedStores;
  let count: number;
  beforeEach(async () => {
    count = 0;
    stores = await open({ clock: { now: () => NOW } });
  });
  afterEach(() => stores.close());

  function request(
    user: string | null,
    at: number,
    more: Partial<Extract<UsageFact, { kind: 'request' }>> = {},
  ): UsageFact {
    const status = more.status ?? 200;
    return {
      kind: 'request',
      id: `0198f3c2-0000-7000-8000-${(++count).toString().padStart(12, '0')}`,
      at,
      service: 'shop',
      sender: null,
      sequence: null,
      revision: null,
      who: user === null ? null : { user, userBefore: null, client: 'firefox', userAgent: 'firefox', ip: null },
      durationMs: 100,
      method: 'GET',
      endpoint: '/api/things/:id',
      feature: 'thing_get',
      group: 'things',
      status,
      requestId: `request-${count}`,
      error: status < 400 ? null : { type: 'NotFound', message: `NotFound ${status}`, stack: null },
      isSampled: false,
      ...more,
    };
  }

  function named(fact: UsageFact, user: string, userBefore: string | null): UsageFact {
    if (!('who' in fact) || fact.who === null) throw new Error('nobody');
    return { ...fact, who: { ...fact.who, user, userBefore } } as UsageFact;
  }

  async function fold(facts: readonly UsageFact[], isRefused?: (user: string, at: number) => boolean) {
    const { kysely, usage } = stores.main;
    for (const fact of facts)
      await kysely
        .insertInto('usage_inbox')
        .values({ id: fact.id, project_id: 1, fact: JSON.stringify(fact) })
        .execute();
    return usage.fold({ limit: 10_000, at: NOW, timeoutMs: TIMEOUT, ...(isRefused ? { isRefused } : {}) });
  }

  it('draws equal steps with users, errors, latency, and the revisions that came', async () => {
    const first = NOW - 2 * HOUR;
    await fold([
      request('ana', first, { revision: 'r1', durationMs: 200 }),
      request('bob', first + MINUTE, { status: 500 }),
      request(null, first + 70 * MINUTE, { revision: 'r2' }),
    ]);
    const window = timelineWindow({ hours: 3, now: NOW, service: null });
    const { points, revisions, stepMs } = await stores.main.usage.timeline(window);
    expect([stepMs, points.length, points[0]!.at]).toEqual([MINUTE, 180, NOW - 3 * HOUR]);
    const told = points.filter(({ requests, activeUsers }) => requests + activeUsers > 0);
    expect(told.map(({ at, requests, errors, activeUsers }) => [at - first, requests, errors, activeUsers])).toEqual([
      [0, 1, 0, 1],
      [MINUTE, 1, 1, 1],
      [70 * MINUTE, 1, 0, 0],
    ]);
    expect(told[0]!.p95Ms).toBeGreaterThan(195);
    expect(told[0]!.p95Ms).toBeLessThan(205);
    expect(revisions).toEqual([
      { at: first, service: 'shop', revision: 'r1' },
      { at: first + 70 * MINUTE, service: 'shop', revision: 'r2' },
    ]);
    const month = await stores.main.usage.timeline(timelineWindow({ hours: 720, now: NOW, service: 'shop' }));
    expect(month.points.filter(({ requests }) => requests > 0)).toMatchObject([{ requests: 3, activeUsers: 2 }]);
    expect(month.points).toHaveLength(121);
  });

  it('lists users by their requests in pages that leave nobody out, and finds a part of a name', async () => {
    const users = ['ana', 'bob', 'cleo', 'dan', 'Daniel'];
    await fold(
      users.flatMap((user, index) => Array.from({ length: 1 + (index % 3) }, () => request(user, NOW - HOUR))),
    );
    const window = { from: NOW - DAY, to: NOW, service: null, text: null, limit: 2, cursor: null };
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof stores.main.usage.users>> = await stores.main.usage.users({
        ...window,
        cursor,
      });
      expect(page.total).toBe(5);
      seen.push(...page.items.map(({ user }) => user));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(['cleo', 'Daniel', 'bob', 'ana', 'dan']);
    const found = await stores.main.usage.users({ ...window, text: 'DAN' });
    expect(found.items).toMatchObject([
      { user: 'Daniel', requests: 2, sessions: 1, features: ['things'], lastActivity: NOW - HOUR + 100 },
      { user: 'dan', requests: 1 },
    ]);
  });

  it('shows one user: sessions, features and errors, newest first, and nothing of others', async () => {
    await fold([
      request('ana', NOW - 5 * HOUR),
      request('ana', NOW - 2 * HOUR, { status: 404 }),
      request('bob', NOW - HOUR, { status: 500 }),
    ]);
    const window = { from: NOW - DAY, to: NOW };
    const detail = await stores.main.usage.user({ names: ['ana'], ...window });
    expect(detail).toMatchObject({
      user: 'ana',
      requests: 2,
      errors: 1,
      features: [{ name: 'thing_get', count: 2, errors: 1 }],
    });
    expect(detail!.sessions.map(({ start }) => start)).toEqual([NOW - 2 * HOUR, NOW - 5 * HOUR]);
    expect(detail!.recentErrors).toMatchObject([{ code: 404, type: 'NotFound', at: NOW - 2 * HOUR }]);
    expect(await stores.main.usage.user({ names: ['nobody'], ...window })).toBeNull();
  });

  it('counts the error rate of an hour without what scanners get', async () => {
    await fold([
      request('ana', NOW - HOUR - 1, { status: 500 }),
      request('ana', NOW - HOUR, { status: 404 }),
      request('bob', NOW - 5 * MINUTE - 17),
      request(null, NOW - 4 * MINUTE, { status: 404 }),
      request(null, NOW - 4 * MINUTE, { status: 401 }),
      request(null, NOW - 4 * MINUTE, { status: 500 }),
      request(null, NOW, { status: 500 }),
    ]);
    const window = { from: NOW - HOUR, to: NOW, service: null };
    expect(await stores.main.usage.errorRate(window)).toEqual({ requests: 3, errors: 2 });
    expect(await stores.main.usage.errorRate({ ...window, service: 'other' })).toEqual({ requests: 0, errors: 0 });
  });

  it('names users whose errors reached the number, and when they did', async () => {
    const errorsOf = (user: string, minutes: number[]) =>
      minutes.map((minute) => request(user, NOW - minute * MINUTE, { status: 500 }));
    await fold([
      ...errorsOf('ana', [9, 8, 6, 4, 2, 1]),
      ...errorsOf('bob', [9, 8, 7, 6]),
      ...errorsOf('cleo', [12, 11, 9, 8, 7]),
    ]);
    const bursts = await stores.main.usage.usersWithErrors({
      ...{ from: NOW - 10 * MINUTE, to: NOW, atLeast: 5, withinMs: 10 * MINUTE },
    });
    expect(bursts).toEqual([
      {
        user: 'ana',
        errors: 6,
        reachedAt: NOW - 2 * MINUTE,
        stillAt: NOW - MINUTE,
        projectId: 1,
        lastAt: NOW - MINUTE,
        service: 'shop',
        endpoint: '/api/things/:id',
      },
    ]);
  });

  it('says when each service was last heard', async () => {
    await fold([
      request('ana', NOW - 3 * DAY),
      request('ana', NOW - 90_500, { service: 'desk' }),
      request('ana', NOW - 60_500, { service: 'desk' }),
    ]);
    expect(await stores.main.usage.lastRecords()).toEqual([
      { projectId: 1, service: 'desk', at: NOW - 60_500 },
      { projectId: 1, service: 'shop', at: NOW - 3 * DAY },
    ]);
  });

  it('says it also when the rows are gone, by what is left', async () => {
    const at = NOW - 3 * DAY - 30_500;
    await fold([request('ana', at), request('ana', NOW - 20 * DAY, { service: 'desk' })]);
    while ((await stores.main.usage.forgetUsage({ now: NOW, knobs: { ...KNOBS, rowDays: 1 }, limit: 100 })) > 0);
    expect(await stores.main.usage.lastRecords()).toEqual([
      { projectId: 1, service: 'desk', at: startOf(NOW - 20 * DAY, 'day') },
      { projectId: 1, service: 'shop', at: startOf(at, 'minute') },
    ]);
    const window = { from: NOW - HOUR, to: NOW, service: 'shop' };
    expect((await stores.main.usage.parts(window)).lastRecordAt).toBe(startOf(at, 'day'));
    expect((await stores.main.usage.parts({ ...window, service: 'till' })).lastRecordAt).toBeNull();
  });

  it('counts what users did before their counts were forgotten as nobody’s, so that sums add up', async () => {
    const facts = Array.from({ length: 60 }, (_, index) =>
      request(index % 3 === 0 ? null : `user-${index % 7}`, NOW - index * 7 * HOUR - 1_234, {
        status: index % 4 ? 200 : 500,
      }),
    );
    await fold(facts);
    const knobs = { ...KNOBS, rowDays: 7, errorDays: 2 };
    const asked = { from: NOW - 720 * HOUR + 54_321, to: NOW, service: null };
    for (const isForgotten of [false, true]) {
      if (isForgotten) while ((await stores.main.usage.forgetUsage({ now: NOW, knobs, limit: 100 })) > 0);
      for (const from of [asked.from, NOW - 9 * DAY + 77, NOW - 5 * DAY + 77, NOW - HOUR]) {
        const window = keptWindow({ ...asked, from }, NOW, knobs);
        const parts = await stores.main.usage.parts(window);
        const summary = summariseUsage(parts);
        const inside = facts.filter(({ at }) => at >= window.from && at < NOW);
        const ofUsers = summary.users.reduce((sum, user) => sum + user.requests, 0);
        expect([summary.totalRequests, ofUsers + summary.anonymousRequests]).toEqual([inside.length, inside.length]);
        const errors = inside.filter((fact) => fact.kind === 'request' && fact.status === 500).length;
        const errorsOfUsers = summary.users.reduce((sum, user) => sum + user.errors, 0);
        expect([summary.totalErrors, errorsOfUsers + summary.anonymousErrors]).toEqual([errors, errors]);
        const usersFrom = startOf(NOW - 7 * DAY, 'day');
        expect(parts.usersFrom).toBe(from < usersFrom ? usersFrom : null);
        const known = inside.filter((fact) => fact.at >= usersFrom && 'who' in fact && fact.who !== null);
        expect(ofUsers).toBe(known.length);
        expect(window.from - from).toBeLessThan(HOUR);
      }
    }
  });

  it('forgets each table after its own time, in steps, and counts of days never', async () => {
    const ages = [1, 8, 31, 91, 401];
    await fold(ages.map((days) => request('ana', NOW - days * DAY, { status: 500 })));
    let steps = 0;
    for (;;) {
      const gone = await stores.main.usage.forgetUsage({ now: NOW, knobs: KNOBS, limit: 1 });
      if (gone === 0) break;
      expect(gone).toBe(1);
      steps++;
    }
    expect(steps).toBeGreaterThan(10);
    const left = async (table: 'feature_usage' | 'user_sessions' | 'user_errors' | 'usage_mark') =>
      (await stores.main.kysely.selectFrom(table).selectAll().execute()).length;
    expect(await left('feature_usage')).toBe(3);
    expect(await left('user_sessions')).toBe(3);
    expect(await left('user_errors')).toBe(2);
    const counts = await stores.main.kysely.selectFrom('usage_count').select('step').execute();
    const ofStep = (step: string) => counts.filter((row) => row.step === step).length;
    expect(['minute', 'hour', 'day'].map(ofStep)).toEqual([1, 4, 5]);
    const users = await stores.main.kysely.selectFrom('usage_user').select('at').where('step', '=', 'day').execute();
    expect(Math.min(...users.map(({ at }) => at))).toBeGreaterThanOrEqual(NOW - 91 * DAY);
  });

  it('estimates users of days whose counts by user are gone, exactly while they are there', async () => {
    const facts = Array.from({ length: 40 }, (_, index) => request(`user-${index}`, NOW - (index % 2 ? 1 : 5) * DAY));
    await fold(facts);
    const window = { from: NOW - 6 * DAY, to: NOW, service: null };
    expect(summariseUsage(await stores.main.usage.parts(window))).toMatchObject({
      activeUsers: 40,
      activeUsersAre: 'exact',
    });
    while ((await stores.main.usage.forgetUsage({ now: NOW, knobs: { ...KNOBS, rowDays: 3 }, limit: 100 })) > 0);
    expect(summariseUsage(await stores.main.usage.parts(window))).toMatchObject({
      activeUsers: 40,
      activeUsersAre: 'estimated',
      totalRequests: 40,
    });
  });

  it('never adds up pseudonyms of two salts as if they were the same people', async () => {
    const name = (day: string, who: string) => `pseudonym-202605${day}-${who.padEnd(22, '0')}`;
    await fold([request(name('19', 'a'), NOW - DAY), request(name('20', 'b'), NOW - HOUR)]);
    const parts = (hours: number) => stores.main.usage.parts({ from: NOW - hours * HOUR, to: NOW, service: null });
    expect(await parts(48)).toMatchObject({ activeUsers: 2, activeUsersAre: 'sum of daily uniques' });
    expect(await parts(2)).toMatchObject({ activeUsers: 1, activeUsersAre: 'exact' });
  });

  it('keeps a session that is alive when the salt changes under its name, also over a second change', async () => {
    const midnight = Date.UTC(2026, 4, 20);
    const every = (from: number, to: number) =>
      Array.from({ length: (to - from) / (20 * MINUTE) }, (_, index) => from + index * 20 * MINUTE);
    const first = every(midnight - DAY - HOUR, midnight - DAY).map((at) => request('one', at));
    const second = every(midnight - DAY, midnight).map((at) => named(request('x', at), 'two', 'one'));
    const third = every(midnight, midnight + HOUR).map((at) => named(request('x', at), 'three', 'two'));
    const later = [named(request('x', midnight + 3 * HOUR), 'three', 'two')];
    await fold([...first, ...second.slice(0, 5)]);
    await fold([...second.slice(5), ...third]);
    await fold(later);
    const sessions = await stores.main.kysely
      .selectFrom('user_sessions')
      .select(['user_email', 'session_start'])
      .orderBy('session_start')
      .execute();
    expect(sessions).toEqual([
      { user_email: 'one', session_start: midnight - DAY - HOUR },
      { user_email: 'three', session_start: midnight + 3 * HOUR },
    ]);
    await stores.main.usage.closeSessions({ at: midnight + DAY, timeoutMs: TIMEOUT });
    expect(await stores.main.kysely.selectFrom('usage_alias').selectAll().execute()).toEqual([]);
  });

  it('does not carry a name over a logout', async () => {
    const at = Date.UTC(2026, 4, 20);
    const login = request('one', at - 10 * MINUTE);
    const { who } = login as Extract<UsageFact, { kind: 'request' }>;
    const logout = {
      ...base(login),
      kind: 'logout' as const,
      id: login.id.replace(/.$/, 'f'),
      at: at - 5 * MINUTE,
      who: who!,
    };
    await fold([login, logout, named(request('x', at + MINUTE), 'two', 'one')]);
    const sessions = await stores.main.kysely
      .selectFrom('user_sessions')
      .select('user_email')
      .orderBy('user_email')
      .execute();
    expect(sessions.map(({ user_email }) => user_email)).toEqual(['one', 'two']);
  });
});

function base({ service, sender, sequence, revision }: UsageFact) {
  return { service, sender, sequence, revision };
}
