import { describe, expect, it } from 'vitest';
import { afterJobs, aJob, COARSE, cron, DAY, HOUR, MINUTE, outcome, startHarness } from '../engine/engine-fixtures.ts';
import { createMemoryStore } from '../engine/memory-store-fixtures.ts';
import { createTimeline } from '../engine/timeline-fixtures.ts';
import type { CronTrigger, Job } from '../job.ts';
import { NO_FACTS, type WatchedSignal } from '../stats/index.ts';
import type { SyncLogEntry } from './decide.ts';

const START = Date.parse('2026-03-02T12:00:00Z');

const watched = (id: string, over: Partial<Job> = {}) =>
  aJob(id, { projectId: 1, work: { kind: 'watched', graceMs: 5 * MINUTE }, overlap: { kind: 'skip' }, ...over });

const NOBODY = { by: 'slug', projectId: 1, slug: 'nobody' } as const;

function signal(kind: WatchedSignal['kind'], at: number, over: Partial<WatchedSignal> = {}): WatchedSignal {
  return {
    kind,
    protocol: 'ping',
    job: { by: 'slug', projectId: 1, slug: 'backup' },
    at,
    clientId: null,
    mayBeRefused: false,
    exitStatus: null,
    durationMs: null,
    environment: null,
    error: null,
    output: [],
    facts: NO_FACTS,
    definition: null,
    ...over,
  };
}

const posted = (over: Partial<SyncLogEntry> = {}): SyncLogEntry => ({
  projectId: 1,
  name: 'full_sync',
  taskType: 'sync',
  clientId: 'night-1',
  status: 'success',
  message: null,
  error: null,
  stats: { clients: 12 },
  recordErrors: null,
  triggeredBy: { kind: 'scheduler', user: 'key:sync' },
  startedAt: START - 90_000,
  finishedAt: START,
  ...over,
});

