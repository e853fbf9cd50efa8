import { describe, expect, it } from 'vitest';
import {
  criticalPath,
  type EndedRun,
  learnJob,
  measureEffect,
  suggest,
  weightOf,
  wilson,
  withOverrides,
} from './index.ts';
import { NOW, simulate, simulateQueue } from './runs-fixtures.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function run(over: Partial<EndedRun>): EndedRun {
  return {
    ...{ id: 'r', jobId: 'sync', chainRunId: 'r', causeRunId: null, status: 'success', trigger: 'schedule' },
    ...{ readyAt: NOW - HOUR, startedAt: NOW - HOUR, finishedAt: NOW, attempts: [], timeoutMs: HOUR, failedStep: null },
    ...over,
  };
}

describe('what is learnt of a job', () => {
  it('counts failures, time-outs and cancellations: two of five good are 0.4, not 1 (row 30)', () => {
    const statuses = ['success', 'warning', 'error', 'timed_out', 'cancelled'] as const;
    const runs = Array.from({ length: 20 }, (_, index) => run({ status: statuses[index % 5]! }));
    const [all] = learnJob(runs, NOW)!;
    expect(all!.runs).toBe(20);
    expect(all!.successRate.value).toBeCloseTo(0.4, 10);
    expect(all!.successRate.low).toBeCloseTo(0.219, 2);
    expect(all!.successRate.high).toBeCloseTo(0.613, 2);
  });

  it('says nothing under twenty runs', () => {
    expect(
      learnJob(
        Array.from({ length: 19 }, () => run({})),
        NOW,
      ),
    ).toBeNull();
    expect(learnJob([], NOW)).toBeNull();
  });

  it('weighs a run half when it is thirty days older', () => {
    expect(weightOf(NOW - 30 * DAY, NOW)).toBeCloseTo(0.5, 12);
    const old = Array.from({ length: 10 }, () => run({ status: 'error', finishedAt: NOW - 60 * DAY }));
    const recent = Array.from({ length: 10 }, () => run({}));
    expect(learnJob([...old, ...recent], NOW)![0]!.successRate.value).toBeCloseTo(0.8, 10);
  });

  it('tells contexts apart that have enough runs', () => {
    const night = Array.from({ length: 25 }, (_, day) => run({ status: 'error', startedAt: NOW - day * DAY + HOUR }));
    const noon = Array.from({ length: 25 }, (_, day) => run({ startedAt: NOW - day * DAY + 12 * HOUR }));
    const learnt = learnJob([...night, ...noon], NOW)!;
    const rates = learnt.map(({ context, successRate }) => [context, successRate.value]);
    expect(rates).toEqual([
      [null, 0.5],
      ['hour=22-04', 0],
      ['hour=10-16', 1],
    ]);
  });

  it('names waiting or running, and the step that fails most', () => {
    const runs = Array.from({ length: 20 }, (_, index) =>
      run({
        readyAt: NOW - 4 * HOUR,
        status: index < 5 ? 'error' : 'success',
        failedStep: index < 4 ? 'load' : index < 5 ? 'parse' : null,
      }),
    );
    expect(learnJob(runs, NOW)![0]!.bottlenecks).toEqual([
      { kind: 'waiting', name: 'sync', share: 0.75, meanMs: 3 * HOUR },
      { kind: 'failing step', name: 'load', share: 0.8, meanMs: null },
    ]);
  });

  it('finds the job that a chain waits for, not the one that runs beside it', () => {
    const chain = [
      run({ id: 'a', jobId: 'load', chainRunId: 'a', readyAt: 0, startedAt: 0, finishedAt: 6 * HOUR }),
      run({ id: 'b', jobId: 'beside', chainRunId: 'a', causeRunId: 'a', readyAt: 6 * HOUR, finishedAt: 7 * HOUR }),
      run({ id: 'c', jobId: 'report', chainRunId: 'a', causeRunId: 'a', readyAt: 6 * HOUR, finishedAt: 8 * HOUR }),
    ];
    expect(criticalPath(chain, NOW).map(({ name, share }) => [name, share])).toEqual([
      ['load', 0.75],
      ['report', 0.25],
    ]);
  });
});

