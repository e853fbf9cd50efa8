import { describe, expect, it } from 'vitest';
import type { Stratum } from './exact-test.ts';
import { inconclusive, isLookDue, type JudgeInput, judge } from './judge.ts';
import { DEFAULT_JUDGE_KNOBS } from './knobs.ts';
import type { StepVerdict } from './verdict.ts';

const CALM = { restarts: 0, outOfMemory: 0 };
const NO_ISSUES = { count: 0, incidents: 0 };

function stratum(newErrors: number, newRequests: number, oldErrors: number, oldRequests: number): Stratum {
  return { newErrors, newRequests, oldErrors, oldRequests };
}

function input(over: Partial<JudgeInput> = {}): JudgeInput {
  return {
    at: 0,
    step: 0,
    percent: 5,
    strata: [stratum(2, 200, 38, 3_800)],
    latencies: { fresh: [], old: [] },
    vitals: CALM,
    issues: NO_ISSUES,
    last: null,
    isStepOver: false,
    ...over,
  };
}

/** With the same shape on both sides; `factor` 1.25: a quarter slower. */
function latencies(count: number, factor: number): JudgeInput['latencies'] {
  const base = Array.from({ length: count }, (_, index) => 80 * Math.exp(((index % 41) - 20) / 40));
  return { fresh: base.map((value) => value * factor), old: base };
}

const errors = (count: number, requests = 200) => judge(input({ strata: [stratum(count, requests, 38, 3_800)] }));

describe('judge', () => {
  it('with 1 % before: 5 errors of 200 are suspect, 9 fail at once, 4 pass', () => {
    expect([errors(4).verdict, errors(5).verdict, errors(8).verdict, errors(9).verdict]).toEqual([
      'pass',
      'suspect',
      'suspect',
      'fail',
    ]);
    expect(errors(9)).toMatchObject({
      because: 'errors',
      numbers: { newErrors: 9, errorPoints: expect.closeTo(3.5, 1) },
    });
  });

  it('gathers as much again before a suspicion is confirmed: 11 of 400 fail, fewer go on or pass', () => {
    const last = errors(5);
    const again = (count: number) => judge(input({ strata: [stratum(count, 400, 76, 7_600)], last }));
    expect([again(11).verdict, again(8).verdict, again(5).verdict]).toEqual(['fail', 'suspect', 'pass']);
    const due = (requests: number) =>
      isLookDue(input({ strata: [stratum(5, requests, 76, 7_600)], last, isStepOver: true }));
    expect([due(399), due(400)]).toEqual([false, true]);
  });

  it('asks for a whole point: many requests with half a point more pass', () => {
    const many = judge(input({ strata: [stratum(1_500, 100_000, 1_000, 100_000)] }));
    expect(many.numbers.errorP).toBeLessThan(1e-10);
    expect(many.verdict).toBe('pass');
  });

  it('finds a step that was bad while another was good', () => {
    expect(judge(input({ strata: [stratum(1, 100, 19, 1_900), stratum(12, 100, 4, 400)] })).verdict).toBe('fail');
  });

  it('takes more than 20 % slower as suspect, confirmed as failed; 10 % slower passes; too few points say nothing', () => {
    const suspect = judge(input({ latencies: latencies(123, 1.3) }));
    expect(suspect).toMatchObject({
      verdict: 'suspect',
      because: 'latency',
      numbers: { latencyShift: expect.closeTo(0.3, 5) },
    });
    expect(judge(input({ latencies: latencies(246, 1.3), last: suspect })).verdict).toBe('fail');
    expect(judge(input({ latencies: latencies(246, 1.1) })).verdict).toBe('pass');
    expect(judge(input({ latencies: latencies(49, 3) }))).toMatchObject({
      verdict: 'pass',
      numbers: { latencyP: null },
    });
  });

  it('lets what is slower by less than 5 ms decide nothing, whatever share that is, and says by how much', () => {
    const quick = (factor: number, base: number): JudgeInput['latencies'] => {
      const { fresh, old } = latencies(200, factor);
      return { fresh: fresh.map((ms) => (ms * base) / 80), old: old.map((ms) => (ms * base) / 80) };
    };
    const cold = judge(input({ latencies: quick(1.8, 0.6) }));
    expect(cold).toMatchObject({
      verdict: 'pass',
      numbers: { latencyShift: expect.closeTo(0.8, 5), latencyShiftMs: expect.closeTo(0.48, 1) },
    });
    expect(cold.numbers.latencyP).toBeLessThan(0.001);
    expect(judge(input({ latencies: quick(1.3, 30) })).verdict).toBe('suspect');
    const strict = { ...DEFAULT_JUDGE_KNOBS, latencyLeastMs: 0 };
    expect(judge(input({ latencies: quick(1.8, 0.6), knobs: strict })).verdict).toBe('suspect');
  });

  it('fails at once on restarts and memory that ran out, without waiting for a look', () => {
    const grave = [
      [{ vitals: { restarts: 1, outOfMemory: 0 } }, 'restarts'],
      [{ vitals: { restarts: 1, outOfMemory: 1 } }, 'out_of_memory'],
    ] as const;
    for (const [over, because] of grave) {
      const seen = input({ ...over, strata: [stratum(0, 1, 0, 1)] });
      expect(isLookDue(seen)).toBe(true);
      expect(judge(seen)).toMatchObject({ verdict: 'fail', because });
    }
  });

  it('takes a new issue as suspect, and as failed when it goes on', () => {
    const suspect = judge(input({ issues: { count: 1, incidents: 1 } }));
    expect(suspect).toMatchObject({ verdict: 'suspect', because: 'new_issue' });
    expect(judge(input({ issues: { count: 1, incidents: 3 }, last: suspect })).verdict).toBe('fail');
    expect(judge(input({ issues: { count: 1, incidents: 1 }, last: suspect })).verdict).toBe('pass');
  });

  it('looks when the requests have doubled, so that ten million of them are twenty looks', () => {
    let last: StepVerdict | null = null;
    let looks = 0;
    for (let requests = 1; requests < 1e7; requests = Math.ceil(requests * 1.01)) {
      const seen = input({ strata: [stratum(0, requests, 0, requests)], last });
      if (!isLookDue(seen)) continue;
      last = judge(seen);
      looks++;
    }
    expect(looks).toBeGreaterThan(10);
    expect(looks).toBeLessThanOrEqual(20);
    expect(isLookDue(input({ last, isStepOver: true }))).toBe(true);
  });

  it('says inconclusive for what could not be looked at, with the numbers of the look before', () => {
    const last = errors(4);
    expect(inconclusive({ at: 1, step: 0, percent: 5 }, 'unreadable', last)).toMatchObject({
      verdict: 'inconclusive',
      because: 'unreadable',
      numbers: { newRequests: 200 },
    });
    expect(judge(input({ strata: [stratum(0, 0, 0, 0)] })).verdict).toBe('pass');
  });
});