describe('pings and check-ins', () => {
  it('pairs start with end by the client’s id, also where two runs interleave', async () => {
    const { engine, runsOf } = await startHarness({ jobs: [watched('backup')] });
    await engine.record(signal('start', START, { clientId: 'a' }));
    await engine.record(signal('start', START + 1_000, { clientId: 'b' }));
    await engine.record(signal('fail', START + 5_000, { clientId: 'a', exitStatus: 3 }));
    await engine.record(signal('success', START + 9_000, { clientId: 'b' }));
    expect(runsOf('backup')).toMatchObject([
      { status: 'error', reason: 'exit', startedAt: START, finishedAt: START + 5_000, trigger: 'ping', clientId: 'a' },
      { status: 'success', startedAt: START + 1_000, finishedAt: START + 9_000, clientId: 'b' },
    ]);
  });

  it('F16: the same end twice is one run, told once', async () => {
    const { engine, runsOf, told } = await startHarness({ jobs: [watched('backup')] });
    await engine.record(signal('start', START, { clientId: 'a' }));
    await engine.record(signal('fail', START + 5_000, { clientId: 'a' }));
    await engine.record(signal('fail', START + 6_000, { clientId: 'a' }));
    expect(runsOf('backup')).toHaveLength(1);
    expect(told('run-finished')).toHaveLength(1);
  });

  it('a bare success is a run without a duration; one that says how long it took has it', async () => {
    const { engine, runsOf } = await startHarness({ jobs: [watched('backup')] });
    await engine.record(signal('success', START));
    await engine.record(signal('success', START + MINUTE, { durationMs: 12_000, environment: 'production' }));
    expect(runsOf('backup')).toMatchObject([
      { status: 'success', startedAt: null, finishedAt: START },
      { status: 'success', startedAt: START + 48_000, finishedAt: START + MINUTE, environment: 'production' },
    ]);
  });

  it('a start while an unnamed run is open ends that one: nothing is left open for ever', async () => {
    const { engine, statuses } = await startHarness({ jobs: [watched('backup')] });
    await engine.record(signal('start', START));
    await engine.record(signal('start', START + HOUR / 2));
    expect(statuses('backup')).toEqual(['cancelled', 'running']);
  });

  it('a start that asks is refused with the run in its way', async () => {
    const { engine, runsOf, statuses } = await startHarness({ jobs: [watched('backup')] });
    await engine.record(signal('start', START, { clientId: 'a', mayBeRefused: true, protocol: 'posted' }));
    const second = await engine.record(
      signal('start', START + 1, { clientId: 'b', mayBeRefused: true, protocol: 'posted' }),
    );
    expect(second).toEqual({ kind: 'refused', inWay: runsOf('backup')[0]!.id });
    expect(statuses('backup')).toEqual(['running']);
  });

  it('a success with stats that its job does not accept is no success', async () => {
    const failWhen = [{ field: 'files', of: null, is: 'below', value: 1 } as const];
    const { engine, runsOf } = await startHarness({ jobs: [watched('backup', { failWhen })] });
    await engine.record(signal('success', START, { facts: { ...NO_FACTS, stats: { files: 0 } } }));
    expect(runsOf('backup')).toMatchObject([{ status: 'error', reason: 'fail_when', stats: { files: 0 } }]);
  });

  it('F27: keeps what was sent as output, redacted, on the run; a log changes no state', async () => {
    const { engine, store, runsOf } = await startHarness({
      jobs: [watched('backup')],
      over: { redact: (text) => text.replaceAll('hunter2', '[secret]') },
    });
    await engine.record(signal('start', START));
    await engine.record(
      signal('log', START + 1, { output: [{ at: START + 1, stream: 'log', text: 'password hunter2' }] }),
    );
    const [run] = runsOf('backup');
    expect(run!.status).toBe('running');
    expect(store.output.get(run!.id)!.map(({ text }) => text)).toEqual(['password [secret]']);
  });

  it('output with an id that is not known opens the run of that id, and touches no other', async () => {
    const { engine, store, runsOf } = await startHarness({ jobs: [watched('backup')] });
    const output = (text: string) => [{ at: START, stream: 'log' as const, text }];
    await engine.record(signal('start', START, { clientId: 'a' }));
    await engine.record(signal('success', START + 1_000, { clientId: 'a', output: output('of a') }));
    await engine.record(signal('log', START + 2_000, { clientId: 'b', output: output('of b') }));
    await engine.record(signal('start', START + 3_000, { clientId: 'b' }));
    await engine.record(signal('success', START + 4_000, { clientId: 'b' }));
    expect(
      runsOf('backup').map(({ id, ...run }) => [
        run.clientId,
        run.status,
        store.output.get(id)!.map(({ text }) => text),
      ]),
    ).toEqual([
      ['a', 'success', ['of a']],
      ['b', 'success', ['of b']],
    ]);
  });

  it('F16: an end that is told again leaves its output once; one that comes after the time limit still leaves it', async () => {
    const { engine, store, timeline, runsOf } = await startHarness({
      jobs: [watched('backup', { timeoutMs: HOUR })],
      knobs: COARSE,
    });
    const output = [{ at: START, stream: 'log' as const, text: '412 rows' }];
    const kept = (place: number) => store.output.get(runsOf('backup')[place]!.id)!.map(({ text }) => text);
    for (let tries = 0; tries < 2; tries++) await engine.record(signal('success', START, { clientId: 'a', output }));
    expect(kept(0)).toEqual(['412 rows']);
    await engine.record(signal('start', START, { clientId: 'b' }));
    await timeline.advance(2 * HOUR);
    await engine.record(signal('success', timeline.clock.now(), { clientId: 'b', output }));
    expect(runsOf('backup')[1]).toMatchObject({ status: 'timed_out' });
    expect(kept(1)).toEqual(['412 rows']);
  });

  it('F27: neither errors nor stats of clients are kept unredacted', async () => {
    const { engine, runsOf } = await startHarness({
      jobs: [watched('backup')],
      over: { redact: (text) => text.replaceAll('hunter2', '[secret]') },
    });
    const facts = { ...NO_FACTS, stats: { url: ['ftp://x:hunter2@host'], rows: 3 } };
    await engine.record(signal('fail', START, { error: 'login with hunter2 failed', facts }));
    expect(runsOf('backup')).toMatchObject([
      { error: 'login with [secret] failed', stats: { url: ['ftp://x:[secret]@host'], rows: 3 } },
    ]);
    const { run } = await engine.post(posted({ status: 'error', message: 'hunter2', stats: { at: 'hunter2' } }));
    expect(run).toMatchObject({ message: '[secret]', stats: { at: '[secret]' } });
  });

  it('an unknown name is unknown, and another project’s job is not reached by its name', async () => {
    const { engine } = await startHarness({ jobs: [watched('backup'), aJob('sync')] });
    const by = (slug: string, projectId = 1) => ({ job: { by: 'slug', projectId, slug } as const });
    expect(await engine.record(signal('success', START, by('nothing')))).toEqual({ kind: 'unknown' });
    expect(await engine.record(signal('success', START, by('backup', 2)))).toEqual({ kind: 'unknown' });
    expect(await engine.record(signal('success', START, by('sync')))).toEqual({ kind: 'unknown' });
  });

  it('starts what comes after a watched job', async () => {
    const jobs = [watched('backup'), aJob('verify', { trigger: afterJobs(['backup']) })];
    const { engine, timeline, statuses } = await startHarness({ jobs });
    await engine.record(signal('success', START));
    await timeline.settle();
    expect(statuses('verify')).toEqual(['success']);
  });
});

