import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/events/index.ts';
import { at, event, exception, pythonFrames, stackEvent } from '../../src/core/issues/event-fixtures.ts';
import {
  createFolder,
  type FoldPlan,
  type FoldStore,
  type IssueFilter,
  type IssueReader,
  type IssueWriter,
  isFoldCandidate,
  type OutboxEntry,
  type StoredIncident,
  type StoredIssue,
} from '../../src/core/issues/index.ts';
import type { Clock } from '../../src/core/shared/index.ts';

/** What the suite needs of a store: fresh and empty for each test. */
export interface IssueStoreUnderTest {
  fold: FoldStore;
  issues: IssueReader & IssueWriter;
  /** Two projects that are there. */
  projectIds: [number, number];
  /** Stores the events and queues them for folding (`serializeForFold`), as ingest does with candidates. */
  append(projectId: number, events: readonly Event[]): Promise<void>;
  /** All rows, oldest first. */
  outbox(): Promise<OutboxEntry[]>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const ANY: IssueFilter = {
  words: [],
  states: null,
  projectId: null,
  service: null,
  revision: null,
  assignee: null,
  minimumSeverity: null,
  sort: 'last-seen',
  cursor: null,
  limit: 50,
};

/** What every store of issues does, whatever is behind it. Nothing outside its own tables is looked at. */
export function describeIssueStore(
  name: string,
  open: (options: { clock: Clock }) => Promise<IssueStoreUnderTest>,
): void {
  describe(`issue store: ${name}`, () => {
    let now = at(0);
    const clock: Clock = { now: () => now };
    let store: IssueStoreUnderTest;
    let project: number;

    beforeEach(async () => {
      now = at(0);
      store = await open({ clock });
      project = store.projectIds[0];
    });
    afterEach(() => store.close());

    const failed = (time: number, more: Partial<Event> = {}) =>
      stackEvent(time, [exception('ValueError', 'no stock for item 12', pythonFrames('stock:40:reserve'))], more);
    const queuedSeqs = async () => (await store.fold.queued(0, 1_000)).map(({ seq }) => seq);

    function opened(id: string, changes: Partial<FoldPlan['opened'][number]> = {}): FoldPlan['opened'][number] {
      return {
        id,
        projectId: project,
        service: 'shop',
        fingerprint: `v1:app:${id}`,
        title: `ValueError: ${id}`,
        errorType: 'ValueError',
        location: { file: 'src/stock.py', line: 40, function: 'reserve' },
        endpoint: 'POST /orders',
        state: 'open',
        stateDetail: null,
        stateSince: now,
        severity: 17,
        signal: null,
        firstSeen: at(0),
        lastSeen: at(0),
        firstRevision: 'r-1',
        lastRevision: 'r-1',
        why: {
          version: 'v1',
          kind: 'app',
          inputs: { frames: [['a', 'b']], types: ['E'] },
          kept: [],
          skipped: [],
          template: null,
        },
        firstEventSeq: 1,
        lastEventSeq: 1,
        assignee: null,
        mergedInto: null,
        ...changes,
      };
    }

    function incident(
      id: string,
      issueId: string,
      seqs: readonly number[],
      changes: Partial<StoredIncident> = {},
    ): StoredIncident {
      const [eventSeq = 1] = seqs;
      return {
        id,
        issueId,
        projectId: project,
        service: 'shop',
        kind: 'error',
        eventSeq,
        from: at(0),
        to: at(0),
        entries: seqs.length,
        severity: 17,
        revision: 'r-1',
        environment: 'production',
        traceId: 'trace-1',
        endpoint: 'POST /orders',
        signal: null,
        userHash: null,
        members: seqs.map((seq) => ({ eventSeq: seq, foldedBy: seq === eventSeq ? 'representative' : 'trace' })),
        ...changes,
      };
    }

    function plan(changes: Partial<FoldPlan>): FoldPlan {
      return {
        opened: [],
        changed: [],
        hashes: [],
        incidents: [],
        gone: [],
        mayVanish: [],
        history: [],
        outbox: [],
        suggestions: [],
        settled: [],
        ...changes,
      };
    }

    const hashRow = (issueId: string, hash: string, changes: Partial<FoldPlan['hashes'][number]> = {}) => ({
      issueId,
      projectId: project,
      service: 'shop',
      hash,
      template: null,
      firstSeen: now,
      ...changes,
    });
    const history = (issueId: string, action: string) => ({
      issueId,
      at: now,
      actor: 'guardian',
      action,
      detail: { a: 1 },
    });
    const outboxRow = (kind: string, subjectId: string): OutboxEntry => ({
      kind,
      projectId: project,
      subjectId,
      payload: { severity: 17 },
    });
    const countsOf = async (id: string) => {
      const issue = await store.issues.get(id);
      return issue && { incidents: issue.incidents, events: issue.events, users: issue.users };
    };

    /** One issue `a` of two incidents: three events, two users, two revisions. */
    async function openA(): Promise<number[]> {
      await store.append(project, [failed(at(0)), failed(at(10)), failed(at(HOUR_MS))]);
      const seqs = await queuedSeqs();
      const [first = 0, second = 0, third = 0] = seqs;
      await store.fold.apply(
        plan({
          opened: [opened('a', { firstEventSeq: first, lastEventSeq: third, lastSeen: at(HOUR_MS) })],
          hashes: [hashRow('a', 'v1:app:1'), hashRow('a', 'v1:all:1')],
          incidents: [
            incident('i-1', 'a', [first, second], { to: at(10), userHash: 'u-1' }),
            incident('i-2', 'a', [third], { from: at(HOUR_MS), to: at(HOUR_MS), userHash: 'u-2', revision: 'r-2' }),
          ],
          history: [history('a', 'opened')],
          outbox: [outboxRow('issue-opened', 'a')],
        }),
      );
      return seqs;
    }

    describe('the queue', () => {
      it('gives events in the order of arrival, after an arrival, as they were', async () => {
        await store.append(project, [failed(at(500)), failed(at(0))]);
        const all = await store.fold.queued(0, 10);
        expect(all.map(({ projectId, service }) => [projectId, service])).toEqual([
          [project, 'shop'],
          [project, 'shop'],
        ]);
        expect(all[1]!.arrival).toBeGreaterThan(all[0]!.arrival);
        expect(all[0]!.seq).toBeGreaterThan(all[1]!.seq);
        expect(await store.fold.queued(all[0]!.arrival, 10)).toEqual([all[1]]);
        expect(await store.fold.queued(0, 1)).toEqual([all[0]]);
        expect(await store.fold.queued(all[1]!.arrival, 10)).toEqual([]);
      });

      it('lets settled events go, and never gives an arrival twice', async () => {
        await store.append(project, [failed(at(0)), failed(at(1))]);
        const all = await store.fold.queued(0, 10);
        await store.fold.apply(plan({ settled: all.map(({ seq }) => seq) }));
        expect(await store.fold.queued(0, 10)).toEqual([]);
        await store.append(project, [failed(at(2))]);
        const [next] = await store.fold.queued(all[1]!.arrival, 10);
        expect(next?.arrival).toBeGreaterThan(all[1]!.arrival);
      });
    });

    describe('a plan', () => {
      it('opens issues with numbers that count up in their project, and counts what it holds', async () => {
        const [first = 0, , third = 0] = await openA();
        expect(await store.issues.get('a')).toEqual({
          ...opened('a'),
          number: 1,
          incidents: 2,
          events: 3,
          users: 2,
          firstSeen: at(0),
          lastSeen: at(HOUR_MS),
          firstRevision: 'r-1',
          lastRevision: 'r-2',
          firstEventSeq: first,
          lastEventSeq: third,
        } satisfies StoredIssue);
        await store.fold.apply(
          plan({
            opened: [opened('b'), opened('c', { projectId: store.projectIds[1] })],
          }),
        );
        expect((await store.issues.get('b'))?.number).toBe(2);
        expect((await store.issues.get('c'))?.number).toBe(1);
        expect(await store.issues.idOfNumber(project, 2)).toBe('b');
        expect(await store.issues.idOfNumber(store.projectIds[1], 1)).toBe('c');
        expect(await store.issues.idOfNumber(project, 3)).toBeNull();
        expect(await store.outbox()).toEqual([outboxRow('issue-opened', 'a')]);
        expect((await store.issues.about('a')).history).toEqual([
          { ...history('a', 'opened'), id: expect.any(Number) },
        ]);
      });

      it('takes the difference when an incident changes, moves or goes', async () => {
        const [first = 0, second = 0, third = 0] = await openA();
        await store.fold.apply(
          plan({
            opened: [opened('b')],
            incidents: [
              incident('i-1', 'a', [first], { userHash: 'u-1' }),
              incident('i-3', 'b', [third, second], { from: at(10), to: at(HOUR_MS) }),
            ],
            gone: ['i-2'],
          }),
        );
        expect(await countsOf('a')).toEqual({ incidents: 1, events: 1, users: 1 });
        expect(await countsOf('b')).toEqual({ incidents: 1, events: 2, users: 0 });
        expect(await store.issues.get('a')).toMatchObject({ firstSeen: at(0), lastSeen: at(0), lastEventSeq: first });
        expect((await store.issues.about('a')).revisions).toEqual([
          { revision: 'r-1', firstSeen: at(0), lastSeen: at(0), incidents: 1 },
        ]);
        expect(await store.issues.hours(['a', 'b'], 0)).toEqual([
          { issueId: 'a', hour: at(0), incidents: 1, events: 1 },
          { issueId: 'b', hour: at(0), incidents: 1, events: 2 },
        ]);
        await store.fold.apply(plan({ incidents: [incident('i-1', 'b', [first])] }));
        expect(await countsOf('a')).toEqual({ incidents: 0, events: 0, users: 0 });
        expect(await countsOf('b')).toEqual({ incidents: 2, events: 3, users: 0 });
      });

      it('told twice changes nothing in the counts', async () => {
        const [first = 0, second = 0] = await openA();
        const again = incident('i-1', 'a', [first, second], { to: at(10), userHash: 'u-1' });
        await store.fold.apply(plan({ incidents: [again] }));
        expect(await countsOf('a')).toEqual({ incidents: 2, events: 3, users: 2 });
        expect(await store.fold.incidents(['i-1', 'nothing'])).toEqual([again]);
      });

      it('is carried out whole or not at all', async () => {
        const seqs = await openA();
        const wrong = plan({
          // There is one already.
          opened: [opened('b'), opened('a')],
          changed: [{ id: 'a', severity: 21 }],
          hashes: [hashRow('b', 'v1:app:2')],
          history: [history('b', 'opened')],
          outbox: [outboxRow('issue-opened', 'b')],
          settled: seqs,
        });
        await expect(store.fold.apply(wrong)).rejects.toThrow();
        expect(await store.issues.get('b')).toBeNull();
        expect((await store.issues.get('a'))?.severity).toBe(17);
        expect(await store.outbox()).toHaveLength(1);
        expect(await queuedSeqs()).toEqual(seqs);
      });

      it('changes fields of issues, and leaves the others', async () => {
        await openA();
        await store.fold.apply(
          plan({
            changed: [
              {
                id: 'a',
                state: 'regressed',
                stateDetail: null,
                stateSince: at(5),
                severity: 21,
                signal: 'OOM',
                title: 'Out of memory',
                location: null,
                endpoint: null,
              },
            ],
          }),
        );
        expect(await store.issues.get('a')).toMatchObject({
          state: 'regressed',
          stateSince: at(5),
          severity: 21,
          signal: 'OOM',
          title: 'Out of memory',
          location: null,
          endpoint: null,
          errorType: 'ValueError',
          incidents: 2,
        });
      });

      it('lets an issue vanish with its hashes when nothing is left of it and nobody touched it', async () => {
        for (const isTouched of [false, true]) {
          const id = isTouched ? 'touched' : 'untouched';
          await store.append(project, [failed(at(isTouched ? 7 : 5))]);
          const seq = (await queuedSeqs()).at(-1) ?? 0;
          await store.fold.apply(
            plan({
              opened: [opened(id)],
              hashes: [hashRow(id, `v1:app:${id}`)],
              incidents: [incident(`i-${id}`, id, [seq])],
              history: [history(id, 'opened')],
            }),
          );
          if (isTouched) await store.issues.note(history(id, 'note'), outboxRow('issue-changed', id));
          await store.fold.apply(plan({ mayVanish: [id] }));
          expect(await countsOf(id)).toMatchObject({ incidents: 1 });
          await store.fold.apply(plan({ gone: [`i-${id}`], mayVanish: [id] }));
          expect(await store.issues.get(id)).toEqual(isTouched ? expect.objectContaining({ incidents: 0 }) : null);
          const found = await store.fold.issuesByHash([{ projectId: project, service: 'shop', hash: `v1:app:${id}` }]);
          expect(found).toHaveLength(isTouched ? 1 : 0);
        }
      });

      it('keeps known hashes and suggestions as they are', async () => {
        await openA();
        const suggestion = { issueId: 'a', otherId: 'b', score: 0.9, reason: 'similar-stack', at: now };
        await store.fold.apply(
          plan({
            opened: [opened('b')],
            hashes: [hashRow('b', 'v1:app:1'), hashRow('b', 'v1:app:2')],
            suggestions: [suggestion, { ...suggestion, otherId: 'nobody' }],
          }),
        );
        await store.fold.apply(plan({ suggestions: [{ ...suggestion, score: 0.1 }] }));
        expect((await store.issues.about('a')).hashes.toSorted()).toEqual(['v1:all:1', 'v1:app:1']);
        expect((await store.issues.about('b')).hashes).toEqual(['v1:app:2']);
        expect((await store.issues.about('a')).suggestions).toEqual([
          { otherId: 'b', score: 0.9, reason: 'similar-stack' },
        ]);
        await store.issues.dismissSuggestion('a', 'b', now);
        await store.fold.apply(plan({ suggestions: [suggestion] }));
        expect((await store.issues.about('a')).suggestions).toEqual([]);
      });
    });

    describe('what folding asks', () => {
      it('is answered by hash within project and service, with the number of hashes', async () => {
        await openA();
        const key = { projectId: project, service: 'shop', hash: 'v1:all:1' };
        const found = await store.fold.issuesByHash([
          key,
          { ...key, hash: 'v1:all:2' },
          { ...key, service: 'mail' },
          { ...key, projectId: store.projectIds[1] },
        ]);
        expect(found).toEqual([{ key, issue: await store.issues.get('a'), hashes: 2 }]);
        expect(await store.fold.issuesByHash([])).toEqual([]);
      });

      it('is answered for thousands of keys at once', async () => {
        await openA();
        const keys = Array.from({ length: 3_000 }, (_, index) => ({
          projectId: project,
          service: 'shop',
          hash: `v1:app:${index}`,
        }));
        expect((await store.fold.issuesByHash(keys)).map(({ key }) => key.hash)).toEqual(['v1:app:1']);
        expect(await store.fold.incidents(keys.map(({ hash }) => hash))).toEqual([]);
        expect(await store.fold.incidentsOf(keys.map((_, index) => index))).toEqual([]);
      });

      it('is answered by events: whole incidents, each once', async () => {
        const [first = 0, second = 0] = await openA();
        const found = await store.fold.incidentsOf([first, second, 12]);
        expect(found.map(({ id, members }) => [id, members.length])).toEqual([['i-1', 2]]);
        expect(await store.fold.incidentsOf([])).toEqual([]);
      });

      it('are the templates of a service, the newest ones, oldest first', async () => {
        await openA();
        await store.fold.apply(
          plan({
            hashes: [
              hashRow('a', 'v1:msg:3', { template: 'three <int>', firstSeen: at(3) }),
              hashRow('a', 'v1:msg:2', { template: 'two <int>', firstSeen: at(1) }),
              hashRow('a', 'v1:msg:1', { template: 'one <int>', firstSeen: at(1) }),
            ],
          }),
        );
        const scope = { projectId: project, service: 'shop' };
        expect(await store.fold.templates(scope, 10)).toEqual([
          { template: 'one <int>', hash: 'v1:msg:1' },
          { template: 'two <int>', hash: 'v1:msg:2' },
          { template: 'three <int>', hash: 'v1:msg:3' },
        ]);
        expect((await store.fold.templates(scope, 2)).map(({ hash }) => hash)).toEqual(['v1:msg:2', 'v1:msg:3']);
        expect(await store.fold.templates({ ...scope, service: 'mail' }, 10)).toEqual([]);
      });

      it('are the first events of the newest issues of a service', async () => {
        const [, , third = 0] = await openA();
        await store.append(project, [failed(at(20), { body: 'the event of b' })]);
        const seq =
          (await queuedSeqs()).find((one) => one !== third && one > at(15) * 4_096 && one < at(30) * 4_096) ?? 0;
        await store.fold.apply(
          plan({
            opened: [opened('b', { firstEventSeq: seq })],
            incidents: [incident('i-3', 'b', [seq], { from: at(20), to: at(20) })],
          }),
        );
        const found = await store.fold.representatives({ projectId: project, service: 'shop' }, 10);
        expect(found.map(({ issueId, event: { body } }) => [issueId, body])).toEqual([
          ['a', 'Traceback (most recent call last):'],
          ['b', 'the event of b'],
        ]);
        expect(found[0]?.event.exceptions[0]?.frames[0]?.function).toBe('reserve');
        expect(await store.fold.representatives({ projectId: project, service: 'shop' }, 1)).toHaveLength(1);
      });

      it('is the background of lifecycle decisions', async () => {
        await openA();
        await store.append(project, [
          failed(at(-400 * HOUR_MS), { revision: 'r-0' }),
          failed(at(5), { revision: 'r-9' }),
          event({ service: 'mail', severityNumber: 17, revision: 'other' }),
        ]);
        const old = (await queuedSeqs()).find((seq) => seq < at(-399 * HOUR_MS) * 4_096) ?? 0;
        await store.fold.apply(
          plan({
            incidents: [
              incident('i-old', 'a', [old], { from: at(-400 * HOUR_MS), to: at(-400 * HOUR_MS), revision: 'r-0' }),
            ],
          }),
        );
        now = at(HOUR_MS + 60_000);
        const [background, ...others] = await store.fold.background([{ id: 'a', projectId: project, service: 'shop' }]);
        expect(others).toEqual([]);
        expect(background?.issueId).toBe('a');
        expect(background?.hours.toSorted((a, b) => a.hour - b.hour)).toEqual([
          { hour: at(0), incidents: 1 },
          { hour: at(HOUR_MS), incidents: 1 },
        ]);
        expect(background?.highestEarlierHour).toBe(1);
        expect(background?.revisions.toSorted()).toEqual(['r-0', 'r-1', 'r-2']);
        const names = background?.serviceRevisions.map((row) => row.name) ?? [];
        expect(names).toEqual(expect.arrayContaining(['r-0', 'r-9', 'shop-00007']));
        expect(names).not.toContain('other');
        expect(background?.serviceRevisions.find((row) => row.name === 'r-0')).toMatchObject({
          firstSeen: at(-400 * HOUR_MS),
          deployedAt: null,
        });
      });
    });

    describe('what people change', () => {
      it('is one transaction: the change, its history, its outbox row', async () => {
        await openA();
        const detail = { kind: 'ignored', until: 'count', incidents: 5, from: 2 } as const;
        const isDone = await store.issues.change(
          'a',
          { state: 'ignored', stateDetail: detail, stateSince: at(9), assignee: 'user:7' },
          { ...history('a', 'ignored'), actor: 'user:7' },
          outboxRow('issue-changed', 'a'),
        );
        expect(isDone).toBe(true);
        expect(await store.issues.get('a')).toMatchObject({
          state: 'ignored',
          stateDetail: detail,
          stateSince: at(9),
          assignee: 'user:7',
        });
        expect((await store.issues.about('a')).history.map(({ action, actor }) => [action, actor])).toEqual([
          ['opened', 'guardian'],
          ['ignored', 'user:7'],
        ]);
        expect((await store.outbox()).map(({ kind }) => kind)).toEqual(['issue-opened', 'issue-changed']);
      });

      it('to an issue that is not there is refused, and writes nothing', async () => {
        const isDone = await store.issues.change(
          'nobody',
          { assignee: null },
          history('nobody', 'assigned'),
          outboxRow('issue-changed', 'nobody'),
        );
        expect(isDone).toBe(false);
        expect(await store.outbox()).toEqual([]);
      });

      it('merges two, which new incidents follow, and takes them apart again', async () => {
        const [first = 0, second = 0, third = 0] = await openA();
        await store.append(project, [failed(at(20))]);
        const [fourth = 0] = (await queuedSeqs()).filter((seq) => ![first, second, third].includes(seq));
        await store.fold.apply(
          plan({
            opened: [opened('b', { firstEventSeq: fourth })],
            hashes: [hashRow('b', 'v1:app:2')],
            incidents: [incident('i-3', 'b', [fourth], { from: at(20), to: at(20), userHash: 'u-1' })],
            history: [history('b', 'opened')],
          }),
        );
        await store.issues.merge(
          'b',
          'a',
          [history('b', 'merged'), history('a', 'merged')],
          outboxRow('issue-changed', 'b'),
        );
        expect(await store.issues.get('b')).toMatchObject({ mergedInto: 'a' });
        expect(await countsOf('a')).toEqual({ incidents: 3, events: 4, users: 2 });
        expect((await store.issues.list(ANY)).items.map(({ id }) => id)).toEqual(['a']);
        expect((await store.issues.about('a')).merged).toEqual(['b']);
        const key = { projectId: project, service: 'shop', hash: 'v1:app:2' };
        expect((await store.fold.issuesByHash([key])).map(({ issue }) => issue.id)).toEqual(['a']);
        expect((await store.fold.incidents(['i-3'])).map(({ issueId }) => issueId)).toEqual(['a']);
        await store.issues.unmerge('b', [history('b', 'unmerged')], outboxRow('issue-changed', 'b'));
        expect(await store.issues.get('b')).toMatchObject({ mergedInto: null });
        expect(await countsOf('b')).toEqual({ incidents: 1, events: 1, users: 1 });
        expect(await countsOf('a')).toEqual({ incidents: 2, events: 3, users: 2 });
        expect((await store.fold.issuesByHash([key])).map(({ issue }) => issue.id)).toEqual(['b']);
      });
    });

    describe('lists', () => {
      beforeEach(async () => {
        await openA();
        await store.fold.apply(
          plan({
            opened: [
              opened('b', {
                title: 'KeyError: basket',
                service: 'mail',
                severity: 21,
                lastSeen: at(50),
                firstSeen: at(-50),
              }),
              opened('c', {
                title: 'ValueError: basket',
                projectId: store.projectIds[1],
                lastSeen: at(40),
                firstSeen: at(40),
              }),
            ],
          }),
        );
        await store.issues.change(
          'b',
          { assignee: 'user:1', state: 'resolved' },
          history('b', 'resolved'),
          outboxRow('issue-changed', 'b'),
        );
      });
      const ids = async (filter: Partial<IssueFilter>) =>
        (await store.issues.list({ ...ANY, ...filter })).items.map(({ id }) => id);

      it('are filtered', async () => {
        expect(await ids({ projectId: project })).toEqual(['a', 'b']);
        expect(await ids({ service: 'mail' })).toEqual(['b']);
        expect(await ids({ states: ['resolved', 'ignored'] })).toEqual(['b']);
        expect(await ids({ states: ['open'] })).toEqual(['a', 'c']);
        expect(await ids({ assignee: 'user:1' })).toEqual(['b']);
        expect(await ids({ minimumSeverity: 18 })).toEqual(['b']);
        expect(await ids({ words: ['BASKET'] })).toEqual(['b', 'c']);
        expect(await ids({ words: ['basket', 'keyerror'] })).toEqual(['b']);
        expect(await ids({ words: ['reserve', 'stock.py', 'orders'] })).toEqual(['a', 'b', 'c']);
        expect(await ids({ words: ['100%'] })).toEqual([]);
      });

      it('are sorted, and paged without losing or repeating one', async () => {
        expect(await ids({ sort: 'last-seen' })).toEqual(['a', 'b', 'c']);
        expect(await ids({ sort: 'first-seen' })).toEqual(['c', 'a', 'b']);
        expect((await ids({ sort: 'incidents' }))[0]).toBe('a');
        expect((await ids({ sort: 'users' }))[0]).toBe('a');
        for (const sort of ['last-seen', 'first-seen', 'incidents', 'users'] as const) {
          const found: string[] = [];
          let cursor: string | null = null;
          do {
            const page = await store.issues.list({ ...ANY, sort, limit: 1, cursor });
            found.push(...page.items.map(({ id }) => id));
            cursor = page.nextCursor;
          } while (cursor !== null && found.length < 10);
          expect(found.toSorted()).toEqual(['a', 'b', 'c']);
        }
      });

      it('of incidents are newest first, in pages', async () => {
        const first = await store.issues.incidents('a', { cursor: null, limit: 1 });
        expect(first.items.map(({ id }) => id)).toEqual(['i-2']);
        const second = await store.issues.incidents('a', { cursor: first.nextCursor, limit: 1 });
        expect(second.items.map(({ id, members }) => [id, members.length])).toEqual([['i-1', 2]]);
        expect(second.nextCursor).toBeNull();
      });
    });

    describe('under a folder', () => {
      it('holds what one failure logged as one incident of one issue, however it arrives and is restarted', async () => {
        const traced = (index: number) => [
          failed(at(index * 60_000), { traceId: `trace-${index}`, user: { id: `u-${index % 2}`, name: null } }),
          event({
            time: at(index * 60_000 + 5),
            severityNumber: 17,
            body: `order ${index} could not be placed`,
            traceId: `trace-${index}`,
          }),
        ];
        const events = [0, 1, 2, 3, 4].flatMap(traced).reverse();
        now = at(300_000);
        for (let start = 0; start < events.length; start += 3) {
          const folder = createFolder({ store: store.fold, clock });
          await store.append(project, events.slice(start, start + 3).filter(isFoldCandidate));
          await folder.pass();
          now += 2_000;
          await folder.pass();
        }
        const { items } = await store.issues.list(ANY);
        expect(items.map(({ title, incidents, events: count, users }) => ({ title, incidents, count, users }))).toEqual(
          [{ title: 'ValueError: no stock for item 12', incidents: 5, count: 10, users: 2 }],
        );
        expect(items[0]).toMatchObject({ firstSeen: at(0), lastSeen: at(240_005), firstRevision: 'shop-00007' });
        now += 720_000;
        const folder = createFolder({ store: store.fold, clock });
        await folder.pass();
        now += 720_000;
        await folder.pass();
        expect(await store.fold.queued(0, 100)).toEqual([]);
      });
    });
  });
}
