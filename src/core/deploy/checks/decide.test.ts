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
  readTestCounts,
} from './decide.ts';

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

  it('tests: 90 % must pass, read from what runners print; else the exit status', () => {
    const ended = (output: string, exitStatus: number | null = 1) => ({
      exitStatus,
      output,
      durationMs: 3,
      problem: null,
    });
    expect(decideTests(ended('18/20\n'), 0.9).outcome).toBe('passed');
    expect(decideTests(ended('17/20\n'), 0.9)).toMatchObject({
      outcome: 'failed',
      facts: { passed: 17, total: 20, percent: 85 },
    });
    expect(
      readTestCounts(
        '\u001b[2m      Tests \u001b[22m \u001b[31m1 failed\u001b[39m | \u001b[32m27 passed\u001b[39m (28)',
      ),
    ).toEqual({ passed: 27, total: 28 });
    expect(readTestCounts('===== 2 failed, 11 passed in 3.1s =====')).toEqual({ passed: 11, total: 13 });
    expect(readTestCounts('12 of 13 checks')).toEqual({ passed: 12, total: 13 });
    expect(readTestCounts('5/0')).toBeNull();
    expect(decideTests(ended('no counts', 0), 0.9).outcome).toBe('passed');
    expect(decideTests(ended('20/20', null), 0.9).outcome).toBe('failed');
    expect(readTestCounts(`${'1'.repeat(100_000)}/`)).toBeNull();
  });
});
