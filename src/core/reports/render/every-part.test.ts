import { describe, expect, it } from 'vitest';
import { sampleEmptyReport, sampleOkReport, sampleReport } from '../../../../test/fixtures/sample-report.ts';
import type { Report } from '../../../contracts/report.ts';
import { messagesFor } from '../../shared/index.ts';
import { type RenderFormat, renderReport } from './index.ts';

const FORMATS: RenderFormat[] = ['text', 'summary', 'html', 'markdown', 'json'];
const LANGUAGES = ['en', 'fr'] as const;

function render(report: Report, format: RenderFormat, language: 'en' | 'fr' = 'en'): string {
  const options = { messages: messagesFor(language), language, htmlBytes: 200 * 1024, markdownTokens: 6_000 };
  return renderReport(structuredClone(report), format, options);
}

/** A report whose every part holds one word of its own. */
function markedReport(): Report {
  const report = structuredClone(sampleReport());
  report.status_reasons = ['MARK-status-reason'];
  report.window.complete = false;
  report.window.reason = 'MARK-window-reason';
  report.error_patterns = {
    ...report.error_patterns,
    by_endpoint: { 'MARK-by-endpoint': 3 },
    by_error_type: { 'MARK-by-type': 2 },
    by_file: { 'MARK-by-file': 1 },
  };
  for (const list of [report.errors_detailed, report.warnings_detailed]) list.splice(1);
  report.errors_detailed[0]!.stack_trace = 'MARK-error-stack';
  report.warnings_detailed[0]!.message = 'MARK-warning-message';
  report.critical_signals[0]!.msg = 'MARK-signal';
  report.latency_issues[0]!.full_context.endpoint = 'GET /MARK-latency';
  report.code_snippets[0]!.code_snippet = 'MARK-snippet-code';
  report.code_snippets[0]!.start_line = report.code_snippets[0]!.line;
  report.recent_commits[0]!.message = 'MARK-commit';
  report.suspect_commits.commits[0]!.reasons = ['MARK-suspect-reason'];
  const advice = report.recommendations[0]!;
  report.recommendations = [{ ...advice, action: 'MARK-action', details: 'MARK-details', command: 'MARK-command' }];
  report.recommendations[0]!.suggested_investigation = ['MARK-investigation'];
  report.log_samples[0]!.message = 'MARK-sample';
  report.recommendations[0]!.affected_files = ['MARK-affected-file'];
  report.recommendations[0]!.affected_endpoints = ['GET /MARK-affected-endpoint'];
  report.issues[1]!.evidence.breadcrumbs = [{ time: null, category: 'http', message: 'MARK-breadcrumb' }];
  report.issues[1]!.evidence.log_tail.splice(1);
  report.issues[1]!.evidence.log_tail[0]!.message = 'MARK-log-tail';
  const [raised] = report.issues[1]!.evidence.exceptions;
  report.issues[1]!.evidence.exceptions = [
    raised!,
    { ...raised!, relation: 'cause', type: 'MARK-cause-type', message: 'MARK-cause-message' },
  ];
  report.issues[0]!.title = 'MARK-issue-title';
  report.issues[0]!.done_when = 'MARK-done-when';
  report.issues[0]!.owners = [{ owner: '@MARK-owner', file: 'a.py', rule: '* @MARK-owner' }];
  return report;
}

const marksOf = (text: string) => new Set(text.match(/MARK-[a-z-]*[a-z]/g));

