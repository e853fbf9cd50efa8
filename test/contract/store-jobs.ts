import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plainJob } from '../../src/core/jobs/job-fixtures.ts';
import type {
  Admission,
  AdmissionDecision,
  Follow,
  Following,
  Job,
  JobOutboxEntry,
  JobRegistry,
  NewRun,
  NoticeStore,
  OutputStore,
  PlanRequest,
  Run,
  RunEnd,
  RunPlanner,
  RunQueue,
  RunReader,
  TerminalStatus,
  WatchedRuns,
} from '../../src/core/jobs/ports.ts';

/** One connection to the store. */
export interface JobPorts {
  jobs: JobRegistry;
  runs: RunPlanner & RunQueue & RunReader & WatchedRuns;
  output: OutputStore;
  notices: NoticeStore;
}

/** What the suite needs of a store: fresh and empty for each test. Output of one run is bound to 1,000 bytes, of which the first 100 stay. */
export interface JobStoreUnderTest extends JobPorts {
  /** Another node at the same store. */
  other: JobPorts;
  /** Kinds and subjects of all rows, oldest first. */
  outbox(): Promise<JobOutboxEntry[]>;
  /** Runs that each key is held by, as it is counted; keys that nobody holds may be left out. */
  heldKeys(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

const NOW = Date.UTC(2031, 0, 6, 6);
const HOUR_MS = 3_600_000;

const QUEUE: AdmissionDecision = { kind: 'queue', cancel: [] };

export const noFollow: Follow = () => ({ admissions: [], outbox: [], health: null });

export function jobOf(id: string, changes: Partial<Job> = {}): Job {
  return plainJob(id, { label: `Job ${id}`, ...changes });
}

export function newRun(id: string, jobId: string, changes: Partial<NewRun> = {}): NewRun {
  const at = changes.createdAt ?? NOW;
  return {
    id,
    jobId,
    projectId: null,
    tick: null,
    trigger: 'manual',
    triggeredBy: { kind: 'manual', user: 'ann' },
    chainRunId: id,
    causeRunId: null,
    status: 'queued',
    reason: null,
    message: null,
    keys: [{ key: `job:${jobId}`, limit: 1 }],
    order: at,
    createdAt: at,
    dueAt: at,
    condition: null,
    startBy: null,
    finishBy: null,
    timeoutMs: HOUR_MS,
    version: 1,
    environment: null,
    clientId: null,
    ...changes,
  };
}

export function admissionOf(run: NewRun, decide: Admission['decide'] = () => QUEUE): Admission {
  return { run, decide };
}

export function endOf(run: Pick<Run, 'id' | 'node' | 'attempt'>, changes: Partial<RunEnd> = {}): RunEnd {
  const at = changes.at ?? NOW + 1_000;
  const status: TerminalStatus = changes.next?.kind === 'terminal' ? changes.next.status : 'error';
  const attempt = { number: run.attempt, startedAt: at - 1_000, finishedAt: at, status, reason: null, error: null };
  return {
    runId: run.id,
    node: run.node,
    at,
    attempt: run.attempt > 0 ? attempt : null,
    next: { kind: 'terminal', status: 'success' },
    reason: null,
    message: null,
    error: null,
    stats: null,
    recordErrors: null,
    ...changes,
  };
}

export const ended = (status: TerminalStatus): Pick<RunEnd, 'next'> => ({ next: { kind: 'terminal', status } });

/** What every store of jobs does, whatever is behind it. Nothing outside its own ports is looked at. */
export function describeJobStore(name: string, open: () => Promise<JobStoreUnderTest>): void {
  describe(`job store: ${name}`, () => {
    let store: JobStoreUnderTest;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    const declare = (...jobs: Job[]) => store.jobs.declare('configuration', jobs, NOW);
    async function admit(run: NewRun, decide?: Admission['decide'], follow: Follow = noFollow): Promise<Run> {
      const answer = await store.runs.admit(admissionOf(run, decide), follow);
      if (answer.kind === 'refused') throw new Error(`refused by ${answer.inWay}`);
      return answer.run;
    }
    const claim = (limit = 100, at = NOW, node = 'n-1') => store.runs.claim({ node, at, limit });
    const claimIds = async (limit?: number, at?: number) => (await claim(limit, at)).runs.map(({ id }) => id);
    const settle = (end: RunEnd, follow: Follow = noFollow) => store.runs.settle([end], follow);
    /** Admits, claims and ends one run. */
    async function carryOut(id: string, jobId: string, changes: Partial<NewRun> = {}, end: Partial<RunEnd> = {}) {
      await admit(newRun(id, jobId, changes));
      const { runs } = await claim(1, changes.createdAt ?? NOW);
      const [settled] = await settle(endOf(runs[0]!, { at: (changes.createdAt ?? NOW) + 1_000, ...end }));
      return settled!;
    }
    const ids = (runs: readonly Run[]) => runs.map(({ id }) => id);
    const held = async () =>
      Object.fromEntries(Object.entries(await store.heldKeys()).filter(([, running]) => running !== 0));

    describe('declared jobs', () => {
      it('keeps what is declared, with versions, and what is no longer declared apart', async () => {
        await declare(jobOf('a'), jobOf('b'));
        await store.jobs.declare('guardian', [jobOf('round', { origin: 'guardian' })], NOW);
        expect((await store.jobs.list()).map(({ job }) => job.id)).toEqual(['a', 'b', 'round']);
        const [a] = await store.jobs.list();
        expect(a).toEqual({
          job: jobOf('a'),
          version: 1,
          versionSince: NOW,
          firstSeenAt: NOW,
          plannedUntil: null,
          pause: null,
          health: { isFailing: false, failuresInRow: 0, successesInRow: 0 },
          removedAt: null,
          pingKey: null,
        });
        await store.jobs.declare('configuration', [jobOf('a', { timeoutMs: 5 })], NOW + 10);
        await store.jobs.declare('configuration', [jobOf('a', { timeoutMs: 5 })], NOW + 20);
        expect((await store.jobs.list()).map(({ job, version }) => [job.id, version])).toEqual([
          ['a', 2],
          ['round', 1],
        ]);
        const all = await store.jobs.list({ withRemoved: true });
        expect(all.find(({ job }) => job.id === 'b')).toMatchObject({ removedAt: NOW + 10, version: 1 });
        await store.jobs.declare('configuration', [], NOW + 30);
        expect((await store.jobs.list()).map(({ job }) => job.id)).toEqual(['round']);
      });

      it('begins anew with a job that comes back: what was due meanwhile was not', async () => {
        await declare(jobOf('a'));
        const request: PlanRequest = { jobId: 'a', from: null, until: NOW + 5, admissions: [], at: NOW };
        await store.runs.plan([request], noFollow);
        await store.jobs.declare('configuration', [], NOW + 10);
        await store.jobs.declare('configuration', [jobOf('a')], NOW + 1_000);
        expect((await store.jobs.list())[0]).toMatchObject({
          version: 2,
          versionSince: NOW + 1_000,
          plannedUntil: NOW + 1_000,
          firstSeenAt: NOW,
          removedAt: null,
        });
      });

      it('says which definitions were in force since when', async () => {
        for (const [index, timeoutMs] of [1, 2, 3].entries()) {
          await store.jobs.declare('configuration', [jobOf('a', { timeoutMs })], NOW + index * 100);
        }
        const since = async (from: number) =>
          (await store.jobs.versions('a', from)).map((known) => [known.version, known.since, known.job.timeoutMs]);
        expect(await since(0)).toEqual([
          [1, NOW, 1],
          [2, NOW + 100, 2],
          [3, NOW + 200, 3],
        ]);
        expect(await since(NOW + 150)).toEqual([
          [2, NOW + 100, 2],
          [3, NOW + 200, 3],
        ]);
        expect(await since(NOW + 999)).toEqual([[3, NOW + 200, 3]]);
        expect(await store.jobs.versions('nothing', 0)).toEqual([]);
      });

      it('takes jobs of clients one by one, gives watched ones an address, and leaves the configured alone', async () => {
        await declare(jobOf('a'));
        const watched = jobOf('cron', { origin: 'client', work: { kind: 'watched', graceMs: 5 } });
        const first = await store.jobs.put(watched, NOW);
        expect(first).toMatchObject({ version: 1, pingKey: expect.stringMatching(/^[0-9a-f-]{36}$/) });
        const second = await store.jobs.put({ ...watched, label: 'Cron' }, NOW + 5);
        expect(second).toMatchObject({ version: 2, versionSince: NOW + 5, pingKey: first.pingKey });
        expect(await store.jobs.put({ ...watched, label: 'Cron' }, NOW + 9)).toEqual(second);
        expect(await store.jobs.put(jobOf('a', { origin: 'client', label: 'mine' }), NOW)).toMatchObject({
          job: { origin: 'configuration', label: 'Job a' },
          version: 1,
        });
        await store.jobs.declare('configuration', [], NOW + 10);
        expect((await store.jobs.list()).map(({ job }) => job.id)).toEqual(['cron']);
      });

      it('pauses and resumes, and says which of them that changed', async () => {
        await declare(jobOf('a'), jobOf('b'));
        const pause = { at: NOW, until: NOW + 5, reason: 'night', by: 'ann' };
        expect(await store.jobs.setPause(['b', 'a', 'nothing'], pause)).toEqual(['a', 'b']);
        expect(await store.jobs.setPause(['a'], pause)).toEqual([]);
        expect((await store.jobs.list()).map((stored) => stored.pause)).toEqual([pause, pause]);
        expect(await store.jobs.setPause(['a', 'nothing'], null)).toEqual(['a']);
        expect(await store.jobs.setPause(['a'], null)).toEqual([]);
        expect(await store.jobs.setPause([], null)).toEqual([]);
        await declare(jobOf('a'), jobOf('b', { timeoutMs: 1 }));
        expect((await store.jobs.list()).map((stored) => stored.pause)).toEqual([null, pause]);
      });
    });

    describe('planning', () => {
      const tick = (jobId: string, at: number, changes: Partial<NewRun> = {}) =>
        admissionOf(newRun(`${jobId}-${at - NOW}`, jobId, { tick: at, order: at, trigger: 'schedule', ...changes }));

      it('makes the ticks of many jobs in one call, once', async () => {
        await declare(jobOf('a'), jobOf('b'));
        const requests = (from: number | null): PlanRequest[] =>
          ['a', 'b', 'nothing'].map((jobId) => ({
            jobId,
            from,
            until: NOW + 50,
            admissions: [tick(jobId, NOW, { keys: [] }), tick(jobId, NOW + 10, { keys: [] })],
            at: NOW,
          }));
        expect(ids(await store.runs.plan(requests(null), noFollow))).toEqual(['a-0', 'a-10', 'b-0', 'b-10']);
        expect((await store.jobs.list()).map(({ plannedUntil }) => plannedUntil)).toEqual([NOW + 50, NOW + 50]);
        expect(await store.runs.plan(requests(null), noFollow)).toEqual([]);
        expect(await store.runs.plan(requests(NOW + 50), noFollow)).toEqual([]);
        expect(await store.runs.ticks('a', NOW, NOW + 10)).toEqual([
          { tick: NOW, runId: 'a-0', status: 'queued', startedAt: null, finishedAt: null },
        ]);
        expect(await store.runs.plan([], noFollow)).toEqual([]);
      });

      it('decides each tick with what is open, those of the same plan among them', async () => {
        await declare(jobOf('a'));
        const seen: string[][] = [];
        const decide = (open: readonly Run[]): AdmissionDecision => {
          seen.push(ids(open));
          const [first] = open;
          return first ? { kind: 'skip', reason: 'overlap', causeRunId: first.id } : QUEUE;
        };
        const missed = tick('a', NOW, { status: 'skipped', reason: 'missed' });
        const request: PlanRequest = {
          jobId: 'a',
          from: null,
          until: NOW + 50,
          admissions: [missed, { ...tick('a', NOW + 1), decide }, { ...tick('a', NOW + 2), decide }],
          at: NOW + 40,
        };
        const made = await store.runs.plan([request], () => {
          throw new Error('a tick that is skipped starts no chain');
        });
        expect(made.map((run) => [run.id, run.status, run.reason, run.causeRunId, run.finishedAt])).toEqual([
          ['a-0', 'skipped', 'missed', null, NOW],
          ['a-1', 'queued', null, null, null],
          ['a-2', 'skipped', 'overlap', 'a-1', NOW],
        ]);
        expect(seen).toEqual([[], ['a-1']]);
      });

      it('ends a queued run that another takes the place of, with what follows, and asks a running one to end', async () => {
        await declare(jobOf('a', { overlap: { kind: 'cancel-other' } }));
        await admit(newRun('running', 'a'));
        await claim(1);
        await admit(newRun('waiting', 'a', { createdAt: NOW + 1 }));
        const changed: [string, string[]][] = [];
        const follow: Follow = (chain, run) => {
          changed.push([run.id, ids(chain)]);
          return {
            admissions: [],
            outbox: [{ kind: 'run-finished', projectId: null, subjectId: run.id, payload: null }],
            health: null,
          };
        };
        const made = await admit(
          newRun('new', 'a', { createdAt: NOW + 5 }),
          (open) => ({ kind: 'queue', cancel: ids(open) }),
          follow,
        );
        expect(made.status).toBe('queued');
        expect(changed.at(-1)).toEqual(['waiting', ['waiting']]);
        expect(new Set(changed.map(([id]) => id)).size).toBe(1);
        expect(await store.runs.get('waiting')).toMatchObject({
          status: 'cancelled',
          reason: 'superseded',
          causeRunId: 'new',
          finishedAt: NOW + 5,
        });
        expect(await store.runs.get('running')).toMatchObject({
          status: 'running',
          cancelRequest: { at: NOW + 5, by: 'guardian', reason: 'superseded' },
        });
        expect((await store.outbox()).map(({ subjectId }) => subjectId)).toEqual(['waiting']);
        const { cancelled, lost } = await store.runs.renew('n-1', ['running', 'nothing'], NOW + 6);
        expect([ids(cancelled), lost]).toEqual([['running'], ['nothing']]);
      });

      it('gives the run of a client name that is known, names what is in the way, and knows no unknown job', async () => {
        await declare(jobOf('a'));
        const first = await admit(newRun('r-1', 'a', { clientId: 'key' }));
        expect(await admit(newRun('r-2', 'a', { clientId: 'key' }))).toEqual(first);
        const refuse = () => ({ kind: 'refuse' as const, inWay: 'r-1' });
        expect(await store.runs.admit(admissionOf(newRun('r-3', 'a'), refuse), noFollow)).toEqual({
          kind: 'refused',
          inWay: 'r-1',
        });
        expect(await store.runs.get('r-3')).toBeNull();
        await expect(admit(newRun('r-4', 'nothing'))).rejects.toMatchObject({ code: 'not_found' });
        expect((await store.runs.list({}, { cursor: null, limit: 10 })).items).toEqual([first]);
      });

      it('takes many that ask at once, each for itself', async () => {
        await declare(jobOf('a'), jobOf('b'));
        const open: number[] = [];
        const decide = (others: readonly Run[]): AdmissionDecision => {
          open.push(others.length);
          return others.length < 3 ? QUEUE : { kind: 'refuse', inWay: others[0]!.id };
        };
        const ask = (ports: JobPorts, id: string, jobId: string, changes: Partial<NewRun> = {}) =>
          ports.runs.admit(admissionOf(newRun(id, jobId, changes), decide), noFollow).then(
            (answer) => (answer.kind === 'made' ? answer.run.id : `refused by ${answer.inWay}`),
            (error) => error.code,
          );
        const answers = await Promise.all([
          ask(store, 'a-0', 'a', { clientId: 'one' }),
          ask(store, 'a-1', 'a', { clientId: 'one' }),
          ask(store.other, 'a-2', 'a', { clientId: 'one' }),
          ask(store, 'x', 'nothing'),
          ...Array.from({ length: 10 }, (_, index) => ask(index % 2 ? store : store.other, `b-${index}`, 'b')),
        ]);
        expect(new Set(answers.slice(0, 3)).size).toBe(1);
        expect(answers[3]).toBe('not_found');
        const made = await store.runs.list({ jobIds: ['b'] }, { cursor: null, limit: 50 });
        expect(made.items).toHaveLength(3);
        expect(answers.slice(4).filter((answer) => ids(made.items).includes(answer))).toHaveLength(3);
        expect(answers.slice(4).filter((answer) => answer.startsWith('refused by b-'))).toHaveLength(7);
        expect(Math.max(...open)).toBe(3);
      });

      it('keeps a run as it was given', async () => {
        await declare(jobOf('a', { concurrency: { key: 'db', limit: 2 } }));
        const given = newRun('r-1', 'a', {
          projectId: 1,
          tick: NOW - 5,
          trigger: 'catch-up',
          triggeredBy: { kind: 'api', user: 'key-7' },
          causeRunId: 'r-0',
          message: 'naïve \0 text',
          keys: [
            { key: 'job:a', limit: 1 },
            { key: 'db', limit: 2 },
          ],
          order: NOW - 5,
          dueAt: NOW + 1,
          condition: { job: 'b', since: NOW - 10, until: NOW + 10 },
          startBy: NOW + 2,
          finishBy: NOW + 3,
          version: 4,
          environment: 'production',
          clientId: 'rid',
        });
        const made = await admit(given);
        const stored = await store.runs.get('r-1');
        expect(stored).toEqual({ ...made, message: 'naïve \uFFFD text' });
        expect(made).toEqual({
          ...given,
          error: null,
          attempt: 0,
          attempts: [],
          startedAt: null,
          finishedAt: null,
          node: null,
          heartbeatAt: null,
          cancelRequest: null,
          stats: null,
          recordErrors: null,
          outputBytes: 0,
          lostOutputBytes: 0,
        });
        expect(await store.runs.get('nothing')).toBeNull();
      });
    });

    describe('claiming', () => {
      it('takes due runs in their order, which are running from then on', async () => {
        await declare(jobOf('a'));
        await admit(newRun('late', 'a', { keys: [], order: NOW + 1 }));
        await admit(newRun('early', 'a', { keys: [], order: NOW - 1 }));
        await admit(newRun('not-due', 'a', { keys: [], order: NOW - 2, dueAt: NOW + 1 }));
        const { runs, expired } = await claim(1);
        expect(expired).toEqual([]);
        expect(runs).toEqual([
          {
            ...(await store.runs.get('early'))!,
            status: 'running',
            node: 'n-1',
            attempt: 1,
            startedAt: NOW,
            heartbeatAt: NOW,
          },
        ]);
        expect(await claimIds()).toEqual(['late']);
        expect(await claimIds()).toEqual([]);
        expect(await claimIds(10, NOW + 1)).toEqual(['not-due']);
      });

      it('gives each key as many runs as it has room for, in order, and holds up no others', async () => {
        await declare(jobOf('a'), jobOf('b'), jobOf('c'));
        const shared = { key: 'db', limit: 2 };
        const keys = (jobId: string) => [{ key: `job:${jobId}`, limit: 1 }, shared];
        await admit(newRun('a-1', 'a', { order: 1, keys: keys('a') }));
        await admit(newRun('a-2', 'a', { order: 2, keys: keys('a') }));
        await admit(newRun('b-1', 'b', { order: 3, keys: keys('b') }));
        await admit(newRun('c-1', 'c', { order: 4, keys: keys('c') }));
        await admit(newRun('c-2', 'c', { order: 5, keys: [] }));
        expect(await claimIds()).toEqual(['a-1', 'b-1', 'c-2']);
        expect(await held()).toEqual({ 'job:a': 1, 'job:b': 1, db: 2 });
        expect(await claimIds()).toEqual([]);
        await settle(endOf((await store.runs.get('b-1'))!));
        expect(await claimIds()).toEqual(['c-1']);
        await settle(endOf((await store.runs.get('a-1'))!));
        expect(await claimIds()).toEqual(['a-2']);
        for (const id of ['a-2', 'c-1', 'c-2']) await settle(endOf((await store.runs.get(id))!));
        expect(await held()).toEqual({});
      });

      it('finds what may run behind many that may not', async () => {
        await declare(jobOf('a'), jobOf('b'));
        const waiting = Array.from({ length: 300 }, (_, index) =>
          admissionOf(newRun(`a-${index}`, 'a', { tick: index, order: index })),
        );
        const request: PlanRequest = { jobId: 'a', from: null, until: NOW, admissions: waiting, at: NOW };
        await store.runs.plan([request], noFollow);
        await admit(newRun('b-1', 'b', { order: 1_000 }));
        expect(await claimIds(10)).toEqual(['a-0', 'b-1']);
      });

      it('leaves runs whose condition does not hold, and names those that waited too long', async () => {
        await declare(jobOf('a'), jobOf('sync'));
        const condition = (until: number) => ({ job: 'sync', since: NOW - 10, until });
        await admit(newRun('r-1', 'a', { order: 1, keys: [], condition: condition(NOW + 10) }));
        await admit(newRun('r-2', 'a', { order: 2, keys: [], condition: condition(NOW + 90) }));
        const early = { createdAt: NOW - 2_000, order: NOW - 2_000 };
        await carryOut('too-early', 'sync', early, { at: NOW - 11, ...ended('success') });
        await carryOut('failed', 'sync', { createdAt: NOW - 5 }, { at: NOW + 1, ...ended('error') });
        expect(await claim(10, NOW + 10)).toEqual({ runs: [], expired: [] });
        const { runs, expired } = await claim(10, NOW + 11);
        expect([ids(runs), ids(expired)]).toEqual([[], ['r-1']]);
        const skip = endOf(expired[0]!, { ...ended('skipped'), reason: 'condition_not_met' });
        expect(await settle(skip)).toMatchObject([{ id: 'r-1', status: 'skipped', attempts: [], startedAt: null }]);
        await carryOut('warned', 'sync', { createdAt: NOW + 12 }, { at: NOW + 13, ...ended('warning') });
        expect(await claimIds(10, NOW + 91)).toEqual(['r-2']);
      });

      it('gives every run to one node only, however many ask at once', async () => {
        const jobs = Array.from({ length: 20 }, (_, index) => jobOf(`j-${index}`));
        await declare(...jobs);
        const requests = jobs.map(
          ({ id }, job): PlanRequest => ({
            jobId: id,
            from: null,
            until: NOW,
            admissions: [0, 1, 2].map((tick) =>
              admissionOf(
                newRun(`${id}-${tick}`, id, {
                  tick,
                  order: tick * 100 + job,
                  keys: [
                    { key: `job:${id}`, limit: 1 },
                    { key: `shared-${job % 4}`, limit: 3 },
                  ],
                }),
              ),
            ),
            at: NOW,
          }),
        );
        await store.runs.plan(requests, noFollow);
        const done: string[] = [];
        let most = 0;
        const work = async (ports: JobPorts, node: string) => {
          while (done.length < 60) {
            const { runs } = await ports.runs.claim({ node, at: NOW, limit: 7 });
            for (const [key, count] of Object.entries(await held())) {
              if (key.startsWith('shared')) most = Math.max(most, count);
            }
            const settled = await ports.runs.settle(
              runs.map((run) => endOf(run)),
              noFollow,
            );
            done.push(...ids(settled));
          }
        };
        await Promise.all([work(store, 'n-1'), work(store.other, 'n-2'), work(store, 'n-3'), work(store.other, 'n-4')]);
        expect(done).toHaveLength(60);
        expect(new Set(done).size).toBe(60);
        expect(most).toBeLessThanOrEqual(3);
        expect(await held()).toEqual({});
        for (const { id } of jobs) {
          const { items } = await store.runs.list({ jobIds: [id] }, { cursor: null, limit: 10 });
          expect(items.map(({ attempt, status }) => [attempt, status])).toEqual(Array(3).fill([1, 'success']));
        }
      });
    });

    describe('ending', () => {
      it('keeps how a run ended, with each of its attempts', async () => {
        await declare(jobOf('a'));
        await admit(newRun('r-1', 'a'));
        const [first] = (await claim()).runs;
        const again = endOf(first!, {
          next: { kind: 'retry', dueAt: NOW + 30_000 },
          error: 'no route',
          reason: 'exit',
        });
        const [queued] = await settle(again, () => {
          throw new Error('it has not ended yet');
        });
        expect(queued).toMatchObject({ status: 'queued', attempt: 1, node: null, startedAt: NOW, error: 'no route' });
        expect(await held()).toEqual({});
        expect(await claimIds(10, NOW + 29_999)).toEqual([]);
        const [second] = (await claim(10, NOW + 30_000)).runs;
        expect(second).toMatchObject({ attempt: 2, startedAt: NOW, heartbeatAt: NOW + 30_000 });
        const end = endOf(second!, {
          at: NOW + 31_000,
          ...ended('warning'),
          reason: 'warn_when',
          message: 'few',
          error: null,
          stats: { clients: 2, nested: { ratio: 0.5, name: 'é\0' } },
          recordErrors: { total: 3, kept: [{ subject: 'x', reason: 'y' }] },
        });
        const [settled] = await settle(end);
        const stored = await store.runs.get('r-1');
        expect(stored).toEqual(settled);
        expect(stored).toMatchObject({
          status: 'warning',
          reason: 'warn_when',
          message: 'few',
          error: null,
          finishedAt: NOW + 31_000,
          node: 'n-1',
          heartbeatAt: null,
          stats: { clients: 2, nested: { ratio: 0.5, name: 'é\0' } },
          recordErrors: { total: 3, kept: [{ subject: 'x', reason: 'y' }] },
          attempts: [again.attempt, end.attempt],
        });
      });

      it('leaves out ends that come too late, are of others, or of an attempt that is over', async () => {
        await declare(jobOf('a'));
        await admit(newRun('r-1', 'a'));
        const [run] = (await claim()).runs;
        expect(await settle(endOf({ ...run!, node: 'n-2' }))).toEqual([]);
        expect(await settle(endOf({ ...run!, attempt: 2 }))).toEqual([]);
        expect(await settle(endOf({ ...run!, id: 'nothing' }))).toEqual([]);
        const reaped = endOf(run!, { node: null, next: { kind: 'retry', dueAt: NOW }, reason: 'lost' });
        expect(await settle(reaped)).toHaveLength(1);
        expect(await settle(reaped)).toEqual([]);
        expect(await settle(endOf(run!))).toEqual([]);
        const [again] = (await claim(10, NOW, 'n-2')).runs;
        expect(await settle(reaped)).toEqual([]);
        expect(await settle(endOf(run!))).toEqual([]);
        expect(await settle(endOf(again!))).toHaveLength(1);
        expect(await settle(endOf(again!))).toEqual([]);
        expect(await held()).toEqual({});
        expect(await store.runs.settle([], noFollow)).toEqual([]);
      });

      it('makes what follows of a run in the transaction of its end, and counts the health of its job', async () => {
        await declare(jobOf('sync'), jobOf('report'), jobOf('mail'));
        await admit(newRun('s-1', 'sync'));
        const [run] = (await claim()).runs;
        const asked: string[] = [];
        const follow: Follow = (chain, changed, health): Following => {
          asked.push(`${changed.id} of ${ids(chain).join(' ')} after ${health.failuresInRow}`);
          const next = (id: string, jobId: string, changes: Partial<NewRun> = {}) =>
            newRun(id, jobId, { chainRunId: 's-1', causeRunId: changed.id, trigger: 'after', ...changes });
          return {
            admissions:
              changed.jobId === 'sync'
                ? [
                    admissionOf(next('r-1', 'report', { status: 'upstream_failed', reason: 'upstream_failed' })),
                    admissionOf(next('m-1', 'mail')),
                    admissionOf(next('r-2', 'report')),
                  ]
                : [],
            outbox: [{ kind: 'run-finished', projectId: null, subjectId: changed.id, payload: { is: changed.status } }],
            health: { isFailing: true, failuresInRow: health.failuresInRow + 1, successesInRow: 0 },
          };
        };
        await settle(endOf(run!, ended('error')), follow);
        // A transaction that is begun anew asks again.
        expect(new Set(asked)).toEqual(new Set(['s-1 of s-1 after 0']));
        const chain = await store.runs.list({ chainRunId: 's-1' }, { cursor: null, limit: 10 });
        expect(chain.items.map((item) => [item.id, item.status, item.causeRunId]).sort()).toEqual([
          ['m-1', 'queued', 's-1'],
          ['r-1', 'upstream_failed', 's-1'],
          ['s-1', 'error', null],
        ]);
        expect(await store.outbox()).toEqual([
          { kind: 'run-finished', projectId: null, subjectId: 's-1', payload: { is: 'error' } },
        ]);
        expect((await store.jobs.list()).map(({ job, health }) => [job.id, health.failuresInRow])).toEqual([
          ['mail', 0],
          ['report', 0],
          ['sync', 1],
        ]);
        const [mail] = (await claim()).runs;
        await settle(endOf(mail!), follow);
        expect(asked.at(-1)).toMatch(/^m-1 of (s-1 )?(r-1 |m-1 )+(s-1 )?after 0$/);
      });

      it('asks also for a run of a chain that an admission skipped, and shows each end to the next one', async () => {
        await declare(jobOf('root'), jobOf('left'), jobOf('right'), jobOf('join'));
        await admit(newRun('root-1', 'root'));
        await admit(newRun('busy', 'join', { createdAt: NOW + 1 }));
        const asked: string[] = [];
        const follow: Follow = (chain, changed) => {
          const open = chain.filter(({ status }) => status === 'queued' || status === 'running');
          asked.push(
            `${changed.jobId} ${changed.status}, open ${open
              .map(({ jobId }) => jobId)
              .sort()
              .join(' ')}`,
          );
          const following = (jobId: string, decide?: Admission['decide']) =>
            admissionOf(newRun(`${jobId}-1`, jobId, { chainRunId: 'root-1', createdAt: NOW + 2 }), decide);
          const isDone = chain.some(({ jobId }) => jobId === 'join');
          if (changed.jobId === 'root')
            return { ...noFollow(chain, changed, noHealth), admissions: [following('left'), following('right')] };
          if (open.length > 0 || isDone) return noFollow(chain, changed, noHealth);
          const skip = (others: readonly Run[]): AdmissionDecision => ({
            kind: 'skip',
            reason: 'overlap',
            causeRunId: others[0]!.id,
          });
          return { admissions: [following('join', skip)], outbox: [], health: null };
        };
        const [root] = (await claim(1)).runs;
        await settle(endOf(root!), follow);
        const { runs } = await claim(10, NOW + 2);
        const sides = runs.filter(({ jobId }) => jobId !== 'join');
        const settled = await store.runs.settle(
          sides.map((run) => endOf(run)),
          follow,
        );
        expect(ids(settled).sort()).toEqual(['left-1', 'right-1']);
        expect([...new Set(asked)]).toEqual([
          'root success, open ',
          `${sides[0]!.jobId} success, open ${sides[1]!.jobId}`,
          `${sides[1]!.jobId} success, open `,
          'join skipped, open ',
        ]);
        expect(await store.runs.get('join-1')).toMatchObject({ status: 'skipped', causeRunId: 'busy' });
      });

      it('lets a join see both of its upstreams when two nodes end them at once', async () => {
        await declare(jobOf('root'), jobOf('left'), jobOf('right'), jobOf('join'), jobOf('after-join'));
        const follow: Follow = (chain, changed) => {
          const status = (jobId: string) => chain.find((run) => run.jobId === jobId)?.status;
          const chainRunId = changed.chainRunId;
          const next = (jobId: string) =>
            admissionOf(newRun(`${jobId}-${chainRunId}`, jobId, { chainRunId, keys: [] }));
          const admissions =
            changed.jobId === 'root'
              ? [next('left'), next('right')]
              : status('left') === 'success' && status('right') === 'success'
                ? [next('join')]
                : [];
          const outbox = admissions.map(({ run }) => ({
            kind: 'run-changed',
            projectId: null,
            subjectId: run.id,
            payload: null,
          }));
          return { admissions, outbox, health: null };
        };
        for (let index = 0; index < 10; index++) await admit(newRun(`c-${index}`, 'root', { keys: [] }));
        await store.runs.settle(
          (await claim()).runs.map((run) => endOf(run)),
          follow,
        );
        const { runs } = await claim();
        expect(runs).toHaveLength(20);
        const left = runs.filter(({ jobId }) => jobId === 'left');
        const right = runs.filter(({ jobId }) => jobId === 'right').reverse();
        const inPieces = async (ports: JobPorts, own: readonly Run[]) => {
          for (let start = 0; start < own.length; start += 3) {
            const ends = own.slice(start, start + 3).map((run) => endOf(run));
            await ports.runs.settle(ends, follow);
          }
        };
        await Promise.all([inPieces(store, left), inPieces(store.other, right)]);
        const joins = await store.runs.list({ jobIds: ['join'] }, { cursor: null, limit: 50 });
        expect(ids(joins.items).sort()).toEqual(Array.from({ length: 10 }, (_, index) => `join-c-${index}`));
        const told = (await store.outbox()).filter(({ subjectId }) => subjectId.startsWith('join'));
        expect(told).toHaveLength(10);
      });

      it('ends a queued run, and one that no node carries out, when asked; asks for the end of a running one', async () => {
        await declare(jobOf('a'), jobOf('w', { work: { kind: 'watched', graceMs: 1 } }));
        await admit(newRun('r-1', 'a'));
        await claim();
        await admit(newRun('r-2', 'a', { createdAt: NOW + 1 }));
        const asked: string[] = [];
        const follow: Follow = (chain, changed, health) => {
          asked.push(`${changed.id} ${changed.status}`);
          return noFollow(chain, changed, health);
        };
        const request = { at: NOW + 2, by: 'ann', reason: 'enough' };
        expect(await store.runs.requestCancel('r-2', request, follow)).toMatchObject({
          status: 'cancelled',
          reason: 'requested',
          message: 'enough',
          finishedAt: NOW + 2,
          cancelRequest: request,
        });
        expect(await store.runs.requestCancel('r-1', request, follow)).toMatchObject({
          status: 'running',
          cancelRequest: request,
        });
        const watched = { ...(await store.runs.get('r-2'))!, ...fresh, id: 'w-1', jobId: 'w', chainRunId: 'w-1' };
        await store.runs.record('w', null, () => ({ make: watched, end: null, outbox: [] }), follow);
        expect(await store.runs.requestCancel('w-1', request, follow)).toMatchObject({ status: 'cancelled' });
        expect(await store.runs.requestCancel('r-2', request, follow)).toBeNull();
        expect(await store.runs.requestCancel('nothing', request, follow)).toBeNull();
        expect(asked).toEqual(['r-2 cancelled', 'w-1 cancelled']);
        const run = (await store.runs.get('r-1'))!;
        const [settled] = await settle(endOf(run, { next: { kind: 'retry', dueAt: NOW } }), follow);
        expect(settled).toMatchObject({ status: 'cancelled', reason: 'requested' });
        expect(await held()).toEqual({});
      });

      it('stays of one piece whatever two nodes do at once', async () => {
        const names = ['a', 'b', 'c', 'd', 'e'];
        await declare(...names.map((id) => jobOf(id, { overlap: { kind: 'cancel-other' } })));
        /** Each job is followed by the next two of a circle, as far as they are not in the chain run yet. */
        const follow: Follow = (chain, changed, health) => {
          const place = names.indexOf(changed.jobId);
          const next = [names[(place + 1) % 5]!, names[(place + 3) % 5]!];
          const missing = next.filter((jobId) => chain.length < 4 && chain.every((run) => run.jobId !== jobId));
          return {
            admissions: missing.map((jobId) =>
              admissionOf(
                newRun(`${changed.chainRunId}.${jobId}`, jobId, {
                  chainRunId: changed.chainRunId,
                  keys: [
                    { key: `job:${jobId}`, limit: 1 },
                    { key: 'db', limit: 3 },
                  ],
                }),
                (open) => ({ kind: 'queue', cancel: open.length > 2 ? [open.at(-1)!.id] : [] }),
              ),
            ),
            outbox: [{ kind: 'run-finished', projectId: null, subjectId: changed.id, payload: null }],
            health: { ...health, successesInRow: health.successesInRow + 1 },
          };
        };
        const work = async (ports: JobPorts, node: string, seed: number) => {
          for (let step = 0; step < 25; step++) {
            const id = `${node}.${step}`;
            const jobId = names[(seed + step * 3) % 5]!;
            const run = newRun(id, jobId, {
              keys: [
                { key: `job:${jobId}`, limit: 1 },
                { key: 'db', limit: 3 },
              ],
            });
            const cancel = (open: readonly Run[]) => ids(open.slice(0, step % 3));
            await ports.runs.admit(
              admissionOf(run, (open) => ({ kind: 'queue', cancel: cancel(open) })),
              follow,
            );
            const { runs } = await ports.runs.claim({ node, at: NOW, limit: 4 });
            await ports.runs.renew(node, ids(runs), NOW + step);
            if (step % 4 === 0) await ports.runs.requestCancel(id, { at: NOW, by: 'ann', reason: null }, follow);
            const ends = runs.map((one, index) =>
              endOf(one, index === 1 ? { next: { kind: 'retry', dueAt: NOW } } : ended('error')),
            );
            await ports.runs.settle(ends.reverse(), follow);
          }
        };
        await Promise.all([
          work(store, 'n-1', 0),
          work(store.other, 'n-2', 1),
          work(store, 'n-3', 2),
          work(store.other, 'n-4', 4),
        ]);
        for (let turn = 0; turn < 1_000; turn++) {
          const { runs } = await claim(50);
          if (runs.length === 0) break;
          await store.runs.settle(
            runs.map((run) => endOf(run)),
            follow,
          );
        }
        expect(await held()).toEqual({});
        const { items } = await store.runs.list({}, { cursor: null, limit: 10_000 });
        expect(items.filter(({ finishedAt }) => finishedAt === null)).toEqual([]);
        const told = (await store.outbox()).map(({ subjectId }) => subjectId);
        expect(told.toSorted()).toEqual(ids(items).toSorted());
        const counted = (await store.jobs.list()).reduce((sum, { health }) => sum + health.successesInRow, 0);
        expect(counted).toBe(items.length);
      });

      it('renews the runs of a node, and finds those of nodes that are not heard of', async () => {
        await declare(jobOf('a'), jobOf('w', { work: { kind: 'watched', graceMs: 1 } }));
        for (const id of ['r-1', 'r-2', 'r-3']) await admit(newRun(id, 'a', { keys: [] }));
        await claim(2);
        await claim(1, NOW, 'n-2');
        const watched = { ...(await store.runs.get('r-1'))!, ...fresh, id: 'w-1', jobId: 'w', chainRunId: 'w-1' };
        await store.runs.record('w', null, () => ({ make: watched, end: null, outbox: [] }), noFollow);
        expect(await store.runs.renew('n-1', ['r-1', 'r-3', 'nothing'], NOW + 10)).toEqual({
          cancelled: [],
          lost: ['r-3', 'nothing'],
        });
        expect(ids(await store.runs.stale(NOW + 1))).toEqual(['r-2', 'r-3']);
        expect(ids(await store.runs.stale(NOW + 1, 'n-2'))).toEqual(['r-3']);
        expect(ids(await store.runs.stale(Number.MAX_SAFE_INTEGER, 'n-1'))).toEqual(['r-2', 'r-1']);
        expect(await store.runs.stale(NOW)).toEqual([]);
        expect(await store.runs.renew('n-1', [], NOW)).toEqual({ cancelled: [], lost: [] });
      });
    });
  });
}

const noHealth = { isFailing: false, failuresInRow: 0, successesInRow: 0 };

/** Of a run that runs elsewhere. */
const fresh: Partial<Run> = {
  status: 'running',
  reason: null,
  message: null,
  error: null,
  keys: [],
  trigger: 'ping',
  startedAt: NOW,
  finishedAt: null,
  node: null,
  cancelRequest: null,
  clientId: null,
};