describe('monitor_config', () => {
  const definition = {
    isUpdate: true,
    trigger: { kind: 'cron', pattern: '0 3 * * *', timeZone: 'UTC', gap: 'run-after', overlap: 'once' } as const,
    graceMs: 10 * MINUTE,
    maxRunMs: 2 * HOUR,
    failureThreshold: 3,
    recoveryThreshold: 2,
  };

  it('creates the job, and changes it when it changes', async () => {
    const { engine, store } = await startHarness({ jobs: [] });
    const job = { by: 'slug', projectId: 7, slug: 'Nightly Backup' } as const;
    await engine.record(signal('start', START, { job, definition, clientId: 'c1', protocol: 'check-in' }));
    expect(store.jobs.get('nightly-backup')!.job).toMatchObject({
      origin: 'client',
      projectId: 7,
      label: 'Nightly Backup',
      work: { kind: 'watched', graceMs: 10 * MINUTE },
      timeoutMs: 2 * HOUR,
      failureThreshold: 3,
      recoveryThreshold: 2,
    });
    await engine.record(signal('success', START + 1, { job, definition, clientId: 'c1' }));
    expect(store.jobs.get('nightly-backup')!.version).toBe(1);
    await engine.record(signal('success', START + 2, { job, definition: { ...definition, graceMs: HOUR } }));
    expect(store.jobs.get('nightly-backup')!).toMatchObject({ version: 2, job: { work: { graceMs: HOUR } } });
  });

  it('gives a name that another project has to a job of its own', async () => {
    const { engine, store } = await startHarness({ jobs: [] });
    for (const projectId of [1, 2, 2]) {
      const job = { by: 'slug', projectId, slug: 'backup' } as const;
      await engine.record(signal('success', START, { job, definition }));
    }
    expect([...store.jobs.keys()]).toEqual(['backup', 'backup-2']);
    expect([...store.runs.values()].map((run) => run.jobId)).toEqual(['backup', 'backup-2', 'backup-2']);
  });

  it('does not change a job of the configuration', async () => {
    const { engine, store } = await startHarness({ jobs: [watched('backup')] });
    await engine.record(signal('success', START, { definition }));
    expect(store.jobs.get('backup')!.version).toBe(1);
  });

  it('makes no more jobs for clients than it may', async () => {
    const { engine } = await startHarness({ jobs: [], knobs: { mostClientJobs: 2 } });
    const record = (slug: string) =>
      engine.record(signal('success', START, { job: { by: 'slug', projectId: 1, slug }, definition }));
    expect([
      (await record('a')).kind,
      (await record('b')).kind,
      (await record('c')).kind,
      (await record('a')).kind,
    ]).toEqual(['recorded', 'recorded', 'full', 'recorded']);
  });
});

