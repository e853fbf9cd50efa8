import { describe, expect, it } from 'vitest';
import { renderText } from '../../../../test/fixtures/report-renderings.ts';
import {
  sampleEmptyReport,
  sampleOkReport,
  sampleReport as sharedSampleReport,
} from '../../../../test/fixtures/sample-report.ts';
import { messagesFor } from '../../shared/index.ts';
import { renderSummary } from './text.ts';

const sampleReport = () => structuredClone(sharedSampleReport());
const options = { color: false, columns: 100 };

describe('the report as text', () => {
  it('starts with the status, the window and the deciding rule', () => {
    const [status, window, rule] = renderText(sampleReport(), messagesFor('en'), options).split('\n');
    expect(status).toBe('■ CRITICAL  Production report · shop · europe-west1 · 2026.3.2 · shop-00042-qiz');
    expect(window).toContain('2026-03-14T08:37:12.004Z → 2026-03-14T09:30:00.000Z');
    expect(rule).toContain('13 errors, more than 5');
  });

  it('marks the failing line, lists warnings, signals, slow requests and samples, and counts what it leaves out', () => {
    const text = renderText(sampleReport(), messagesFor('en'), options);
    for (const part of [
      '→    88 │     rate = rates[currency]',
      'Warnings (1 of 2 shown; 1 left out)',
      'OOM 2026',
      '6120 ms',
      'Log samples',
    ])
      expect(text).toContain(part);
  });

  it('lets no event move the cursor or colour the terminal', () => {
    const report = sampleReport();
    report.errors_detailed[0]!.message = '\u001b[2J\u001b[31mgone\u0007\r\u009b1A';
    report.issues[0]!.title = 'a\u001b]0;title\u0007b';
    const text = renderText(report, messagesFor('en'), options);
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(
      renderText(report, messagesFor('en'), { color: true, columns: 100 }).replace(/\u001b\[\d+m/g, ''),
    ).not.toMatch(/[\u001b\u009b]/);
  });

  it('calls an incident that is nothing but its trace by its own error, not by that of the issue’s first one', () => {
    const report = sampleReport();
    const [view] = report.errors_detailed;
    const trace = 'PaymentError: card 7 declined\n    at charge (/app/pay.js:9:1)';
    Object.assign(view!, { message: trace, stack_trace: trace, error_type: 'PaymentError' });
    report.issues.find(({ id }) => id === view!.issue_id)!.title = 'PaymentError: card 2 declined';
    const text = renderText(report, messagesFor('en'), options);
    expect(text).toContain('    PaymentError: card 7 declined\n    │ PaymentError: card 7 declined\n');
    expect(text).not.toContain('    PaymentError: card 2 declined\n    │');
  });

  it('calls it by its issue where no line of the trace reads as an error', () => {
    const report = sampleReport();
    const [view] = report.errors_detailed;
    const trace = 'at charge (/app/pay.js:9:1)\nat pay (/app/pay.js:3:1)';
    Object.assign(view!, { message: trace, stack_trace: trace, error_type: 'PaymentError' });
    report.issues.find(({ id }) => id === view!.issue_id)!.title = 'PaymentError in charge';
    expect(renderText(report, messagesFor('en'), options)).toContain('    PaymentError in charge\n    │ at charge');
  });

  it('sets a space before a colon in French', () => {
    const report = sampleReport();
    report.suspect_commits = { verdict: 'could not look', reason: 'pas de dépôt', commits: [] };
    expect(renderText(report, messagesFor('fr'), options)).toContain('impossible de chercher : pas de dépôt');
  });

  it('says that nothing is wrong, or that nothing was there', () => {
    expect(renderText(sampleOkReport(), messagesFor('en'), options)).toContain('■ OK');
    expect(renderText(sampleEmptyReport(), messagesFor('fr'), options)).toContain('il était vide');
  });

  it('has a summary of one screen', () => {
    const summary = renderSummary(sampleReport(), messagesFor('en'), options);
    expect(summary.split('\n').length).toBeLessThan(60);
    expect(summary).toContain('4b8e2d90');
  });
});