describe('every rendering', () => {
  it.each(['text', 'html'] as const)('shows each part of the report: %s (row 26)', (format) => {
    const wanted = marksOf(JSON.stringify(markedReport()));
    expect(wanted.size).toBeGreaterThan(18);
    const shown = marksOf(render(markedReport(), format));
    expect([...wanted].filter((mark) => !shown.has(mark))).toEqual([]);
  });

  it.each(['text', 'html', 'markdown'] as const)(
    'says in French what became of an issue, and how its exceptions hang together: %s',
    (format) => {
      const shown = render(markedReport(), format, 'fr');
      expect(shown).toContain('revenu');
      expect(shown).toContain('levée');
      expect(shown).not.toMatch(/regressed|raised/);
    },
  );

  it.each(FORMATS)('prints no code of its own templates: %s (row 26)', (format) => {
    for (const report of [sampleReport(), sampleOkReport(), sampleEmptyReport()]) {
      for (const language of LANGUAGES) {
        expect(render(report, format, language)).not.toMatch(/\$\{|\[object |undefined|NaN|\{\{/);
      }
    }
  });

  it('has neutral colours for a status and a priority nobody knows, in no class or style of their making (row 25)', () => {
    const report = structuredClone(sampleReport());
    report.status = 'red" onload="x' as Report['status'];
    report.recommendations[0]!.priority = '"><b>URGENT' as 'HIGH';
    const page = render(report, 'html');
    expect(page).toContain('background:#4a9eff');
    expect(page).toContain('&quot;&gt;&lt;b&gt;URGENT');
    expect(page).not.toMatch(/(?:class|style)="[^"]*(?:URGENT|onload)/);
  });

  it('gives the same bytes for the same report, in each format and language', () => {
    for (const format of FORMATS) {
      for (const language of LANGUAGES) {
        expect(render(sampleReport(), format, language)).toBe(render(sampleReport(), format, language));
      }
    }
  });

  it.each(['text', 'summary', 'html', 'markdown'] as const)(
    'says beside the status what the window is, what it held and that it was cut off: %s (row 10)',
    (format) => {
      const shown = render(markedReport(), format);
      for (const part of ['CRITICAL', '2026-03-14T08:37:12.004Z', '1834', 'CUT OFF', 'MARK-window-reason'])
        expect(shown).toContain(part);
    },
  );

  it('says that it speaks for its window only', () => {
    for (const language of LANGUAGES) {
      const { validFor } = messagesFor(language).report;
      for (const format of ['text', 'html'] as const)
        expect(render(sampleReport(), format, language)).toContain(validFor);
    }
  });

  it('has the same order on the page and in the text', () => {
    const headings = [
      'Production report',
      'Patterns',
      'Errors (',
      'Warnings (',
      'Critical signals (',
      'Slow requests (',
      'Suspect code',
      'Recent commits',
      'Recommendations',
      'Log samples',
    ];
    for (const format of ['text', 'html'] as const) {
      const places = headings.map((heading) => render(sampleReport(), format).indexOf(heading));
      expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
  });
});

/** Red, green and blue of the background a class of the page has, each 0-255. */
function backgroundOf(page: string, name: string): [number, number, number] {
  const style = new RegExp(`class="[^"]*\\b${name}\\b[^"]*" style="([^"]*)"`).exec(page)?.[1] ?? '';
  const [, red = '', green = '', blue = ''] = /background:#(..)(..)(..)/.exec(style) ?? [];
  return [red, green, blue].map((part) => Number.parseInt(part, 16)) as [number, number, number];
}

describe('the colours of the page', () => {
  it('are dark red for errors, dark orange for warnings, dark blue for patterns', () => {
    const page = render(sampleReport(), 'html');
    const [errors, warnings, patterns] = ['g-errors', 'g-warnings', 'g-patterns'].map((name) =>
      backgroundOf(page, name),
    );
    for (const color of [errors!, warnings!, patterns!]) expect(Math.max(...color)).toBeLessThan(96);
    expect(errors![0]).toBeGreaterThan(Math.max(errors![1], errors![2]));
    expect(warnings![0]).toBeGreaterThan(warnings![1]);
    expect(warnings![1]).toBeGreaterThan(warnings![2]);
    expect(patterns![2]).toBeGreaterThan(Math.max(patterns![0], patterns![1]));
  });

  it('are blue for endpoints, orange for files, red for types; light where the reader asks for it', () => {
    const page = render(sampleReport(), 'html');
    expect(page).toMatch(/g-tag-endpoint" style="[^"]*;color:#4a9eff/);
    expect(page).toMatch(/g-tag-file" style="[^"]*;color:#ffaa00/);
    expect(page).toMatch(/g-tag-type" style="[^"]*;color:#ff6b6b/);
    expect(page).toContain('@media (prefers-color-scheme:light)');
  });
});