describe('environments of a monitor', () => {
  const definition = {
    isUpdate: true,
    trigger: cron('0 13 * * *', 'UTC') as CronTrigger,
    graceMs: 10 * MINUTE,
    maxRunMs: 2 * HOUR,
    failureThreshold: 1,
    recoveryThreshold: 1,
  };
  const checkIn = (kind: WatchedSignal['kind'], at: number, environment: string | null, over = {}) =>
    signal(kind, at, { protocol: 'check-in', environment, definition, ...over });

  it('are jobs of their own: staging neither mends production nor ends its run', async () => {
    const { engine, store, told, runsOf } = await startHarness({ jobs: [] });
    await engine.record(checkIn('fail', START, 'production'));
    await engine.record(checkIn('start', START + 1, 'production'));
    await engine.record(checkIn('start', START + 2, 'staging'));
    await engine.record(checkIn('success', START + 3, 'staging'));
    expect(told('run-finished').map(({ jobId, isRecovery }) => [jobId, isRecovery])).toEqual([
      ['backup', false],
      ['backup-staging', false],
    ]);
    expect(runsOf('backup').map(({ status }) => status)).toEqual(['error', 'running']);
    expect(runsOf('backup-staging')).toMatchObject([{ status: 'success', environment: 'staging' }]);
    expect(store.jobs.get('backup-staging')!.job).toMatchObject({ label: 'backup (staging)', origin: 'client' });
    await engine.record(checkIn('success', START + 4, null));
    expect(told('run-finished').at(-1)).toMatchObject({ jobId: 'backup', isRecovery: true });
  });

  it('are late each for itself', async () => {
    const { engine, timeline, told } = await startHarness({ jobs: [], knobs: COARSE });
    for (const environment of ['production', 'staging']) await engine.record(checkIn('success', START, environment));
    await timeline.advance(HOUR);
    await engine.record(checkIn('success', timeline.clock.now(), 'staging'));
    await timeline.advance(HOUR);
    expect(told('job-late').map(({ jobId }) => jobId)).toEqual(['backup']);
  });

  it('that a job of the configuration did not name watch the same schedule beside it', async () => {
    const job = watched('backup', { trigger: cron('0 13 * * *', 'UTC'), timeoutMs: 2 * HOUR });
    const { engine, store, runsOf } = await startHarness({ jobs: [job] });
    await engine.record(checkIn('fail', START, 'production', { definition: null }));
    await engine.record(checkIn('success', START, 'staging', { definition: null }));
    await engine.record(checkIn('success', START, 'staging', { definition: null }));
    expect([runsOf('backup').length, runsOf('backup-staging').length]).toEqual([1, 2]);
    expect(store.jobs.get('backup-staging')!.job).toMatchObject({
      ...{ origin: 'client', work: job.work, trigger: job.trigger, timeoutMs: 2 * HOUR },
    });
    expect(await engine.record(checkIn('success', START, 'staging', { definition: null, job: NOBODY }))).toEqual({
      kind: 'unknown',
    });
  });

  it('are watched alike, whichever was told of first', async () => {
    const { engine, store } = await startHarness({ jobs: [] });
    await engine.record(checkIn('success', START, 'staging'));
    await engine.record(checkIn('success', START, null, { definition: null }));
    const [staging, production] = ['backup-staging', 'backup'].map((id) => store.jobs.get(id)!.job);
    expect(production).toEqual({ ...staging, id: 'backup', label: 'backup', monitor: undefined });
    // A ping is of no environment, and makes no job unasked.
    const job = { by: 'slug', projectId: 1, slug: 'other' } as const;
    await engine.record(checkIn('success', START, 'staging', { job }));
    expect(await engine.record(signal('success', START, { job }))).toEqual({ kind: 'unknown' });
  });

  it('never share a name with another monitor', async () => {
    const { engine, runsOf } = await startHarness({ jobs: [] });
    const job = { by: 'slug', projectId: 1, slug: 'backup-staging' } as const;
    await engine.record(checkIn('success', START, 'staging'));
    await engine.record(checkIn('fail', START, 'production', { job }));
    await engine.record(checkIn('fail', START, 'production', { job }));
    expect([runsOf('backup-staging').length, runsOf('backup-staging-1').length]).toEqual([1, 2]);
  });
});

