import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  errorEvent,
  event,
  exception,
  FORMER,
  frame,
  HOSTILE_TEXT,
  incident,
  issue,
  issueEvidence,
  issueOf,
  outOfMemory,
  reportInput,
  repositoryEvidence,
  request,
  START,
  slowRequest,
  understandingOf,
  warningIssue,
} from '../../../test/fixtures/understanding.ts';
import { reportSchema } from '../../contracts/report.ts';
import type { Issue, Understanding } from '../issues/index.ts';
import { messagesFor } from '../shared/index.ts';
import { buildReport } from './build.ts';
import type { ReportInput } from './input.ts';

function build(issues: Issue[], changes: Partial<ReportInput> = {}, more: Partial<Understanding> = {}) {
  const report = buildReport(reportInput(understandingOf(issues, more), changes));
  expect(reportSchema.parse(report)).toEqual(report);
  return report;
}

describe('a report', () => {
  const rich = () =>
    build(
      [outOfMemory({ limitMib: 1024, usedMib: 1062 }), issueOf(11), warningIssue(2)],
      {
        evidence: repositoryEvidence([issueEvidence('issue-1', { lastRevisionWithout: FORMER })]),
        redactions: { bearer: 1, email: 6 },
      },
      {
        entries: 400,
        context: [event({ time: START - 1000 })],
        latency: [slowRequest(6120)],
        latencyCount: 7,
        noise: { entries: 31, groups: [{ reason: 'never-served', entries: 31, paths: 12, example: '/wp-login.php' }] },
      },
    );

  it('has every key, filled (row 22)', () => {
    const report = rich();
    expect(Object.keys(report).sort()).toEqual(Object.keys(reportSchema.shape).sort());
    const empty = Object.entries(report).filter(([, value]) => Array.isArray(value) && value.length === 0);
    expect(empty.map(([key]) => key)).toEqual(['problems']);
    expect(Object.entries(report.redactions)).toEqual([
      ['email', 6],
      ['bearer', 1],
    ]);
  });

  it('has every key when there was nothing at all, and is OK with "no entries" (row 22)', () => {
    const report = build([]);
    expect(Object.keys(report).sort()).toEqual(Object.keys(reportSchema.shape).sort());
    expect(report).toMatchObject({ status: 'OK', status_reasons: ['no entries'], logs_analyzed: 0, incidents: 0 });
    expect(report.recommendations).toMatchObject([{ priority: 'LOW' }]);
  });

  it('takes its counters from what was counted, not from what is listed (row 28)', () => {
    const report = rich();
    expect(report.summary).toEqual({ errors: 12, warnings: 2, critical_signals: 1, latency_issues: 7 });
    expect(report).toMatchObject({ incidents: 12, noise: 31, logs_analyzed: 400, status: 'CRITICAL' });
    expect(report.errors_detailed).toHaveLength(10);
    expect(report.error_patterns.frequency_timeline.reduce((sum, step) => sum + step.errors, 0)).toBe(12);
  });

  it('opens no issue for a warning: it is listed and counted, and belongs to none', () => {
    const report = rich();
    const opened = new Set(report.issues.map(({ id }) => id));
    expect(report.warnings_detailed.length).toBeGreaterThan(0);
    expect(report.warnings_detailed.every(({ issue_id }) => issue_id === '')).toBe(true);
    expect(report.errors_detailed.every(({ issue_id }) => opened.has(issue_id))).toBe(true);
  });

  it('counts three requests logged three times as three incidents of one issue: DEGRADED (row 4)', () => {
    const report = build([issueOf(3, START, { entries: 3 })]);
    expect(report).toMatchObject({ status: 'DEGRADED', incidents: 3, status_reasons: ['3 errors, more than 1'] });
    expect(report.issues).toMatchObject([{ incidents: 3, entries: 9 }]);
  });

  it('is OK when only scanners called, and mentions them in one line (row 9)', () => {
    const noise = { entries: 7, groups: [{ reason: 'foreign-host' as const, entries: 7, paths: 7, example: '/.env' }] };
    const report = build([], {}, { entries: 40, from: START, to: START + 1000, noise });
    expect(report).toMatchObject({ status: 'OK', noise: 7, incidents: 0, noise_groups: [{ entries: 7 }] });
  });

  it('is not changed in its status by latency alone', () => {
    const report = build(
      [],
      {},
      { entries: 9, from: START, to: START + 1, latency: [slowRequest(90_000)], latencyCount: 40 },
    );
    expect(report).toMatchObject({ status: 'OK', summary: { latency_issues: 40 } });
  });

  it('keys patterns by route, type, and the path in the repository (row 15)', () => {
    const traced = frame({ file: '/srv/cart.py', origin: { isApplication: true, rule: 'guess', path: 'srv/cart.py' } });
    const representative = errorEvent({ exceptions: [exception({ frames: [traced] })] });
    const culprits = [{ frame: traced, exception: 0, rank: 1, score: 1, path: 'backend/cart.py' }];
    const report = build([issue({ incidents: [incident({ representative })] })], {
      evidence: repositoryEvidence([issueEvidence('issue-1', { culprits })]),
    });
    expect(report.error_patterns).toMatchObject({
      by_endpoint: { 'POST /api/orders/:id/pay': 1 },
      by_error_type: { KeyError: 1 },
      by_file: { 'backend/cart.py': 1 },
      most_common_error: 'KeyError',
    });
  });

  it('counts by_endpoint descending', () => {
    const one = issueOf(1, START, { request: request({ path: '/a' }) }, 'one');
    const two = issueOf(2, START, { request: request({ path: '/b/7' }) }, 'two');
    expect(Object.entries(build([one, two]).error_patterns.by_endpoint)).toEqual([
      ['POST /b/:id', 2],
      ['POST /a', 1],
    ]);
  });

  it('says what its lists leave out', () => {
    const issues = Array.from({ length: 5 }, (_, index) =>
      issueOf(1, START, { request: request({ path: `/p${'x'.repeat(index)}` }) }, `i${index}`),
    );
    const { problems } = build(issues, { knobs: { listedIssues: 2, listedPatterns: 3 } });
    expect(problems.map(({ kind, name, count }) => [kind, name, count])).toEqual([
      ['not-listed', 'by_endpoint', 2],
      ['not-listed', 'issues', 3],
    ]);
  });

  it('stands in French, word for word different where people read it', () => {
    const french = build([issueOf(7)], { messages: messagesFor('fr') });
    expect(french.status_reasons).toEqual(['7 erreurs, plus de 5']);
    expect(french.issues[0]?.done_when).toContain('empreinte');
    expect(french.window.reason).toContain('fichier enregistré');
  });

  it('names an unknown service as such', () => {
    const subject = { service: null, region: null, release: null, revision: null };
    expect(build([], { subject })).toMatchObject({ service: 'unknown service', region: null, revision: null });
  });
});

