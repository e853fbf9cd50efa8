import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameOrigin, type Event } from '../../events/index.ts';
import { originLookup } from '../application-frame.ts';
import { classify } from '../classify.ts';
import {
  accessLine,
  at,
  completedLine,
  event,
  exception,
  frame,
  pythonFrames,
  requestEntry,
  stackEvent,
} from '../event-fixtures.ts';
import { createFingerprinter, hashInputs } from '../fingerprint/v1.ts';
import { DEFAULT_UNDERSTANDING_LIMITS } from '../limits.ts';
import type { StoredIssue } from '../ports.ts';
import { createUnderstanding } from '../understand.ts';
import { createFolder } from './folder.ts';
import { livingStore } from './folder-fixtures.ts';

const inner = pythonFrames('lib/vectors:90:wrapper', 'lib/vectors:558:validate');
const middle = [...inner, ...pythonFrames('vectors:794:add_items')];
const outer = [...middle, ...pythonFrames('lib/threads:25:to_thread', 'gardener:1267:store_preferences')];
const told = 'Expected metadata value to be a str, int, float or bool, got [] which is a list';
const system = {
  kind: 'cloud-logging',
  name: 'p',
  position: '1',
  stream: 'projects/p/logs/run.googleapis.com%2Fvarlog%2Fsystem|x',
};
const malformed =
  'The request failed because either the HTTP response was malformed or connection to the instance had an error.\nWhile handling this request, the container instance was found to be using too much memory and was terminated.';

/** The shapes of the recorded Cloud Run logs. */
const CASES: Record<string, () => Event[]> = {
  'one failure, four stacks': () =>
    [inner, middle, inner, outer].map((frames, index) =>
      stackEvent(at(index * 0.5), [exception('ValueError', frames === inner ? told : `${told} in upsert.`, frames)], {
        instance: `i-${index}`,
      }),
    ),
  'three requests, logged thrice': () =>
    [0, 68_000, 135_500].flatMap((start, index) => [
      ...(index === 0
        ? []
        : [
            requestEntry(
              at(start),
              { method: 'POST', path: '/api/reports', status: 500 },
              { instance: `a-${index}`, traceId: `trace-${index}` },
            ),
            completedLine(at(start + 14), 'POST', '/api/reports', 500, { instance: `b-${index}` }),
          ]),
      accessLine(at(start + 15), { method: 'POST', path: '/api/reports', status: 500 }, { instance: `c-${index}` }),
    ]),
  'out of memory': () => [
    event({
      time: at(0),
      severityNumber: 17,
      body: 'Memory limit of 1024 MiB exceeded with 1062 MiB used. Consider more.',
      instance: 'i-0',
      source: system,
    }),
    ...[-3_925, -5_435, -5_436].map((time, index) =>
      requestEntry(
        at(time),
        { path: '/api/threads', status: 503, durationMs: 1_200 },
        { instance: `i-${index + 1}`, body: malformed },
      ),
    ),
  ],
  'a scanner': () =>
    ['/a.wadl', '/api/a.wadl', '/api/v1/a.wadl', '/status', '/mongo/', '/pre-commit.yaml', '/.pre-commit.yaml'].map(
      (path, index) => requestEntry(at(index * 5_000), { path, status: 404, host: 'scanned.example.org' }),
    ),
  'cut traces': () =>
    [0, 14_000, 120_000, 134_000].map((time, index) =>
      stackEvent(at(time), [exception(null, null, pythonFrames('admin:37:dashboard'), { truncated: true })], {
        instance: `i-${index}`,
      }),
    ),
};

/** What must not depend on how events arrive. Incidents by their events' ids. */
function outcome(live: ReturnType<typeof livingStore>) {
  const { events } = live.store.tables;
  const idOf = (seq: number) => events.get(seq)?.event.id;
  const issueShape = ({ fingerprint, title, severity, signal, incidents, events: count, ...rest }: StoredIssue) => ({
    service: rest.service,
    fingerprint,
    title,
    severity,
    signal,
    incidents,
    count,
    firstSeen: rest.firstSeen,
    lastSeen: rest.lastSeen,
    endpoint: rest.endpoint,
    location: rest.location,
  });
  return {
    incidents: live
      .incidents()
      .map(({ members, eventSeq, issueId }) => ({
        members: members.map(({ eventSeq: seq, foldedBy }) => `${idOf(seq)} ${foldedBy}`),
        representative: idOf(eventSeq),
        fingerprint: live.store.tables.issues.get(issueId)?.fingerprint,
      }))
      .sort((a, b) => ((a.members[0] ?? '') < (b.members[0] ?? '') ? -1 : 1)),
    issues: live
      .issues()
      .map(issueShape)
      .sort((a, b) => (`${a.service} ${a.fingerprint}` < `${b.service} ${b.fingerprint}` ? -1 : 1)),
  };
}