describe('late and overlong', () => {
  const nightly = watched('backup', { trigger: cron('0 13 * * *', 'UTC'), timeoutMs: HOUR });
  const tick = Date.parse('2026-03-02T13:00:00Z');

  it('F1: a job that is not heard of is late after its grace, once for each tick, and its tick is a row in the end', async () => {
    const { timeline, told, runsOf } = await startHarness({ jobs: [nightly], knobs: COARSE });
    await timeline.advance(HOUR + 5 * MINUTE);
    expect(told('job-late')).toEqual([]);
    await timeline.advance(1_000);
    expect(told('job-late')).toMatchObject([{ jobId: 'backup', what: 'report', tick, deadline: tick + 5 * MINUTE }]);
    await timeline.advance(DAY + HOUR);
    expect(told('job-late')).toHaveLength(2);
    expect(runsOf('backup')).toMatchObject([{ tick, status: 'skipped', reason: 'missed' }]);
  });

  it('is not late when it was heard of, a little early or within its grace', async () => {
    const timeline = createTimeline(START);
    const { engine, told, runsOf } = await startHarness({ jobs: [nightly], timeline, knobs: COARSE });
    await timeline.advance(HOUR - 30_000);
    await engine.record(signal('success', timeline.clock.now()));
    await timeline.advance(DAY + 30_000 + 4 * MINUTE);
    await engine.record(signal('start', timeline.clock.now()));
    await timeline.advance(10 * MINUTE);
    await engine.record(signal('success', timeline.clock.now()));
    await timeline.advance(12 * HOUR);
    expect(told('job-late')).toEqual([]);
    expect(runsOf('backup').map(({ status }) => status)).toEqual(['success', 'success']);
  });

  it('an interval counts from the last time it was heard of, and nothing is expected before the first', async () => {
    const jobs = [watched('pulse', { trigger: { kind: 'interval', everyMs: HOUR, anchor: null } })];
    const { timeline, engine, told } = await startHarness({ jobs, knobs: COARSE });
    await timeline.advance(5 * HOUR);
    expect(told('job-late')).toEqual([]);
    const heardAt = timeline.clock.now();
    await engine.record(signal('success', heardAt, { job: { by: 'slug', projectId: 1, slug: 'pulse' } }));
    await timeline.advance(6 * HOUR);
    expect(told('job-late')).toMatchObject([{ jobId: 'pulse', tick: heardAt + HOUR }]);
  });

  it('F14: a report that may have been lost while Guardian was away gets its grace again, and the notice says so', async () => {
    const timeline = createTimeline(START);
    const store = createMemoryStore();
    await startHarness({ jobs: [nightly], timeline, store, over: { timer: timeline.mortalTimer().timer } }).then(
      ({ engine }) => engine.stop(),
    );
    await timeline.advance(2 * HOUR);
    const back = await startHarness({ jobs: [nightly], timeline, store, node: 'node-2', knobs: COARSE });
    await timeline.advance(5 * MINUTE);
    expect(back.told('job-late')).toEqual([]);
    await timeline.advance(MINUTE);
    expect(back.told('job-late')).toMatchObject([{ jobId: 'backup', tick, wasAway: true }]);
  });

  it('a run that is not ended within its maximum run time is timed out', async () => {
    const { timeline, engine, runsOf, told } = await startHarness({
      jobs: [nightly],
      knobs: { ...COARSE, watchdogEveryMs: 30_000 },
    });
    await engine.record(signal('start', START));
    await timeline.advance(HOUR + MINUTE);
    expect(runsOf('backup')).toMatchObject([{ status: 'timed_out', reason: 'timeout', finishedAt: START + HOUR }]);
    expect(told('run-finished')).toMatchObject([{ status: 'timed_out', isFirstFailure: true }]);
  });

  it('a run elsewhere ends at once when somebody cancels it, and is nobody’s to renew', async () => {
    const { timeline, engine, runsOf } = await startHarness({ jobs: [nightly] });
    await engine.record(signal('start', START));
    await timeline.advance(2 * MINUTE);
    expect(runsOf('backup')).toMatchObject([{ status: 'running' }]);
    await engine.cancel(runsOf('backup')[0]!.id, { user: 'louise', reason: null });
    expect(runsOf('backup')).toMatchObject([{ status: 'cancelled', reason: 'requested' }]);
  });
});

