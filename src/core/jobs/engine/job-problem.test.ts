import { describe, expect, it } from 'vitest';
import { aJob, COARSE, createHarness, cron, DAY, HOUR, MINUTE, startHarness, taking } from './engine-fixtures.ts';
import { problemOf } from './job-problem.ts';
import { createMemoryStore, type MemoryStore } from './memory-store-fixtures.ts';
import { createTimeline, type Timeline } from './timeline-fixtures.ts';

const START = Date.parse('2026-03-02T12:30:00Z');

async function problemIn(store: MemoryStore, timeline: Timeline, jobId: string) {
  const runs = (await store.reader.lastOf([jobId])).get(jobId)!;
  return problemOf(store.jobs.get(jobId)!, runs, timeline.clock.now());
}

describe('what is wrong with a job', () => {
  it('nothing, of one that runs, is paused, or whose first tick is to come', async () => {
    const jobs = [
      aJob('runs', { trigger: cron('* * * * *') }),
      aJob('paused', { trigger: cron('* * * * *') }),
      aJob('later', { trigger: cron('0 0 1 1 *') }),
      aJob('by_hand'),
    ];
    const { engine, store, timeline } = await startHarness({ jobs });
    await engine.pause('paused', { until: null, reason: null, by: 'allan' });
    await timeline.advance(10 * MINUTE);
    for (const id of store.jobs.keys()) expect(await problemIn(store, timeline, id)).toBeNull();
  });

  it('F1: missing, where the scheduler is down; never ran, where nothing carries it out', async () => {
    const timeline = createTimeline(START);
    const jobs = [aJob('scan', { trigger: cron('0 * * * *') })];
    const down = await createHarness({ jobs, timeline });
    await timeline.advance(HOUR);
    expect(await problemIn(down.store, timeline, 'scan')).toBe('missing');
    const store = createMemoryStore();
    const stores = { ...store, queue: { ...store.queue, claim: async () => ({ runs: [], expired: [] }) } };
    await startHarness({ jobs, timeline, store, stores });
    await timeline.advance(2 * HOUR);
    expect(await problemIn(store, timeline, 'scan')).toBe('never ran');
  });

  it('overrunning, past its deadline', async () => {
    const timeline = createTimeline(START);
    const jobs = [
      aJob('sync', { trigger: cron('0 13 * * *', 'UTC'), mustFinishBy: { kind: 'after', ms: 10 * MINUTE } }),
    ];
    const { store } = await startHarness({ jobs, timeline, scripts: { sync: taking(timeline, 50 * MINUTE) } });
    await timeline.advance(40 * MINUTE);
    expect(await problemIn(store, timeline, 'sync')).toBeNull();
    await timeline.advance(MINUTE);
    expect(await problemIn(store, timeline, 'sync')).toBe('overrunning');
  });

  it('late, when a job that runs elsewhere is not heard of', async () => {
    const work = { kind: 'watched', graceMs: 5 * MINUTE } as const;
    const { store, timeline } = await startHarness({
      jobs: [aJob('backup', { work, trigger: cron('0 13 * * *', 'UTC') })],
      start: '2026-03-02T12:30:00Z',
      knobs: COARSE,
    });
    await timeline.advance(35 * MINUTE);
    expect(await problemIn(store, timeline, 'backup')).toBeNull();
    await timeline.advance(1_000);
    expect(await problemIn(store, timeline, 'backup')).toBe('late');
    await timeline.advance(DAY);
    expect(await problemIn(store, timeline, 'backup')).toBe('late');
  });

  it('late, at the very instant at which it is told', async () => {
    const work = { kind: 'watched', graceMs: 5 * MINUTE } as const;
    const { engine, store, timeline, told } = await startHarness({
      jobs: [aJob('backup', { work, trigger: cron('0 13 * * *', 'UTC') })],
      start: '2026-03-02T12:30:00Z',
      knobs: COARSE,
    });
    const both = async (ms: number) => {
      await timeline.advance(ms);
      await engine.changed();
      await timeline.settle();
      return [await problemIn(store, timeline, 'backup'), told('job-late').length];
    };
    expect(await both(35 * MINUTE)).toEqual([null, 0]);
    expect(await both(1)).toEqual(['late', 1]);
  });
});
