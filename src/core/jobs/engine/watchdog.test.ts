import { describe, expect, it } from 'vitest';
import type { JobEngine } from './engine.ts';
import { afterJobs, aJob, COARSE, cron, HOUR, MINUTE, outcome, startHarness, taking } from './engine-fixtures.ts';
import { createMemoryStore } from './memory-store-fixtures.ts';
import { createTimeline } from './timeline-fixtures.ts';

const START = Date.parse('2026-03-02T12:00:00Z');
/** Jobs that the watchdog has something to say of. */
const problemsOf = (engine: JobEngine) =>
  engine
    .watch()!
    .filter(({ missedTick, neverRan }) => [missedTick, neverRan].some(({ condition }) => condition === 'bad'));
const by = { kind: 'manual', user: 'nicolas' } as const;

describe('the watchdog', () => {
  it('F1: a planner that makes no rows is seen within two minutes, each tick once, until a tick has its row again', async () => {
    const store = createMemoryStore();
    let isBroken = true;
    const plan: typeof store.planner.plan = async (...asked) => (isBroken ? [] : store.planner.plan(...asked));
    const stores = { ...store, planner: { ...store.planner, plan } };
    const jobs = [aJob('scan', { trigger: cron('*/5 * * * *') })];
    const { timeline, engine } = await startHarness({ jobs, store, stores });
    const missed = () => engine.watch()?.[0]?.missedTick;
    expect(missed()).toEqual({ condition: 'good', ticks: [] });
    await timeline.advance(5 * MINUTE + 90_000);
    expect(missed()).toEqual({ condition: 'bad', ticks: [START + 5 * MINUTE] });
    await timeline.advance(10 * MINUTE);
    expect(missed()!.ticks).toEqual([5, 10, 15].map((minutes) => START + minutes * MINUTE));
    isBroken = false;
    await timeline.advance(2 * MINUTE);
    expect(missed()).toEqual({ condition: 'good', ticks: [] });
  });

  it('F1: a tick that was lost is seen until the next one has its row', async () => {
    const store = createMemoryStore();
    let lost = Number.NaN;
    const ticks: typeof store.reader.ticks = async (...asked) =>
      (await store.reader.ticks(...asked)).filter(({ tick }) => tick !== lost);
    const stores = { ...store, reader: { ...store.reader, ticks } };
    const jobs = [aJob('scan', { trigger: cron('*/5 * * * *') })];
    const { timeline, engine } = await startHarness({ jobs, store, stores });
    lost = START + 10 * MINUTE;
    await timeline.advance(12 * MINUTE);
    expect(engine.watch()).toMatchObject([{ jobId: 'scan', missedTick: { condition: 'bad', ticks: [lost] } }]);
    await timeline.advance(5 * MINUTE);
    expect(engine.watch()).toMatchObject([{ jobId: 'scan', missedTick: { condition: 'good', ticks: [] } }]);
  });

  it('F1: a job that never ran since its first tick is seen, until a run of it begins', async () => {
    const store = createMemoryStore();
    let isBroken = true;
    const claim: typeof store.queue.claim = async (asked) =>
      isBroken ? { runs: [], expired: [] } : store.queue.claim(asked);
    const stores = { ...store, queue: { ...store.queue, claim } };
    const jobs = [aJob('scan', { trigger: cron('0 * * * *') })];
    const { timeline, engine } = await startHarness({ jobs, store, stores, start: '2026-03-02T12:30:00Z' });
    const never = () => engine.watch()?.[0]?.neverRan;
    await timeline.advance(30 * MINUTE + 50_000);
    expect(never()).toEqual({ condition: 'good', firstTick: null });
    await timeline.advance(3 * HOUR);
    expect(never()).toEqual({ condition: 'bad', firstTick: Date.parse('2026-03-02T13:00:00Z') });
    isBroken = false;
    await timeline.advance(MINUTE);
    expect(never()).toEqual({ condition: 'good', firstTick: null });
  });

  it('says nothing of jobs that run, that are paused, or whose first tick is to come', async () => {
    const jobs = [
      aJob('runs', { trigger: cron('* * * * *') }),
      aJob('paused', { trigger: cron('* * * * *') }),
      aJob('later', { trigger: cron('0 0 1 1 *') }),
      aJob('next', { trigger: afterJobs(['runs']) }),
    ];
    const { timeline, engine } = await startHarness({ jobs });
    await engine.pause('paused', { until: null, reason: null, by: 'allan' });
    await timeline.advance(20 * MINUTE);
    await engine.resume('paused');
    await timeline.advance(20 * MINUTE);
    expect(problemsOf(engine)).toEqual([]);
  });

  it('says nothing of what was missed while Guardian was away: that is caught up with', async () => {
    const timeline = createTimeline(START);
    const store = createMemoryStore();
    const jobs = [aJob('poll', { trigger: cron('* * * * *') })];
    const first = await startHarness({ jobs, timeline, store });
    await timeline.advance(5 * MINUTE);
    await first.engine.stop();
    await timeline.advance(2 * HOUR);
    const second = await startHarness({ jobs, timeline, store, node: 'node-2' });
    expect(problemsOf(second.engine)).toEqual([]);
    await timeline.advance(10 * MINUTE);
    expect(problemsOf(second.engine)).toEqual([]);
  });

  it('C14: a part that does not turn any more is seen by those that ask', async () => {
    const store = createMemoryStore();
    let isHanging = false;
    const list: typeof store.registry.list = (options) =>
      isHanging ? new Promise(() => {}) : store.registry.list(options);
    const stores = { ...store, registry: { ...store.registry, list } };
    const { timeline, engine } = await startHarness({ jobs: [aJob('a')], store, stores });
    await timeline.advance(3 * MINUTE);
    expect(engine.parts().filter(({ isStopped }) => isStopped)).toEqual([]);
    isHanging = true;
    await timeline.advance(2 * MINUTE);
    const stopped = engine.parts().filter(({ isStopped }) => isStopped);
    expect(stopped.map(({ name }) => name)).toContain('planner');
  });

  it.each([
    ['an hour forward', HOUR],
    ['an hour back', -HOUR],
  ])('no part is said to stand still, and no tick to be missing, because the clock was set %s', async (_, byMs) => {
    const jobs = [aJob('poll', { trigger: cron('* * * * *') })];
    const { timeline, engine } = await startHarness({ jobs });
    await timeline.advance(10 * MINUTE);
    timeline.setClock(byMs);
    expect(engine.parts().filter(({ isStopped }) => isStopped)).toEqual([]);
    for (let second = 0; second < 200; second++) {
      await timeline.advance(1_000);
      expect(engine.parts().filter(({ isStopped }) => isStopped)).toEqual([]);
      expect(problemsOf(engine)).toEqual([]);
    }
  });

  it('says of no tick that it is missing when it looks before the planner has seen that the clock was set', async () => {
    const jobs = [aJob('poll', { trigger: cron('* * * * *') })];
    const { timeline, engine } = await startHarness({ jobs, knobs: { planEveryMs: 20_000, refreshMs: HOUR } });
    await timeline.advance(10 * MINUTE + 25_000);
    timeline.setClock(HOUR);
    for (let second = 0; second < 300; second++) {
      await timeline.advance(1_000);
      expect(problemsOf(engine)).toEqual([]);
    }
  });

  it('a part that stands still is seen although the clock is set back meanwhile', async () => {
    const store = createMemoryStore();
    let isHanging = false;
    const list: typeof store.registry.list = (options) =>
      isHanging ? new Promise(() => {}) : store.registry.list(options);
    const stores = { ...store, registry: { ...store.registry, list } };
    const { timeline, engine } = await startHarness({ jobs: [aJob('a')], store, stores });
    await timeline.advance(3 * MINUTE);
    isHanging = true;
    timeline.setClock(-HOUR);
    await timeline.advance(2 * MINUTE);
    const stopped = engine.parts().filter(({ isStopped }) => isStopped);
    expect(stopped.map(({ name }) => name)).toContain('planner');
  });

  it('F2: a part that fails says so with its error, and turns again by itself', async () => {
    const store = createMemoryStore();
    let isDown = true;
    const claim: typeof store.queue.claim = async (request) => {
      if (isDown) throw new Error('database is locked');
      return store.queue.claim(request);
    };
    const stores = { ...store, queue: { ...store.queue, claim } };
    const { timeline, engine, statuses, failures } = await startHarness({ jobs: [aJob('a')], store, stores });
    await engine.run('a', by);
    await timeline.advance(2 * MINUTE);
    const claiming = () => engine.parts().find(({ name }) => name === 'claim')!;
    expect(claiming()).toMatchObject({ isStopped: true, lastError: { message: 'internal: database is locked' } });
    expect(failures.length).toBeGreaterThan(60);
    isDown = false;
    await timeline.advance(2_000);
    expect(claiming()).toMatchObject({ isStopped: false, failingSince: null, lastError: null });
    expect(statuses('a')).toEqual(['success']);
  });
});

