import { describe, expect, it } from 'vitest';
import { afterJobs, aJob, MINUTE, outcome, type Script, startHarness, taking } from '../engine/engine-fixtures.ts';
import { createTimeline } from '../engine/timeline-fixtures.ts';
import type { AfterRule, Job } from '../job.ts';
import type { ExecutionOutcome } from '../ports.ts';
import type { Run } from '../run.ts';

const START = Date.parse('2026-03-02T12:00:00Z');
const by = { kind: 'manual', user: 'nicolas' } as const;

type End = ExecutionOutcome['status'];

/** `first` begins; `a` and `b` come after it and end as told, `a` after one second and `b` after two; `join` comes after both. */
async function joinOver(rule: AfterRule, [a, b]: [End, End], { isStrict = false, atMs = 10_000 } = {}) {
  const timeline = createTimeline(START);
  const ends = (ms: number, status: End): Script => taking(timeline, ms, outcome(status));
  const jobs = [
    aJob('first'),
    aJob('a', { trigger: afterJobs(['first']) }),
    aJob('b', { trigger: afterJobs(['first']) }),
    aJob('join', {
      trigger: afterJobs(
        [
          { job: 'a', isStrict },
          { job: 'b', isStrict },
        ],
        rule,
      ),
    }),
  ];
  const harness = await startHarness({ jobs, timeline, scripts: { a: ends(1_000, a), b: ends(2_000, b) } });
  await harness.engine.run('first', by);
  await timeline.advance(atMs);
  const [join] = harness.runsOf('join');
  return { ...harness, join: join ? { status: join.status, reason: join.reason } : null };
}

