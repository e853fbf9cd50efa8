import { describe, expect, it } from 'vitest';
import { GuardianError } from '../../shared/index.ts';
import {
  afterJobs,
  aJob,
  createHarness,
  cron,
  HOUR,
  MINUTE,
  outcome,
  type Script,
  startHarness,
  taking,
} from './engine-fixtures.ts';
import { createMemoryStore } from './memory-store-fixtures.ts';
import { createTimeline } from './timeline-fixtures.ts';
import type { Timer } from './timer.ts';

const START = Date.parse('2026-03-02T12:00:00Z');
const by = { kind: 'manual', user: 'nicolas' } as const;
const retries = { count: 3, firstDelayMs: 30_000, factor: 2, longestDelayMs: 50_000, jitter: 0 };

describe('runs that are asked for', () => {
  it('F23: is a row of whoever asked before the answer is given', async () => {
    const { engine, store, timeline, runsOf } = await startHarness({ jobs: [aJob('sync')] });
    const answer = await engine.run('sync', by);
    expect(answer).toMatchObject({ kind: 'made', run: { triggeredBy: by, trigger: 'manual' } });
    expect(answer.kind === 'made' && store.runs.has(answer.run.id)).toBe(true);
    await timeline.settle();
    expect(runsOf('sync')).toMatchObject([{ status: 'success', chainRunId: runsOf('sync')[0]!.id }]);
  });

  it('F23: is refused with the id of the run in its way, whether that was planned or asked for', async () => {
    const timeline = createTimeline(START);
    const jobs = [aJob('sync', { trigger: cron('* * * * *') })];
    const { engine, runsOf } = await startHarness({ jobs, timeline, scripts: { sync: taking(timeline, 30_000) } });
    await timeline.advance(MINUTE + 1);
    expect(await engine.run('sync', by)).toEqual({ kind: 'refused', inWay: runsOf('sync')[0]!.id });
    await timeline.advance(30_000);
    expect(await engine.run('sync', { kind: 'api', user: 'key:ci' })).toMatchObject({ kind: 'made' });
  });

  it('F24: the answer comes once the row is there, however long the work takes', async () => {
    const { engine, statuses } = await startHarness({
      jobs: [aJob('sync')],
      scripts: { sync: () => new Promise(() => {}) },
    });
    expect(await engine.run('sync', by)).toMatchObject({ kind: 'made', run: { status: 'queued' } });
    expect(statuses('sync')).toHaveLength(1);
  });

  it('gives the same run for the same idempotency key', async () => {
    const { engine, timeline, runsOf } = await startHarness({ jobs: [aJob('sync')] });
    const first = await engine.run('sync', { ...by, key: 'k-1' });
    await timeline.settle();
    const second = await engine.run('sync', { ...by, key: 'k-1' });
    expect(second.kind === 'made' && first.kind === 'made' && second.run.id === first.run.id).toBe(true);
    expect(runsOf('sync')).toHaveLength(1);
  });

  it('does not know a job that is not declared, and cannot start one that runs elsewhere', async () => {
    const jobs = [aJob('backup', { work: { kind: 'watched', graceMs: MINUTE } })];
    const { engine } = await startHarness({ jobs });
    await expect(engine.run('nothing', by)).rejects.toMatchObject({ code: 'not_found' });
    await expect(engine.run('backup', by)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('overlap and concurrency keys', () => {
  it('queues up to its bound, then skips', async () => {
    const timeline = createTimeline(START);
    const jobs = [aJob('sync', { trigger: cron('* * * * *'), overlap: { kind: 'queue', bound: 2 } })];
    const { statuses, runsOf } = await startHarness({ jobs, timeline, scripts: { sync: taking(timeline, HOUR) } });
    await timeline.advance(4 * MINUTE);
    expect(statuses('sync')).toEqual(['running', 'queued', 'queued', 'skipped']);
    expect(runsOf('sync')[3]).toMatchObject({ reason: 'queue_full' });
  });

  it('cancel-other ends the run that is in the way, and then runs', async () => {
    const timeline = createTimeline(START);
    const jobs = [aJob('sync', { overlap: { kind: 'cancel-other' } })];
    const { engine, runsOf } = await startHarness({ jobs, timeline, scripts: { sync: taking(timeline, 20_000) } });
    await engine.run('sync', by);
    await timeline.advance(5_000);
    await engine.run('sync', by);
    await timeline.advance(40_000);
    expect(runsOf('sync').map(({ status, reason }) => ({ status, reason }))).toEqual([
      { status: 'cancelled', reason: 'superseded' },
      { status: 'success', reason: null },
    ]);
  });

  it('F8: jobs that share a key run one after the other, in the order of their ticks', async () => {
    const timeline = createTimeline(START);
    const concurrency = { key: 'db', limit: 1 };
    const began: string[] = [];
    const script: Script = (run, job, context) => {
      began.push(job.id);
      return taking(timeline, 90_000)(run, job, context);
    };
    const jobs = ['a', 'b', 'c'].map((id, index) =>
      aJob(id, { concurrency, trigger: cron(`${index + 1} 12 * * *`, 'UTC') }),
    );
    const { statuses } = await startHarness({ jobs, timeline, scripts: { a: script, b: script, c: script } });
    await timeline.advance(2 * MINUTE + 1);
    expect([statuses('a'), statuses('b')]).toEqual([['running'], ['queued']]);
    await timeline.advance(10 * MINUTE);
    expect(began).toEqual(['a', 'b', 'c']);
    expect([statuses('a'), statuses('b'), statuses('c')]).toEqual([['success'], ['success'], ['success']]);
  });

  it('runs no more at once than there are slots', async () => {
    const timeline = createTimeline(START);
    const jobs = Array.from({ length: 5 }, (_, index) => aJob(`j${index}`, { trigger: cron('1 12 * * *', 'UTC') }));
    const scripts = Object.fromEntries(jobs.map((job) => [job.id, taking(timeline, 10_000)]));
    const { store } = await startHarness({ jobs, timeline, scripts, knobs: { runsAtOnce: 2 } });
    await timeline.advance(MINUTE);
    const running = () => [...store.runs.values()].filter((run) => run.status === 'running').length;
    expect(running()).toBe(2);
    await timeline.advance(30_000);
    expect([...store.runs.values()].every((run) => run.status === 'success')).toBe(true);
  });
});

describe('attempts', () => {
  it('F25: tries again after growing delays, keeps each attempt, and tells once, after the last', async () => {
    const { engine, timeline, runsOf, told } = await startHarness({
      jobs: [aJob('report', { retries })],
      scripts: { report: async (run) => outcome('error', { error: `boom ${run.attempt}` }) },
    });
    await engine.run('report', by);
    await timeline.advance(3 * MINUTE);
    const [run] = runsOf('report');
    expect(run).toMatchObject({ status: 'error', attempt: 4, error: 'boom 4' });
    expect(run!.attempts.map(({ startedAt, error }) => [(startedAt - START) / 1_000, error])).toEqual([
      [0, 'boom 1'],
      [30, 'boom 2'],
      [80, 'boom 3'],
      [130, 'boom 4'],
    ]);
    expect(told('run-finished')).toMatchObject([{ status: 'error', attempts: 4, isFirstFailure: true }]);
  });

  it('F3: keeps the underlying error verbatim', async () => {
    const error = "NameError: name 'get_sync_manager' is not defined\n  at scan.py:12";
    const { engine, timeline, runsOf, told } = await startHarness({
      jobs: [aJob('scan')],
      scripts: { scan: async () => outcome('error', { error }) },
    });
    await engine.run('scan', by);
    await timeline.settle();
    expect(runsOf('scan')[0]!.error).toBe(error);
    expect(told('run-finished')[0]).toMatchObject({ error });
  });

  it('ends a run that takes longer than its timeout', async () => {
    const timeline = createTimeline(START);
    const jobs = [aJob('sync', { timeoutMs: 5_000 })];
    const { engine, runsOf } = await startHarness({ jobs, timeline, scripts: { sync: taking(timeline, HOUR) } });
    await engine.run('sync', by);
    await timeline.advance(5_000);
    expect(runsOf('sync')).toMatchObject([{ status: 'timed_out', reason: 'timeout', finishedAt: START + 5_000 }]);
  });

  it('C10: gives up what does not stop when it is told to, and frees its slot', async () => {
    const jobs = [aJob('stuck', { timeoutMs: 5_000 }), aJob('other')];
    const { engine, timeline, runsOf, statuses } = await startHarness({
      jobs,
      scripts: { stuck: () => new Promise(() => {}) },
      knobs: { runsAtOnce: 1 },
    });
    await engine.run('stuck', by);
    await timeline.settle();
    await engine.run('other', by);
    await timeline.advance(36_000);
    expect(runsOf('stuck')).toMatchObject([{ status: 'timed_out' }]);
    expect(statuses('other')).toEqual(['success']);
  });

  it('a run that was told to stop is no success, whatever it says', async () => {
    const { engine, timeline, runsOf } = await startHarness({
      jobs: [aJob('sync', { timeoutMs: 5_000 })],
      scripts: {
        sync: (_run, _job, { signal }) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve(outcome('success')))),
      },
    });
    await engine.run('sync', by);
    await timeline.advance(6_000);
    expect(runsOf('sync')).toMatchObject([{ status: 'timed_out' }]);
  });

  it('an executor that throws fails its run and nothing else', async () => {
    const { engine, timeline, runsOf } = await startHarness({
      jobs: [aJob('sync')],
      scripts: {
        sync: async () => {
          throw new TypeError('cannot read properties of undefined');
        },
      },
    });
    await engine.run('sync', by);
    await timeline.settle();
    expect(runsOf('sync')).toMatchObject([{ status: 'error', error: 'cannot read properties of undefined' }]);
  });

  it('cancels a running run at once, with who asked and why; a cancelled run is not tried again', async () => {
    const timeline = createTimeline(START);
    const jobs = [aJob('sync', { retries })];
    const { engine, runsOf } = await startHarness({ jobs, timeline, scripts: { sync: taking(timeline, HOUR) } });
    const made = await engine.run('sync', by);
    await timeline.advance(1_000);
    await engine.cancel(made.kind === 'made' ? made.run.id : '', { user: 'louise', reason: 'wrong night' });
    await timeline.settle();
    expect(runsOf('sync')).toMatchObject([
      {
        status: 'cancelled',
        reason: 'requested',
        message: 'wrong night',
        cancelRequest: { by: 'louise', reason: 'wrong night' },
        finishedAt: START + 1_000,
      },
    ]);
  });

  it('cancels a run that waits for another attempt', async () => {
    const { engine, timeline, runsOf } = await startHarness({
      jobs: [aJob('sync', { retries })],
      scripts: { sync: async () => outcome('error') },
    });
    const made = await engine.run('sync', by);
    await timeline.advance(1_000);
    expect(runsOf('sync')).toMatchObject([{ status: 'queued', attempt: 1 }]);
    await engine.cancel(made.kind === 'made' ? made.run.id : '', { user: 'louise', reason: null });
    await timeline.advance(HOUR);
    expect(runsOf('sync')).toMatchObject([{ status: 'cancelled', attempt: 1 }]);
  });

  it('another node hears of a cancellation with its next renewal', async () => {
    const timeline = createTimeline(START);
    const store = createMemoryStore();
    const scripts = { sync: taking(timeline, HOUR) };
    const runs = await createHarness({ jobs: [aJob('sync')], timeline, store, scripts, over: { isOnlyNode: false } });
    const asks = await createHarness({ jobs: [], timeline, store, node: 'node-2', over: { isOnlyNode: false } });
    await runs.engine.start();
    const made = await runs.engine.run('sync', by);
    await timeline.settle();
    await asks.engine.start();
    await asks.engine.cancel(made.kind === 'made' ? made.run.id : '', { user: 'louise', reason: null });
    await timeline.settle();
    expect(runs.statuses('sync')).toEqual(['running']);
    await timeline.advance(10_000);
    expect(runs.statuses('sync')).toEqual(['cancelled']);
  });
});

describe('crash and stop', () => {
  it('C15: what an earlier process left open is closed before the first tick, and goes to its retries', async () => {
    const timeline = createTimeline(START);
    const store = createMemoryStore();
    const jobs = [aJob('once'), aJob('again', { retries })];
    const scripts = { once: taking(timeline, HOUR), again: taking(timeline, HOUR) };
    const dying = timeline.mortalTimer();
    const first = await startHarness({ jobs, timeline, store, scripts, over: { timer: dying.timer } });
    await first.engine.run('once', by);
    await first.engine.run('again', by);
    await timeline.settle();
    dying.die();
    const second = await startHarness({ jobs, timeline, store, node: 'node-2' });
    expect(second.runsOf('once')).toMatchObject([{ status: 'error', reason: 'lost' }]);
    expect(second.runsOf('again')).toMatchObject([{ status: 'queued', attempts: [{ reason: 'lost' }] }]);
    await timeline.advance(MINUTE);
    expect(second.runsOf('again')).toMatchObject([{ status: 'success', attempt: 2 }]);
  });

  it('C15: another node closes the runs of a dead one within 20 s, and not while a busy one could still be alive', async () => {
    const timeline = createTimeline(START);
    const store = createMemoryStore();
    const over = { isOnlyNode: false };
    const dying = timeline.mortalTimer();
    const scripts = { sync: taking(timeline, HOUR) };
    const jobs = [aJob('sync')];
    const first = await startHarness({ jobs, timeline, store, scripts, over: { ...over, timer: dying.timer } });
    const second = await startHarness({ jobs: [], timeline, store, node: 'node-2', over });
    await first.engine.run('sync', by);
    await timeline.advance(16_000);
    dying.die();
    await timeline.advance(11_000);
    expect(second.statuses('sync')).toEqual(['running']);
    await timeline.advance(9_000);
    expect(second.runsOf('sync')).toMatchObject([{ status: 'error', reason: 'lost' }]);
  });

  it('a node that does nothing for eleven seconds loses none of its runs', async () => {
    const timeline = createTimeline(START);
    const store = createMemoryStore();
    const over = { isOnlyNode: false };
    let busyUntil = 0;
    const timer: Timer = {
      after: (ms, call) => timeline.timer.after(Math.max(ms, busyUntil - timeline.clock.now()), call),
    };
    const scripts = { sync: taking(timeline, MINUTE) };
    const first = await startHarness({ jobs: [aJob('sync')], timeline, store, scripts, over: { ...over, timer } });
    const second = await startHarness({ jobs: [], timeline, store, node: 'node-2', over });
    await first.engine.run('sync', by);
    await timeline.advance(1_000);
    busyUntil = timeline.clock.now() + 11_000;
    await timeline.advance(2 * MINUTE);
    expect(second.runsOf('sync')).toMatchObject([{ status: 'success', attempts: [{ status: 'success' }] }]);
  });

  it('a store that was away for everybody costs no living node its runs; those of a dead one are closed all the same', async () => {
    const timeline = createTimeline(START);
    const store = createMemoryStore();
    let isDown = false;
    const guarded = <Told extends unknown[], Answer>(call: (...told: Told) => Promise<Answer>) => {
      return async (...told: Told) => {
        if (isDown) throw new GuardianError('store_unavailable');
        return call(...told);
      };
    };
    const { renew, stale } = store.queue;
    const queue = { ...store.queue, renew: guarded(renew), stale: guarded(stale) };
    const stores = { ...store, queue };
    const dying = timeline.mortalTimer();
    const scripts = { long: taking(timeline, 5 * MINUTE), orphan: taking(timeline, HOUR) };
    const jobs = [aJob('long'), aJob('orphan')];
    const over = { isOnlyNode: false };
    // The one that lives renews a moment after the others look.
    const lives = await startHarness({ jobs, timeline, store, stores, scripts, over });
    await lives.engine.run('long', by);
    await timeline.advance(2_500);
    const dead = await startHarness({
      jobs: [],
      timeline,
      store,
      stores,
      scripts,
      node: 'node-2',
      over: { ...over, timer: dying.timer },
    });
    const looks = await startHarness({ jobs: [], timeline, store, stores, node: 'node-3', over });
    await dead.engine.run('orphan', by);
    await timeline.settle();
    dying.die();
    isDown = true;
    await timeline.advance(40_500);
    isDown = false;
    await timeline.advance(20_000);
    expect(looks.statuses('long')).toEqual(['running']);
    expect(looks.runsOf('orphan')).toMatchObject([{ status: 'error', reason: 'lost', node: 'node-2' }]);
  });

  it('a store that answers nobody for twenty seconds costs no living node its runs', async () => {
    const timeline = createTimeline(START);
    const store = createMemoryStore();
    let answersAt = 0;
    const slow = <Told extends unknown[], Answer>(call: (...told: Told) => Promise<Answer>) => {
      return async (...told: Told) => {
        const waitMs = answersAt - timeline.clock.now();
        if (waitMs > 0) await new Promise<void>((resolve) => timeline.timer.after(waitMs, resolve));
        return call(...told);
      };
    };
    const { renew, stale } = store.queue;
    const stores = { ...store, queue: { ...store.queue, renew: slow(renew), stale: slow(stale) } };
    const over = { isOnlyNode: false };
    const scripts = { sync: taking(timeline, 2 * MINUTE) };
    const first = await startHarness({ jobs: [aJob('sync')], timeline, store, stores, scripts, over });
    await first.engine.run('sync', by);
    // The others look at other moments than the first renews at.
    for (const [index, ms] of [200, 700, 600].entries()) {
      await timeline.advance(ms);
      await startHarness({ jobs: [], timeline, store, stores, node: `node-${index + 2}`, over });
    }
    for (let stalls = 0; stalls < 3; stalls++) {
      answersAt = timeline.clock.now() + 20_000;
      await timeline.advance(35_300);
    }
    await timeline.advance(MINUTE);
    expect(first.runsOf('sync')).toMatchObject([{ status: 'success', attempts: [{ status: 'success' }] }]);
  });

  it.each([
    ['an hour forward', HOUR],
    ['an hour back', -HOUR],
  ])('a clock that two nodes share and that is set %s costs neither its runs', async (_, byMs) => {
    const timeline = createTimeline(START);
    const store = createMemoryStore();
    const over = { isOnlyNode: false };
    const scripts = { sync: taking(timeline, 5 * MINUTE) };
    const first = await startHarness({ jobs: [aJob('sync')], timeline, store, scripts, over });
    await first.engine.run('sync', by);
    await timeline.advance(1_300);
    const second = await startHarness({ jobs: [], timeline, store, node: 'node-2', over });
    // The other looks before the first has renewed by the new clock.
    await timeline.advance(31_800);
    timeline.setClock(byMs);
    await timeline.advance(MINUTE);
    expect(second.statuses('sync')).toEqual(['running']);
    await timeline.advance(5 * MINUTE);
    expect(second.runsOf('sync')).toMatchObject([{ status: 'success', attempt: 1 }]);
  });

  it('a node that was taken for dead does not overwrite what became of its run', async () => {
    const timeline = createTimeline(START);
    const store = createMemoryStore();
    const over = { isOnlyNode: false };
    const cutOff = new Promise<never>(() => {});
    let isCutOff = false;
    const renew: typeof store.queue.renew = (...told) => (isCutOff ? cutOff : store.queue.renew(...told));
    const stores = { ...store, queue: { ...store.queue, renew } };
    const scripts = { sync: taking(timeline, 2 * MINUTE) };
    const first = await startHarness({ jobs: [aJob('sync')], timeline, store, stores, scripts, over });
    const second = await startHarness({ jobs: [], timeline, store, node: 'node-2', over });
    await first.engine.run('sync', by);
    await timeline.advance(1_000);
    isCutOff = true;
    await timeline.advance(5 * MINUTE);
    expect(second.runsOf('sync')).toMatchObject([{ status: 'error', reason: 'lost', attempt: 1 }]);
    expect(second.told('run-finished')).toHaveLength(1);
  });

  it('a stop lets what runs end', async () => {
    const timeline = createTimeline(START);
    const scripts = { sync: taking(timeline, 10_000) };
    const { engine, statuses } = await startHarness({ jobs: [aJob('sync')], timeline, scripts });
    await engine.run('sync', by);
    await timeline.settle();
    const stopped = engine.stop();
    await timeline.advance(10_000);
    await stopped;
    expect(statuses('sync')).toEqual(['success']);
  });

  it('a stop ends what takes too long: cancelled by shutdown, or on to its retries', async () => {
    const timeline = createTimeline(START);
    const scripts = { once: taking(timeline, HOUR), again: taking(timeline, HOUR) };
    const { engine, runsOf } = await startHarness({
      jobs: [aJob('once'), aJob('again', { retries })],
      timeline,
      scripts,
    });
    await engine.run('once', by);
    await engine.run('again', by);
    await timeline.settle();
    const stopped = engine.stop();
    await timeline.advance(20_000);
    await stopped;
    expect(runsOf('once')).toMatchObject([{ status: 'cancelled', reason: 'shutdown' }]);
    expect(runsOf('again')).toMatchObject([{ status: 'queued', attempts: [{ reason: 'shutdown' }] }]);
  });

  it('an end that the store cannot take is kept, renewed, and written when it answers again', async () => {
    const store = createMemoryStore();
    let isDown = true;
    const settle: typeof store.queue.settle = async (...told) => {
      if (isDown) throw new GuardianError('store_unavailable', { reason: 'connection refused' });
      return store.queue.settle(...told);
    };
    const stores = { ...store, queue: { ...store.queue, settle } };
    const { engine, timeline, statuses, failures } = await startHarness({ jobs: [aJob('sync')], store, stores });
    await engine.run('sync', by);
    await timeline.advance(2 * MINUTE);
    expect(statuses('sync')).toEqual(['running']);
    expect(failures[0]).toMatchObject({ part: 'settle', error: { code: 'store_unavailable' } });
    isDown = false;
    await timeline.advance(2_000);
    expect(statuses('sync')).toEqual(['success']);
  });
});

describe('conditions', () => {
  const condition = {
    job: 'sync',
    timeZone: 'America/Montreal',
    waitUntil: { kind: 'local', time: '10:00', timeZone: 'America/Montreal' },
  } as const;
  const jobs = [aJob('sync'), aJob('report', { trigger: cron('30 8 * * *'), condition })];

  it('C13: runs at 08:30 when the sync succeeded since midnight', async () => {
    const { engine, timeline, runsOf } = await startHarness({ jobs, start: '2026-03-02T06:00:00Z' });
    await engine.run('sync', by);
    await timeline.advance(8 * HOUR);
    expect(runsOf('report')).toMatchObject([{ status: 'success', startedAt: Date.parse('2026-03-02T13:30:00Z') }]);
  });

  it('C13: waits for it, and yesterday’s success does not do', async () => {
    const { engine, timeline, runsOf, statuses } = await startHarness({ jobs, start: '2026-03-02T04:00:00Z' });
    await engine.run('sync', by);
    await timeline.advance(10 * HOUR);
    expect(statuses('report')).toEqual(['queued']);
    await engine.run('sync', by);
    await timeline.advance(2_000);
    expect(runsOf('report')).toMatchObject([{ status: 'success' }]);
  });

  it('C13: is skipped when it did not come to hold in time', async () => {
    const { timeline, runsOf } = await startHarness({ jobs, start: '2026-03-02T13:00:00Z' });
    await timeline.advance(3 * HOUR);
    expect(runsOf('report')).toMatchObject([{ status: 'skipped', reason: 'condition_not_met', startedAt: null }]);
  });
});

describe('output', () => {
  it('F27: is redacted by whole lines before it is stored, also where a line comes in pieces', async () => {
    const { engine, timeline, store, runsOf } = await startHarness({
      jobs: [aJob('sync')],
      scripts: {
        sync: async (_run, _job, { output }) => {
          output('stdout', 'key sk-12');
          output('stderr', 'other\n');
          output('stdout', '34 used\nlast');
          return outcome('success');
        },
      },
      over: { redact: (text) => text.replaceAll('sk-1234', '[secret]') },
    });
    await engine.run('sync', by);
    await timeline.settle();
    const chunks = store.output.get(runsOf('sync')[0]!.id)!;
    expect(chunks.map(({ stream, text }) => [stream, text])).toEqual([
      ['stderr', 'other\n'],
      ['stdout', 'key [secret] used\nlast'],
    ]);
  });

  it('keeps the first MiB and the newest of what a run floods, and counts what was lost', async () => {
    const line = `${'x'.repeat(1_023)}\n`;
    const { engine, timeline, store, runsOf } = await startHarness({
      jobs: [aJob('flood')],
      scripts: {
        flood: async (_run, _job, { output }) => {
          for (let index = 0; index < 20_480; index++) output('stdout', line);
          output('stdout', 'the end\n');
          return outcome('success');
        },
      },
    });
    await engine.run('flood', by);
    await timeline.settle();
    const [run] = runsOf('flood');
    const chunks = store.output.get(run!.id)!;
    const kept = chunks.reduce((sum, { text }) => sum + text.length, 0);
    expect(kept).toBeLessThanOrEqual(10 * 1_048_576);
    expect(kept + run!.lostOutputBytes).toBe(20_480 * 1_024 + 8);
    expect(chunks.at(-1)!.text.endsWith('the end\n')).toBe(true);
  });

  it('is stored while the run goes on, in order, over the attempts', async () => {
    const timeline = createTimeline(START);
    const { engine, output, store, runsOf } = await startHarness({
      jobs: [aJob('sync', { retries: { ...retries, count: 1 } })],
      timeline,
      scripts: {
        sync: async (run, job, context) => {
          context.output('log', `attempt ${run.attempt}\n`);
          return taking(timeline, 5_000, outcome('error'))(run, job, context);
        },
      },
    });
    await engine.run('sync', by);
    await timeline.advance(300);
    expect(output.map(({ text }) => text)).toEqual(['attempt 1\n']);
    await timeline.advance(MINUTE);
    const chunks = store.output.get(runsOf('sync')[0]!.id)!;
    expect(chunks.map(({ text }) => text)).toEqual(['attempt 1\n', 'attempt 2\n']);
    expect(chunks[1]!.seq).toBeGreaterThan(chunks[0]!.seq);
  });

  it('F4: output that cannot be stored is told, and the run is judged all the same', async () => {
    const store = createMemoryStore();
    const append = async () => {
      throw new GuardianError('store_full');
    };
    const stores = { ...store, outputs: { ...store.outputs, append } };
    const { engine, timeline, statuses, failures } = await startHarness({
      jobs: [aJob('sync')],
      store,
      stores,
      scripts: {
        sync: async (_run, _job, { output }) => {
          output('stdout', 'line\n');
          return outcome('success');
        },
      },
    });
    await engine.run('sync', by);
    await timeline.settle();
    expect(statuses('sync')).toEqual(['success']);
    expect(failures).toMatchObject([{ part: 'output', error: { code: 'store_full' } }]);
  });
});

describe('the predecessor’s nightly chain', () => {
  const night = [
    aJob('full_sync', { trigger: cron('0 1 * * *'), taskType: 'sync' }),
    aJob('timeline_report', { trigger: afterJobs(['full_sync']), retries: { ...retries, factor: 1 } }),
  ];
  const start = '2026-03-02T05:59:00Z';

  it('F25: a report that fails leaves the sync a success, and can be run again alone', async () => {
    let isBroken = true;
    const { engine, timeline, runsOf, statuses, told } = await startHarness({
      jobs: night,
      start,
      scripts: {
        full_sync: async () => outcome('success', { stats: { clients: 12 } }),
        timeline_report: async () => (isBroken ? outcome('error') : outcome('success')),
      },
    });
    await timeline.advance(10 * MINUTE);
    expect([statuses('full_sync'), statuses('timeline_report')]).toEqual([['success'], ['error']]);
    expect(runsOf('timeline_report')[0]).toMatchObject({
      attempt: 4,
      trigger: 'after',
      causeRunId: runsOf('full_sync')[0]!.id,
    });
    expect(told('run-finished').map(({ jobId, status }) => [jobId, status])).toEqual([
      ['full_sync', 'success'],
      ['timeline_report', 'error'],
    ]);
    isBroken = false;
    await engine.run('timeline_report', by);
    await timeline.settle();
    expect([statuses('full_sync'), statuses('timeline_report')]).toEqual([['success'], ['error', 'success']]);
    expect(told('run-finished').at(-1)).toMatchObject({ jobId: 'timeline_report', isRecovery: true, failuresInRow: 1 });
    expect(told('chain-finished')).toHaveLength(1);
  });

  it('F25: a sync that fails holds the report back; the failure names it, and the chain lists each outcome', async () => {
    const { timeline, runsOf, told } = await startHarness({
      jobs: night,
      start,
      scripts: { full_sync: async () => outcome('error', { error: 'HTTP 503' }) },
    });
    await timeline.advance(10 * MINUTE);
    const [sync] = runsOf('full_sync');
    const [report] = runsOf('timeline_report');
    expect(report).toMatchObject({ status: 'upstream_failed', causeRunId: sync!.id, attempt: 0, startedAt: null });
    expect(told('run-finished')).toMatchObject([
      { jobId: 'full_sync', status: 'error', heldBack: [{ jobId: 'timeline_report', runId: report!.id }] },
    ]);
    expect(told('chain-finished')).toMatchObject([
      {
        jobId: 'full_sync',
        outcomes: [
          { jobId: 'full_sync', status: 'error' },
          { jobId: 'timeline_report', status: 'upstream_failed' },
        ],
      },
    ]);
  });
});