describe('suggestions', () => {
  const flaky = { runs: 600, retries: 1, timeoutMs: HOUR, meanMs: 1_000, success: [0.7, 0.6] as [number, number] };

  it('expect of one more retry what one more retry does, on jobs where it helps', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const [found] = suggest([simulate({ ...flaky, seed })]);
      expect(found).toMatchObject({ jobId: 'sync', parameter: 'retries.count', from: 1, to: 2 });
      const rateOf = (retries: number) =>
        simulate({ ...flaky, seed: seed + 100, retries, runs: 4_000 }).runs.filter(({ status }) => status === 'success')
          .length / 4_000;
      const gain = rateOf(2) - rateOf(1);
      expect(gain).toBeGreaterThan(found!.effect.low);
      expect(gain).toBeLessThan(found!.effect.high);
    }
  });

  it('expect of twice the time what twice the time does', () => {
    const slow = { runs: 600, retries: 0, timeoutMs: 20_000, meanMs: 10_000, success: [1, 1] as [number, number] };
    for (const seed of [1, 2, 3, 4, 5]) {
      const [found] = suggest([simulate({ ...slow, seed })]);
      expect(found).toMatchObject({ parameter: 'timeoutMs', from: 20_000, to: 40_000, measure: 'success rate' });
      const rateOf = (timeoutMs: number) =>
        simulate({ ...slow, seed: seed + 100, timeoutMs, runs: 4_000 }).runs.filter(
          ({ status }) => status === 'success',
        ).length / 4_000;
      const gain = rateOf(40_000) - rateOf(20_000);
      expect(gain).toBeGreaterThan(found!.effect.low);
      expect(gain).toBeLessThan(found!.effect.high);
    }
  });

  it('expect less waiting of one more at a time, where runs wait for each other', () => {
    const [found] = suggest([simulateQueue({ seed: 1, limit: 1, runs: 400, everyMs: 1_000, meanMs: 800 })]);
    expect(found).toMatchObject({ parameter: 'concurrency.limit', from: 1, to: 2, measure: 'waiting' });
    expect(found!.effect.high).toBeLessThan(-0.5);
  });

  it('carry a confidence that was measured on runs they were not made of', () => {
    const histories = [1, 2, 3, 4].map((seed) => simulate({ ...flaky, id: `job-${seed}`, seed }));
    const found = suggest(histories);
    expect(found).toHaveLength(4);
    expect(found[0]!.judgedOn).toBe(16);
    expect(found[0]!.confidence).toBeGreaterThan(0.8);
    // One job alone was tried too rarely to say.
    expect(suggest([simulate({ ...flaky, seed: 1 })])[0]).toMatchObject({ confidence: null, judgedOn: 4 });
  });

  it('lose their confidence where the past does not foretell: retries that rescue now and then not at all', () => {
    const changing = [1, 2, 3, 4].map((seed) => {
      const good = simulate({ ...flaky, id: `job-${seed}`, seed, success: [0.5, 1] });
      const bad = simulate({ ...flaky, id: `job-${seed}`, seed, success: [0.5, 0] });
      const runs = good.runs.map((one, index) => (Math.floor(index / 120) % 2 === 0 ? one : bad.runs[index]!));
      return { ...good, runs, sharing: runs };
    });
    for (const { confidence } of suggest(changing)) expect(confidence).toBeLessThan(0.3);
  });

  it('are not made where nothing is to be gained, nor of too few runs', () => {
    const useless = Array.from({ length: 20 }, (_, seed) =>
      simulate({ ...flaky, seed, id: `job-${seed}`, success: [0.7, 0] }),
    );
    const healthy = Array.from({ length: 20 }, (_, seed) =>
      simulate({ ...flaky, seed: seed + 50, id: `well-${seed}`, success: [1, 1] }),
    );
    expect(suggest([...useless, ...healthy])).toEqual([]);
    expect(suggest([simulate({ ...flaky, seed: 1, runs: 19 })])).toEqual([]);
    expect(suggest([simulateQueue({ seed: 1, limit: 4, runs: 400, everyMs: 1_000, meanMs: 300 })])).toEqual([]);
  });
});

describe('an applied suggestion', () => {
  const earlier = Array.from({ length: 30 }, (_, index) =>
    run({ finishedAt: NOW - DAY + index, status: index % 2 ? 'error' : 'success' }),
  );
  const later = (status: EndedRun['status'], count: number) =>
    Array.from({ length: count }, (_, index) => run({ startedAt: NOW + index, finishedAt: NOW + index, status }));

  it('is measured on twenty runs before and after, and taken back when it is worse (row 30)', () => {
    const change = { measure: 'success rate' as const };
    expect(measureEffect([...earlier, ...later('success', 19)], change, NOW)).toBeNull();
    expect(measureEffect([...earlier, ...later('success', 20)], change, NOW)).toEqual({
      ...{ before: 0.5, after: 1, runsBefore: 30, runsAfter: 20 },
      isWorse: false,
    });
    expect(measureEffect([...earlier, ...later('error', 20)], change, NOW)!.isWorse).toBe(true);
  });

  it('holds as long as the configuration says what it was changed from', () => {
    const { job } = simulate({ seed: 1, runs: 1, retries: 1, timeoutMs: HOUR, success: [1, 1], meanMs: 1 });
    const override = { jobId: 'sync', parameter: 'retries.count' as const, from: 1, to: 2, suggestionId: 's' };
    const changed = withOverrides(job as never, [override]);
    expect(changed.retries.count).toBe(2);
    expect(withOverrides({ ...job, retries: { ...job.retries, count: 3 } } as never, [override]).retries.count).toBe(3);
    expect(withOverrides({ ...job, id: 'other' } as never, [override]).retries.count).toBe(1);
  });
});

describe('the interval of a share', () => {
  it('is Wilson’s: 8 of 10 are 0.49 to 0.94', () => {
    const seen = Array.from({ length: 10 }, (_, index) => ({ isHit: index < 8, weight: 1 }));
    expect(wilson(seen)).toMatchObject({ value: 0.8, runs: 10 });
    expect(wilson(seen)!.low).toBeCloseTo(0.4902, 4);
    expect(wilson(seen)!.high).toBeCloseTo(0.9433, 4);
    expect(wilson([])).toBeNull();
  });
});
