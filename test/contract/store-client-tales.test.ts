import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppendBatch, ClientRecord } from '../../src/core/ingest/index.ts';
import { at, exception, pythonFrames, stackEvent } from '../../src/core/issues/event-fixtures.ts';
import { createFolder } from '../../src/core/issues/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';
import { appended } from './stored-events.ts';

const DAY_MS = 86_400_000;

describe.each(DATABASES)('what clients tell beside events, in $name', ({ open }) => {
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

  const append = (records: ClientRecord[], projectId = project) => {
    const batch: AppendBatch = { ...appended(projectId, [], { at: now }), records: [] };
    batch.records.push(...records.map((record) => ({ ...record, projectId })));
    return stores.ingest.events.append(batch);
  };
  const session = (id: string, payload: object): ClientRecord => ({
    kind: 'session',
    id,
    time: now,
    payload: { release: 'shop@1', environment: 'production', ...payload },
  });
  const feedback = (id: string, eventId: string | null, message: string): ClientRecord => ({
    kind: 'feedback',
    id,
    time: now,
    payload: { eventId, message, url: null, release: null, name: 'Ada' },
  });

  it('counts the sessions of a release once each, whatever the batches and the order', async () => {
    const told = [
      session('a:1', { init: true, status: 'ok' }),
      session('a:2', { init: false, status: 'crashed' }),
      session('b:1', { init: true, status: 'abnormal', environment: null }),
      session('c', { aggregate: true, exited: 7, errored: 1, crashed: 1, abnormal: 0, unhandled: 1 }),
      session('d', { init: true, status: 'ok', release: null }),
    ];
    await Promise.all([append(told), append([...told].reverse()), append(told.slice(1, 3))]);
    await append([session('a:1', { init: true, status: 'ok' })], stores.projectIds[1]);
    expect(await stores.main.clientTales.releases(project, ['shop@1', 'shop@1', 'shop@2'])).toEqual([
      { release: 'shop@1', sessions: 12, crashed: 2, abnormal: 1 },
    ]);
    expect(await stores.main.clientTales.releases(project, [])).toEqual([]);
  });

  it('gives what was written about the events of an issue, newest first, also once it is merged away', async () => {
    const failed = (type: string) => stackEvent(now, [exception(type, 'x', pythonFrames('stock:40:reserve'))]);
    const events = [failed('NoStock'), failed('NoPrice')].map((event, index) => ({ ...event, id: `e${index}` }));
    await stores.ingest.events.append(appended(project, events, { at: now, isCandidate: true }));
    const folder = createFolder({ store: stores.ingest.fold, clock });
    await folder.pass();
    now += 20 * 60_000;
    await folder.pass();
    await append([feedback('f1', 'e0', 'first'), feedback('f2', 'e1', 'other'), feedback('f3', null, 'of nothing')]);
    now += 1_000;
    await append([feedback('f4', 'e0', 'second')]);
    await append([feedback('f5', 'e0', 'of another project')], stores.projectIds[1]);
    const about = async (eventId: string) => {
      const row = await stores.main.kysely.selectFrom('event').select('issue_id').where('id', '=', eventId).execute();
      return (await stores.main.issues.get(row[0]!.issue_id!))!;
    };
    const texts = async (eventId: string, limit = 10) =>
      (await stores.main.clientTales.feedback(await about(eventId), limit)).map(({ text }) => text);
    expect(await texts('e0')).toEqual(['second', 'first']);
    expect(await texts('e0', 1)).toEqual(['second']);
    expect(await texts('e1')).toEqual(['other']);
    const [into, away] = [await about('e0'), await about('e1')];
    const history = [{ issueId: away.id, at: now, actor: 'user:1', action: 'merged', detail: null }];
    const outbox = { kind: 'issue-changed', projectId: project, subjectId: away.id, payload: null };
    await stores.main.issues.merge(away.id, into.id, history, outbox);
    expect((await texts('e0')).toSorted()).toEqual(['first', 'other', 'second']);
  });

  it('forgets what was written after the days of logs, and a release that nobody ran for 400', async () => {
    await append([session('a', { init: true, status: 'ok' }), feedback('f', 'e0', 'gone')]);
    const forget = async (days: number) => {
      const { DEFAULT_RETENTION_KNOBS: knobs } = await import('../../src/adapters/store/sql/index.ts');
      await stores.main.retention.forget({ now: now + days * DAY_MS, knobs });
      const { length } = await stores.main.kysely.selectFrom('client_record').select('id').execute();
      return [length, (await stores.main.clientTales.releases(project, ['shop@1'])).length];
    };
    expect(await forget(1)).toEqual([2, 1]);
    expect(await forget(31)).toEqual([0, 1]);
    expect(await forget(401)).toEqual([0, 0]);
  });
});
