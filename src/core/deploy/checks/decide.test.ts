import { describe, expect, it } from 'vitest';
import type { ProbeReply } from './check.ts';
import {
  decideAccess,
  decideAnalysis,
  decideCommand,
  decideHealth,
  decideMemory,
  decideMetrics,
  decideTests,
  decideUrl,
} from './decide.ts';
import { readTestCounts } from './read-test-counts.ts';

const reply = (over: Partial<ProbeReply> = {}): ProbeReply => ({
  status: 200,
  body: '',
  durationMs: 5,
  problem: null,
  ...over,
});
const SILENT = reply({ status: null, problem: 'connection refused' });
const health = { streak: 0, wanted: 5, sinceMs: 0, withinMs: 60_000 };

describe('checks decide from what was answered', () => {
  it('health: five in a row, up within 60 s', () => {
    expect(decideHealth({ ...health, streak: 5, sinceMs: 9_000 }, reply())).toMatchObject({
      outcome: 'passed',
      facts: { answers: 5 },
    });
    expect(decideHealth({ ...health, streak: 4 }, reply())).toBeNull();
    expect(decideHealth({ ...health, sinceMs: 59_000 }, SILENT)).toBeNull();
    expect(decideHealth({ ...health, sinceMs: 60_000 }, SILENT)).toMatchObject({
      outcome: 'failed',
      facts: { problem: 'connection refused' },
    });
    expect(decideHealth({ ...health, streak: 3, sinceMs: 61_000 }, reply())).toBeNull();
  });

  it('metrics: each family has a sample; a comment or a longer name is none', () => {
    const body = '# HELP b x\n# TYPE c histogram\na_total{p="x"} 1\nb_bucket{le="1"} 0\nb_sum 0\nabc 1\n';
    expect(decideMetrics(reply({ body }), ['a_total', 'b'])).toMatchObject({ outcome: 'passed' });
    expect(decideMetrics(reply({ body }), ['a_total', 'c', 'ab'])).toMatchObject({
      outcome: 'failed',
      facts: { missing: 'c, ab' },
    });
    expect(decideMetrics(reply({ status: 404 }), ['a_total'])).toMatchObject({
      outcome: 'failed',
      facts: { status: 404 },
    });
    expect(decideMetrics(SILENT, ['a_total'])).toMatchObject({ outcome: 'inconclusive' });
  });

  it('analysis: an empty answer, an error or a second one without the cache fails', () => {
    const done = (cache: string, durationMs = 5) =>
      reply({ body: JSON.stringify({ status: 'completed', metadata: { provider: 'p', cache } }), durationMs });
    expect(decideAnalysis(done('none'), done('memory', 99), 100).outcome).toBe('passed');
    expect(decideAnalysis(done('none'), done('memory', 100), 100).outcome).toBe('failed');
    expect(decideAnalysis(done('none'), done('none'), 100).outcome).toBe('failed');
    expect(decideAnalysis(done('none'), reply({ body: '{"status":"skipped"}' }), 100).outcome).toBe('passed');
    for (const body of ['', '{}', 'null', '[]', '<html>', '{"status":"failed"}', '{"status":{"a":1}}']) {
      expect(decideAnalysis(reply({ body }), null, 100).outcome).toBe('failed');
    }
    expect(decideAnalysis(SILENT, null, 100).outcome).toBe('inconclusive');
    expect(decideAnalysis(done('none'), SILENT, 100).outcome).toBe('inconclusive');
  });

  it('memory: below 90 % of the limit; unknown is not applicable', () => {
    expect(decideMemory({ memoryBytes: 899, memoryLimitBytes: 1000 }, 0.9).outcome).toBe('passed');
    expect(decideMemory({ memoryBytes: 900, memoryLimitBytes: 1000 }, 0.9)).toMatchObject({
      outcome: 'failed',
      facts: { percent: 90 },
    });
    expect(decideMemory({ memoryBytes: null, memoryLimitBytes: 1000 }, 0.9).outcome).toBe('skipped');
  });

  it('access: kept out or let in as before, whatever else the status is', () => {
    expect(decideAccess(200, reply({ status: 503 })).outcome).toBe('passed');
    expect(decideAccess(401, reply({ status: 403 })).outcome).toBe('passed');
    expect(decideAccess(200, reply({ status: 302 })).outcome).toBe('failed');
    expect(decideAccess(403, reply({ status: 200 })).outcome).toBe('failed');
    expect(decideAccess(null, reply()).outcome).toBe('skipped');
    expect(decideAccess(200, SILENT).outcome).toBe('inconclusive');
  });

  it('own checks: status, text, exit status', () => {
    expect(decideUrl(reply({ body: 'cart: ok' }), { contains: 'ok' }).outcome).toBe('passed');
    expect(decideUrl(reply({ body: 'cart' }), { contains: 'ok' })).toMatchObject({
      outcome: 'failed',
      facts: { lacks: 'ok' },
    });
    expect(decideUrl(reply({ status: 204 }), { status: 204 }).outcome).toBe('passed');
    expect(decideUrl(SILENT, {}).outcome).toBe('failed');
    const ended = { exitStatus: 0, output: '', durationMs: 3, problem: null };
    expect(decideCommand(ended).outcome).toBe('passed');
    expect(decideCommand({ ...ended, exitStatus: null, problem: 'timed out' })).toMatchObject({
      outcome: 'failed',
      facts: { problem: 'timed out' },
    });
  });

  describe('tests', () => {
    const ended = (output: string, exitStatus: number | null = 1) => ({
      exitStatus,
      output,
      durationMs: 3,
      problem: null,
    });

    it('90 % must pass, read from what the command prints last; else the exit status', () => {
      expect(decideTests(ended('18/20\n'), 0.9).outcome).toBe('passed');
      expect(decideTests(ended('17/20\n'), 0.9)).toMatchObject({
        outcome: 'failed',
        facts: { passed: 17, total: 20, percent: 85 },
      });
      expect(readTestCounts('12 of 13 checks')).toEqual({ passed: 12, total: 13 });
      expect(readTestCounts('5/0')).toBeNull();
      expect(decideTests(ended('no counts', 0), 0.9).outcome).toBe('passed');
      expect(decideTests(ended('20/20', null), 0.9).outcome).toBe('failed');
      expect(readTestCounts(`${'1'.repeat(100_000)}/`)).toBeNull();
    });

    it('of which all passed failed all the same when the command did: something of it never ran', () => {
      expect(decideTests(ended('20/20\n', 1), 0.9)).toMatchObject({
        outcome: 'failed',
        facts: { passed: 20, total: 20, exit: 1 },
      });
      expect(decideTests(ended('20/20\n', 0), 0.9).outcome).toBe('passed');
    });

    it.each([
      ['pytest', '===== 2 failed, 11 passed, 1 skipped, 3 warnings in 3.12s =====', 11, 13],
      ['pytest with errors', '========= 9 passed, 5 errors in 0.42s =========', 9, 14],
      [
        'pytest that collected nothing',
        '!!! Interrupted: 1 error during collection !!!\n=== 1 error in 0.12s ===',
        0,
        1,
      ],
      ['pytest, quiet', '.........F\n1 failed, 9 passed in 0.31s', 9, 10],
      [
        'jest',
        'Test Suites: 1 failed, 3 passed, 4 total\nTests:       1 failed, 19 passed, 20 total\nTime: 1.2 s',
        19,
        20,
      ],
      [
        'vitest',
        ' Test Files  1 failed | 8 passed (9)\n      Tests  1 failed | 27 passed (28)\n   Duration  1.31s',
        27,
        28,
      ],
      [
        'vitest in colours',
        '\u001b[2m      Tests \u001b[22m \u001b[31m1 failed\u001b[39m | \u001b[32m27 passed\u001b[39m (28)',
        27,
        28,
      ],
      [
        'vitest with an error outside of its tests',
        ' Test Files  1 failed (1)\n      Tests  1 failed | 8 passed (9)\n     Errors  2 errors\n',
        8,
        11,
      ],
      [
        'mocha',
        '  19 passing (12ms)\n  2 pending\n  1 failing\n\n  1) cart\n       adds:\n     Error: got 3/4',
        19,
        20,
      ],
      [
        'node:test',
        'ℹ tests 12\nℹ suites 2\nℹ pass 9\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ duration_ms 44.1',
        9,
        11,
      ],
      ['node:test as TAP', '1..2\n# tests 20\n# suites 0\n# pass 19\n# fail 1\n# cancelled 0\n# skipped 0', 19, 20],
      [
        'JUnit of Maven',
        '[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 0\n[ERROR] Tests run: 20, Failures: 1, Errors: 2, Skipped: 1\n[INFO] BUILD FAILURE',
        16,
        19,
      ],
      [
        'JUnit of Gradle',
        '20 tests completed, 1 failed, 4 skipped\n\nFAILURE: Build failed with an exception.',
        15,
        16,
      ],
      ['PHPUnit', 'FAILURES!\nTests: 20, Assertions: 41, Failures: 1, Errors: 1.', 18, 20],
      ['Rust', 'test result: FAILED. 9 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out', 9, 10],
    ])('are counted as %s prints them', (_, output, passed, total) => {
      expect(readTestCounts(output)).toEqual({ passed, total });
      expect(decideTests(ended(output), 0.9).outcome).toBe(passed / total >= 0.9 ? 'passed' : 'failed');
    });

    it.each([
      [
        'jest, a suite of which did not load',
        'Test Suites: 1 failed, 3 passed, 4 total\nTests:       10 passed, 10 total',
      ],
      [
        'jest, a suite of which did not load beside a test that failed',
        'Test Suites: 2 failed, 3 passed, 5 total\nTests:       1 failed, 19 passed, 20 total',
      ],
      ['vitest, a file of which did not load', ' Test Files  1 failed | 3 passed (4)\n      Tests  10 passed (10)'],
      ['mocha, whose hook failed outside of a test', '  10 passing (9ms)'],
      [
        'go test',
        '--- FAIL: TestPrice/9/10 (0.00s)\nFAIL\nFAIL\texample.org/shop/10/10\t0.003s\nok  \texample.org/cart\t0.01s',
      ],
      [
        'go test, a package of which was not built',
        'FAIL\texample.org/shop [build failed]\nok  \texample.org/cart\t0.01s',
      ],
      ['an unknown runner that tells the time', '1 test is broken\nfinished 2026/11/22, shard 10/10, took 9 of 10 s'],
    ])('that are not all known fail with the command: %s', (_, output) => {
      expect(decideTests(ended(output, 1), 0.9).outcome).toBe('failed');
      expect(decideTests(ended('ok  \texample.org/shop/9/10\t0.003s\nPASS\n', 0), 0.9).outcome).toBe('passed');
    });
  });
});