describe('what production logs come to while they arrive', () => {
  it.each([
    ['one failure, four stacks', [[`ValueError: ${told} in upsert.`, 1, 4]]],
    ['three requests, logged thrice', [['HTTP 500 on POST /api/reports', 3, 7]]],
    ['out of memory', [['Out of memory: limit 1024 MiB, used 1062 MiB', 1, 4]]],
    ['a scanner', []],
    ['cut traces', [['Trace cut by the log, in dashboard (src/admin.py:37)', 4, 4]]],
  ])('%s', async (name, expected) => {
    const live = livingStore(at(200_000));
    for (const one of CASES[name]?.() ?? []) {
      live.arrive([one]);
      await live.pass();
      live.clock.move(300);
    }
    await live.settleDown();
    expect(live.issues().map(({ title, incidents, events }) => [title, incidents, events])).toEqual(expected);
  });

  it('tells the signal of a death, and how it is known', async () => {
    const live = livingStore(at(0));
    live.arrive(CASES['out of memory']?.() ?? []);
    await live.settleDown();
    expect(live.issues()[0]).toMatchObject({ signal: 'OOM', state: 'open', errorType: 'OutOfMemory', number: 1 });
    expect(live.store.tables.outbox).toEqual([
      expect.objectContaining({
        kind: 'issue-opened',
        subjectId: live.issues()[0]?.id,
        payload: expect.objectContaining({ signal: 'OOM', severity: 17, service: 'shop' }),
      }),
    ]);
    expect(live.incidents()[0]?.members.map(({ foldedBy }) => foldedBy)).toEqual([
      'death-impact',
      'death-impact',
      'death-impact',
      'representative',
    ]);
  });
});

/** Everything at once, of two services, with late twins, unrelated stacks in one request, and users. */
function mixture(): Event[] {
  const traced = (start: number, index: number) => [
    requestEntry(
      at(start),
      { path: '/a', status: 500, durationMs: 20 },
      { instance: `i-${index % 2}`, traceId: `trace-${index}` },
    ),
    stackEvent(at(start + 18), [exception('ValueError', `order ${index} is broken for good`, outer)], {
      traceId: `trace-${index}`,
      user: { id: `u-${index % 3}`, name: null },
    }),
    accessLine(at(start + 22), { path: '/a', status: 500 }, { instance: `i-${index % 2}` }),
  ];
  return [
    ...Object.values(CASES).flatMap((build) => build()),
    ...[200_000, 200_300, 205_000, 260_000].flatMap(traced),
    ...[0, 1, 2, 3].map((index) =>
      event({
        time: at(300_000 + index * 40_000),
        severityNumber: 17,
        body: `could not charge order ${index + 10}`,
        service: index % 2 ? 'shop' : 'mail',
      }),
    ),
  ];
}

