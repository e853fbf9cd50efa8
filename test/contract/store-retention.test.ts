import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RETENTION_KNOBS, type RetentionKnobs } from '../../src/adapters/store/sql/index.ts';
import type { Event } from '../../src/core/events/index.ts';
import { at, event, exception, pythonFrames, stackEvent } from '../../src/core/issues/event-fixtures.ts';
import { createFolder, isFoldCandidate } from '../../src/core/issues/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';
import { appended } from './stored-events.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe.each(DATABASES)('retention in $name', ({ open }) => {
  let now = at(0);
  const clock = { now: () => now };
  let stores: OpenedStores;
  let project: number;
  beforeEach(async () => {
    now = at(0);
    stores = await open({ clock });
    [project] = stores.projectIds;
  });
  afterEach(() => stores.close());

  async function append(events: readonly Event[]): Promise<void> {
    const candidates = events.filter(isFoldCandidate);
    const others = events.filter((one) => !isFoldCandidate(one));
    await stores.ingest.events.append(appended(project, others, { at: now }));
    await stores.ingest.events.append(appended(project, candidates, { at: now, isCandidate: true }));
  }
  async function fold(): Promise<void> {
    const folder = createFolder({ store: stores.ingest.fold, clock });
    for (let pass = 0; pass < 6; pass++) {
      await folder.pass();
      now += 20 * 60_000;
    }
  }
  /** Until there is nothing left to forget. */
  async function forget(knobs: Partial<RetentionKnobs>) {
    const sum = { logs: 0, issueEvents: 0, steps: 0 };
    for (let isDone = false; !isDone && sum.steps < 100; sum.steps++) {
      const step = await stores.main.retention.forget({ now, knobs: { ...DEFAULT_RETENTION_KNOBS, ...knobs } });
      sum.logs += step.logs;
      sum.issueEvents += step.issueEvents;
      isDone = step.isDone;
    }
    return sum;
  }
  const bodies = async (text: string) => {
    const query = { fields: [], minimumSeverity: null, projectId: project, from: null, to: null, cursor: null };
    const words = [{ text, isExcluded: false }];
    const { events } = await stores.main.index.search({ ...query, words, limit: 1_000, order: 'oldest' });
    return events.map(({ event: { body } }) => body);
  };
  const weights = async () => {
    const rows = await stores.main.kysely.selectFrom('event').select(['body', 'stored_in_issue']).execute();
    return new Map(rows.map(({ body, stored_in_issue }) => [body, Number(stored_in_issue)]));
  };
  const failure = (time: number, index: number, more: Partial<Event> = {}) =>
    stackEvent(time, [exception('ValueError', `no stock`, pythonFrames('stock:40:reserve'))], {
      body: `failure n${index}`,
      traceId: `trace-${index}`,
      ...more,
    });

  it('forgets logs after their days, with what finds them, and keeps their counts', async () => {
    await append([
      event({ time: at(-31 * DAY_MS), body: 'old log' }),
      event({ time: at(-29 * DAY_MS), body: 'young log' }),
      failure(at(-40 * DAY_MS), 1),
    ]);
    await fold();
    now = at(0);
    expect(await forget({ logDays: 30 })).toMatchObject({ logs: 1, issueEvents: 0 });
    expect(await bodies('log')).toEqual(['young log']);
    expect(await bodies('failure')).toEqual(['failure n1']);
    const histogram = await stores.main.index.histogram(
      { words: [], fields: [], minimumSeverity: null, projectId: project, from: at(-50 * DAY_MS), to: at(0) },
      50,
    );
    expect(histogram.steps.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(await forget({ logDays: 30 })).toMatchObject({ logs: 0, steps: 1 });
  });

  it('keeps logs to their number, the newest hours, in bounded steps', async () => {
    const hours = Array.from({ length: 10 }, (_, hour) =>
      Array.from({ length: 30 }, (_unused, index) =>
        event({ time: at(-hour * HOUR_MS - index), body: `log h${hour}` }),
      ),
    );
    await append(hours.flat());
    const first = await stores.main.retention.forget({
      now,
      knobs: { ...DEFAULT_RETENTION_KNOBS, logRows: 90, stepRows: 50 },
    });
    expect(first).toEqual({ logs: 50, issueEvents: 0, isDone: false });
    await forget({ logRows: 90, stepRows: 50 });
    const left = await bodies('log');
    expect(left.length).toBeGreaterThanOrEqual(90);
    expect(left.length).toBeLessThan(130);
    expect(left).not.toContain('log h9');
    expect(left).toContain('log h0');
  });

  it('never forgets what still waits to be folded', async () => {
    await stores.ingest.events.append(
      appended(project, [failure(at(-90 * DAY_MS), 1)], { at: now, isCandidate: true }),
    );
    expect(await forget({ logDays: 1 })).toMatchObject({ logs: 0 });
    expect(await stores.ingest.fold.queued(0, 10)).toHaveLength(1);
  });

  it('forgets outbox rows once they were taken up, and those of kinds that nobody takes up, after the days of logs', async () => {
    const { kysely } = stores.main;
    const rowOf = (kind: string, age: number, isDone: boolean) => {
      const at = now - age * DAY_MS;
      return { at, kind, project_id: project, subject_id: `${age}`, payload: null, done_at: isDone ? at : null };
    };
    const kinds = ['deployment-changed', 'deployment-held', 'fix-changed', 'report-wanted'];
    const rows = [8, 6].flatMap((age) => kinds.map((kind) => rowOf(kind, age, false)));
    await kysely
      .insertInto('outbox')
      .values([...rows, rowOf('issue-changed', 8, true), rowOf('issue-changed', 6, true)])
      .execute();
    await forget({ logDays: 7 });
    const left = await kysely.selectFrom('outbox').select(['kind', 'subject_id']).orderBy('id').execute();
    expect(left.map(({ kind, subject_id }) => `${kind} ${subject_id}`)).toEqual([
      'report-wanted 8',
      ...kinds.map((kind) => `${kind} 6`),
      'issue-changed 6',
    ]);
  });

  it('thins the events of issues out to their number: the telling ones stay, the counts too', async () => {
    const failures = Array.from({ length: 120 }, (_, index) =>
      failure(at(-100 * DAY_MS + index * HOUR_MS), index, {
        revision: index < 60 ? 'r-1' : 'r-2',
        payload: index === 33 ? { dump: Array.from({ length: 400 }, (_unused, line) => `line ${line * 7_919}`) } : null,
      }),
    );
    await append(failures);
    await fold();
    const before = (await stores.main.issues.list({ ...ANY, projectId: project })).items;
    expect(before.map(({ incidents, events }) => ({ incidents, events }))).toEqual([{ incidents: 120, events: 120 }]);
    expect(await forget({ issueEventsPerService: 40, stepRows: 25 })).toMatchObject({ issueEvents: 80, logs: 0 });
    const left = await bodies('failure');
    expect(left).toHaveLength(40);
    for (const telling of ['n0', 'n119', 'n60', 'n33']) expect(left).toContain(`failure ${telling}`);
    expect((await stores.main.issues.list({ ...ANY, projectId: project })).items).toEqual(before);
    const { items } = await stores.main.issues.incidents(before[0]!.id, { cursor: null, limit: 200 });
    expect(items).toHaveLength(40);
    expect(items.every(({ members }) => members.length === 1)).toBe(true);
    // A new one is counted on top of what was.
    now = at(0);
    await append([failure(now - HOUR_MS, 500)]);
    await fold();
    expect((await stores.main.issues.get(before[0]!.id))?.incidents).toBe(121);
  });

  it('weighs an event by how many its issue had when it came, also when there are more by now', async () => {
    await append([failure(at(-100 * DAY_MS), 0), failure(at(-99 * DAY_MS), 1)]);
    await fold();
    const first = await weights();
    expect(first).toEqual(
      new Map([
        ['failure n0', 1],
        ['failure n1', 2],
      ]),
    );
    await append([failure(at(-98 * DAY_MS), 2), failure(at(-97 * DAY_MS), 3)]);
    await fold();
    expect(await weights()).toEqual(new Map([...first, ['failure n2', 3], ['failure n3', 4]]));
  });

  it('takes nothing of a service that is below its number', async () => {
    await append([1, 2, 3].map((index) => failure(at(-DAY_MS * index), index)));
    await fold();
    expect(await forget({ issueEventsPerService: 3 })).toMatchObject({ issueEvents: 0, steps: 1 });
    expect(await bodies('failure')).toHaveLength(3);
  });
});

const ANY = {
  words: [],
  states: null,
  projectId: null,
  service: null,
  revision: null,
  assignee: null,
  minimumSeverity: null,
  sort: 'last-seen' as const,
  cursor: null,
  limit: 50,
};