describe('deadlines', () => {
  const noon = Date.parse('2026-03-02T12:00:00Z');

  it('C12: a run that has not ended by its time is late, once', async () => {
    const timeline = createTimeline(noon);
    const jobs = [
      aJob('sync', { trigger: cron('30 12 * * *', 'UTC'), mustFinishBy: { kind: 'after', ms: 10 * MINUTE } }),
    ];
    const { told } = await startHarness({ jobs, timeline, scripts: { sync: taking(timeline, 45 * MINUTE) } });
    await timeline.advance(40 * MINUTE);
    expect(told('job-late')).toEqual([]);
    await timeline.advance(MINUTE);
    expect(told('job-late')).toMatchObject([
      { jobId: 'sync', what: 'finish', deadline: noon + 40 * MINUTE, tick: noon + 30 * MINUTE, status: 'running' },
    ]);
    await timeline.advance(2 * HOUR);
    expect(told('job-late')).toHaveLength(1);
  });

  it('C12: a step of a chain that has not even begun is late at its local time, under its own job', async () => {
    const timeline = createTimeline(Date.parse('2026-03-02T05:59:00Z'));
    const mustFinishBy = { kind: 'local', time: '05:00', timeZone: 'America/Montreal' } as const;
    const jobs = [
      aJob('full_sync', { trigger: cron('0 1 * * *'), timeoutMs: 10 * HOUR }),
      aJob('timeline_report', { trigger: afterJobs(['full_sync']), mustFinishBy }),
    ];
    const scripts = { full_sync: taking(timeline, 5 * HOUR) };
    const { told } = await startHarness({ jobs, timeline, scripts, knobs: { ...COARSE, watchdogEveryMs: 30_000 } });
    await timeline.advance(4 * HOUR + 2 * MINUTE);
    expect(told('job-late')).toMatchObject([
      { jobId: 'timeline_report', what: 'finish', deadline: Date.parse('2026-03-02T10:00:00Z'), runId: null },
    ]);
    await timeline.advance(2 * HOUR);
    expect(told('job-late')).toHaveLength(1);
  });

  it('C12: a run that waits too long for its key has not begun in time', async () => {
    const timeline = createTimeline(noon);
    const concurrency = { key: 'db', limit: 1 };
    const jobs = [
      aJob('long', { concurrency, trigger: cron('0 13 * * *', 'UTC') }),
      aJob('short', {
        concurrency,
        trigger: cron('1 13 * * *', 'UTC'),
        mustStartBy: { kind: 'after', ms: 5 * MINUTE },
      }),
    ];
    const { told } = await startHarness({ jobs, timeline, scripts: { long: taking(timeline, 30 * MINUTE) } });
    await timeline.advance(2 * HOUR);
    expect(told('job-late')).toMatchObject([{ jobId: 'short', what: 'start', status: 'queued' }]);
  });

  it('C12: lateness between two looks is told as well', async () => {
    const timeline = createTimeline(noon);
    const jobs = [aJob('sync', { trigger: cron('30 12 * * *', 'UTC'), mustFinishBy: { kind: 'after', ms: 2_000 } })];
    const { told } = await startHarness({
      jobs,
      timeline,
      scripts: { sync: taking(timeline, 3_000, outcome('error')) },
    });
    await timeline.advance(31 * MINUTE);
    expect(told('job-late')).toHaveLength(1);
  });

  it('C12: in time is not late', async () => {
    const timeline = createTimeline(noon);
    const jobs = [aJob('sync', { trigger: cron('* * * * *'), mustFinishBy: { kind: 'after', ms: 30_000 } })];
    const { told } = await startHarness({ jobs, timeline, scripts: { sync: taking(timeline, 30_000) } });
    await timeline.advance(10 * MINUTE);
    expect(told('job-late')).toEqual([]);
  });
});
