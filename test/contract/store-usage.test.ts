import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  closeIfOver,
  formSessions,
  summariseUsage,
  type UsageFact,
  type UsageWindow,
  unionMs,
} from '../../src/core/usage/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';
import { type FactSketch, factOf, factSketch, numberedFact } from './usage-facts.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 2, 1, 22, 0);
const TIMEOUT = 30 * 60_000;
/** Every session is over by then. */
const LATER = START + 10 * DAY;

describe.each(DATABASES)('usage in $name', ({ open, name }) => {
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open({ clock: { now: () => START + 3 * DAY } });
  });
  afterEach(() => stores.close());

  async function put(facts: readonly UsageFact[]): Promise<void> {
    const { kysely } = stores.main;
    for (const fact of facts)
      await kysely
        .insertInto('usage_inbox')
        .values({ id: fact.id, project_id: 1, fact: JSON.stringify(fact) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
  }

  async function foldAll(limit = 1_000): Promise<void> {
    while ((await stores.main.usage.fold({ limit, at: START, timeoutMs: TIMEOUT })).taken > 0);
  }

  async function clear(): Promise<void> {
    const tables = ['user_sessions', 'feature_usage', 'user_errors', 'usage_mark', 'usage_count'] as const;
    const others = [
      'usage_latency',
      'usage_user',
      'usage_revision',
      'usage_sender',
      'usage_gap',
      'usage_sketch',
    ] as const;
    for (const table of [...tables, ...others]) await stores.main.kysely.deleteFrom(table).execute();
    await stores.main.kysely
      .updateTable('usage_version')
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .execute();
  }

  async function summaryOf(window: UsageWindow) {
    return summariseUsage(await stores.main.usage.parts(window));
  }

  it('sums up to what a full scan of the facts gives, however they came and whichever window is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(factSketch, { minLength: 1, maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        fc.tuple(fc.integer({ min: -60, max: 4_000 }), fc.integer({ min: 1, max: 4_000 })),
        fc.constantFrom(null, 'shop', 'billing'),
        async (sketches, random, [fromMinute, minutes], service) => {
          await clear();
          const facts = sketches.map((sketch, index) => factOf(sketch, index, START));
          const orders = [...random.take(facts.length)];
          const shuffled = facts
            .map((fact, index) => ({ fact, order: orders[index]! }))
            .sort((a, b) => a.order - b.order);
          const arrived = shuffled.map(({ fact }) => fact);
          await put(arrived.slice(0, Math.ceil(arrived.length / 2)));
          await foldAll(7);
          // Half of what came already comes again with the rest.
          await put([
            ...arrived.slice(Math.ceil(arrived.length / 2)),
            ...arrived.slice(0, Math.ceil(arrived.length / 4)),
          ]);
          await foldAll(11);
          const from = START + fromMinute * 60_000 + 12_345;
          const window = { from, to: from + minutes * 60_000 + 777, service };
          expect(await summaryOf(window)).toEqual(fullScan(facts, window));
          await stores.main.usage.closeSessions({ at: LATER, timeoutMs: TIMEOUT });
          await expectSessions(facts);
        },
      ),
      { numRuns: name === 'SQLite' ? 60 : 15 },
    );
  });

  async function expectSessions(facts: readonly UsageFact[]): Promise<void> {
    const rows = await stores.main.kysely
      .selectFrom('user_sessions')
      .select(['user_email', 'service', 'client', 'session_start', 'last_activity', 'session_end', 'end_reason'])
      .execute();
    const sessions = rows.map((row) => JSON.stringify(Object.values(row)));
    const expected = sessionsOf(facts).map(({ user, service, client, session }) =>
      JSON.stringify([user, service, client, session.start, session.lastActivity, session.end, session.reason]),
    );
    expect(sessions.sort()).toEqual(expected.sort());
  }

  it('ends sessions at their last activity once the time-out is over, not before', async () => {
    await put([factOf({ ...REQUEST, minute: 0 }, 0, START), factOf({ ...REQUEST, minute: 31, user: 'bob' }, 2, START)]);
    await foldAll();
    const { usage, kysely } = stores.main;
    expect(await usage.closeSessions({ at: START + TIMEOUT + 1_000, timeoutMs: TIMEOUT })).toBe(0);
    expect(await usage.closeSessions({ at: START + TIMEOUT + 1_001, timeoutMs: TIMEOUT })).toBe(1);
    const rows = await kysely.selectFrom('user_sessions').selectAll().orderBy('session_start').execute();
    expect(
      rows.map(({ session_end, end_reason, duration_seconds }) => [session_end, end_reason, duration_seconds]),
    ).toEqual([
      [START + 1_000, 'inactive', 1],
      [null, null, null],
    ]);
  });

  it('keeps the id of a session that goes on', async () => {
    await put([factOf({ ...REQUEST, minute: 0 }, 1, START)]);
    await foldAll();
    const before = await stores.main.kysely.selectFrom('user_sessions').select('id').execute();
    await put([factOf({ ...REQUEST, minute: 10 }, 2, START)]);
    await foldAll();
    expect(await stores.main.kysely.selectFrom('user_sessions').select('id').execute()).toEqual(before);
    expect(before[0]!.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('shows how many numbers of a sender never came, until they come', async () => {
    const numbered = (sequence: number) => numberedFact(REQUEST, sequence, START);
    await put([numbered(1), numbered(2), numbered(5), numbered(2)]);
    await foldAll();
    const window = { from: START - DAY, to: START + DAY, service: null };
    expect((await stores.main.usage.parts(window)).missingRecords).toBe(2);
    await put([numbered(4)]);
    await foldAll();
    expect((await stores.main.usage.parts(window)).missingRecords).toBe(1);
    await put([numbered(3), numbered(4), numbered(5)]);
    await foldAll();
    expect((await stores.main.usage.parts(window)).missingRecords).toBe(0);
  });

  it('shows what never came in the time in which it was missed, and not for as long as its sender lives', async () => {
    const numbered = (sequence: number, minute: number) => numberedFact({ ...REQUEST, minute }, sequence, START);
    await put([numbered(1, 0), numbered(2, 1), numbered(4, 2), numbered(5, 5 * 24 * 60)]);
    await foldAll();
    const missingFrom = async (from: number, to: number) =>
      (await stores.main.usage.parts({ from, to, service: null })).missingRecords;
    expect(await missingFrom(START, START + DAY)).toBe(1);
    expect(await missingFrom(START + 5 * DAY - 60_000, START + 6 * DAY)).toBe(0);
  });

  it('does not take for lost what came and was refused', async () => {
    const numbered = (sequence: number, user: string) => numberedFact({ ...REQUEST, user }, sequence, START);
    const refused = { id: 'refused', at: START, service: 'shop', sender: 'one', sequence: null, revision: null };
    await put([
      numbered(1, 'ana'),
      numbered(2, 'gone'),
      { ...refused, kind: 'refused', numbers: [[3, 4]] },
      numbered(5, 'ana'),
    ]);
    const isRefused = (user: string) => user === 'gone';
    await stores.main.usage.fold({ limit: 100, at: START, timeoutMs: TIMEOUT, isRefused });
    const window = { from: START - DAY, to: START + DAY, service: null };
    expect(await stores.main.usage.parts(window)).toMatchObject({ missingRecords: 0 });
    expect((await summaryOf(window)).totalRequests).toBe(2);
  });

  it('gives 60 anonymous errors a minute of one endpoint rows of their own, and counts them all', async () => {
    const anonymous = (index: number, more: Partial<FactSketch> = {}) =>
      factOf({ ...REQUEST, user: null, status: 404, minute: 3, ...more }, index * 5 + 1, START);
    const scanned = Array.from({ length: 100 }, (_, index) => anonymous(index));
    await put(scanned.slice(0, 50));
    await foldAll(20);
    await put([...scanned.slice(40), anonymous(200, { minute: 4 }), anonymous(201, { user: 'ana' })]);
    await foldAll(20);
    const rows = await stores.main.kysely
      .selectFrom('user_errors')
      .select((eb) => ['user_email', eb.fn.countAll<number>().as('count')])
      .groupBy('user_email')
      .execute();
    expect(Object.fromEntries(rows.map(({ user_email, count }) => [user_email ?? 'nobody', Number(count)]))).toEqual({
      ana: 1,
      nobody: 61,
    });
    const summary = await summaryOf({ from: START, to: START + DAY, service: null });
    expect([summary.totalErrors, summary.anonymousErrors, summary.errorBreakdown]).toEqual([102, 101, { 404: 102 }]);
  });

  it('says of a client that left why the use did not succeed, and makes it no error', async () => {
    await put([factOf({ ...REQUEST, status: 499 }, 1, START)]);
    await foldAll();
    const { kysely } = stores.main;
    const uses = await kysely.selectFrom('feature_usage').select(['success', 'is_error', 'error_message']).execute();
    expect(uses).toEqual([{ success: 0, is_error: 0, error_message: 'ClientClosedRequest 499' }]);
    expect(await kysely.selectFrom('user_errors').selectAll().execute()).toEqual([]);
  });

  it('knows features whatever they are called', async () => {
    for (const [index, group] of ['constructor', '__proto__', '__proto__', 'chat'].entries()) {
      const fact = factOf({ ...REQUEST, minute: index }, index, START);
      await put([{ ...fact, group } as UsageFact]);
      await foldAll();
    }
    await put([0, 1].map((index) => ({ ...factOf(REQUEST, 10 + index, START), group: 'toString' }) as UsageFact));
    await foldAll();
    const groups = ['__proto__', 'toString', 'chat', 'constructor'];
    // Of whole steps, and of the rows of a part of an hour.
    for (const to of [START + DAY, START + 11 * 60_000]) {
      const { users } = await summaryOf({ from: START, to, service: null });
      expect(users).toMatchObject([{ user: 'ana', requests: 6, features: groups }]);
    }
  });
});

const REQUEST: FactSketch = {
  kind: 'request',
  user: 'ana',
  client: 'firefox',
  service: 'shop',
  minute: 0,
  durationMs: 1_000,
  status: 200,
  feature: 0,
};

function sessionsOf(facts: readonly UsageFact[]) {
  const keys = new Map<string, { user: string; service: string; client: string }>();
  for (const fact of facts)
    if ('who' in fact && fact.who !== null && fact.kind !== 'error')
      keys.set(JSON.stringify([fact.who.user, fact.service, fact.who.client]), {
        user: fact.who.user,
        service: fact.service,
        client: fact.who.client,
      });
  return [...keys.values()].flatMap((key) => {
    const own = facts.filter(
      (fact) =>
        'who' in fact && fact.who?.user === key.user && fact.service === key.service && fact.who.client === key.client,
    );
    const spans = own.flatMap((fact) => {
      if (fact.kind === 'request') return [{ from: fact.at, to: fact.at + fact.durationMs }];
      return fact.kind === 'activity' ? [{ from: fact.at, to: fact.until }] : [];
    });
    const marks = own.flatMap((fact) =>
      fact.kind === 'login' || fact.kind === 'logout' ? [{ at: fact.at, kind: fact.kind }] : [],
    );
    return formSessions({ spans, marks }, TIMEOUT).map((session) => ({
      ...key,
      session: closeIfOver(session, LATER, TIMEOUT),
    }));
  });
}

/** The same summary, from the facts alone. */
function fullScan(facts: readonly UsageFact[], window: UsageWindow) {
  const inside = facts.filter(
    (fact) =>
      fact.at >= window.from && fact.at < window.to && (window.service === null || fact.service === window.service),
  );
  const counts = inside.flatMap((fact) => {
    const sampled = 0;
    if (fact.kind === 'request') {
      const errors = Number(fact.error !== null);
      return [
        { feature: fact.feature, status: fact.status, isAnonymous: fact.who === null, requests: 1, errors, sampled },
      ];
    }
    if (fact.kind !== 'error') return [];
    return [{ feature: '', status: fact.code, isAnonymous: fact.who === null, requests: 0, errors: 1, sampled }];
  });
  const sessions = sessionsOf(facts).filter(({ service }) => window.service === null || service === window.service);
  const users = [
    ...new Set([
      ...sessions.map(({ user }) => user),
      ...facts.flatMap((fact) => ('who' in fact && fact.who ? [fact.who.user] : [])),
    ]),
  ];
  const parts = users.map((user) => {
    const own = inside.filter((fact) => 'who' in fact && fact.who?.user === user);
    const requests = own.filter(({ kind }) => kind === 'request').length;
    const groups: Record<string, number> = {};
    for (const fact of own) if (fact.kind === 'request') groups[fact.group] = (groups[fact.group] ?? 0) + 1;
    const errors = own.filter(
      (fact) => fact.kind === 'error' || (fact.kind === 'request' && fact.error !== null),
    ).length;
    const intervals = sessions.filter((session) => session.user === user).map(({ session }) => session);
    return { user, requests, errors, groups, activeMs: unionMs(intervals, window) };
  });
  const active = parts.filter(({ requests, errors: count, activeMs }) => requests + count + activeMs > 0);
  const errors = facts.flatMap((fact) => {
    if (fact.kind !== 'request' && fact.kind !== 'error') return [];
    if (window.service !== null && fact.service !== window.service) return [];
    if (fact.error === null || fact.error === 'counted' || fact.who === null) return [];
    if (fact.at < window.from || fact.at >= window.to) return [];
    return [{ user: fact.who.user, endpoint: fact.endpoint, error: fact.error.message, at: fact.at }];
  });
  return summariseUsage({
    counts,
    users: active,
    activeUsers: active.length,
    activeUsersAre: 'exact',
    usersFrom: null,
    errors,
  });
}