describe('any understanding', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constant(HOSTILE_TEXT),
    fc.constant('__proto__'),
    fc.constant('404'),
  );
  const number = fc.oneof(fc.integer(), fc.double(), fc.constant(null));
  const anyEvent = fc
    .record({
      id: fc.uuid(),
      time: fc.oneof(fc.integer({ min: START - 1e7, max: START + 1e7 }), fc.double({ noNaN: true })),
      severityNumber: fc.integer({ min: 0, max: 24 }),
      severityText: fc.option(hostile),
      body: hostile,
      revision: fc.option(hostile),
      instance: fc.option(fc.constantFrom('a', 'b')),
      truncated: fc.boolean(),
      type: fc.option(hostile),
      file: fc.option(hostile),
      line: number,
      path: hostile,
      status: number,
      durationMs: number,
      payload: fc.option(fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withDate: true }))),
    })
    .map(({ type, file, line, path, status, durationMs, ...rest }) =>
      errorEvent({
        ...rest,
        request: request({ path, status, durationMs }),
        exceptions: [exception({ type, frames: [frame({ file, line, origin: null })] })],
      }),
    );
  const anyIssue = fc
    .record({
      id: fc.uuid(),
      kind: fc.constantFrom('error' as const, 'warning' as const),
      events: fc.array(anyEvent, { minLength: 1, maxLength: 4 }),
      type: fc.constantFrom('OOM' as const, 'UNHEALTHY' as const, 'CRASH' as const, null),
    })
    .map(({ id, kind, events, type }) =>
      issue({
        id,
        kind,
        incidents: events.map((representative, index) =>
          incident({
            kind,
            representative,
            signal: type && index === 0 ? { type, event: representative, affectedRequests: 1, memory: null } : null,
          }),
        ),
      }),
    );

  it('gives a valid report whose counts agree, the same bytes twice', () => {
    fc.assert(
      fc.property(
        fc.array(anyIssue, { maxLength: 5 }),
        fc.array(anyEvent, { maxLength: 5 }),
        fc.constantFrom('en' as const, 'fr' as const),
        (issues, context, language) => {
          const make = () =>
            buildReport(
              reportInput(understandingOf(issues, { context }), {
                messages: messagesFor(language),
                subject: { service: null, region: null, release: null, revision: null },
              }),
            );
          const report = make();
          expect(reportSchema.safeParse(report).error).toBeUndefined();
          expect(JSON.stringify(make())).toBe(JSON.stringify(report));
          const sum = (key: 'errors' | 'warnings') =>
            report.error_patterns.frequency_timeline.reduce((total, step) => total + step[key], 0);
          expect([sum('errors'), sum('warnings')]).toEqual([report.summary.errors, report.summary.warnings]);
          expect(report.incidents).toBe(report.summary.errors);
          expect(report.recommendations.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 150 },
    );
  });
});
