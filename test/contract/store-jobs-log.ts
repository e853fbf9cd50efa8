import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Follow, NewRun, Run, RunEnd, RunFilter, TerminalStatus } from '../../src/core/jobs/ports.ts';
import { admissionOf, ended, endOf, type JobStoreUnderTest, jobOf, newRun, noFollow } from './store-jobs.ts';

const NOW = Date.UTC(2031, 0, 6, 6);
const DAY_MS = 24 * 3_600_000;

/** What every store of jobs says of runs that were, keeps of them, and takes from those who run them elsewhere. */
export function describeRunLog(name: string, open: () => Promise<JobStoreUnderTest>): void {
  describe(`run log: ${name}`, () => {
    let store: JobStoreUnderTest;
    beforeEach(async () => {
      store = await open();
      await store.jobs.declare(
        'configuration',
        [
          jobOf('sync', { label: 'Synchronisation complète', taskType: 'sync' }),
          jobOf('tidy'),
          jobOf('cron', { work: { kind: 'watched', graceMs: 1 } }),
        ],
        NOW,
      );
    });
    afterEach(() => store.close());

    const ids = (runs: readonly Run[]) => runs.map(({ id }) => id);
    /** Made, carried out and ended, `ms` long; open without an end. */
    async function run(
      id: string,
      jobId: string,
      changes: Partial<NewRun> = {},
      end?: Partial<RunEnd> & { ms?: number },
    ) {
      const at = changes.createdAt ?? NOW;
      await store.runs.admit(admissionOf(newRun(id, jobId, { keys: [], ...changes })), noFollow);
      if (!end) return;
      const { runs } = await store.runs.claim({ node: 'n-1', at, limit: 1 });
      await store.runs.settle([endOf(runs[0]!, { at: at + (end.ms ?? 1_000), ...end })], noFollow);
    }
    const found = async (filter: RunFilter) => ids((await store.runs.list(filter, { cursor: null, limit: 50 })).items);

    describe('lists', () => {
      it('pages newest first, to the end, whatever comes meanwhile', async () => {
        for (let index = 0; index < 7; index++) await run(`r-${index}`, 'tidy', { createdAt: NOW + (index >> 1) });
        const first = await store.runs.list({}, { cursor: null, limit: 3 });
        await run('r-9', 'tidy', { createdAt: NOW + 99 });
        const second = await store.runs.list({}, { cursor: first.nextCursor, limit: 3 });
        const third = await store.runs.list({}, { cursor: second.nextCursor, limit: 3 });
        expect([first, second, third].map(({ items }) => ids(items))).toEqual([
          ['r-6', 'r-5', 'r-4'],
          ['r-3', 'r-2', 'r-1'],
          ['r-0'],
        ]);
        expect(third.nextCursor).toBeNull();
        const wrong = store.runs.list({}, { cursor: 'made-up', limit: 3 });
        await expect(wrong).rejects.toMatchObject({ code: 'payload_invalid' });
      });

      it('filters by what a run is, was asked by, and says', async () => {
        await run('s-1', 'sync', { createdAt: NOW }, { ...ended('error'), error: 'ECONNREFUSED 100% of café' });
        await run('t-1', 'tidy', { createdAt: NOW + 1 }, { ...ended('timed_out'), message: 'Zu spät' });
        const bySchedule = { triggeredBy: { kind: 'scheduler' as const, user: null }, tick: NOW };
        await run('t-2', 'tidy', { createdAt: NOW + 2, ...bySchedule }, ended('success'));
        await run('t-3', 'tidy', { createdAt: NOW + 3, triggeredBy: { kind: 'api', user: 'bob' } });
        await run('t-4', 'cron', { createdAt: NOW + 4, trigger: 'posted', chainRunId: 't-3' });
        const filters: [RunFilter, string[]][] = [
          [{}, ['t-4', 't-3', 't-2', 't-1', 's-1']],
          [{ jobIds: ['sync', 'nothing'] }, ['s-1']],
          [{ jobIds: [] }, []],
          [{ statuses: ['queued', 'running'] }, ['t-4', 't-3']],
          [{ statuses: ['error', 'timed_out'] }, ['t-1', 's-1']],
          [{ statuses: ['success', 'error'] }, ['t-2', 's-1']],
          [{ statuses: [] }, []],
          [{ triggeredBy: ['api', 'scheduler'] }, ['t-3', 't-2']],
          [{ user: 'ann' }, ['t-4', 't-1', 's-1']],
          [{ taskTypes: ['sync', 'backup'] }, ['s-1']],
          [{ log: 'scheduler' }, ['t-3', 't-2', 't-1', 's-1']],
          [{ log: 'sync' }, ['t-4', 's-1']],
          [{ chainRunId: 't-3' }, ['t-4', 't-3']],
          [{ from: NOW + 1, to: NOW + 3 }, ['t-2', 't-1']],
          [{ text: 'SPAT' }, ['t-1']],
          [{ text: '100% of CAFE' }, ['s-1']],
          [{ text: '100_' }, []],
          [{ text: 'complete' }, ['s-1']],
          [{ text: 'tidy', statuses: ['success'] }, ['t-2']],
          [{ text: '' }, ['t-4', 't-3', 't-2', 't-1', 's-1']],
        ];
        for (const [filter, expected] of filters) expect([filter, await found(filter)]).toEqual([filter, expected]);
      });

      it('counts what is there, and how long it took where work was done', async () => {
        const durations = [10, 20, 30, 40, 50, 60, 70, 80, 90, 1_000];
        for (const [index, ms] of durations.entries()) {
          const status: TerminalStatus = index === 9 ? 'timed_out' : index === 8 ? 'warning' : 'success';
          await run(`s-${index}`, 'sync', { createdAt: NOW + index }, { ...ended(status), ms });
        }
        await run('t-1', 'tidy', { createdAt: NOW + 20, status: 'skipped', reason: 'missed' });
        await run('t-2', 'tidy', { createdAt: NOW + 21 });
        const all = await store.runs.statistics({});
        expect(all.byStatus).toEqual({
          ...{ queued: 1, running: 0, success: 8, warning: 1, error: 0 },
          ...{ skipped: 1, upstream_failed: 0, cancelled: 0, timed_out: 1 },
        });
        expect(all.duration).toEqual({ mean: 145, p50: 50, p90: 90, p99: 1_000 });
        expect([all.last?.id, all.lastSuccess?.id]).toEqual(['t-2', 's-8']);
        expect(all.perJob.map(({ jobId, meanMs, byStatus }) => [jobId, meanMs, byStatus.success])).toEqual([
          ['sync', 145, 8],
          ['tidy', null, 0],
        ]);
        const none = await store.runs.statistics({ jobIds: ['tidy'] });
        expect(none).toMatchObject({ duration: null, last: { id: 't-2' }, lastSuccess: null });
        const one = await store.runs.statistics({ from: NOW, to: NOW + 1 });
        expect(one.duration).toEqual({ mean: 10, p50: 10, p90: 10, p99: 10 });
        expect((await store.runs.statistics({ user: 'nobody' })).perJob).toEqual([]);
      });

      it('counts by steps of time, and how long work took in each', async () => {
        await run('s-1', 'sync', { createdAt: NOW }, { ...ended('success'), ms: 10 });
        await run('s-2', 'sync', { createdAt: NOW + 99 }, { ...ended('error'), ms: 30 });
        await run('t-1', 'tidy', { createdAt: NOW + 250, status: 'skipped', reason: 'missed' });
        await run('t-2', 'tidy', { createdAt: NOW + 400 });
        const steps = { from: NOW, to: NOW + 400, stepMs: 100 };
        const shown = (filter: RunFilter) =>
          store.runs
            .trend(filter, steps)
            .then((trend) =>
              trend.map(({ at, byStatus, meanMs }) => [
                at - NOW,
                Object.entries(byStatus).filter(([, runs]) => runs),
                meanMs,
              ]),
            );
        const first = [
          0,
          expect.arrayContaining([
            ['success', 1],
            ['error', 1],
          ]),
          20,
        ];
        expect(await shown({})).toEqual([first, [200, [['skipped', 1]], null]]);
        expect(await shown({ jobIds: ['sync'] })).toEqual([first]);
        expect(await shown({ from: NOW + 1, text: 'tidy' })).toEqual([[200, [['skipped', 1]], null]]);
        expect(await shown({ user: 'nobody' })).toEqual([]);
      });

      it('knows how the newest runs of each job stand', async () => {
        const statuses: TerminalStatus[] = ['success', 'error', 'timed_out', 'success'];
        for (const [index, status] of statuses.entries()) {
          await run(`s-${index}`, 'sync', { createdAt: NOW + index }, ended(status));
        }
        await run('t-1', 'tidy', { createdAt: NOW + 9 });
        const recent = await store.runs.recentOf(['sync', 'nothing', 'tidy'], 3);
        expect([...recent].sort()).toEqual([
          ['sync', ['success', 'timed_out', 'error']],
          ['tidy', ['queued']],
        ]);
        expect(await store.runs.recentOf([], 3)).toEqual(new Map());
      });

      it('knows the last run, success and failure of each job', async () => {
        await run('s-1', 'sync', { createdAt: NOW }, ended('success'));
        await run('s-2', 'sync', { createdAt: NOW + 1 }, ended('warning'));
        await run('s-3', 'sync', { createdAt: NOW + 2 }, ended('timed_out'));
        await run('s-4', 'sync', { createdAt: NOW + 3 }, ended('cancelled'));
        await run('t-1', 'tidy', { createdAt: NOW + 4 });
        const last = await store.runs.lastOf(['sync', 'tidy', 'nothing']);
        const named = [...last].map(([job, of]) => [job, of.last?.id, of.success?.id, of.failure?.id]);
        expect(named).toEqual([
          ['sync', 's-4', 's-2', 's-3'],
          ['tidy', 't-1', undefined, undefined],
          ['nothing', undefined, undefined, undefined],
        ]);
        expect(await store.runs.lastOf([])).toEqual(new Map());
      });
    });

    describe('output', () => {
      const chunk = (seq: number, text: string) => ({ seq, at: NOW + seq, stream: 'stdout' as const, text });
      const kept = async (id: string) => {
        const chunks = await store.output.read(id, { after: -1, limit: 1_000 });
        const counted = (await store.runs.get(id))!;
        return { seqs: chunks.map(({ seq }) => seq), bytes: counted.outputBytes, lost: counted.lostOutputBytes };
      };

      it('gives back what was written, from where it was left, and the same chunk once', async () => {
        await run('r-1', 'tidy');
        await store.output.append('r-1', [chunk(0, 'a'), chunk(2 ** 50, 'é\n')]);
        await store.output.append('r-1', [chunk(2 ** 50, 'é\n'), chunk(2 ** 51, 'z')], 7);
        await store.output.append('r-1', []);
        expect(await store.output.read('r-1', { after: -1, limit: 2 })).toEqual([chunk(0, 'a'), chunk(2 ** 50, 'é\n')]);
        expect(await store.output.read('r-1', { after: 2 ** 50, limit: 2 })).toEqual([chunk(2 ** 51, 'z')]);
        expect(await kept('r-1')).toMatchObject({ bytes: 5, lost: 7 });
        expect(await store.output.read('nothing', { after: 0, limit: 5 })).toEqual([]);
        await expect(store.output.append('nothing', [chunk(0, 'a')])).rejects.toMatchObject({ code: 'not_found' });
      });

      it('keeps what a run began with and what it wrote last, and counts what is lost between', async () => {
        await run('r-1', 'tidy');
        for (let seq = 0; seq < 60; seq++) await store.output.append('r-1', [chunk(seq, 'x'.repeat(50))]);
        const last = Array.from({ length: 18 }, (_, index) => 42 + index);
        expect(await kept('r-1')).toEqual({ seqs: [0, 1, ...last], bytes: 1_000, lost: 2_000 });
        await store.output.append('r-1', [chunk(99, 'é'.repeat(1_000))]);
        const after = await kept('r-1');
        expect(after).toEqual({ seqs: [0, 1, 99], bytes: 1_000, lost: 4_000 });
        await run('r-2', 'tidy');
        const many = Array.from({ length: 700 }, (_, seq) => chunk(seq, 'y'.repeat(10)));
        await store.output.append('r-2', many);
        expect(await kept('r-2')).toMatchObject({
          bytes: 1_000,
          lost: 6_000,
          seqs: expect.arrayContaining([0, 9, 610, 699]),
        });
      });
    });

    describe('forgetting', () => {
      async function forgetAll(outputBefore: number, runsBefore: number, limit = 2): Promise<number> {
        let sum = 0;
        for (let step = 0; step < 100; step++) {
          const forgotten = await store.output.forget({ outputBefore, runsBefore, limit });
          if (forgotten === 0) return sum;
          expect(forgotten).toBeLessThanOrEqual(limit * 2);
          sum += forgotten;
        }
        throw new Error('there is always something left');
      }

      it('forgets runs whose time is over; the last success and failure of each job, and open runs, stay', async () => {
        const statuses: TerminalStatus[] = ['success', 'error', 'success', 'error', 'cancelled'];
        for (const [index, status] of statuses.entries()) {
          await run(`s-${index}`, 'sync', { createdAt: NOW + index }, ended(status));
        }
        await run('t-open', 'tidy', { createdAt: NOW + 5 });
        await run('t-skipped', 'tidy', { createdAt: NOW + 6, status: 'skipped', reason: 'missed' });
        await run('t-young', 'tidy', { createdAt: NOW + DAY_MS, status: 'skipped', reason: 'missed' });
        expect(await forgetAll(0, NOW + DAY_MS)).toBe(4);
        expect(await found({})).toEqual(['t-young', 't-open', 's-3', 's-2']);
        expect(await forgetAll(0, NOW + DAY_MS)).toBe(0);
      });

      it('forgets output before it forgets runs, and says that it is lost', async () => {
        await run('old', 'tidy', { createdAt: NOW }, ended('success'));
        await run('young', 'sync', { createdAt: NOW + 10 }, ended('success'));
        await run('open', 'tidy', { createdAt: NOW + 1 });
        const chunks = [0, 1, 2, 3, 4].map((seq) => ({ seq, at: NOW, stream: 'log' as const, text: 'line' }));
        for (const id of ['old', 'open', 'young']) await store.output.append(id, chunks);
        expect(await forgetAll(NOW + 10, 0)).toBe(5);
        expect(await store.output.read('old', { after: -1, limit: 10 })).toEqual([]);
        expect(await store.runs.get('old')).toMatchObject({ outputBytes: 0, lostOutputBytes: 20 });
        for (const id of ['open', 'young'])
          expect(await store.output.read(id, { after: -1, limit: 9 })).toHaveLength(5);
      });

      it('forgets notices with the runs of their time', async () => {
        const outbox = { kind: 'job-late', projectId: null, subjectId: 'sync', payload: null };
        expect(await store.notices.say('late', 'sync:1', NOW, outbox)).toBe(true);
        expect(await store.notices.say('late', 'sync:2', NOW + 10, outbox)).toBe(true);
        expect(await forgetAll(0, NOW + 5)).toBe(1);
        expect(await store.notices.say('late', 'sync:2', NOW, outbox)).toBe(false);
        expect(await store.notices.say('late', 'sync:1', NOW, outbox)).toBe(true);
      });
    });

    it('says a thing once, with its outbox row, until it is forgotten', async () => {
      const outbox = { kind: 'job-late', projectId: 2, subjectId: 'sync', payload: { tick: 5 } };
      const said = await Promise.all(
        [store, store.other, store, store.other].map(({ notices }) => notices.say('late', 'sync:5', NOW, outbox)),
      );
      expect(said.filter((isFirst) => isFirst)).toHaveLength(1);
      expect(await store.outbox()).toEqual([outbox]);
      expect(await store.notices.forget('late', 'sync:5')).toBe(true);
      expect(await store.notices.forget('late', 'sync:5')).toBe(false);
      expect(await store.notices.say('late', 'sync:5', NOW, outbox)).toBe(true);
    });

    describe('runs that are carried out elsewhere', () => {
      const watched = (id: string, changes: Partial<Run> = {}): Run => ({
        ...newRun(id, 'cron', { trigger: 'ping', keys: [] }),
        ...{ status: 'running', error: null, attempt: 1, attempts: [], startedAt: NOW, finishedAt: null },
        ...{ node: null, heartbeatAt: null, cancelRequest: null, stats: null, recordErrors: null },
        ...{ outputBytes: 0, lostOutputBytes: 0 },
        ...changes,
      });
      const counting: Follow = (_, changed, health) => ({
        admissions: [],
        outbox: [{ kind: 'run-finished', projectId: null, subjectId: changed.id, payload: null }],
        health: { isFailing: false, failuresInRow: 0, successesInRow: health.successesInRow + 1 },
      });
      const finished = async () => (await store.outbox()).map(({ kind, subjectId }) => `${kind} ${subjectId}`);

      it('opens, changes and ends the run of a name, and tells of it', async () => {
        const begun = { kind: 'run-changed', projectId: null, subjectId: 'w-1', payload: null };
        const make = watched('w-1', { clientId: 'rid' });
        const first = await store.runs.record(
          'cron',
          'rid',
          (open) => ({ make: open ? null : make, end: null, outbox: [begun] }),
          counting,
        );
        expect(first).toEqual(make);
        const changed = { ...make, message: 'half way', timeoutMs: 5 };
        await store.runs.record('cron', 'rid', () => ({ make: changed, end: null, outbox: [] }), counting);
        expect(await store.runs.get('w-1')).toEqual(changed);
        const close = (open: Run | null) => ({ make: null, end: endOf(open!, { node: null }), outbox: [] });
        const done = await store.runs.record('cron', 'rid', close, counting);
        expect(done).toMatchObject({ id: 'w-1', status: 'success', finishedAt: NOW + 1_000 });
        expect(await finished()).toEqual(['run-changed w-1', 'run-finished w-1']);
        const again = await store.runs.record('cron', 'rid', close, counting);
        expect(again).toEqual(done);
        expect(await finished()).toHaveLength(2);
        const late = watched('w-9', { clientId: 'rid' });
        expect(await store.runs.record('cron', 'rid', () => ({ make: late, end: null, outbox: [] }), counting)).toEqual(
          done,
        );
        expect((await store.jobs.list()).find(({ job }) => job.id === 'cron')?.health.successesInRow).toBe(1);
        expect(await found({ log: 'sync' })).toEqual(['w-1']);
      });

      it('finds the newest open run where no name is given, and takes runs that are over already', async () => {
        const open = (id: string, at: number) =>
          store.runs.record(
            'cron',
            null,
            () => ({ make: watched(id, { createdAt: at, order: at }), end: null, outbox: [] }),
            counting,
          );
        await open('w-1', NOW);
        await open('w-2', NOW + 1);
        const seen: (string | undefined)[] = [];
        const ended = await store.runs.record(
          'cron',
          null,
          (run) => {
            seen.push(run?.id);
            return { make: null, end: endOf(run!, { node: null }), outbox: [] };
          },
          counting,
        );
        expect([ended?.id, seen.at(-1)]).toEqual(['w-2', 'w-2']);
        const over = watched('w-3', { status: 'error', finishedAt: NOW + 5, clientId: 'posted' });
        const posted = () =>
          store.runs.record('cron', 'posted', () => ({ make: over, end: null, outbox: [] }), counting);
        expect(await posted()).toEqual(over);
        expect(await posted()).toEqual(over);
        expect(await finished()).toEqual(['run-finished w-2', 'run-finished w-3']);
        const nothing = await store.runs.record(
          'cron',
          'other',
          () => ({ make: null, end: null, outbox: [] }),
          counting,
        );
        expect(nothing).toBeNull();
        const unknown = store.runs.record('nothing', null, () => ({ make: null, end: null, outbox: [] }), counting);
        await expect(unknown).rejects.toMatchObject({ code: 'not_found' });
      });

      it('makes one run of one name, however many tell of it at once', async () => {
        const tell = ({ runs }: Pick<JobStoreUnderTest, 'runs'>, id: string) =>
          runs.record(
            'cron',
            'rid',
            (open) => ({ make: open ? null : watched(id, { clientId: 'rid' }), end: null, outbox: [] }),
            counting,
          );
        const told = await Promise.all([
          tell(store, 'w-1'),
          tell(store.other, 'w-2'),
          tell(store, 'w-3'),
          tell(store.other, 'w-4'),
        ]);
        expect(new Set(told.map((one) => one?.id)).size).toBe(1);
        expect(await found({ jobIds: ['cron'] })).toHaveLength(1);
      });
    });
  });
}
