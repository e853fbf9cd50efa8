import { describe, expect, it } from 'vitest';
import {
  afterJobs,
  aJob,
  COARSE,
  createHarness,
  cron,
  DAY,
  HOUR,
  MINUTE,
  outcome,
  startHarness,
  taking,
} from './engine-fixtures.ts';
import { createMemoryStore } from './memory-store-fixtures.ts';
import { createTimeline } from './timeline-fixtures.ts';

const at = (text: string) => Date.parse(text);

describe('ticks become runs', () => {
  it('runs the predecessor’s 01:00 in Montreal at 06:00 UTC, at the second', async () => {
    const { timeline, runsOf } = await startHarness({
      jobs: [aJob('full_sync', { trigger: cron('0 1 * * *') })],
      start: '2026-03-02T05:59:30Z',
    });
    await timeline.advance(30_000);
    const [run] = runsOf('full_sync');
    expect(run).toMatchObject({
      tick: at('2026-03-02T06:00:00Z'),
      createdAt: at('2026-03-02T06:00:00Z'),
      status: 'success',
      trigger: 'schedule',
      triggeredBy: { kind: 'scheduler', user: null },
      attempt: 1,
    });
    expect(runsOf('full_sync')).toHaveLength(1);
  });

  it('F7: two schedulers on one store make one run of a tick', async () => {
    const timeline = createTimeline(at('2026-03-02T12:00:00Z'));
    const store = createMemoryStore();
    const jobs = [aJob('scan', { trigger: cron('* * * * *') })];
    const first = await createHarness({ jobs, timeline, store, node: 'a', over: { isOnlyNode: false } });
    const second = await createHarness({ jobs: [], timeline, store, node: 'b', over: { isOnlyNode: false } });
    await Promise.all([first.engine.start(), second.engine.start()]);
    await timeline.advance(10 * MINUTE);
    const ticks = first.runsOf('scan').map((run) => run.tick);
    expect(ticks).toEqual(Array.from({ length: 10 }, (_, minute) => at('2026-03-02T12:01:00Z') + minute * MINUTE));
    expect(first.statuses('scan')).toEqual(Array(10).fill('success'));
    expect(first.told('run-finished')).toHaveLength(10);
  });

  it('C11: a tick that another node planned is neither lost nor made twice when that node dies', async () => {
    const timeline = createTimeline(at('2026-03-02T12:00:00Z'));
    const store = createMemoryStore();
    const jobs = [aJob('scan', { trigger: cron('* * * * *') })];
    const first = await createHarness({ jobs, timeline, store, node: 'a', over: { isOnlyNode: false } });
    const second = await createHarness({ jobs: [], timeline, store, node: 'b', over: { isOnlyNode: false } });
    await first.engine.start();
    await second.engine.start();
    await timeline.advance(3 * MINUTE);
    await first.engine.stop();
    await timeline.advance(3 * MINUTE);
    const ticks = first.runsOf('scan').map((run) => run.tick);
    expect(ticks).toEqual(Array.from({ length: 6 }, (_, minute) => at('2026-03-02T12:01:00Z') + minute * MINUTE));
  });

  it('F17: a tick that comes late still runs, under its own date', async () => {
    const jobs = [aJob('digest', { trigger: cron('0 16 * * *'), catchUp: { kind: 'none', lookBackMs: DAY } })];
    const before = await createHarness({ jobs, start: '2026-03-02T20:59:00Z' });
    await before.timeline.advance(2 * MINUTE - 20_000);
    await before.engine.start();
    await before.timeline.settle();
    expect(before.runsOf('digest')).toMatchObject([{ tick: at('2026-03-02T21:00:00Z'), status: 'success' }]);
  });

  it('F17: after a day away the last tick is caught up, and the others are rows; the start says so before', async () => {
    const jobs = [aJob('sync', { trigger: cron('0 */6 * * *', 'UTC') })];
    const harness = await createHarness({ jobs, start: '2026-03-02T00:30:00Z' });
    await harness.timeline.advance(DAY);
    expect(await harness.engine.start()).toEqual({ runs: 1, skipped: 3, hasEarlier: false });
    expect(harness.runsOf('sync')).toEqual([]);
    await harness.timeline.settle();
    expect(
      harness.runsOf('sync').map(({ tick, status, reason, trigger }) => ({ tick, status, reason, trigger })),
    ).toEqual([
      { tick: at('2026-03-02T06:00:00Z'), status: 'skipped', reason: 'missed', trigger: 'catch-up' },
      { tick: at('2026-03-02T12:00:00Z'), status: 'skipped', reason: 'missed', trigger: 'catch-up' },
      { tick: at('2026-03-02T18:00:00Z'), status: 'skipped', reason: 'missed', trigger: 'catch-up' },
      { tick: at('2026-03-03T00:00:00Z'), status: 'success', reason: null, trigger: 'catch-up' },
    ]);
  });

  it('C14: a catch-up starts no more than its limit, and the preview says how many', async () => {
    const jobs = [
      aJob('poll', {
        trigger: cron('* * * * *'),
        catchUp: { kind: 'all', limit: 10, lookBackMs: DAY },
        overlap: { kind: 'queue', bound: 100 },
      }),
    ];
    const { timeline, engine, runsOf, statuses } = await startHarness({ jobs });
    await engine.pause('poll', { until: null, reason: 'moving the database', by: 'nicolas' });
    await timeline.advance(5 * HOUR);
    expect(runsOf('poll')).toHaveLength(0);
    expect(await engine.previewResume('poll')).toEqual({ runs: 10, skipped: 290, hasEarlier: false });
    await engine.resume('poll');
    await timeline.settle();
    expect(statuses('poll').filter((status) => status === 'success')).toHaveLength(10);
    expect(runsOf('poll').filter((run) => run.reason === 'missed')).toHaveLength(290);
  });

  it.each([
    ['skip', { kind: 'skip' }],
    ['a queue of one', { kind: 'queue', bound: 1 }],
    ['cancel-other', { kind: 'cancel-other' }],
    ['allow', { kind: 'allow' }],
  ] as const)(
    'a catch-up of all runs all of them, one after another unless they may overlap, with the overlap %s',
    async (_, overlap) => {
      const timeline = createTimeline(at('2026-03-02T12:00:30Z'));
      const catchUp = { kind: 'all', limit: 3, lookBackMs: DAY } as const;
      const jobs = [aJob('poll', { trigger: cron('0 * * * *'), catchUp, overlap })];
      const scripts = { poll: taking(timeline, 5_000) };
      const { engine, runsOf, statuses } = await startHarness({ jobs, timeline, scripts });
      await engine.pause('poll', { until: null, reason: null, by: 'nicolas' });
      await timeline.advance(5 * HOUR);
      expect(await engine.previewResume('poll')).toEqual({ runs: 3, skipped: 2, hasEarlier: false });
      await engine.resume('poll');
      await timeline.advance(MINUTE);
      expect(statuses('poll')).toEqual(['skipped', 'skipped', 'success', 'success', 'success']);
      const ran = runsOf('poll').slice(2);
      const isOneByOne = ran.every((run, index) => index === 0 || run.startedAt! >= ran[index - 1]!.finishedAt!);
      expect(isOneByOne).toBe(overlap.kind !== 'allow');
    },
  );

  it.each([
    ['skip', { kind: 'skip' }, { runs: 0, skipped: 5 }],
    ['a queue of one', { kind: 'queue', bound: 1 }, { runs: 3, skipped: 2 }],
    ['cancel-other', { kind: 'cancel-other' }, { runs: 3, skipped: 2 }],
  ] as const)(
    'a catch-up beside a run that is open does what the preview says, with the overlap %s',
    async (_, overlap, preview) => {
      const timeline = createTimeline(at('2026-03-02T12:00:30Z'));
      const catchUp = { kind: 'all', limit: 3, lookBackMs: DAY } as const;
      const jobs = [aJob('poll', { trigger: cron('0 * * * *'), catchUp, overlap })];
      const scripts = { poll: taking(timeline, 5_000) };
      const { engine, runsOf } = await startHarness({ jobs, timeline, scripts });
      await engine.pause('poll', { until: null, reason: null, by: 'nicolas' });
      await timeline.advance(5 * HOUR);
      await engine.run('poll', { kind: 'manual', user: 'nicolas' });
      await timeline.settle();
      expect(await engine.previewResume('poll')).toEqual({ ...preview, hasEarlier: false });
      await engine.resume('poll');
      await timeline.advance(MINUTE);
      const ticks = runsOf('poll').filter(({ tick }) => tick !== null);
      expect(ticks.filter(({ status }) => status === 'success')).toHaveLength(preview.runs);
      expect(ticks.filter(({ status }) => status === 'skipped')).toHaveLength(preview.skipped);
    },
  );

  it('computes missed ticks with the schedule that was in force at the time', async () => {
    const store = createMemoryStore();
    const timeline = createTimeline(at('2026-03-02T00:30:00Z'));
    const all = { kind: 'all', limit: 100, lookBackMs: DAY } as const;
    const hourly = aJob('sync', { trigger: cron('0 * * * *', 'UTC'), catchUp: all, overlap: { kind: 'allow' } });
    await createHarness({ jobs: [hourly], timeline, store });
    await timeline.advance(3 * HOUR);
    const daily = { ...hourly, trigger: cron('15 * * * *', 'UTC') };
    const harness = await createHarness({ jobs: [daily], timeline, store });
    await timeline.advance(2 * HOUR);
    await harness.engine.start();
    await timeline.settle();
    expect(harness.runsOf('sync').map((run) => new Date(run.tick!).toISOString().slice(11, 16))).toEqual([
      '01:00',
      '02:00',
      '03:00',
      '04:15',
      '05:15',
    ]);
  });

  it('F23: a pause with an end ends by itself; its user and reason are kept until then', async () => {
    const jobs = [aJob('poll', { trigger: cron('* * * * *'), catchUp: { kind: 'none', lookBackMs: DAY } })];
    const { timeline, engine, store, runsOf, statuses } = await startHarness({ jobs });
    const until = timeline.clock.now() + 10 * MINUTE + 30_000;
    await engine.pause(null, { until, reason: 'night of the move', by: 'allan' });
    await timeline.advance(9 * MINUTE);
    expect(store.jobs.get('poll')!.pause).toMatchObject({ until, reason: 'night of the move', by: 'allan' });
    expect(runsOf('poll')).toHaveLength(0);
    await timeline.advance(3 * MINUTE);
    expect(store.jobs.get('poll')!.pause).toBeNull();
    expect(statuses('poll')).toEqual([...Array(10).fill('skipped'), 'success', 'success']);
  });

  it('C11: one schedule that cannot be computed holds up no other, and is told', async () => {
    const jobs = [aJob('broken', { trigger: cron('99 99 * * *') }), aJob('poll', { trigger: cron('* * * * *') })];
    const { timeline, statuses, failures } = await startHarness({ jobs });
    await timeline.advance(2 * MINUTE);
    expect(statuses('poll')).toEqual(['success', 'success']);
    expect(failures.map(({ part }) => part)).toContain('planner:broken');
  });

  it('C1: a clock change neither repeats nor loses the nightly run', async () => {
    const jobs = [aJob('night', { trigger: cron('30 2 * * *') })];
    const { timeline, runsOf } = await startHarness({ jobs, start: '2026-03-07T12:00:00Z', knobs: COARSE });
    await timeline.advance(2 * DAY);
    expect(runsOf('night').map((run) => new Date(run.tick!).toISOString())).toEqual([
      '2026-03-08T07:00:00.000Z',
      '2026-03-09T06:30:00.000Z',
    ]);
  });

  it('F21: evenings and week-ends of Montreal are days of Montreal, whatever the day in UTC', async () => {
    const jobs = [
      aJob('sync', { trigger: cron('0 19 * * 6') }),
      aJob('report', {
        trigger: cron('30 22 * * 6'),
        condition: { job: 'sync', timeZone: 'America/Montreal', waitUntil: { kind: 'after', ms: HOUR } },
      }),
    ];
    const { timeline, runsOf } = await startHarness({ jobs, start: '2026-03-06T12:00:00Z', knobs: COARSE });
    await timeline.advance(3 * DAY);
    expect(runsOf('sync').map((run) => new Date(run.tick!).toISOString())).toEqual(['2026-03-08T00:00:00.000Z']);
    expect(runsOf('report')).toMatchObject([{ tick: at('2026-03-08T03:30:00Z'), status: 'success' }]);
  });

  it('keeps an interval on its anchor over a restart', async () => {
    const anchor = at('2026-03-02T00:00:07Z');
    const jobs = [aJob('pulse', { trigger: { kind: 'interval', everyMs: 90_000, anchor } })];
    const { timeline, engine, runsOf, store } = await startHarness({ jobs, start: '2026-03-02T12:00:00Z' });
    await timeline.advance(5 * MINUTE);
    await engine.stop();
    const again = await startHarness({ jobs, timeline, store });
    await timeline.advance(5 * MINUTE);
    expect(again.runsOf('pulse').every((run) => (run.tick! - anchor) % 90_000 === 0)).toBe(true);
    expect(runsOf('pulse')).toHaveLength(7);
  });

  it('C14: of a rhythm of seconds that stood still for days no more than 1,000 rows are made', async () => {
    const jobs = [aJob('pulse', { trigger: { kind: 'interval', everyMs: 1_000, anchor: 0 } })];
    const harness = await createHarness({ jobs });
    await harness.timeline.advance(2 * DAY);
    await harness.engine.start();
    await harness.timeline.settle();
    expect(harness.runsOf('pulse')).toHaveLength(1_000);
    expect(harness.runsOf('pulse').filter((run) => run.status === 'success')).toHaveLength(1);
  });

  it('plans a thousand schedules of one second in one transaction', async () => {
    const jobs = Array.from({ length: 1_000 }, (_, index) =>
      aJob(`job-${index}`, { trigger: cron('0 13 * * *', 'UTC') }),
    );
    const store = createMemoryStore();
    let calls = 0;
    const plan: typeof store.planner.plan = (requests, follow) => {
      calls += 1;
      return store.planner.plan(requests, follow);
    };
    const stores = { ...store, planner: { ...store.planner, plan } };
    const { timeline } = await startHarness({
      jobs,
      store,
      stores,
      start: '2026-03-02T12:59:59Z',
      knobs: { runsAtOnce: 0 },
    });
    await timeline.advance(1_000);
    expect(calls).toBe(1);
    expect(store.runs.size).toBe(1_000);
  });

  it('does not start a chain of a tick that is skipped itself', async () => {
    const timeline = createTimeline(at('2026-03-02T12:00:00Z'));
    const jobs = [
      aJob('slow', { trigger: cron('* * * * *') }),
      aJob('next', { trigger: afterJobs(['slow'], 'all_done') }),
    ];
    const scripts = { slow: taking(timeline, 150_000, outcome('success')) };
    const { runsOf, statuses } = await startHarness({ jobs, scripts, timeline });
    await timeline.advance(4 * MINUTE - 1);
    expect(statuses('slow')).toEqual(['success', 'skipped', 'skipped']);
    expect(runsOf('slow')[1]).toMatchObject({ reason: 'overlap', causeRunId: runsOf('slow')[0]!.id });
    expect(statuses('next')).toEqual(['success']);
  });
});