describe('any arrival', () => {
  it('gives what folding all at once gives: shuffled, in any batches, with restarts, lost answers and failed plans between', async () => {
    const events = mixture();
    const whole = createUnderstanding();
    whole.add(events.filter(({ severityNumber }) => severityNumber !== 13));
    const understanding = whole.finish();
    const reference = livingStore(at(500_000));
    reference.arrive(events);
    await reference.settleDown();
    const expected = outcome(reference);
    expect(expected.incidents).toHaveLength(understanding.errorIncidents);
    expect(expected.issues.map(({ fingerprint, incidents }) => [fingerprint, incidents]).toSorted()).toEqual(
      understanding.issues
        .filter(({ kind }) => kind === 'error')
        .map(({ fingerprint, incidentCount }) => [fingerprint, incidentCount])
        .toSorted(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(events, { minLength: events.length }),
        fc.array(
          fc.record({
            size: fc.integer({ min: 1, max: 12 }),
            waitMs: fc.constantFrom(0, 100, 700, 2_500),
            trouble: fc.constantFrom('none', 'none', 'none', 'restart', 'before', 'after'),
          }),
          { minLength: events.length, maxLength: events.length },
        ),
        async (shuffled, steps) => {
          const live = livingStore(at(500_000));
          let start = 0;
          for (const { size, waitMs, trouble } of steps) {
            if (start >= shuffled.length) break;
            live.arrive(shuffled.slice(start, start + size));
            start += size;
            if (trouble === 'restart') live.restart();
            else if (trouble !== 'none') live.store.failNext(trouble);
            await live.pass().catch(({ code }) => expect(code).toBe('store_unavailable'));
            live.clock.move(waitMs);
          }
          live.store.failNext(null);
          await live.settleDown();
          expect(outcome(live)).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('when a failure is told', () => {
  const failed = (time: number, more: Partial<Event> = {}) =>
    stackEvent(time, [exception('ValueError', 'no stock for item 12', outer)], more);

  it('is after it has been quiet for 2 s, so that a half-arrived one does not flap', async () => {
    const live = livingStore(at(0));
    live.arrive([failed(at(0), { traceId: 'trace-1' })]);
    expect(await live.pass()).toEqual({ folded: 1, changes: [], waiting: 1 });
    live.clock.move(1_500);
    live.arrive([
      requestEntry(at(-30), { path: '/a', status: 500, durationMs: 40 }, { traceId: 'trace-1', instance: 'i-1' }),
    ]);
    expect(await live.pass()).toMatchObject({ folded: 1, changes: [], waiting: 2 });
    live.clock.move(1_999);
    expect((await live.pass()).changes).toEqual([]);
    live.clock.move(1);
    expect(await live.pass()).toEqual({
      folded: 0,
      changes: [{ issueId: live.issues()[0]?.id, action: 'opened' }],
      waiting: 0,
    });
    expect(live.store.applied).toBe(1);
  });

  it('is after half a second for a death, and after 10 s although more arrives', async () => {
    const live = livingStore(at(0));
    live.arrive([event({ time: at(0), severityNumber: 17, body: 'Container called exit(1).', source: system })]);
    await live.pass();
    live.clock.move(500);
    expect((await live.pass()).changes).toHaveLength(1);
    for (let second = 0; second < 11; second++) {
      live.arrive([failed(at(second * 1_000), { traceId: 'trace-9' })]);
      await live.pass();
      live.clock.move(1_000);
    }
    expect(live.issues()).toHaveLength(2);
  });

  it('is again when an event comes up to 10 min late: the incident grows, its issue is named after what tells more', async () => {
    const live = livingStore(at(1_000));
    const entry = requestEntry(
      at(0),
      { path: '/a', status: 500, durationMs: 40 },
      { traceId: 'trace-1', instance: 'i-1' },
    );
    live.arrive([entry]);
    await live.settleDown();
    expect(live.issues().map(({ title }) => title)).toEqual(['HTTP 500 on GET /a']);
    live.clock.move(590_000);
    live.arrive([failed(at(20), { traceId: 'trace-1' })]);
    await live.settleDown();
    expect(live.issues().map(({ title, incidents, events }) => [title, incidents, events])).toEqual([
      ['ValueError: no stock for item 12', 1, 2],
    ]);
    expect(live.incidents().map(({ members }) => members.map(({ foldedBy }) => foldedBy))).toEqual([
      ['trace', 'representative'],
    ]);
  });

  it('settles what nothing meets any more, and keeps counting', async () => {
    const live = livingStore(at(0));
    live.arrive([failed(at(0))]);
    await live.settleDown();
    expect(live.store.tables.queue.size).toBe(1);
    live.clock.move(720_000);
    await live.pass();
    expect(live.store.tables.queue.size).toBe(0);
    expect(live.folder.state()).toMatchObject({ events: 0, bytes: 0, services: 0, settledEarly: 0 });
    live.arrive([failed(at(725_000))]);
    await live.settleDown();
    expect(live.issues().map(({ incidents }) => incidents)).toEqual([2]);
  });

  it('lets an issue that nobody touched vanish with the incident it was opened by, and keeps one that has a note', async () => {
    for (const isTouched of [false, true]) {
      const live = livingStore(at(1_000));
      live.arrive([
        requestEntry(at(0), { path: '/a', status: 500, durationMs: 40 }, { traceId: 'trace-1', instance: 'i-1' }),
      ]);
      await live.settleDown();
      const id = live.issues()[0]?.id ?? '';
      if (isTouched)
        await live.store.issues.note(
          { issueId: id, at: at(0), actor: 'user:1', action: 'note', detail: { text: 'looking at it' } },
          { kind: 'issue-changed', projectId: 1, subjectId: id, payload: null },
        );
      live.arrive([failed(at(20), { traceId: 'trace-1' })]);
      await live.settleDown();
      expect(live.issues().map(({ title, incidents }) => [title, incidents])).toEqual([
        ...(isTouched ? [['HTTP 500 on GET /a', 0]] : []),
        ['ValueError: no stock for item 12', 1],
      ]);
    }
  });
});

describe('an issue that lives', () => {
  const failed = (time: number, revision: string, more: Partial<Event> = {}) =>
    stackEvent(time, [exception('ValueError', 'no stock for item 12', outer)], { revision, ...more });

  it('is found again by its hashes, also by the weaker one, and keeps its explanation', async () => {
    const live = livingStore(at(0));
    const library = pythonFrames('lib/a:1:f', 'lib/a:2:g');
    live.arrive([stackEvent(at(0), [exception('KeyError', 'basket', library)])]);
    await live.settleDown();
    live.arrive([stackEvent(at(60_000), [exception('KeyError', 'basket', library)])]);
    await live.settleDown();
    const [issue, ...others] = live.issues();
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ incidents: 2, firstSeen: at(0), lastSeen: at(60_000) });
    expect(hashInputs(issue?.why.kind ?? 'msg', issue?.why.inputs)).toBe(issue?.fingerprint);
  });

  it('regresses in a revision that holds the fix, not in one from before', async () => {
    const live = livingStore(at(0));
    live.arrive([failed(at(0), 'shop-00007')]);
    await live.settleDown();
    const id = live.issues()[0]?.id ?? '';
    await live.store.issues.change(
      id,
      {
        state: 'resolved',
        stateDetail: { kind: 'resolved', in: 'next', after: 'shop-00007' },
        stateSince: live.clock.now(),
      },
      { issueId: id, at: live.clock.now(), actor: 'user:1', action: 'resolved', detail: null },
      { kind: 'issue-changed', projectId: 1, subjectId: id, payload: null },
    );
    live.arrive([failed(at(30_000), 'shop-00007')]);
    await live.settleDown();
    expect(live.issues()[0]).toMatchObject({ state: 'resolved', incidents: 2 });
    live.arrive([failed(at(60_000), 'shop-00008')]);
    await live.settleDown();
    expect(live.issues()[0]).toMatchObject({ state: 'regressed', stateDetail: null, incidents: 3 });
    expect(live.outboxKinds()).toEqual(['issue-opened', 'issue-changed', 'issue-regressed']);
    expect(live.store.tables.history.at(-1)).toMatchObject({
      actor: 'guardian',
      action: 'regressed',
      detail: { revision: 'shop-00008' },
    });
  });

  it('escalates when it was ignored for N incidents, and says when it gets graver', async () => {
    const live = livingStore(at(0));
    live.arrive([failed(at(0), 'shop-00007')]);
    await live.settleDown();
    const id = live.issues()[0]?.id ?? '';
    await live.store.issues.change(
      id,
      {
        state: 'ignored',
        stateDetail: { kind: 'ignored', until: 'count', incidents: 2, from: 1 },
        stateSince: live.clock.now(),
      },
      { issueId: id, at: live.clock.now(), actor: 'user:1', action: 'ignored', detail: null },
      { kind: 'issue-changed', projectId: 1, subjectId: id, payload: null },
    );
    live.arrive([failed(at(30_000), 'shop-00007')]);
    await live.settleDown();
    expect(live.issues()[0]).toMatchObject({ state: 'ignored' });
    live.arrive([failed(at(60_000), 'shop-00007')]);
    await live.settleDown();
    expect(live.issues()[0]).toMatchObject({ state: 'open' });
    live.arrive([failed(at(90_000), 'shop-00007', { severityNumber: 21 })]);
    await live.settleDown();
    expect(live.issues()[0]).toMatchObject({ severity: 21 });
    expect(live.store.tables.outbox.at(-1)).toMatchObject({
      kind: 'issue-changed',
      payload: { action: 'graver', severity: 21, formerSeverity: 17 },
    });
    expect(live.outboxKinds()).toEqual(['issue-opened', 'issue-changed', 'issue-escalated', 'issue-changed']);
  });

  it('takes the incidents of what was merged into it', async () => {
    const live = livingStore(at(0));
    const other = (time: number) => stackEvent(time, [exception('KeyError', 'basket', pythonFrames('basket:3:get'))]);
    live.arrive([failed(at(0), 'r-1'), other(at(10_000))]);
    await live.settleDown();
    const [a, b] = live.issues().map(({ id }) => id);
    await live.store.issues.merge(b ?? '', a ?? '', [], {
      kind: 'issue-changed',
      projectId: 1,
      subjectId: b ?? '',
      payload: null,
    });
    live.restart();
    live.arrive([other(at(20_000))]);
    await live.settleDown();
    expect(live.issues().map(({ incidents, mergedInto }) => [incidents, mergedInto])).toEqual([
      [3, null],
      [0, a],
    ]);
  });

  it('meets a sentence with other words in the place of a value, before and after a restart', async () => {
    const said = (time: number, word: string) =>
      event({ time, severityNumber: 17, body: `login of user ${word} was refused by the directory` });
    const names = ['cyrus', 'maria', 'ahmed', 'wei', 'olga'];
    const counts: number[][] = [];
    for (const isRestarted of [false, true]) {
      const live = livingStore(at(0));
      for (const [index, name] of names.entries()) {
        live.arrive([said(at(index * 60_000), name)]);
        await live.settleDown();
        if (isRestarted) live.restart();
      }
      counts.push(live.issues().map(({ incidents }) => incidents));
    }
    expect(counts[0]).toEqual(counts[1]);
    expect(counts[0]?.length).toBeLessThan(names.length);
  });

  it('suggests a like one when it opens, and never merges by itself', async () => {
    const live = livingStore(at(0));
    const frames = (last: string) =>
      pythonFrames('stock:40:reserve', 'orders:14:place', 'cart:9:checkout', 'api:7:post', `${last}:1:main`);
    live.arrive([stackEvent(at(0), [exception('ValueError', 'no stock', frames('web'))])]);
    await live.settleDown();
    live.restart();
    live.arrive([stackEvent(at(60_000), [exception('StockError', 'no stock', frames('worker'))])]);
    await live.settleDown();
    expect(live.issues()).toHaveLength(2);
    expect([...live.store.tables.suggestions.values()]).toEqual([
      expect.objectContaining({ reason: 'similar-stack', score: expect.closeTo(0.86, 1) }),
    ]);
  });
});

describe('hashes', () => {
  const library = pythonFrames('lib/orm:9:execute', 'stock:40:reserve', 'api:7:post');
  const failed = (time: number, extra: string) =>
    stackEvent(time, [exception('ValueError', 'no stock', [...library, ...pythonFrames(extra)])]);

  it('of changed frame rules are learnt, so that they split nothing', async () => {
    const live = livingStore(at(0));
    live.arrive([failed(at(0), 'lib/web:1:serve')]);
    await live.settleDown();
    const frameOrigin = createFrameOrigin({ rules: ['library: **/stock.py'] });
    const changed = createFolder({ store: live.store.fold, clock: live.clock, frameOrigin });
    live.arrive([failed(at(60_000), 'lib/web:1:serve')]);
    await changed.pass();
    live.clock.move(2_000);
    await changed.pass();
    const [issue, ...others] = live.issues();
    expect([others, issue?.incidents]).toEqual([[], 2]);
    expect((await live.store.issues.about(issue?.id ?? '')).hashes.map((hash) => hash.slice(0, 6))).toEqual([
      'v1:app',
      'v1:all',
      'v1:app',
    ]);
  });

  it('of two issues: the stronger one wins, and a person is asked', async () => {
    const live = livingStore(at(0));
    live.arrive([failed(at(0), 'lib/web:1:serve')]);
    await live.settleDown();
    const [a] = live.issues();
    const third = failed(at(60_000), 'lib/worker:1:run');
    const [, all = ''] = createFingerprinter(originLookup())({
      event: third,
      ...classify(third, DEFAULT_UNDERSTANDING_LIMITS),
    }).hashes;
    const { number, incidents, events, users, ...opened } = a!;
    await live.store.fold.apply({
      opened: [{ ...opened, id: 'b' }],
      changed: [],
      hashes: [{ issueId: 'b', projectId: 1, service: 'shop', hash: all, template: null, firstSeen: at(0) }],
      incidents: [],
      gone: [],
      mayVanish: [],
      history: [],
      outbox: [],
      suggestions: [],
      settled: [],
    });
    live.arrive([third]);
    await live.settleDown();
    expect([number, incidents, events, users, live.store.tables.issues.get(a!.id)?.incidents]).toEqual([1, 1, 1, 0, 2]);
    expect((await live.store.issues.about('b')).suggestions).toEqual([
      { otherId: a!.id, score: 1, reason: 'two-hashes' },
    ]);
  });

  it('of one issue are 200 at most, and what says the same still finds it', async () => {
    const live = livingStore(at(0));
    const syllables = ['ka', 'lo', 'mi', 'ne', 'ru', 'sa', 'ti', 'vo', 'wu', 'xe', 'ya', 'zo', 'bi', 'du', 'fa', 'ge'];
    const names = syllables.flatMap((one) => syllables.map((two) => `${one}${two}r`));
    for (let start = 0; start < names.length; start += 64) {
      live.arrive(
        names.slice(start, start + 64).map((name, index) =>
          event({
            time: at((start + index) * 1_000),
            severityNumber: 17,
            body: `login of user ${name} was refused by the directory`,
          }),
        ),
      );
      await live.settleDown();
      live.restart();
    }
    const counts = live.issues().map(({ incidents }) => incidents);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(256);
    expect(counts.length).toBeLessThanOrEqual(2);
    expect(live.store.tables.hashes.size).toBeGreaterThanOrEqual(200);
    expect(live.store.tables.hashes.size).toBeLessThanOrEqual(201);
  });
});

describe('bounds', () => {
  const one = (index: number, time: number) =>
    stackEvent(time, [exception(`E${index}`, `failed ${index}`, [frame(`/app/src/f${index}.py`, 1, `f${index}`)])]);

  it('settle early those that arrived first, told and counted', async () => {
    const live = livingStore(at(0), { events: 100, readEvents: 50 });
    for (let batch = 0; batch < 10; batch++) {
      live.arrive(Array.from({ length: 50 }, (_, index) => one(batch * 50 + index, at(batch * 1_000 + index))));
      await live.pass();
      live.clock.move(100);
      expect(live.folder.state().events).toBeLessThanOrEqual(100);
    }
    await live.settleDown();
    expect(live.issues()).toHaveLength(500);
    expect(live.folder.state().settledEarly).toBeGreaterThanOrEqual(400);
    expect(live.store.tables.queue.size).toBe(live.folder.state().events);
  });

  it('by bytes do the same', async () => {
    const live = livingStore(at(0), { bytes: 20_000 });
    live.arrive(Array.from({ length: 200 }, (_, index) => one(index, at(index))));
    await live.settleDown();
    expect(live.issues()).toHaveLength(200);
    expect(live.folder.state().bytes).toBeLessThanOrEqual(20_000);
  });

  it('go on after a restart with more in the queue than is held', async () => {
    const live = livingStore(at(0), { events: 100, readEvents: 30 });
    live.arrive(Array.from({ length: 350 }, (_, index) => one(index % 50, at(index * 100))));
    for (let pass = 0; pass < 4; pass++) {
      live.restart();
      await live.pass();
      live.clock.move(3_000);
      await live.pass();
    }
    for (let pass = 0; pass < 12; pass++) await live.settleDown();
    expect(live.issues().map(({ incidents }) => incidents)).toEqual(Array.from({ length: 50 }, () => 7));
  });

  it('leave queued text that nobody can read out, and count it', async () => {
    const live = livingStore(at(0));
    live.arrive([one(1, at(0))]);
    const [queued] = live.store.tables.queue.values();
    live.store.tables.queue.set(7, { ...queued!, seq: 7, arrival: 9, event: '{"half' });
    await live.settleDown();
    expect(live.issues()).toHaveLength(1);
    expect(live.folder.state().unreadable).toBe(1);
    expect(live.store.tables.queue.has(7)).toBe(false);
  });
});