describe('posted logs', () => {
  it('may open as running and be closed later, as one run of its task type', async () => {
    const { engine, store, runsOf } = await startHarness({ jobs: [] });
    const opened = await engine.post(posted({ status: 'running', finishedAt: null, stats: null }));
    expect(opened).toMatchObject({ isNew: true, run: { status: 'running', trigger: 'posted' } });
    const closed = await engine.post(posted());
    expect(closed).toMatchObject({
      isNew: false,
      run: { id: opened.run.id, status: 'success', stats: { clients: 12 } },
    });
    expect(runsOf('full_sync')).toMatchObject([{ startedAt: START - 90_000, finishedAt: START }]);
    expect(store.jobs.get('full_sync')!.job.taskType).toBe('sync');
  });

  it('that are closed say how long they took', async () => {
    const { engine } = await startHarness({ jobs: [] });
    await engine.post(posted({ status: 'running', startedAt: null, finishedAt: null }));
    const { run } = await engine.post(posted({ startedAt: START + 7_000, finishedAt: START + 40_000 }));
    expect(run).toMatchObject({ status: 'success', startedAt: START + 7_000, finishedAt: START + 40_000 });
    expect(run.attempts).toMatchObject([{ startedAt: START + 7_000, finishedAt: START + 40_000 }]);
  });

  it('the same log twice is one run', async () => {
    const { engine, runsOf } = await startHarness({ jobs: [] });
    const first = await engine.post(posted());
    const second = await engine.post(posted({ status: 'error' }));
    expect(second).toMatchObject({ isNew: false, run: { id: first.run.id, status: 'success' } });
    expect(runsOf('full_sync')).toHaveLength(1);
  });

  it('F20: keeps the status that was posted, with its error', async () => {
    const { engine } = await startHarness({ jobs: [] });
    const { run } = await engine.post(posted({ status: 'error', error: 'HTTP 409', message: 'sync stopped' }));
    expect(run).toMatchObject({ status: 'error', reason: 'reported', error: 'HTTP 409', message: 'sync stopped' });
  });
});

describe('a run here beside runs elsewhere', () => {
  it('F23: whatever comes after a posted run runs here', async () => {
    const jobs = [watched('full_sync'), aJob('report', { trigger: afterJobs(['full_sync'], 'one_failed') })];
    const { engine, timeline, runsOf } = await startHarness({
      jobs,
      scripts: { report: async () => outcome('success') },
    });
    const { run } = await engine.post(posted({ status: 'error' }));
    await timeline.settle();
    expect(runsOf('report')).toMatchObject([{ status: 'success', chainRunId: run.id, causeRunId: run.id }]);
  });
});