describe('after other jobs', () => {
  const good = { status: 'success', reason: null };
  const failed = { status: 'upstream_failed', reason: 'upstream_failed' };

  it.each<[AfterRule, [End, End], { status: string; reason: string | null }]>([
    ['all_success', ['success', 'success'], good],
    ['all_success', ['warning', 'success'], good],
    ['all_success', ['success', 'error'], failed],
    ['all_success', ['timed_out', 'success'], failed],
    ['all_done', ['error', 'success'], good],
    ['all_done', ['success', 'success'], good],
    ['one_failed', ['success', 'timed_out'], good],
    ['one_failed', ['success', 'warning'], { status: 'skipped', reason: 'rule_not_met' }],
    ['none_failed', ['success', 'warning'], good],
    ['none_failed', ['success', 'error'], failed],
  ])('C13: %s over %j', async (rule, ends, expected) => {
    expect((await joinOver(rule, ends)).join).toEqual(expected);
  });

  it('a warning does not pass a strict edge, and nothing failed', async () => {
    const { join } = await joinOver('all_success', ['warning', 'success'], { isStrict: true });
    expect(join).toEqual({ status: 'skipped', reason: 'rule_not_met' });
  });

  it('one_failed runs at once, while others still run', async () => {
    const { join, statuses } = await joinOver('one_failed', ['error', 'success'], { atMs: 1_500 });
    expect([join, statuses('b')]).toEqual([good, ['running']]);
  });

  it('all_success is given up at once, with the run that caused it', async () => {
    const { join, runsOf, statuses } = await joinOver('all_success', ['error', 'success'], { atMs: 1_500 });
    expect([join, statuses('b')]).toEqual([failed, ['running']]);
    expect(runsOf('join')[0]!.causeRunId).toBe(runsOf('a')[0]!.id);
  });

  it('all_done waits for all', async () => {
    expect((await joinOver('all_done', ['error', 'success'], { atMs: 1_500 })).join).toBeNull();
  });

  it('a cancelled run counts as failed', async () => {
    const { engine, runsOf, timeline } = await joinOver('all_success', ['success', 'success'], { atMs: 500 });
    await engine.cancel(runsOf('a')[0]!.id, { user: 'louise', reason: null });
    await timeline.settle();
    expect(runsOf('join')).toMatchObject([failed]);
  });

  it('skipped upstreams pass none_failed, and make all_success skipped with the run that was', async () => {
    const timeline = createTimeline(START);
    const jobs = [
      aJob('sync'),
      aJob('repair', { trigger: afterJobs(['sync'], 'one_failed') }),
      aJob('after_repair', { trigger: afterJobs(['repair']) }),
      aJob('always', { trigger: afterJobs(['repair'], 'none_failed') }),
    ];
    const { engine, runsOf } = await startHarness({ jobs, timeline });
    await engine.run('sync', by);
    await timeline.settle();
    const [repair] = runsOf('repair');
    expect(repair).toMatchObject({ status: 'skipped', reason: 'rule_not_met', causeRunId: runsOf('sync')[0]!.id });
    expect(runsOf('after_repair')).toMatchObject([
      { status: 'skipped', reason: 'upstream_skipped', causeRunId: repair!.id },
    ]);
    expect(runsOf('always')).toMatchObject([{ status: 'success' }]);
  });

  it('F26: a long chain that fails at its head is written to its end at once, each with the first cause, and told once', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `j${index}`);
    const jobs = names.map((id, index) => aJob(id, index === 0 ? {} : { trigger: afterJobs([names[index - 1]!]) }));
    const { engine, timeline, store, told } = await startHarness({
      jobs,
      scripts: { j0: async () => outcome('error', { error: 'refused' }) },
    });
    await engine.run('j0', by);
    await timeline.settle();
    const rows: Run[] = [...store.runs.values()];
    expect(rows).toHaveLength(50);
    const [head, ...others] = rows;
    expect(others.every((run) => run.status === 'upstream_failed' && run.causeRunId === head!.id)).toBe(true);
    expect(told('run-finished')).toHaveLength(1);
    expect(told('run-finished')[0]!.heldBack).toHaveLength(49);
    expect(told('chain-finished')).toHaveLength(1);
  });

  it('a join over two roots counts, in one chain run, the upstreams that its root reaches', async () => {
    const jobs = [aJob('a'), aJob('b'), aJob('join', { trigger: afterJobs(['a', 'b']) })];
    const { engine, timeline, runsOf } = await startHarness({ jobs });
    await engine.run('a', by);
    await timeline.settle();
    expect(runsOf('join')).toMatchObject([{ status: 'success', chainRunId: runsOf('a')[0]!.id }]);
  });

  it('two chain runs of the same jobs do not mix', async () => {
    const timeline = createTimeline(START);
    let count = 0;
    const jobs: Job[] = [
      aJob('first', { overlap: { kind: 'allow' } }),
      aJob('next', { trigger: afterJobs(['first']), overlap: { kind: 'allow' } }),
    ];
    const script: Script = async () => outcome(count++ === 0 ? 'error' : 'success');
    const { engine, runsOf } = await startHarness({ jobs, timeline, scripts: { first: script } });
    await engine.run('first', by);
    await engine.run('first', by);
    await timeline.settle();
    expect(runsOf('next').map(({ status, chainRunId }) => [status, chainRunId])).toEqual([
      ['upstream_failed', runsOf('first')[0]!.id],
      ['success', runsOf('first')[1]!.id],
    ]);
  });

  it('C10: steps that are skipped together by overlap end their chain run once', async () => {
    const timeline = createTimeline(START);
    const jobs = [
      aJob('first', { overlap: { kind: 'allow' } }),
      aJob('a', { trigger: afterJobs(['first']) }),
      aJob('b', { trigger: afterJobs(['first']) }),
      aJob('join', { trigger: afterJobs(['a', 'b'], 'all_done') }),
    ];
    const scripts = { a: taking(timeline, 10_000), b: taking(timeline, 10_000), join: taking(timeline, 10_000) };
    const { engine, runsOf, told } = await startHarness({ jobs, timeline, scripts });
    await engine.run('first', by);
    await timeline.advance(5_000);
    await engine.run('first', by);
    await timeline.advance(MINUTE);
    expect(runsOf('a')).toMatchObject([{ status: 'success' }, { status: 'skipped', reason: 'overlap' }]);
    expect(runsOf('b')).toMatchObject([{ status: 'success' }, { status: 'skipped', reason: 'overlap' }]);
    expect(runsOf('join').map(({ chainRunId }) => chainRunId)).toEqual(
      runsOf('first')
        .map(({ id }) => id)
        .reverse(),
    );
    expect(told('chain-finished')).toHaveLength(2);
  });

  it('C10: a chain run whose every step is skipped by overlap is told of once', async () => {
    const timeline = createTimeline(START);
    const jobs = [
      aJob('first', { overlap: { kind: 'allow' } }),
      aJob('a', { trigger: afterJobs(['first']) }),
      aJob('b', { trigger: afterJobs(['first']) }),
    ];
    const scripts = { a: taking(timeline, MINUTE), b: taking(timeline, MINUTE) };
    const { engine, runsOf, told } = await startHarness({ jobs, timeline, scripts });
    await engine.run('first', by);
    await timeline.settle();
    await engine.run('first', by);
    await timeline.settle();
    expect(told('chain-finished')).toMatchObject([
      {
        chainRunId: runsOf('first')[1]!.id,
        outcomes: [{ status: 'success' }, { status: 'skipped' }, { status: 'skipped' }],
      },
    ]);
  });

  it('a paused step is skipped, and whoever asked for the chain stands on each run of it', async () => {
    const jobs = [
      aJob('sync'),
      aJob('mail', { trigger: afterJobs(['sync']) }),
      aJob('log', { trigger: afterJobs(['sync']) }),
    ];
    const { engine, timeline, runsOf } = await startHarness({ jobs });
    await engine.pause('mail', { until: null, reason: null, by: 'allan' });
    await timeline.settle();
    await engine.run('sync', by);
    await timeline.settle();
    expect(runsOf('mail')).toMatchObject([{ status: 'skipped', reason: 'paused' }]);
    expect(runsOf('log')).toMatchObject([{ status: 'success', trigger: 'after', triggeredBy: by }]);
  });
});

