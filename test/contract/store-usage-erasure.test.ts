import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Event, EventQuery } from '../../src/core/events/index.ts';
import { exception, pythonFrames, stackEvent } from '../../src/core/issues/event-fixtures.ts';
import { createFolder } from '../../src/core/issues/index.ts';
import { createUsageNames, summariseUsage, type UsageFact } from '../../src/core/usage/index.ts';
import { rawEvent } from '../fixtures/raw-event.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';
import { appended } from './stored-events.ts';
import { type FactSketch, factOf, numberedFact } from './usage-facts.ts';

const START = Date.UTC(2026, 2, 1, 22, 0);
const NOW = START + 86_400_000;
const TIMEOUT = 30 * 60_000;
const ANA = 'ana.canary@example.org';
const JOANA = `jo${ANA}`;

describe.each(DATABASES)('the erasure of a user in $name', ({ open }) => {
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open({ clock: { now: () => NOW } });
    const facts = [ANA, ANA, JOANA, null].flatMap((user, person) =>
      (['request', 'request', 'login', 'error', 'activity'] as const).map((kind, index) =>
        factOf(
          { ...SKETCH, kind, user, minute: index * 7, status: index === 1 ? 500 : 200 },
          person * 10 + index,
          START,
        ),
      ),
    );
    await put(facts);
    await stores.main.usage.fold({ limit: 1_000, at: NOW, timeoutMs: TIMEOUT });
    await put([factOf({ ...SKETCH, user: ANA }, 99, START)]);
  });
  afterEach(() => stores.close());

  async function put(facts: readonly UsageFact[]): Promise<void> {
    for (const fact of facts)
      await stores.main.kysely
        .insertInto('usage_inbox')
        .values({ id: fact.id, project_id: 1, fact: JSON.stringify(fact) })
        .execute();
  }

  const erase = (user: string) =>
    stores.main.usage.erase({ names: [user], hashes: [`hash of ${user.length}`], at: NOW });
  const window = { from: START - 60_000, to: NOW, service: null };
  const summary = async () => summariseUsage(await stores.main.usage.parts(window));

  it('keeps every total, and gives what was the user’s to nobody', async () => {
    const before = await summary();
    const { rows } = await erase(ANA);
    expect(rows).toMatchObject({ feature_usage: 4, user_errors: 4, usage_inbox: 1 });
    const after = await summary();
    for (const total of ['totalRequests', 'totalErrors', 'errorBreakdown', 'topFeatures'] as const)
      expect(after[total]).toEqual(before[total]);
    const gone = before.users.find(({ user }) => user === ANA)!;
    expect(after.users.map(({ user }) => user)).toEqual([JOANA]);
    expect(after.anonymousRequests).toBe(before.anonymousRequests + gone.requests);
    expect(after.anonymousErrors).toBe(before.anonymousErrors + gone.errors);
    const shown = after.users.reduce((sum, user) => sum + user.requests, after.anonymousRequests);
    expect(shown).toBe(after.totalRequests);
  });

  it('takes the name out of every text, and out of nobody else’s name', async () => {
    const { kysely, settings } = stores.main;
    const told = (subject: string) => {
      const place = { at: NOW, kind: 'alert-fired', project_id: null, done_at: null, told_at: null };
      return {
        ...place,
        subject_id: subject,
        payload: JSON.stringify({ user: subject, path: `/users/${encodeURIComponent(subject)}` }),
      };
    };
    await kysely
      .insertInto('outbox')
      .values([told(ANA), told(JOANA)])
      .execute();
    await settings.set('usage.report', { users: [{ email: ANA }, { email: JOANA }] });
    await erase(ANA);
    expect(await stores.main.usage.traces([ANA])).toEqual([]);
    const left = await kysely.selectFrom('outbox').select(['subject_id', 'payload']).orderBy('id').execute();
    expect(left.map(({ subject_id }) => subject_id)).toEqual([expect.stringMatching(/^erased-/), JOANA]);
    expect(left[0]!.payload).toMatch(/^\{"user":"(erased-[^"]+)","path":"\/users\/\1"\}$/);
    expect(await settings.get('usage.report')).toEqual({
      users: [{ email: expect.stringMatching(/^erased-/) }, { email: JOANA }],
    });
    expect(await stores.main.usage.traces([JOANA])).not.toEqual([]);
  });

  it('refuses what comes late', async () => {
    await erase(ANA);
    const erased = await stores.main.usage.erased();
    expect([...erased]).toEqual([[`hash of ${ANA.length}`, NOW]]);
    await put([factOf({ ...SKETCH, user: ANA }, 120, START), factOf({ ...SKETCH, user: JOANA }, 121, START)]);
    const isRefused = (user: string) => user === ANA;
    expect(await stores.main.usage.fold({ limit: 100, at: NOW, timeoutMs: TIMEOUT, isRefused })).toEqual({
      taken: 2,
      repeats: 0,
      refused: 1,
    });
    expect(await stores.main.usage.traces([ANA])).toEqual([]);
  });

  it('refuses it by who is erased when it is folded, not by who was when somebody last looked', async () => {
    const names = createUsageNames({
      ...{ pseudonyms: null, store: stores.main.usage, erasureKey: Buffer.alloc(32, 1), now: () => NOW },
    });
    await names.prepare();
    await stores.main.usage.erase({ names: [ANA], hashes: [names.hashOf(ANA)], at: NOW });
    await put([factOf({ ...SKETCH, user: ANA }, 200, START), factOf({ ...SKETCH, user: JOANA }, 201, START)]);
    const { isRefused } = names;
    expect(await stores.main.usage.fold({ limit: 100, at: NOW, timeoutMs: TIMEOUT, isRefused })).toEqual({
      ...{ taken: 2, repeats: 0, refused: 1 },
    });
  });

  it('finds an event by its user no more, and by its words still', async () => {
    const { ingest, main, projectIds } = stores;
    const event = rawEvent({
      body: 'the cart was emptied',
      time: NOW,
      observedTime: NOW,
      user: { id: ANA, name: null },
    });
    const incoming = { event, projectId: projectIds[0], claimedTime: NOW, isCandidate: false };
    await ingest.events.append({ events: [incoming], records: [], dropped: [], positions: [], at: NOW });
    const found = async (query: Partial<EventQuery>) =>
      (await main.index.search({ ...EVERYTHING, ...query })).events.map(({ event: { user, body } }) => [user, body]);
    const byUser = { fields: [{ name: 'user', value: ANA, isExcluded: false }] };
    expect(await found(byUser)).toHaveLength(1);
    expect((await erase(ANA)).rows.event).toBe(1);
    expect(await found(byUser)).toEqual([]);
    expect(await found({ words: [{ text: 'emptied', isExcluded: false }] })).toEqual([[null, event.body]]);
    const row = await main.kysely.selectFrom('event').select('detail').executeTakeFirstOrThrow();
    expect(Buffer.from(row.detail).toString()).not.toContain('canary');
  });

  it('takes the name out of events that hold it anywhere, packed or not, and leaves them whose they are', async () => {
    const { main } = stores;
    const id = 'u-8812345';
    const long = Array.from({ length: 400 }, (_, index) => `step ${index * 7919}`).join(', ');
    await appendEvents(stores, [
      { body: `job of ${id} failed` },
      { body: 'a long one', attributes: { userId: id, steps: long } },
      { body: 'a crumb', breadcrumbs: [crumb(`opened /users/${id}`)] },
      { body: `asked on behalf of ${id}`, user: { id: 'bob', name: null } },
      { body: `job of ${id.slice(0, -1)} failed` },
    ]);
    expect(await main.usage.traces([id])).toContain('event');
    const { rows, unsearched } = await erase(id);
    expect([rows.event, unsearched]).toEqual([4, []]);
    expect(await main.usage.traces([id])).toEqual([]);
    const found = async (query: Partial<EventQuery>) =>
      (await main.index.search({ ...EVERYTHING, order: 'oldest', ...query })).events.map(({ event }) => event);
    expect(await found({ words: [{ text: id, isExcluded: false }] })).toEqual([]);
    const left = await found({});
    expect(left).toHaveLength(5);
    expect(JSON.stringify(left)).not.toContain(id);
    expect(left[0]!.body).toMatch(/^job of erased-.+ failed$/);
    expect(left[1]!.attributes).toEqual({ userId: expect.stringMatching(/^erased-/), steps: long });
    expect(await found({ fields: [{ name: 'user', value: 'bob', isExcluded: false }] })).toEqual([left[3]]);
  });

  it('leaves an event with its issue, where the issue’s search finds it', async () => {
    const { ingest, main, projectIds } = stores;
    const error = exception('ValueError', 'no stock', pythonFrames('stock:40:reserve'));
    const failed = stackEvent(NOW, [error], { user: { id: ANA, name: null } });
    await ingest.events.append(appended(projectIds[0], [failed], { at: NOW, isCandidate: true }));
    let now = NOW;
    const folder = createFolder({ store: ingest.fold, clock: { now: () => now } });
    await folder.pass();
    now += 20 * 60_000;
    await folder.pass();
    const place = () =>
      main.kysely.selectFrom('event').select(['issue_id', 'stored_in_issue']).executeTakeFirstOrThrow();
    const before = await place();
    expect(before).toEqual({ issue_id: expect.any(String), stored_in_issue: 1 });
    expect((await erase(ANA)).rows.event).toBe(1);
    expect(await place()).toEqual(before);
    const fields = [{ name: 'issue', value: before.issue_id!, isExcluded: false }];
    const { events } = await main.index.search({ ...EVERYTHING, fields });
    expect(events.map(({ event: { user, body } }) => [user, body])).toEqual([[null, failed.body]]);
  });

  it('leaves an event what it is to a report', async () => {
    const { ingest, main, projectIds } = stores;
    const standings = ['error', 'warning', 'latency', 'served', null] as const;
    const told = standings.map((standing, index) =>
      rawEvent({ id: `${standing}`, time: NOW + index, severityNumber: 9, user: { id: ANA, name: null } }),
    );
    const standingOf = ({ id }: Event) => standings.find((standing) => standing === id) ?? null;
    await ingest.events.append(appended(projectIds[0], told, { at: NOW, standingOf }));
    expect((await erase(ANA)).rows.event).toBe(standings.length);
    for (const standing of standings.filter((one) => one !== null)) {
      const { events } = await main.standings.find(EVERYTHING, [standing]);
      expect(events.map(({ event: { id, user } }) => [id, user])).toEqual([[standing, null]]);
    }
  });

  it('says that a short name is looked for only where it is a user', async () => {
    await appendEvents(stores, [{ body: 'order 42 failed' }, { body: 'sold', user: { id: '42', name: null } }]);
    expect(await stores.main.usage.traces(['42'])).toContain('event');
    const { rows, unsearched } = await erase('42');
    expect([rows.event, unsearched]).toEqual([1, ['42']]);
    expect(await stores.main.usage.traces(['42'])).toEqual([]);
    const bodies = await stores.main.kysely.selectFrom('event').select('body').orderBy('seq').execute();
    expect(bodies.map(({ body }) => body)).toEqual(['order 42 failed', 'sold']);
  });

  it('takes the name out of what is packed beside events, and out of texts whatever their case', async () => {
    const { kysely } = stores.main;
    const name = 'Émilie.Long';
    const attempt = { fix_id: 'f', kind: 'look', work: '{}', state: 'done', tries: 1, next_at: 0, created_at: 0 };
    const rest = { node: null, claimed_until: null, started_at: null, finished_at: null, last_error: `by ${name}` };
    const run = Buffer.from(JSON.stringify({ output: `asked by ${name}` }));
    await kysely
      .insertInto('fix_attempt')
      .values({ id: 'a', ...attempt, ...rest, run })
      .execute();
    expect(await stores.main.usage.traces([name])).toEqual(
      expect.arrayContaining(['fix_attempt.last_error', 'fix_attempt.run']),
    );
    await erase(name);
    expect(await stores.main.usage.traces([name])).toEqual([]);
    const row = await kysely.selectFrom('fix_attempt').select(['last_error', 'run']).executeTakeFirstOrThrow();
    expect(row.last_error).toMatch(/^by erased-/);
    expect(Buffer.from(row.run!).toString()).toMatch(/^\{"output":"asked by erased-/);
  });

  it('leaves the number of a record that waited, so that nobody takes it for lost', async () => {
    const waiting = [1, 2, 3].map((number) =>
      numberedFact({ ...SKETCH, user: number === 2 ? ANA : null }, number, START),
    );
    await put(waiting.map((fact, index) => ({ ...fact, id: `waits ${index}` })));
    await erase(ANA);
    await stores.main.usage.fold({ limit: 100, at: NOW, timeoutMs: TIMEOUT });
    expect((await stores.main.usage.parts(window)).missingRecords).toBe(0);
    expect(await stores.main.usage.traces([ANA])).toEqual([]);
  });

  it('exports every row of the user and none of another', async () => {
    const all = async (table: 'feature_usage' | 'user_sessions' | 'user_errors' | 'usage_mark' | 'usage_user') => {
      const rows = [];
      for (let after: string | null = null; ; ) {
        const page: Awaited<ReturnType<typeof stores.main.usage.rowsOf>> = await stores.main.usage.rowsOf({
          table,
          names: [ANA],
          after,
          limit: 1,
        });
        rows.push(...page.rows);
        if (page.next === null) return rows;
        after = page.next;
      }
    };
    const uses = await all('feature_usage');
    expect(uses).toHaveLength(4);
    expect(uses[0]).toMatchObject({ user_email: ANA, success: true, timestamp: '2026-03-01T22:00:00.000Z' });
    expect((await all('usage_user')).length).toBe(4);
    expect((await all('usage_mark')).every((row) => row.user_email === ANA)).toBe(true);
  });
});

