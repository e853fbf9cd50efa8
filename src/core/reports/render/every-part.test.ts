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
});