describe('failing and well again', () => {
  it('F26: counts as failing from its failure threshold on, and as well from its recovery threshold', async () => {
    const ends: End[] = ['error', 'success', 'error', 'timed_out', 'error', 'success', 'warning', 'success'];
    let index = 0;
    const { engine, timeline, told } = await startHarness({
      jobs: [aJob('sync', { failureThreshold: 2, recoveryThreshold: 2 })],
      scripts: { sync: async () => outcome(ends[index++]!) },
    });
    for (const _ of ends) {
      await engine.run('sync', by);
      await timeline.settle();
    }
    const marks = told('run-finished').map(({ isFailing, isFirstFailure, isRecovery, failuresInRow }) => [
      isFailing,
      isFirstFailure,
      isRecovery,
      failuresInRow,
    ]);
    expect(marks).toEqual([
      [false, false, false, 1],
      [false, false, false, 1],
      [false, false, false, 1],
      [true, true, false, 2],
      [true, false, false, 3],
      [true, false, false, 3],
      [false, false, true, 3],
      [false, false, false, 0],
    ]);
  });

  it('F25: a cancelled run says nothing of its job', async () => {
    const timeline = createTimeline(START);
    const { engine, told, store } = await startHarness({
      jobs: [aJob('sync')],
      timeline,
      scripts: { sync: taking(timeline, 10_000) },
    });
    const made = await engine.run('sync', by);
    await timeline.settle();
    await engine.cancel(made.kind === 'made' ? made.run.id : '', { user: 'louise', reason: null });
    await timeline.settle();
    expect(told('run-finished')).toMatchObject([{ status: 'cancelled', isFailing: false, isFirstFailure: false }]);
    expect(store.jobs.get('sync')!.health.failuresInRow).toBe(0);
  });
});