describe('the file of an embedded database', () => {
  it('holds no byte of the name after the erasure, nor does its log', async () => {
    const stores = await DATABASES[0]!.open({ clock: { now: () => NOW } });
    onTestFinished(() => stores.close());
    if (stores.location.kind !== 'sqlite') throw new Error('it is not embedded');
    const { folder } = stores.location;
    const { kysely, usage } = stores.main;
    for (let index = 0; index < 50; index++) {
      const fact = factOf({ ...SKETCH, user: index % 2 ? ANA : JOANA, minute: index }, index, START);
      await kysely
        .insertInto('usage_inbox')
        .values({ id: fact.id, project_id: 1, fact: JSON.stringify(fact) })
        .execute();
    }
    await usage.fold({ limit: 1_000, at: NOW, timeoutMs: TIMEOUT });
    const files = ['guardian.db', 'guardian.db-wal'];
    const isThere = () => files.some((file) => readFileSync(join(folder, file)).includes('canary'));
    expect(isThere()).toBe(true);
    await usage.erase({ names: [ANA, JOANA], hashes: ['one', 'two'], at: NOW });
    expect(await usage.traces([ANA, JOANA])).toEqual([]);
    expect(isThere()).toBe(false);
  });

  it('holds none of a name that is one word of its search either', async () => {
    const stores = await DATABASES[0]!.open({ clock: { now: () => NOW } });
    onTestFinished(() => stores.close());
    await appendEvents(stores, [{ body: 'the cart of zoecanary was emptied' }, { body: 'another cart' }]);
    const { usage } = stores.main;
    await usage.erase({ names: ['zoecanary'], hashes: ['one'], at: NOW });
    expect(await usage.traces(['zoecanary'])).toEqual([]);
  });
});

/** In the order of their time, a second from one to the next. */
async function appendEvents({ ingest, projectIds }: OpenedStores, told: readonly Partial<Event>[]): Promise<void> {
  const events = told.map((fields, index) => {
    const time = NOW + index * 1_000;
    const event = rawEvent({ id: `e${index}`, time, observedTime: time, ...fields });
    return { event, projectId: projectIds[0], claimedTime: time, isCandidate: false };
  });
  await ingest.events.append({ events, records: [], dropped: [], positions: [], at: NOW });
}

const crumb = (message: string) => ({ time: NOW, category: 'navigation', level: 'info', message });

const EVERYTHING: EventQuery = {
  words: [],
  fields: [],
  minimumSeverity: null,
  projectId: null,
  from: null,
  to: null,
  cursor: null,
  limit: 10,
  order: 'newest',
};

const SKETCH: FactSketch = {
  kind: 'request',
  user: null,
  client: 'firefox',
  service: 'shop',
  minute: 0,
  durationMs: 1_000,
  status: 200,
  feature: 0,
};
